/* SPDX-License-Identifier: MIT */
#include "chain.h"

#include <math.h>
#include <string.h>

#include "die.h"
#include "mem.h"
#include "num.h"

/* One option: which transform, of which columns. */
struct entry {
    const char *option;
    struct str columns; /* NUL-terminated */
    struct transform transform;
};

static struct entry read_entry(const struct arg_list *list, size_t i)
{
    struct entry e = {list->by[i], str_of(list->at[i]), {.kind = TRANSFORM_ONEHOT}};
    bool scale = strcmp(e.option, "scale") == 0, bin = strcmp(e.option, "bin") == 0;
    struct str rule;
    if (!scale && !bin)
        return e;
    if (!args_pair(list->at[i], &e.columns, &rule))
        die_usage(
            "--%s: \"%s\" has no '=' (COLS=%s)", e.option, list->at[i], scale ? "METHOD" : "RULE");
    if (scale && !transform_scale_of(&e.transform, rule))
        die_usage("--scale: \"%.*s\" is no method (z, minmax, robust, log1p, none)", STR_ARG(rule));
    if (bin && !transform_bin_of(&e.transform, rule))
        die_usage("--bin: \"%.*s\" is no rule (quantile:N, width:N, or increasing numbers)",
            STR_ARG(rule));
    return e;
}

static bool is_star(const struct entry *e)
{
    return str_is(e->columns, "*");
}

/* "none" makes no step: the field stays as it came, 007 is no 7. */
static bool is_none(const struct entry *e)
{
    return e->transform.kind == TRANSFORM_SCALE && e->transform.scale == SCALE_NONE;
}

bool chain_named(const struct arg_list *list, const struct header *h, enum chain_form *first)
{
    bool star = false;
    for (size_t i = 0; i < h->n; i++)
        first[i] = FORM_UNKNOWN;
    for (size_t i = 0; i < list->n; i++) {
        struct entry e = read_entry(list, i);
        struct columns c = {NULL, 0};
        star |= is_star(&e);
        if (!is_star(&e))
            c = columns_parse(e.option, e.columns.p, h);
        for (size_t k = 0; k < c.n; k++)
            if (first[c.at[k]] == FORM_UNKNOWN || first[c.at[k]] == FORM_KEPT)
                first[c.at[k]] = is_none(&e)                            ? FORM_KEPT
                                 : e.transform.kind == TRANSFORM_ONEHOT ? FORM_TEXT
                                                                        : FORM_NUMBER;
        mem_free(c.at);
        transform_release(&e.transform);
    }
    return star;
}

/* ---- building ---- */

long chain_find(const struct chain *c, size_t at)
{
    for (size_t i = 0; i < c->columns; i++)
        if (c->column[i].at == at)
            return (long)i;
    return COLUMN_NONE;
}

static size_t column_at(struct chain *c, size_t at, struct str name, enum transform_kind first)
{
    long found = chain_find(c, at);
    if (found != COLUMN_NONE)
        return (size_t)found;
    c->column = mem_grow(c->column, &c->columns_cap, c->columns + 1, sizeof *c->column);
    bool text = first == TRANSFORM_ONEHOT;
    c->column[c->columns] = (struct chain_column){
        .at = at, .name = name, .reads_text = text, .form = text ? FORM_TEXT : FORM_NUMBER};
    return c->columns++;
}

static const char *verb(enum transform_kind kind)
{
    static const char *const name[] = {"scaled", "cut into bins", "one-hot"};
    return name[kind];
}

static void add_step(struct chain *c, size_t at, struct str name, struct transform t)
{
    size_t on = column_at(c, at, name, t.kind);
    struct chain_column *column = &c->column[on];
    if (column->form == FORM_INDICATORS ||
        (t.kind != TRANSFORM_ONEHOT && column->form == FORM_TEXT))
        die_usage("column \"%.*s\" cannot be %s after it was made %s", STR_ARG(name), verb(t.kind),
            column->form == FORM_TEXT ? "text" : "one-hot");
    column->form = t.kind == TRANSFORM_SCALE ? FORM_NUMBER
                   : t.kind == TRANSFORM_BIN ? FORM_TEXT
                                             : FORM_INDICATORS;
    c->step = mem_grow(c->step, &c->cap, c->n + 1, sizeof *c->step);
    c->on = mem_grow(c->on, &c->on_cap, c->n + 1, sizeof *c->on);
    c->on[c->n] = on;
    c->step[c->n++] = t;
}

