/* SPDX-License-Identifier: MIT */
#include "trouble.h"

#include <math.h>

#include "die.h"
#include "mem.h"

enum { NAMES_MOST = 5 };

/* A list of at most NAMES_MOST things; true if this one is to be written. */
static bool next_name(struct buf *text, size_t *n)
{
    ++*n;
    if (*n <= NAMES_MOST)
        buf_text(text, *n > 1 ? ", " : "");
    else if (*n == NAMES_MOST + 1)
        buf_text(text, " and others");
    return *n <= NAMES_MOST;
}

/* rows (width + 1, classes) of a group; the last row: in none of its columns. */
static uint64_t *count(const struct glm_problem *p, const struct mat_group *g)
{
    uint64_t *rows = mem_zero((g->width + 1) * p->classes, sizeof *rows);
    for (size_t i = 0; i < p->x->rows; i++) {
        uint32_t c = mat_group_column(g, i);
        if (p->weight && p->weight[i] == 0)
            continue;
        rows[(c == MAT_NONE ? g->width : c) * p->classes + p->y[i]]++;
    }
    return rows;
}

/* The first class that these rows lack, and their number; false if they have all, or are none. */
static bool lacks(const uint64_t *rows, size_t classes, size_t *class, uint64_t *total)
{
    *total = 0;
    *class = classes;
    for (size_t k = classes; k-- > 0;) {
        *total += rows[k];
        *class = rows[k] ? *class : k;
    }
    return *total && *class < classes;
}

static struct str name_of(const struct design *d, const struct design_view *v, size_t column)
{
    return d->term[v->column_term[column]].name;
}

static bool has_term(const struct design *d, uint32_t source, uint32_t level)
{
    for (size_t i = 0; i < d->terms; i++) {
        const struct design_factor *f = d->term[i].factor;
        if (d->term[i].factors == 1 && f->source == source && f->level == level)
            return true;
    }
    return false;
}

/* The rows that are in no column of the group that begins with this one: those of a category's
 * reference level, or all that the column does not name. */
static void put_rest(
    struct buf *out, const struct design *d, const struct design_view *v, size_t column)
{
    const struct design_term *term = &d->term[v->column_term[column]];
    uint32_t source = term->factor[0].source;
    const struct design_source *s = &d->source[source];
    if (term->factors > 1 || !s->category) {
        buf_text(out, "other than ");
        buf_str(out, term->name);
        return;
    }
    for (uint32_t k = 0; k < dict_size(s->levels); k++)
        if (!has_term(d, source, k))
            buf_print(out, "%.*s=%.*s", STR_ARG(s->name), STR_ARG(dict_key(s->levels, k)));
}

bool trouble_levels(const struct glm_problem *p, const struct design *d,
    const struct design_view *v, const struct str *class, struct buf *text)
{
    size_t n = 0, first = p->x->numerics, missing;
    uint64_t total;
    for (size_t g = 0; g < p->x->groups; first += p->x->group[g++].width) {
        const struct mat_group *group = &p->x->group[g];
        uint64_t *rows = count(p, group);
        size_t rest = group->width + !p->no_intercept; /* whose coefficient is the intercept */
        for (size_t c = 0; group->width && !group->value && c < rest; c++) {
            if (!lacks(rows + c * p->classes, p->classes, &missing, &total) || !next_name(text, &n))
                continue;
            if (c < group->width)
                buf_str(text, name_of(d, v, first + c));
            else
                put_rest(text, d, v, first);
            buf_print(text, " (%llu rows, none of them \"%.*s\")", (unsigned long long)total,
                STR_ARG(class[missing]));
        }
        mem_free(rows);
    }
    return n;
}

void trouble_steps(const struct glm_problem *p, const struct glm_fit *fit, const struct design *d,
    const struct design_view *v, struct buf *text)
{
    double most = 0;
    size_t n = 0;
    for (size_t i = 0; i < fit->outputs * fit->order; i++)
        if (i % fit->order && fabs(fit->step[i]) > most)
            most = fabs(fit->step[i]);
    for (size_t j = 0; j < p->x->width; j++) {
        bool away = false;
        for (size_t k = 0; k < fit->outputs; k++)
            away = away || fabs(fit->step[k * fit->order + 1 + j]) >= most / 10;
        if (away && next_name(text, &n))
            buf_str(text, name_of(d, v, j));
    }
}
