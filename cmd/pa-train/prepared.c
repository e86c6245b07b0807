/* SPDX-License-Identifier: MIT */
#include "prepared.h"

#include <math.h>
#include <string.h>

#include "die.h"
#include "mem.h"
#include "num.h"

enum { STAMPS = 2048 };

/* ---- room ---- */

struct prepared *prepared_new(size_t sources)
{
    struct prepared *p = mem_zero(1, sizeof *p);
    p->sources = sources;
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
    p->cell = mem_resize(p->cell, p->cap * p->sources, sizeof *p->cell);
    p->value = mem_resize(p->value, p->cap * p->sources, sizeof *p->value);
}

struct str prepared_level(const struct prepared *p, union prepared_value v)
{
    return (struct str){p->text.p + v.level.at, v.level.n};
}

/* ---- labels, weights, offsets ---- */

/* What is wrong ends the program, whatever becomes of unusable rows. */
static bool ends(const struct online_columns *c, const struct row *row, enum reject code,
    const char *name, struct buf *wrong)
{
    bool good = !wrong->n;
    if (!good && !row->part)
        die_at(csv_place(row, name), "%s", buf_cstr(wrong));
    if (!good)
        csv_bad(c->in, row, code, name, "%s", buf_cstr(wrong));
    buf_release(wrong);
    return good;
}

static bool new_label(struct online_columns *c, const struct row *row, struct str text)
{
    struct buf wrong = {0};
    classes_meet(&c->classes, text, &wrong);
    return ends(c, row, E_ENUM, c->label_name, &wrong);
}

/* The number of a row's own, or what it is where there is no such column; false if it is none. */
static bool own_number(const struct online_number *n, const struct row *row, double none, double *x)
{
    *x = none;
    return !n->name || num_double(row->text[n->column], x) == NUM_OK;
}

static bool own_numbers(
    const struct online_columns *c, const struct row *row, double *weight, double *offset)
{
    return own_number(&c->weight, row, 1, weight) && *weight >= 0 &&
           own_number(&c->offset, row, 0, offset);
}

/* Can they be used? */
static bool judge_numbers(const struct online_columns *c, const struct row *row)
{
    struct buf wrong = {0};
    double x;
    const struct online_number *n = &c->weight;
    if (!own_number(n, row, 1, &x))
        buf_print(&wrong, "\"%.*s\" is not a number (--weight needs one in each row)",
            STR_ARG(row->text[n->column]));
    else if (!(x >= 0))
        buf_print(&wrong, "the weight \"%.*s\" is below 0", STR_ARG(row->text[n->column]));
    if (!wrong.n && !own_number(n = &c->offset, row, 0, &x))
        buf_print(&wrong, "\"%.*s\" is not a number (--offset needs one in each row)",
            STR_ARG(row->text[n->column]));
    return ends(c, row, E_NUM, n->name, &wrong);
}

/* ---- columns ---- */

/* A value of a column whose kind is told: a number, or NaN if it counts as missing; false if it
 * cannot be used, unless that was told already. */
static bool usable(const struct online_columns *c, const struct online_source *s,
    const struct row *row, bool judged, double *x)
{
    enum table_type type = atomic_load_explicit(&s->type, memory_order_acquire);
    struct str text = row->text[s->column];
    enum num_status status = s->wanted == TABLE_CATEGORY ? NUM_NOT : num_double(text, x);
    if (status != NUM_OK)
        *x = NAN;
    if (s->wanted == TABLE_CATEGORY || judged)
        return true;
    if (type == TABLE_CATEGORY && status == NUM_OK)
        return csv_bad(c->in, row, E_NUM, s->name,
            "\"%.*s\" is a number, but the column had other text (--categorical or --numeric says "
            "what it is)",
            STR_ARG(text));
    if (type == TABLE_NUMBER && status != NUM_OK && s->wanted != TABLE_NUMBER)
        return csv_bad(c->in, row, status == NUM_RANGE ? E_RANGE : E_NUM, s->name,
            "\"%.*s\" is no number that can be held, but the column had numbers (--categorical or "
            "--numeric says what it is)",
            STR_ARG(text));
    return true;
}

