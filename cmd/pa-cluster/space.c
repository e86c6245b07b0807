/* SPDX-License-Identifier: MIT */
#include "space.h"

#include <math.h>

#include "fmath.h"
#include "mem.h"
#include "num.h"
#include "par.h"
#include "stats.h"

static const char *const names[SPACE_METHODS] = {"z", "minmax", "robust", "log1p", "none"};

enum space_method space_method_of(struct str word)
{
    enum space_method m = SPACE_Z;
    while (m < SPACE_METHODS && !str_is(word, names[m]))
        m++;
    return m;
}

const char *space_method_name(enum space_method m)
{
    return names[m];
}

/* ---- learning ---- */

/* Median and quartiles of what is there. */
static void learn_robust(const double *x, size_t n, struct space_column *c)
{
    double *sorted = mem_alloc(n, sizeof *sorted);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            sorted[m++] = x[i];
    stats_sort(sorted, m);
    c->shift = stats_quantile(sorted, m, 0.5);
    c->scale = stats_quantile(sorted, m, 0.75) - stats_quantile(sorted, m, 0.25);
    mem_free(sorted);
}

static enum space_status learn_number(const double *x, size_t n, struct space_column *c)
{
    struct moments m = {0};
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            moments_add(&m, x[i]);
    c->mean = m.n ? moments_mean(&m) : 0;
    c->shift = 0;
    c->scale = 1;
    if (c->method == SPACE_LOG1P && m.n && m.min <= -1)
        return SPACE_LOG;
    if (c->method == SPACE_Z && m.n) {
        c->shift = c->mean;
        c->scale = moments_sd(&m);
    } else if (c->method == SPACE_MINMAX && m.n) {
        c->shift = m.min;
        c->scale = m.max - m.min;
    } else if (c->method == SPACE_ROBUST && m.n) {
        learn_robust(x, n, c);
    }
    if (!isfinite(c->mean) || !isfinite(c->shift) || !isfinite(c->scale))
        return SPACE_RANGE;
    c->scale = c->scale > 0 ? c->scale : 1;
    return SPACE_OK;
}

/* Levels in byte order; "" comes first by itself. */
static void learn_category(const struct table_column *from, struct space_column *c)
{
    size_t n = dict_size(from->levels);
    uint32_t *order = mem_alloc(n, sizeof *order);
    c->levels = dict_new();
    if (from->missing)
        dict_add(c->levels, str_of(""));
    dict_sort(from->levels, order);
    for (size_t i = 0; i < n; i++)
        dict_add(c->levels, dict_key(from->levels, order[i]));
    mem_free(order);
}

struct learning {
    const struct table *table;
    struct space *space;
    enum space_status *status;
};

static void learn_one(void *context, size_t i, unsigned thread)
{
    struct learning *l = context;
    const struct table_column *from = &l->table->column[i];
    struct space_column *c = &l->space->column[i];
    (void)thread;
    c->name = (struct str){mem_text(from->name.p, from->name.n), from->name.n};
    c->category = from->type == TABLE_CATEGORY;
    if (c->category)
        learn_category(from, c);
    else
        l->status[i] = learn_number(from->number, l->table->rows, c);
}

struct space *space_learn(const struct table *t, const enum space_method *method, unsigned jobs,
    enum space_status *status, size_t *column)
{
    struct space *s = mem_zero(1, sizeof *s);
    struct learning l = {t, s, mem_zero(t->n, sizeof *l.status)};
    s->column = mem_zero(t->n, sizeof *s->column);
    s->columns = t->n;
    for (size_t i = 0; i < t->n; i++)
        s->column[i].method = method[i];
    par_for(jobs, t->n, learn_one, &l);
    *status = SPACE_OK;
    for (size_t i = t->n; i-- > 0;)
        if (l.status[i] != SPACE_OK) {
            *status = l.status[i];
            *column = i;
        }
    for (size_t i = 0; i < t->n; i++) {
        s->column[i].first = s->width;
        s->width += s->column[i].category ? dict_size(s->column[i].levels) : 1;
    }
    mem_free(l.status);
    if (*status == SPACE_OK)
        return s;
    space_free(s);
    return NULL;
}

