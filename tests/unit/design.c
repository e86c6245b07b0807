/* SPDX-License-Identifier: MIT */
#include "design.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "exits.h"
#include "linear.h"
#include "num.h"
#include "stream.h"
#include "t.h"

/* price: a number with holes; brand: a category with holes; size: a number; colour: a category. */
enum { ROWS = 8, PRICE = 0, BRAND, SIZE, COLOUR, COLUMNS };
static double price[ROWS] = {1, 2, NAN, 4, 5, 6, 7, 3}, size[ROWS] = {2, 2, 4, 4, 6, 6, 8, 8};
static const char *const brands[ROWS] = {"b", "a", "b", "", "c", "a", "c", "b"};
static const char *const colours[ROWS] = {
    "red", "blue", "red", "red", "blue", "blue", "red", "red"};
static uint32_t brand_code[ROWS], colour_code[ROWS];
static struct table_column columns[COLUMNS];
static struct table table = {ROWS, COLUMNS, columns};
static const size_t all[COLUMNS] = {PRICE, BRAND, SIZE, COLOUR};

static void category(size_t at, const char *name, const char *const *text, uint32_t *code)
{
    struct dict *levels = dict_new();
    dict_add(levels, str_of("never")); /* as after its rows were taken out */
    for (size_t i = 0; i < ROWS; i++)
        code[i] = *text[i] ? dict_add(levels, str_of(text[i])) : TABLE_MISSING;
    columns[at] = (struct table_column){
        .name = str_of(name), .type = TABLE_CATEGORY, .code = code, .levels = levels};
}

static void make_table(void)
{
    columns[PRICE] =
        (struct table_column){.name = str_of("price"), .type = TABLE_NUMBER, .number = price};
    columns[SIZE] =
        (struct table_column){.name = str_of("size"), .type = TABLE_NUMBER, .number = size};
    category(BRAND, "brand", brands, brand_code);
    category(COLOUR, "colour", colours, colour_code);
}

static const char *const products[] = {"price*size", "price*brand", "colour*size", "brand*colour"};

static struct design *learn(bool reference, size_t chosen)
{
    static const char *const choice[] = {"brand=c"};
    struct design_options o = {.reference = reference,
        .chosen = choice,
        .chosen_n = chosen,
        .product = products,
        .product_n = 4,
        .jobs = 2};
    return design_learn(&table, all, COLUMNS, &o);
}

static int names(const struct design *d, const char *wanted)
{
    struct buf text = {0};
    for (size_t t = 0; t < d->terms; t++) {
        buf_str(&text, d->term[t].name);
        buf_char(&text, ' ');
    }
    int same = str_is(buf_view(&text), wanted);
    if (!same)
        printf("# %s\n", buf_cstr(&text));
    buf_release(&text);
    return same;
}

static void terms(void)
{
    struct design *d = learn(false, 0);
    ok(names(d, "price price= brand= brand=a brand=b brand=c size colour=blue colour=red "
                "price*size price*brand= price*brand=a price*brand=b price*brand=c "
                "colour=blue*size colour=red*size brand=*colour=red brand=a*colour=blue "
                "brand=b*colour=red brand=c*colour=blue brand=c*colour=red "));
    near(d->term[0].mean, 4, 0);
    near(d->term[0].scale, 2, 1e-15); /* of 1..7: sqrt(28 / 7) */
    ok(d->term[1].mean == 1.0 / 8 && d->term[1].scale == 1);
    ok(d->term[4].mean == 3.0 / 8 && d->term[4].scale == 1);
    near(d->term[9].mean, (2 + 4 + 16 + 16 + 30 + 36 + 56 + 24) / 8.0, 1e-14);
    near(d->term[12].mean, (1 + 4 + 3) / 8.0, 0);
    ok(d->term[12].scale == d->term[0].scale);
    near(d->term[14].mean, (2 + 6 + 6) / 8.0, 0);
    near(d->source[PRICE].share_missing, 1.0 / 8, 0);
    near(d->source[BRAND].share_missing, 1.0 / 8, 0);
    design_free(d);
    d = learn(true, 0);
    ok(names(d, "price price= brand= brand=b brand=c size colour=red price*size price*brand= "
                "price*brand=b price*brand=c colour=red*size brand=*colour=red "
                "brand=b*colour=red brand=c*colour=red "));
    design_free(d);
    d = learn(true, 1);
    ok(names(d, "price price= brand= brand=a brand=b size colour=red price*size price*brand= "
                "price*brand=a price*brand=b colour=red*size brand=*colour=red "
                "brand=b*colour=red "));
    design_free(d);
}