/* What the first value says of a column; false if it cannot be used itself. */
static bool decide_type(struct online_columns *c, struct online_source *s, const struct row *row)
{
    struct str text = row->text[s->column];
    double x;
    if (csv_missing(c->in, text) || s->type != TABLE_BY_VALUE)
        return true;
    atomic_store_explicit(&s->type, num_double(text, &x) == NUM_NOT ? TABLE_CATEGORY : TABLE_NUMBER,
        memory_order_release);
    atomic_fetch_add_explicit(&c->told, 1, memory_order_release);
    return usable(c, s, row, false, &x);
}

bool prepared_decide(struct online_columns *c, const struct row *row)
{
    struct str label = row->text[c->label];
    if (csv_missing(c->in, label))
        return true;
    for (size_t i = 0; i < c->sources; i++) {
        struct online_source *s = &c->source[i];
        double x;
        if (!csv_missing(c->in, row->text[s->column]) && s->type != TABLE_BY_VALUE &&
            !usable(c, s, row, false, &x))
            return false;
    }
    if (!judge_numbers(c, row))
        return false;
    if (classes_find(&c->classes, label) == CLASSES_NONE && !new_label(c, row, label))
        return false;
    for (size_t i = 0; i < c->sources; i++)
        if (!decide_type(c, &c->source[i], row))
            return false;
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
    const struct online_columns *columns;
    const struct row *row;
    bool judged, plain;
};

/* One cell; false if the row cannot be used or nothing tells yet what the column holds. */
static bool add_cell(struct adding *a, size_t i)
{
    struct prepared *p = a->p;
    struct online_source *s = &a->columns->source[i];
    size_t cell = p->rows * p->sources + i;
    struct str text = a->row->text[s->column];
    enum table_type type = atomic_load_explicit(&s->type, memory_order_acquire);
    bool missing = csv_missing(a->columns->in, text);
    unsigned bits = a->columns->hash_bits;
    double x = NAN;
    if (missing)
        put_missing(p, i, type == TABLE_BY_VALUE);
    else if (type == TABLE_BY_VALUE || !usable(a->columns, s, a->row, a->judged, &x))
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
    const struct online_source *s = &a->columns->source[i];
    struct str text = a->row->text[s->column];
    if (!a->columns->hash_bits || s->wanted != TABLE_CATEGORY || csv_missing(a->columns->in, text))
        return false;
    a->p->cell[a->p->rows * a->p->sources + i] =
        1 + table_bucket(s->seed, text, a->columns->hash_bits);
    return true;
}

static bool add_cells(struct adding *a)
{
    struct prepared *p = a->p;
    size_t missings = p->missings, texts = p->text.n;
    for (size_t i = 0; i < p->sources; i++)
        if (!add_hashed(a, i) && !add_cell(a, i)) {
            p->missings = missings;
            p->text.n = texts;
            return false;
        }
    return true;
}

bool prepared_add(
    struct prepared *p, const struct online_columns *c, const struct row *row, bool judged)
{
    struct str label = row->text[c->label];
    struct adding a = {p, c, row, judged, true};
    make_room(p);
    if (!p->rows)
        p->told = atomic_load_explicit(&c->told, memory_order_acquire);
    p->label[p->rows] = PREPARED_UNLABELLED;
    p->plain[p->rows] = false;
    if (!csv_missing(c->in, label)) {
        uint32_t class = classes_find(&c->classes, label);
        if (class == CLASSES_NONE ||
            !own_numbers(c, row, &p->weight[p->rows], &p->offset[p->rows]) || !add_cells(&a))
            return false;
        p->label[p->rows] = class;
        p->plain[p->rows] = a.plain && distinct(p, p->cell + p->rows * p->sources, p->sources);
    }
    p->rows++;
    return true;
}

bool prepared_stands(const struct prepared *p, const struct online_columns *c)
{
    return !p->untold || p->told == atomic_load_explicit(&c->told, memory_order_relaxed);
}
