/* SPDX-License-Identifier: MIT */
#include "prepared.h"

#include <math.h>
#include <string.h>

#include "die.h"
#include "mem.h"
#include "num.h"

enum { STAMPS = 2048 };

/* ---- room ---- */

struct prepared *prepared_new(const struct online_columns *c)
{
    struct prepared *p = mem_zero(1, sizeof *p);
    p->sources = c->sources;
    p->cells = c->sources + c->products;
    p->stamp = mem_zero(STAMPS, sizeof *p->stamp);
    return p;
}

void prepared_free(struct prepared *p)
{
    mem_free(p->label);
    mem_free(p->weight);
    mem_free(p->offset);
    mem_free(p->plain);
    mem_free(p->cell);
    mem_free(p->value);
    mem_free(p->missing);
    mem_free(p->stamp);
    buf_release(&p->text);
    mem_free(p);
}

void prepared_clear(struct prepared *p)
{
    p->rows = p->missings = 0;
    p->untold = false;
    buf_clear(&p->text);
}

static void make_room(struct prepared *p)
{
    if (p->rows < p->cap)
        return;
    p->cap = p->cap ? 2 * p->cap : 64;
    p->label = mem_resize(p->label, p->cap, sizeof *p->label);
    p->weight = mem_resize(p->weight, p->cap, sizeof *p->weight);
    p->offset = mem_resize(p->offset, p->cap, sizeof *p->offset);
    p->plain = mem_resize(p->plain, p->cap, sizeof *p->plain);
    p->cell = mem_resize(p->cell, p->cap * p->cells, sizeof *p->cell);
    p->value = mem_resize(p->value, p->cap * p->cells, sizeof *p->value);
}

struct str prepared_level(const struct prepared *p, union prepared_value v)
{
    return (struct str){p->text.p + v.level.at, v.level.n};
}

/* ---- labels, weights, offsets ---- */

static bool judge_label(const struct online_columns *c, const struct row *row)
{
    struct buf wrong = {0};
    struct str label = row->text[c->label];
    if (classes_find(&c->classes, label) == CLASSES_NONE)
        classes_judge(&c->classes, label, &wrong);
    bool good = !wrong.n;
    if (!good)
        csv_unusable(c->in, row, E_ENUM, c->label_name, "%s", buf_cstr(&wrong));
    buf_release(&wrong);
    return good;
}

struct own_numbers {
    double weight, offset; /* 1 and 0 where there is no such column */
};

static bool own_number(const struct online_number *n, const struct row *row, double *x)
{
    return !n->name || num_double(row->text[n->column], x) == NUM_OK;
}

/* What is wrong with the weight or the offset of a row, or NULL; then of is the one. */
static const char *fault_of(const struct online_columns *c, const struct row *row,
    struct own_numbers *own, const struct online_number **of)
{
    *own = (struct own_numbers){1, 0};
    *of = &c->weight;
    if (!own_number(*of, row, &own->weight))
        return "not a number (--weight needs one in each row)";
    if (!(own->weight >= 0))
        return "below 0 (--weight needs 0 or more)";
    if (!(own->weight * c->heaviest <= PREPARED_FAR))
        return "too large to be squared (scale the weights)";
    *of = &c->offset;
    if (!own_number(*of, row, &own->offset))
        return "not a number (--offset needs one in each row)";
    return fabs(own->offset) <= PREPARED_FAR ? NULL : "too large for log-odds (--offset)";
}

static bool judge_numbers(
    const struct online_columns *c, const struct row *row, struct own_numbers *own)
{
    const struct online_number *of;
    const char *fault = fault_of(c, row, own, &of);
    if (fault)
        csv_unusable(
            c->in, row, E_NUM, of->name, "\"%.*s\" is %s", STR_ARG(row->text[of->column]), fault);
    return !fault;
}

/* ---- columns ---- */

/* A row that is looked at. */
struct looking {
    const struct online_columns *columns;
    const struct row *row;
    double most; /* that a number may be */
    bool judged; /* what is wrong with the row was told */
};