/* Row i of the table as text. */
static void row_text(size_t i, struct str *value, char (*number)[NUM_WIDTH])
{
    value[PRICE] = (struct str){number[0], num_write(price[i], number[0])};
    value[SIZE] = (struct str){number[1], num_write(size[i], number[1])};
    value[BRAND] = str_of(brands[i]);
    value[COLOUR] = str_of(colours[i]);
}

/* Training and serving must see the same: a row of the matrix, and the row as text. */
static void serving(bool reference)
{
    struct design *d = learn(reference, 0);
    struct design_view *v = design_apply(d, &table, true);
    struct design_entry *entry = mem_alloc(design_active_max(d), sizeof *entry);
    double apart = 0;
    size_t bad;
    ok(v->x.rows == ROWS && v->x.width == d->terms);
    for (size_t i = 0; i < ROWS; i++) {
        struct str value[COLUMNS];
        char number[2][NUM_WIDTH];
        double *raw = mem_zero(d->terms, sizeof *raw);
        row_text(i, value, number);
        long n = design_row(d, value, entry, NULL, &bad);
        for (long k = 0; k < n; k++)
            raw[entry[k].term] += entry[k].value;
        size_t column = v->x.numerics;
        for (size_t j = 0; j < v->x.numerics; j++) {
            const struct design_term *t = &d->term[v->column_term[j]];
            double x = v->x.numeric[j].x[i];
            double z = isnan(x) ? 0 : (x - v->x.numeric[j].mean) * v->x.numeric[j].factor;
            apart = fmax(apart, fabs(z - (raw[v->column_term[j]] - t->mean) / t->scale));
        }
        for (size_t g = 0; g < v->x.groups; column += v->x.group[g++].width)
            for (uint32_t c = 0; c < v->x.group[g].width; c++) {
                const struct mat_group *group = &v->x.group[g];
                double x =
                    group->value ? isnan(group->value[i]) ? group->fill : group->value[i] : 1;
                double z = mat_group_column(group, i) != c ? 0
                           : group->value                  ? group->factor * x
                                                           : 1;
                uint32_t t = v->column_term[column + c];
                apart = fmax(apart, fabs(z - raw[t] / d->term[t].scale));
            }
        mem_free(raw);
    }
    near(apart, 0, 1e-14);
    mem_free(entry);
    design_view_free(v);
    design_free(d);
}

static void strange_rows(void)
{
    struct design *d = learn(false, 0);
    struct design_entry *entry = mem_alloc(design_active_max(d), sizeof *entry);
    uint64_t unseen[COLUMNS] = {0};
    size_t bad = 9;
    struct str value[COLUMNS] = {str_of("3"), str_of("zzz"), str_of("4"), str_of("never")};
    long n = design_row(d, value, entry, unseen, &bad);
    ok_named(n == 3 && unseen[BRAND] == 1 && unseen[COLOUR] == 1 && !unseen[PRICE],
        "unseen levels have no terms, and are counted");
    value[COLOUR] = (struct str){"", 0};
    n = design_row(d, value, entry, unseen, &bad);
    ok_named(n == 3 && unseen[COLOUR] == 2, "a missing level that training had not is unseen");
    value[SIZE] = str_of("four");
    ok(design_row(d, value, entry, NULL, &bad) == -1 && bad == SIZE);
    mem_free(entry);
    design_free(d);
}

/* ---- files ---- */

static char path[] = "/tmp/pa-design.XXXXXX";

static void make_linear(struct linear *m, struct str *class, size_t outputs)
{
    *m = (struct linear){.design = learn(false, 0),
        .label = str_of("click"),
        .class = class,
        .classes = outputs == 1 ? 2 : outputs,
        .outputs = outputs};
    m->intercept = mem_alloc(outputs, sizeof *m->intercept);
    m->weight = mem_alloc(outputs * m->design->terms, sizeof *m->weight);
    for (size_t k = 0; k < outputs; k++)
        m->intercept[k] = 1.0 / (double)(3 + k);
    for (size_t i = 0; i < outputs * m->design->terms; i++)
        m->weight[i] = 0.1 * (double)i - 1;
}

static struct str classes[3] = {{"a\tb", 3}, {"no", 2}, {"yes", 3}};