/* ---- applying ---- */

static double scaled(const struct space_column *c, double x)
{
    if (isnan(x))
        x = c->mean;
    return c->method == SPACE_LOG1P ? fm_log1p(x) : (x - c->shift) / c->scale;
}

struct applying {
    const struct space *space;
    struct table *table;
    double **column;
};

static void indicators(
    const struct space_column *c, const struct table_column *from, size_t rows, double **column)
{
    size_t n = dict_size(from->levels);
    uint32_t *term = mem_alloc(n + 1, sizeof *term), missing = dict_find(c->levels, str_of(""));
    for (uint32_t level = 0; level < n; level++)
        term[level] = dict_find(c->levels, dict_key(from->levels, level));
    for (size_t level = 0; level < dict_size(c->levels); level++)
        column[level] = mem_zero(rows, sizeof **column);
    for (size_t i = 0; i < rows; i++) {
        uint32_t t = from->code[i] == TABLE_MISSING ? missing : term[from->code[i]];
        if (t != DICT_NONE)
            column[t][i] = 1;
    }
    mem_free(term);
}

static void apply_one(void *context, size_t i, unsigned thread)
{
    struct applying *a = context;
    const struct space_column *c = &a->space->column[i];
    struct table_column *from = &a->table->column[i];
    double **column = a->column + c->first;
    (void)thread;
    if (c->category) {
        indicators(c, from, a->table->rows, column);
        return;
    }
    column[0] = from->number;
    for (size_t row = 0; row < a->table->rows; row++)
        from->number[row] = scaled(c, from->number[row]);
}

struct space_rows space_apply(const struct space *s, struct table *t, unsigned jobs)
{
    struct applying a = {s, t, mem_alloc(s->width, sizeof *a.column)};
    par_for(jobs, s->columns, apply_one, &a);
    return (struct space_rows){{t->rows, s->width, (const double *const *)a.column}, a.column, s};
}

void space_rows_release(struct space_rows *r)
{
    for (size_t i = 0; i < r->space->columns; i++) {
        const struct space_column *c = &r->space->column[i];
        for (size_t level = 0; c->category && level < dict_size(c->levels); level++)
            mem_free(r->column[c->first + level]);
    }
    mem_free(r->column);
}

static void mark_level(
    const struct space_column *c, struct str text, double *x, size_t stride, uint64_t *unseen)
{
    uint32_t level = dict_find(c->levels, text);
    for (size_t i = 0; i < dict_size(c->levels); i++)
        x[(c->first + i) * stride] = i == level;
    *unseen += level == DICT_NONE;
}

size_t space_row(
    const struct space *s, const struct str *text, double *x, size_t stride, uint64_t *unseen)
{
    for (size_t i = 0; i < s->columns; i++) {
        const struct space_column *c = &s->column[i];
        double value = NAN;
        if (c->category)
            mark_level(c, text[i], x, stride, &unseen[i]);
        else if (text[i].n && num_double(text[i], &value) != NUM_OK)
            return i;
        else
            x[c->first * stride] = scaled(c, value);
    }
    return s->columns;
}

void space_term(const struct space *s, size_t term, struct buf *out)
{
    size_t i = 0;
    while (i + 1 < s->columns && s->column[i + 1].first <= term)
        i++;
    buf_str(out, s->column[i].name);
    if (s->column[i].category) {
        buf_char(out, '=');
        buf_str(out, dict_key(s->column[i].levels, (uint32_t)(term - s->column[i].first)));
    }
}

void space_free(struct space *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->columns; i++) {
        dict_free(s->column[i].levels);
        mem_free((void *)(uintptr_t)s->column[i].name.p);
    }
    mem_free(s->column);
    mem_free(s);
}
