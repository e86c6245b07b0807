/* SPDX-License-Identifier: MIT */
/* design, the part that shows a table's rows as the matrix that a fit reads. */
#include <math.h>
#include <string.h>

#include "design.h"
#include "design_index.h"

uint32_t *design_level_of_code(const struct table_column *c, const struct design_source *s)
{
    size_t n = dict_size(c->levels);
    uint32_t *level = mem_alloc(n + 1, sizeof *level);
    for (uint32_t k = 0; k <= n; k++)
        level[k] = design_level(s, k < n ? dict_key(c->levels, k) : (struct str){"", 0}, NULL);
    return level;
}

void design_multiply(
    const double *a, double mean_a, const double *b, double mean_b, size_t rows, double *out)
{
    for (size_t i = 0; i < rows; i++)
        out[i] = (isnan(a[i]) ? mean_a : a[i]) * (isnan(b[i]) ? mean_b : b[i]);
}

struct viewing {
    const struct design *d;
    const struct table *table;
    struct design_view *view;
    struct mat_numeric *numeric;
    struct mat_group *group;
    uint32_t *numeric_term, *group_term; /* terms of columns so far */
    bool centre;
    size_t group_columns;
};

static const struct table_column *viewed(const struct viewing *v, uint32_t source)
{
    return &v->table->column[v->d->index->source[source].column];
}

static void view_number(struct viewing *v, uint32_t term, const double *x)
{
    const struct design_term *t = &v->d->term[term];
    v->numeric_term[v->view->x.numerics] = term;
    v->numeric[v->view->x.numerics++] =
        (struct mat_numeric){x, v->centre ? t->mean : 0, 1 / t->scale};
}

/* The matrix has 0 where a number is missing, which is the mean only of what is centred. */
static const double *filled(struct viewing *v, uint32_t source, const double *x)
{
    const struct design_source *s = &v->d->source[source];
    if (v->centre || !(s->share_missing > 0))
        return x;
    double *out = arena_alloc(&v->view->arena, v->table->rows, sizeof *out);
    for (size_t i = 0; i < v->table->rows; i++)
        out[i] = isnan(x[i]) ? s->mean : x[i];
    return out;
}

static struct mat_group *view_group(struct viewing *v)
{
    struct mat_group *g = &v->group[v->view->x.groups++];
    memset(g, 0, sizeof *g);
    return g;
}

static uint32_t group_column(struct viewing *v, struct mat_group *g, uint32_t term)
{
    v->group_term[v->group_columns++] = term;
    return (uint32_t)g->width++;
}

/* A group whose column is told by the level of a category; term by level. */
static struct mat_group *view_levels(struct viewing *v, uint32_t source, const uint32_t *term)
{
    const struct table_column *c = viewed(v, source);
    const struct design_source *s = &v->d->source[source];
    size_t n = dict_size(c->levels);
    uint32_t *map = arena_alloc(&v->view->arena, n + 1, sizeof *map);
    uint32_t *column = mem_alloc(dict_size(s->levels), sizeof *column);
    uint32_t *level = design_level_of_code(c, s);
    struct mat_group *g = view_group(v);
    for (size_t k = 0; k < dict_size(s->levels); k++)
        column[k] = term[k] == DESIGN_NO_TERM ? MAT_NONE : group_column(v, g, term[k]);
    for (size_t k = 0; k <= n; k++)
        map[k] = level[k] == DICT_NONE ? MAT_NONE : column[level[k]];
    g->code = c->code;
    g->map = map;
    g->levels = (uint32_t)n;
    mem_free(column);
    mem_free(level);
    return g;
}

/* All hashed sources share the columns of the buckets, which come last. */
static void view_hashed(struct viewing *v, uint32_t source, bool first)
{
    const struct table_column *c = viewed(v, source);
    const struct design *d = v->d;
    size_t n = table_codes(c), named = d->named;
    uint32_t *map = arena_alloc(&v->view->arena, n + 1, sizeof *map);
    struct mat_group *g = view_group(v);
    for (size_t k = 0; k <= n; k++) {
        uint32_t term = k < n ? d->index->bucket[c->bucket[k]]
                              : design_bucket_term(d, source, (struct str){"", 0});
        map[k] = term == DESIGN_NO_TERM ? MAT_NONE : (uint32_t)(term - named);
    }
    *g = (struct mat_group){.code = c->code,
        .map = map,
        .levels = (uint32_t)n,
        .shared = !first,
        .width = d->terms - named};
    for (size_t t = named; first && t < d->terms; t++)
        v->group_term[v->group_columns++] = (uint32_t)t;
}

static void view_buckets(struct viewing *v)
{
    bool first = true;
    for (uint32_t i = 0; i < v->d->sources; i++)
        if (v->d->source[i].hashed) {
            view_hashed(v, i, first);
            first = false;
        }
}