static void write_linear(void *outputs)
{
    struct linear m;
    struct linear_facts facts = {.rows = 8, .class_rows = (double[]){3, 4, 1}};
    make_linear(&m, classes, *(size_t *)outputs);
    linear_write(&m, &facts, path);
    _exit(stream_finish());
}

/* Exits 98 when the model read is the one written. */
static void read_linear(void *outputs)
{
    struct linear m, *r = linear_read(path);
    make_linear(&m, classes, *(size_t *)outputs);
    int same = r->outputs == m.outputs && r->classes == m.classes && str_is(r->label, "click") &&
               r->design->terms == m.design->terms;
    struct design_entry *entry = mem_alloc(design_active_max(m.design), sizeof *entry);
    for (size_t i = 0; same && i < ROWS; i++) {
        struct str value[COLUMNS];
        char number[2][NUM_WIDTH];
        double a[3], b[3], part[COLUMNS], base, sum;
        size_t bad;
        row_text(i, value, number);
        size_t n = (size_t)design_row(m.design, value, entry, NULL, &bad);
        linear_predict(&m, entry, n, a);
        n = (size_t)design_row(r->design, value, entry, NULL, &bad);
        linear_predict(r, entry, n, b);
        same = !memcmp(a, b, m.outputs * sizeof *a);
        for (size_t k = 0; k < m.outputs; k++) {
            linear_explain(r, k, entry, n, part, &base);
            sum = base;
            for (size_t j = 0; j < COLUMNS; j++)
                sum += part[j];
            same = same && fabs(sum - b[k]) < 1e-12;
        }
    }
    linear_free(r);
    _exit(same ? 98 : 97);
}

static void read_only(void *unused)
{
    (void)unused;
    linear_free(linear_read(path));
    _exit(98);
}

/* The model with one line replaced, and a right end line. */
static int damaged(const char *text, const char *from, const char *to)
{
    char command[1024];
    snprintf(command, sizeof command,
        "sed -e 's/%s/%s/' -e '/^#end/d' %s > %s.body && cp %s.body %s && "
        "printf '#end\\t%%d\\t%%08x\\n' $(wc -l < %s.body) "
        "0x$(gzip -c %s.body | tail -c 8 | od -An -tx4 -N4 | tr -d ' ') >> %s; rm %s.body",
        from, to, path, path, path, path, path, path, path, path);
    size_t outputs = 1;
    if (!exits(0, "", write_linear, &outputs) || system(command))
        return 0;
    return exits(*text ? EXIT_INPUT : 98, text, read_only, NULL);
}

static void files(void)
{
    close(mkstemp(path));
    for (size_t outputs = 1; outputs <= 3; outputs += 2) {
        ok(exits(0, "", write_linear, &outputs));
        ok_named(exits(98, "", read_linear, &outputs), "a model reads back as it was");
    }
    ok(damaged("", "nothing", "nothing"));
    ok(damaged("order of the terms", "^weight\\t\\(.*\\)price=\\t", "weight\\t\\1price\\t"));
    ok(damaged("belong", "^term\\(.*\\)level\\t3\\t1$", "term\\1level\\t3\\t7"));
    ok(damaged("belong", "^term\\(.*\\)number\\t0\\t0$", "term\\1number\\t1\\t0"));
    ok(damaged("belong", "^term\\(.*\\)number\\t0\\t0$", "term\\1number\\t4000000000\\t0"));
    ok(damaged("factor is", "^term\\(.*\\)number\\t0\\t0$", "term\\1height\\t0\\t0"));
    ok(damaged("comes twice", "^level\\tb$", "level\\ta"));
    ok(damaged("a source is", "^source\\tsize\\(.*\\)number", "source\\tsize\\1colour"));
    ok(damaged("intercept", "^intercept.*", "nothing"));
    ok(damaged("classes", "^class\\tno.*", "nothing"));
    ok(damaged("of kind forest", "logistic", "forest"));
    unlink(path);
}

static void wrong_product(void *text)
{
    struct design_options o = {.product = (const char *const *)text, .product_n = 1, .jobs = 1};
    design_learn(&table, all, COLUMNS, &o);
    _exit(0);
}

static void wrong_calls(void)
{
    static const char *wrong[] = {"price", "price*", "*price", "price*none", "brand*brand"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ok(exits(EXIT_USAGE, "--interactions", wrong_product, &wrong[i]));
}

int main(void)
{
    make_table();
    terms();
    serving(false);
    serving(true);
    strange_rows();
    files();
    wrong_calls();
    return done();
}