static struct looking look(const struct online_columns *c, const struct row *row, double weight)
{
    double heavy = weight * c->heaviest;
    return (struct looking){c, row, heavy > 1 ? PREPARED_FAR / heavy : PREPARED_FAR, false};
}

/* A value of a column of this type: a number, or NaN if it counts as missing; false if it cannot be
 * used, unless that was told already. */
static bool usable(
    const struct looking *a, const struct online_source *s, enum table_type type, double *x)
{
    struct str text = a->row->text[s->column];
    struct csv_in *in = a->columns->in;
    enum num_status status = s->wanted == TABLE_CATEGORY ? NUM_NOT : num_double(text, x);
    bool far = status == NUM_OK && type == TABLE_NUMBER && !(fabs(*x) <= a->most);
    if (status != NUM_OK || far)
        *x = NAN;
    if (s->wanted == TABLE_CATEGORY || a->judged)
        return true;
    if (far)
        return csv_bad(in, a->row, E_RANGE, s->name,
            "\"%.*s\" is too large to be squared%s (scale the column)", STR_ARG(text),
            a->most < PREPARED_FAR ? ", times the weight" : "");
    if (type == TABLE_CATEGORY && status == NUM_OK)
        return csv_bad(in, a->row, E_NUM, s->name,
            "\"%.*s\" is a number, but the column had other text (--categorical or --numeric says "
            "what it is)",
            STR_ARG(text));
    if (type == TABLE_NUMBER && status != NUM_OK && s->wanted != TABLE_NUMBER)
        return csv_bad(in, a->row, status == NUM_RANGE ? E_RANGE : E_NUM, s->name,
            "\"%.*s\" is no number that can be held, but the column had numbers (--categorical or "
            "--numeric says what it is)",
            STR_ARG(text));
    return true;
}

/* What a value says of a column that none has told of before. */
static enum table_type type_of(struct str text)
{
    double x;
    return num_double(text, &x) == NUM_NOT ? TABLE_CATEGORY : TABLE_NUMBER;
}

static bool judge_columns(const struct looking *a)
{
    const struct online_columns *c = a->columns;
    for (size_t i = 0; i < c->sources; i++) {
        const struct online_source *s = &c->source[i];
        struct str text = a->row->text[s->column];
        double x;
        if (!csv_missing(c->in, text) &&
            !usable(a, s, s->type == TABLE_BY_VALUE ? type_of(text) : s->type, &x))
            return false;
    }
    return true;
}

/* A product of two numbers, or NaN if one of them is missing; false if it cannot be used, unless
 * that was told already. */
static bool usable_product(const struct looking *a, const struct online_product *p, double *x)
{
    bool far = fabs(*x) > a->most;
    if (far)
        *x = NAN;
    return !far || a->judged ||
           csv_bad(a->columns->in, a->row, E_RANGE, p->name,
               "the product is too large to be squared%s (scale the columns)",
               a->most < PREPARED_FAR ? ", times the weight" : "");
}

/* The number that a source has, or NaN. */
static double number_of(const struct looking *a, const struct online_source *s)
{
    struct looking judged = *a;
    struct str text = a->row->text[s->column];
    double x = NAN;
    judged.judged = true;
    if (!csv_missing(a->columns->in, text) && s->type != TABLE_CATEGORY)
        usable(&judged, s, TABLE_NUMBER, &x);
    return x;
}

static bool judge_products(const struct looking *a)
{
    const struct online_columns *c = a->columns;
    for (size_t k = 0; k < c->products; k++) {
        const struct online_product *p = &c->product[k];
        double x = number_of(a, &c->source[p->a]) * number_of(a, &c->source[p->b]);
        if (!usable_product(a, p, &x))
            return false;
    }
    return true;
}

/* What cannot be used tells nothing. */
static void decide_type(struct online_columns *c, const struct looking *a, struct online_source *s)
{
    struct str text = a->row->text[s->column];
    enum table_type type = type_of(text);
    double x;
    if (s->type != TABLE_BY_VALUE || csv_missing(c->in, text))
        return;
    usable(a, s, type, &x);
    if (type == TABLE_NUMBER && isnan(x))
        return;
    atomic_store_explicit(&s->type, type, memory_order_release);
    atomic_fetch_add_explicit(&c->told, 1, memory_order_release);
}