/* A copy of what the option said, for one more column. */
static struct transform again(const struct transform *t)
{
    struct transform copy = *t;
    copy.cut = t->cut ? mem_alloc(t->cuts, sizeof *t->cut) : NULL;
    if (t->cut)
        memcpy(copy.cut, t->cut, t->cuts * sizeof *t->cut);
    copy.label = NULL;
    if (t->label)
        transform_ready(&copy);
    return copy;
}

/* What "*" stands for; first as chain_named has it. */
static struct columns suitable(const struct entry *e, const struct header *h,
    const enum chain_form *form, const bool *offered, const enum chain_form *first)
{
    struct columns c = {mem_alloc(h->n, sizeof *c.at), 0};
    enum chain_form wanted = e->transform.kind == TRANSFORM_ONEHOT ? FORM_TEXT : FORM_NUMBER;
    for (size_t i = 0; i < h->n; i++)
        if (offered[i] && first[i] == FORM_UNKNOWN && form[i] == wanted)
            c.at[c.n++] = i;
    return c;
}

void chain_build(struct chain *c, const struct arg_list *list, const struct header *h,
    const enum chain_form *form, const bool *offered)
{
    enum chain_form *first = mem_alloc(h->n, sizeof *first);
    chain_named(list, h, first);
    for (size_t i = 0; i < list->n; i++) {
        struct entry e = read_entry(list, i);
        struct columns on = is_star(&e) ? suitable(&e, h, form, offered, first)
                                        : columns_parse(e.option, e.columns.p, h);
        for (size_t k = 0; k < on.n && !is_none(&e); k++) {
            size_t at = on.at[k];
            bool is_first = chain_find(c, at) == COLUMN_NONE;
            if (is_first && e.transform.kind != TRANSFORM_ONEHOT && form[at] == FORM_TEXT)
                die("%.*s: the column holds text, not numbers to be %s", STR_ARG(h->name[at]),
                    verb(e.transform.kind));
            add_step(c, at, h->name[at], again(&e.transform));
        }
        mem_free(on.at);
        transform_release(&e.transform);
    }
    mem_free(first);
}

bool chain_option_learns(const struct arg_list *list, size_t i)
{
    struct entry e = read_entry(list, i);
    bool learns = transform_learns(&e.transform);
    transform_release(&e.transform);
    return learns;
}

/* ---- learning ---- */

/* What a column's values have become after some of its transforms. */
struct working {
    double *number;
    uint32_t *code;
    struct dict *levels;
    size_t n;
};

static void number_to_text(struct working *w)
{
    char digits[NUM_WIDTH];
    w->levels = dict_new();
    w->code = mem_alloc(w->n, sizeof *w->code);
    for (size_t i = 0; i < w->n; i++)
        w->code[i] = dict_add(w->levels, (struct str){digits, num_write(w->number[i], digits)});
}

static void number_to_bins(struct working *w, const struct transform *t)
{
    w->levels = dict_new();
    w->code = mem_alloc(w->n, sizeof *w->code);
    for (size_t i = 0; i < w->n; i++) {
        double x = w->number[i];
        w->code[i] = isnan(x) ? DICT_NONE : dict_add(w->levels, t->label[transform_binned(t, x)]);
    }
}

static void learn_levels(
    struct transform *t, const uint32_t *code, const struct dict *levels, size_t n)
{
    struct dict *seen = dict_new();
    bool *used = mem_zero(dict_size(levels), sizeof *used), missing = false;
    for (size_t i = 0; i < n; i++) {
        missing |= code[i] == DICT_NONE;
        if (code[i] != DICT_NONE)
            used[code[i]] = true;
    }
    for (uint32_t id = 0; id < dict_size(levels); id++)
        if (used[id])
            dict_add(seen, dict_key(levels, id));
    if (missing)
        dict_add(seen, str_of(""));
    transform_learn_levels(t, seen, NULL);
    dict_free(seen);
    mem_free(used);
}