static void view_source(struct viewing *v, uint32_t i)
{
    if (v->d->source[i].hashed)
        return;
    const struct design_source_index *s = &v->d->index->source[i];
    const struct table_column *c = viewed(v, i);
    if (v->d->source[i].category) {
        view_levels(v, i, s->level);
        return;
    }
    view_number(v, s->number, filled(v, i, c->number));
    if (s->missing == DESIGN_NO_TERM)
        return;
    struct mat_group *g = view_group(v);
    g->missing = c->number;
    group_column(v, g, s->missing);
}

static void view_pairs(struct viewing *v, const struct design_product *p)
{
    const struct table_column *x = viewed(v, p->a), *y = viewed(v, p->b);
    const struct design_source *s = &v->d->source[p->a], *t = &v->d->source[p->b];
    size_t nb = dict_size(t->levels), n = dict_size(s->levels) * nb;
    uint32_t *level_a = design_level_of_code(x, s), *level_b = design_level_of_code(y, t);
    uint32_t codes_a = (uint32_t)dict_size(x->levels), codes_b = (uint32_t)dict_size(y->levels);
    uint32_t *column = mem_alloc(n, sizeof *column);
    uint32_t *code = arena_alloc(&v->view->arena, v->table->rows, sizeof *code);
    struct mat_group *g = view_group(v);
    memset(column, 0xff, n * sizeof *column);
    for (size_t k = 0; k < p->pairs; k++)
        column[p->pair[k].key] = group_column(v, g, p->pair[k].term);
    for (size_t i = 0; i < v->table->rows; i++) {
        uint32_t j = level_a[design_code(x, codes_a, i)], k = level_b[design_code(y, codes_b, i)];
        code[i] = j == DICT_NONE || k == DICT_NONE ? MAT_NONE : column[j * nb + k];
    }
    g->code = code;
    mem_free(level_a);
    mem_free(level_b);
    mem_free(column);
}

static void view_product(struct viewing *v, const struct design_product *p)
{
    const struct design *d = v->d;
    bool number_a = !d->source[p->a].category, number_b = !d->source[p->b].category;
    if (number_a && number_b) {
        double *x = arena_alloc(&v->view->arena, v->table->rows, sizeof *x);
        design_multiply(viewed(v, p->a)->number, d->source[p->a].mean, viewed(v, p->b)->number,
            d->source[p->b].mean, v->table->rows, x);
        view_number(v, p->number, x);
    } else if (number_a || number_b) {
        uint32_t number = number_a ? p->a : p->b;
        struct mat_group *g = view_levels(v, number_a ? p->b : p->a, p->level);
        g->value = viewed(v, number)->number;
        g->fill = d->source[number].mean;
        g->factor = d->source[number].sd > 0 ? 1 / d->source[number].sd : 1;
    } else {
        view_pairs(v, p);
    }
}

struct design_view *design_apply(const struct design *d, const struct table *table, bool centre)
{
    struct design_view *view = mem_zero(1, sizeof *view);
    struct viewing v = {.d = d, .table = table, .view = view, .centre = centre};
    size_t most = 2 * d->sources + d->index->products;
    v.numeric = arena_alloc(&view->arena, most, sizeof *v.numeric);
    v.group = arena_alloc(&view->arena, most, sizeof *v.group);
    v.numeric_term = mem_alloc(d->terms, sizeof *v.numeric_term);
    v.group_term = mem_alloc(d->terms, sizeof *v.group_term);
    for (uint32_t i = 0; i < d->sources; i++)
        view_source(&v, i);
    for (size_t k = 0; k < d->index->products; k++)
        view_product(&v, &d->index->product[k]);
    view_buckets(&v);
    struct mat_design *x = &view->x;
    x->rows = table->rows;
    x->width = d->terms;
    x->numeric = v.numeric;
    x->group = v.group;
    view->column_term = arena_alloc(&view->arena, d->terms, sizeof *view->column_term);
    memcpy(view->column_term, v.numeric_term, x->numerics * sizeof *v.numeric_term);
    memcpy(view->column_term + x->numerics, v.group_term, v.group_columns * sizeof *v.group_term);
    mem_free(v.numeric_term);
    mem_free(v.group_term);
    return view;
}

void design_view_drop(struct design_view *view, uint32_t term)
{
    struct mat_design *x = &view->x;
    struct mat_numeric *kept = arena_alloc(&view->arena, x->numerics, sizeof *kept);
    size_t to = 0, numerics = 0;
    for (size_t j = 0; j < x->width; j++) {
        if (view->column_term[j] == term)
            continue;
        if (j < x->numerics)
            kept[numerics++] = x->numeric[j];
        view->column_term[to++] = view->column_term[j];
    }
    x->numeric = kept;
    x->numerics = numerics;
    x->width = to;
}

void design_view_free(struct design_view *view)
{
    arena_release(&view->arena);
    mem_free(view);
}