bool prepared_decide(struct online_columns *c, const struct row *row)
{
    struct str label = row->text[c->label];
    struct own_numbers own;
    if (csv_missing(c->in, label))
        return true;
    if (!judge_numbers(c, row, &own))
        return false;
    struct looking a = look(c, row, own.weight);
    if (!judge_label(c, row) || !judge_columns(&a) || !judge_products(&a))
        return false;
    if (classes_find(&c->classes, label) == CLASSES_NONE)
        classes_meet(&c->classes, label);
    a.judged = true;
    for (size_t i = 0; i < c->sources; i++)
        decide_type(c, &a, &c->source[i]);
    return true;
}

static void put_missing(struct prepared *p, size_t source, bool untold)
{
    p->untold = p->untold || untold;
    p->missing = mem_grow(p->missing, &p->missing_cap, p->missings + 1, sizeof *p->missing);
    p->missing[p->missings++] = (struct prepared_missing){(uint32_t)p->rows, (uint32_t)source};
}

static void put_level(struct prepared *p, struct str text, size_t cell)
{
    p->cell[cell] = CELL_LEVEL;
    p->value[cell].level.at = (uint32_t)p->text.n;
    p->value[cell].level.n = (uint32_t)text.n;
    buf_str(&p->text, text);
}

/* Has no coordinate of the row come before? */
static bool distinct(struct prepared *p, const uint32_t *cell, size_t n)
{
    bool all = true;
    p->now++;
    for (size_t i = 0; i < n; i++) {
        uint32_t *stamp = &p->stamp[cell[i] % STAMPS];
        if (*stamp == p->now)
            for (size_t k = 0; k < i; k++)
                all = all && cell[k] != cell[i];
        *stamp = p->now;
    }
    return all;
}

struct adding {
    struct prepared *p;
    struct looking look;
    bool plain;
};

/* One cell; false if the row cannot be used or nothing tells yet what the column holds. */
static bool add_cell(struct adding *a, size_t i)
{
    struct prepared *p = a->p;
    const struct online_columns *c = a->look.columns;
    const struct online_source *s = &c->source[i];
    size_t cell = p->rows * p->cells + i;
    struct str text = a->look.row->text[s->column];
    enum table_type type = atomic_load_explicit(&s->type, memory_order_acquire);
    bool missing = csv_missing(c->in, text) || (type == TABLE_BY_VALUE && a->look.judged);
    unsigned bits = c->hash_bits;
    double x = NAN;
    if (missing)
        put_missing(p, i, type == TABLE_BY_VALUE);
    else if (type == TABLE_BY_VALUE || !usable(&a->look, s, type, &x))
        return false;
    if (type == TABLE_CATEGORY) {
        bool other = !missing && s->wanted != TABLE_CATEGORY && !isnan(x);
        struct str level = missing || other ? (struct str){"", 0} : text;
        if (bits)
            p->cell[cell] = 1 + table_bucket(s->seed, level, bits);
        else
            put_level(p, level, cell);
        a->plain = a->plain && bits;
        return true;
    }
    p->cell[cell] = type == TABLE_BY_VALUE && bits ? CELL_NOTHING : CELL_NUMBER;
    p->value[cell].number = x;
    a->plain = false;
    return true;
}

/* The usual case of a hashed column, in few steps. */
static bool add_hashed(struct adding *a, size_t i)
{
    const struct online_columns *c = a->look.columns;
    const struct online_source *s = &c->source[i];
    struct str text = a->look.row->text[s->column];
    if (!c->hash_bits || s->wanted != TABLE_CATEGORY || csv_missing(c->in, text))
        return false;
    a->p->cell[a->p->rows * a->p->cells + i] = 1 + table_bucket(s->seed, text, c->hash_bits);
    return true;
}

/* What a source has for a product. */
struct factor_of_product {
    enum table_type type; /* by value: nothing tells what it is */
    double x;             /* number: NaN where it is missing; 1 of a level */
    struct str level;
};