/* False: what a scale is made of is more than a double holds. */
static bool learn_step(struct transform *t, struct working *w, const struct chain_values *v)
{
    bool fits = true;
    if (t->kind == TRANSFORM_SCALE) {
        fits = transform_learn(t, w->number, w->n);
        for (size_t i = 0; i < w->n; i++)
            w->number[i] = transform_scaled(t, w->number[i]);
    } else if (t->kind == TRANSFORM_BIN) {
        fits = transform_learn(t, w->number, w->n);
        number_to_bins(w, t);
    } else if (v->code) {
        learn_levels(t, v->code, v->levels, v->n);
    } else {
        if (!w->code)
            number_to_text(w);
        learn_levels(t, w->code, w->levels, w->n);
    }
    return fits;
}

void chain_learn(struct chain *c, size_t column, const struct chain_values *v)
{
    struct working w = {.n = v->n};
    if (v->number) {
        w.number = mem_alloc(v->n, sizeof *w.number);
        memcpy(w.number, v->number, v->n * sizeof *w.number);
    }
    for (size_t i = 0; i < c->n; i++)
        if (c->on[i] == column && !learn_step(&c->step[i], &w, v))
            die("%.*s: the values are too large to be %s", STR_ARG(c->column[column].name),
                verb(c->step[i].kind));
    mem_free(w.number);
    mem_free(w.code);
    dict_free(w.levels);
}

/* ---- rows ---- */

static const struct transform *onehot_of(const struct chain *c, size_t column)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->on[i] == column && c->step[i].kind == TRANSFORM_ONEHOT)
            return &c->step[i];
    return NULL;
}

static void add_indicators(struct chain *c, size_t column, struct sink *out)
{
    const struct transform *t = onehot_of(c, column);
    struct buf name = {0};
    for (size_t i = 0; t && i < t->indicators; i++) {
        buf_clear(&name);
        buf_str(&name, c->column[column].name);
        buf_char(&name, '=');
        buf_str(&name, transform_level_name(t, i));
        size_t value = sink_add(out, buf_view(&name), c->column[column].at, false);
        if (i == 0)
            c->column[column].out = value;
    }
    buf_release(&name);
}

void chain_add_indicators(struct chain *c, struct sink *out)
{
    size_t last = 0;
    for (size_t i = 0; i < c->columns; i++)
        last = c->column[i].at > last ? c->column[i].at : last;
    for (size_t at = 0; c->columns && at <= last; at++) {
        long column = chain_find(c, at);
        if (column != COLUMN_NONE)
            add_indicators(c, (size_t)column, out);
    }
}

static void set_indicators(
    struct chain_column *c, const struct transform *t, struct sink *out, struct str text)
{
    size_t set = transform_level(t, text);
    c->unseen += dict_find(t->levels, text) == DICT_NONE;
    for (size_t i = 0; i < t->indicators; i++)
        sink_set_flag(out, c->out + i, i == set);
}

void chain_set(struct chain *c, size_t column, struct sink *out, double x, struct str text)
{
    char digits[NUM_WIDTH];
    struct chain_column *to = &c->column[column];
    bool is_text = to->reads_text;
    for (size_t i = 0; i < c->n; i++) {
        const struct transform *t = &c->step[i];
        if (c->on[i] != column)
            continue;
        if (t->kind == TRANSFORM_SCALE) {
            to->undefined += !isnan(x) && isnan(transform_scaled(t, x));
            x = transform_scaled(t, x);
        } else if (t->kind == TRANSFORM_BIN) {
            text = isnan(x) ? str_of("") : t->label[transform_binned(t, x)];
            is_text = true;
        } else {
            if (!is_text)
                text = (struct str){digits, num_write(x, digits)};
            set_indicators(to, t, out, text);
        }
    }
    if (to->form == FORM_NUMBER)
        sink_set_number(out, to->out, x);
    else if (to->form == FORM_TEXT)
        sink_set_text(out, to->out, text);
}

void chain_report(const struct chain *c)
{
    for (size_t i = 0; i < c->columns; i++) {
        const struct chain_column *column = &c->column[i];
        if (column->unseen)
            warn("%llu values of \"%.*s\" were not seen in training and count as other",
                (unsigned long long)column->unseen, STR_ARG(column->name));
        if (column->undefined)
            warn("%llu values of \"%.*s\" are -1 or less: log1p is not defined, they are missing",
                (unsigned long long)column->undefined, STR_ARG(column->name));
    }
}

/* ---- model lines ----
 *   scale COLUMN METHOD CENTER DIVIDE
 *   bin COLUMN CUT...
 *   onehot COLUMN, then a line "level TEXT" each
 */

static void write_step(const struct transform *t, struct str name, struct model_out *m)
{
    static const char *const key[] = {"scale", "bin", "onehot"};
    model_key(m, key[t->kind]);
    model_text(m, name);
    if (t->kind == TRANSFORM_SCALE) {
        model_text(m, str_of(transform_scale_name(t->scale)));
        model_number(m, t->center);
        model_number(m, t->divide);
    }
    for (size_t i = 0; t->kind == TRANSFORM_BIN && i < t->cuts; i++)
        model_number(m, t->cut[i]);
    for (uint32_t i = 0; t->kind == TRANSFORM_ONEHOT && i < dict_size(t->levels); i++) {
        model_key(m, "level");
        model_text(m, dict_key(t->levels, i));
    }
}

void chain_write(const struct chain *c, struct model_out *m)
{
    for (size_t i = 0; i < c->n; i++)
        write_step(&c->step[i], c->column[c->on[i]].name, m);
}

static struct transform read_scale(struct model_in *m, const struct model_line *line)
{
    struct transform t;
    if (line->n != 5 || !transform_scale_of(&t, line->field[2]))
        model_die(m, line, "not a scale");
    t.center = model_get_number(m, line, 3);
    t.divide = model_get_number(m, line, 4);
    if (t.divide == 0)
        model_die(m, line, "a scale divides by 0");
    return t;
}

static struct transform read_bin(struct model_in *m, const struct model_line *line)
{
    struct transform t = {.kind = TRANSFORM_BIN, .bin = BIN_AT};
    t.cut = mem_alloc(line->n, sizeof *t.cut);
    for (size_t i = 2; i < line->n; i++) {
        t.cut[t.cuts++] = model_get_number(m, line, i);
        if (t.cuts > 1 && t.cut[t.cuts - 2] >= t.cut[t.cuts - 1])
            model_die(m, line, "cuts do not increase");
    }
    transform_ready(&t);
    return t;
}

static struct transform read_onehot(struct model_in *m)
{
    struct transform t = {.kind = TRANSFORM_ONEHOT};
    struct dict *levels = dict_new();
    while (model_peek(m, "level")) {
        struct model_line line;
        model_expect(m, "level", 1, &line);
        dict_add(levels, line.field[1]);
    }
    transform_learn_levels(&t, levels, NULL);
    dict_free(levels);
    return t;
}

void chain_read(struct chain *c, struct model_in *m, const struct header *h, const char *path)
{
    struct model_line line;
    while (model_next(m, &line)) {
        struct transform t;
        if (line.n < 2)
            model_die(m, &line, "a column is missing");
        if (str_is(line.field[0], "scale"))
            t = read_scale(m, &line);
        else if (str_is(line.field[0], "bin"))
            t = read_bin(m, &line);
        else if (str_is(line.field[0], "onehot"))
            t = read_onehot(m);
        else
            model_die(m, &line, "an unknown line");
        size_t at = columns_need(line.field[1], h, path);
        add_step(c, at, h->name[at], t);
    }
}

void chain_release(struct chain *c)
{
    for (size_t i = 0; i < c->n; i++)
        transform_release(&c->step[i]);
    mem_free(c->step);
    mem_free(c->on);
    mem_free(c->column);
    *c = (struct chain){0};
}