static struct factor_of_product factor_of(const struct adding *a, size_t source)
{
    const struct prepared *p = a->p;
    const struct online_columns *c = a->look.columns;
    const struct online_source *s = &c->source[source];
    struct factor_of_product f = {
        .type = atomic_load_explicit(&s->type, memory_order_acquire), .x = 1, .level = {"", 0}};
    double x;
    if (f.type == TABLE_NUMBER)
        f.x = p->value[p->rows * p->cells + source].number;
    struct str text = a->look.row->text[s->column];
    bool other = f.type == TABLE_CATEGORY && a->look.judged && s->wanted != TABLE_CATEGORY &&
                 num_double(text, &x) == NUM_OK;
    if (!csv_missing(c->in, text) && !other)
        f.level = text;
    return f;
}

/* One cell of a product; false if the row cannot be used. */
static bool add_product(struct adding *a, size_t k)
{
    struct prepared *p = a->p;
    const struct online_columns *c = a->look.columns;
    const struct online_product *product = &c->product[k];
    struct factor_of_product f = factor_of(a, product->a), g = factor_of(a, product->b);
    bool numbers = f.type == TABLE_NUMBER && g.type == TABLE_NUMBER;
    bool levels = f.type == TABLE_CATEGORY && g.type == TABLE_CATEGORY;
    size_t cell = p->rows * p->cells + p->sources + k;
    double x = f.x * g.x;
    if (numbers && !usable_product(&a->look, product, &x))
        return false;
    p->value[cell].number = x;
    p->cell[cell] = numbers ? CELL_NUMBER : CELL_LEVEL;
    a->plain = a->plain && levels && c->hash_bits;
    if (f.type == TABLE_BY_VALUE || g.type == TABLE_BY_VALUE || isnan(x) ||
        (levels && product->a == product->b)) {
        p->cell[cell] = CELL_NOTHING;
        a->plain = false;
    } else if (!numbers && c->hash_bits) {
        uint32_t joined =
            f.type == TABLE_CATEGORY ? table_join(product->seed, f.level) : product->seed;
        joined = g.type == TABLE_CATEGORY ? table_join(joined, g.level) : joined;
        p->cell[cell] = 1 + table_bucket_of(joined, c->hash_bits);
    }
    return true;
}

static bool add_cells(struct adding *a)
{
    const struct online_columns *c = a->look.columns;
    for (size_t i = 0; i < c->sources; i++)
        if (!add_hashed(a, i) && !add_cell(a, i))
            return false;
    for (size_t k = 0; k < c->products; k++)
        if (!add_product(a, k))
            return false;
    return true;
}

/* The same, or nothing at all. */
static bool add_whole(struct adding *a)
{
    struct prepared *p = a->p;
    size_t missings = p->missings, texts = p->text.n;
    bool good = add_cells(a);
    if (!good) {
        p->missings = missings;
        p->text.n = texts;
    }
    return good;
}

bool prepared_add(
    struct prepared *p, const struct online_columns *c, const struct row *row, bool judged)
{
    struct str label = row->text[c->label];
    make_room(p);
    if (!p->rows)
        p->told = atomic_load_explicit(&c->told, memory_order_acquire);
    p->label[p->rows] = PREPARED_UNLABELLED;
    p->plain[p->rows] = false;
    if (!csv_missing(c->in, label)) {
        struct own_numbers own;
        const struct online_number *of;
        uint32_t class = classes_find(&c->classes, label);
        if (class == CLASSES_NONE || fault_of(c, row, &own, &of))
            return false;
        struct adding a = {p, look(c, row, own.weight), true};
        a.look.judged = judged;
        if (!add_whole(&a))
            return false;
        p->label[p->rows] = class;
        p->weight[p->rows] = own.weight;
        p->offset[p->rows] = own.offset;
        p->plain[p->rows] = a.plain && distinct(p, p->cell + p->rows * p->cells, p->cells);
    }
    p->rows++;
    return true;
}

bool prepared_stands(const struct prepared *p, const struct online_columns *c)
{
    return !p->untold || p->told == atomic_load_explicit(&c->told, memory_order_relaxed);
}
