/* SPDX-License-Identifier: MIT */
#include "tuning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "fmath.h"
#include "mem.h"
#include "num.h"

/* ---- lambdas ---- */

static double information(const struct glm_problem *p)
{
    double *total = mem_zero(p->classes, sizeof *total), sum = 0, v = 0;
    for (size_t i = 0; i < p->x->rows; i++)
        total[p->y[i]] += p->weight ? p->weight[i] : 1;
    for (size_t k = 0; k < p->classes; k++)
        sum += total[k];
    for (size_t k = 0; k < p->classes; k++)
        v += total[k] * (1 - total[k] / sum) / (double)p->classes;
    mem_free(total);
    return v;
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Values of one lambda, descending. */
struct values {
    double *at;
    size_t n, cap;
};

static void add_value(struct values *v, double x)
{
    v->at = mem_grow(v->at, &v->cap, v->n + 1, sizeof *v->at);
    v->at[v->n++] = x;
}

/* "l2=X,X,..." or "l1=X,X,..." added to its list. */
static void add_grid(struct values *l2, struct values *l1, const char *text)
{
    struct str name, list;
    if (!args_pair(text, &name, &list))
        die_usage("--grid %s: not NAME=LIST (such as l2=0.1,1,10)", text);
    if (!str_is(name, "l2") && !str_is(name, "l1"))
        die_usage("--grid %s: %.*s cannot be chosen (l2 and l1 can)", text, STR_ARG(name));
    for (size_t at = 0; at <= list.n; at++) {
        size_t from = at;
        double x;
        while (at < list.n && list.p[at] != ',')
            at++;
        struct str item = {list.p + from, at - from};
        if (num_double(item, &x) != NUM_OK || !(x >= 0))
            die_usage("--grid %s: \"%.*s\" is not a number of 0 or more", text, STR_ARG(item));
        add_value(str_is(name, "l2") ? l2 : l1, x);
    }
}

static void add_path(struct values *l2, const struct glm_problem *p)
{
    double v = information(p);
    for (size_t i = 0; i < TUNING_PATH; i++)
        add_value(l2, v * fm_pow(10, 1 - 7.0 * (double)i / (TUNING_PATH - 1)));
}

static void sort(struct values *v)
{
    if (v->n)
        qsort(v->at, v->n, sizeof *v->at, descending);
}

static void read_grids(struct values *l2, struct values *l1, const struct arg_list *grid)
{
    for (size_t i = 0; i < grid->n; i++)
        add_grid(l2, l1, grid->at[i]);
    sort(l2);
    sort(l1);
}

void tuning_check(const struct arg_list *grid, double l2, double l1)
{
    struct values v2 = {0}, v1 = {0};
    read_grids(&v2, &v1, grid);
    double least_l2 = v2.n ? v2.at[v2.n - 1] : l2, least_l1 = v1.n ? v1.at[v1.n - 1] : l1;
    if (grid->n && !(least_l2 > 0) && !(least_l1 > 0))
        die_usage("--grid: a fit without any penalty is not one of a path (l2 or l1 above 0)");
    mem_free(v2.at);
    mem_free(v1.at);
}

static void list_lambdas(
    struct tuning *t, const struct glm_problem *p, const struct tuning_options *o)
{
    struct values l2 = {0}, l1 = {0};
    read_grids(&l2, &l1, o->grid);
    if (!l1.n)
        add_value(&l1, o->l1);
    if (!l2.n && !isnan(o->l2))
        add_value(&l2, o->l2);
    if (!l2.n)
        add_path(&l2, p);
    t->path = mem_alloc(l1.n * l2.n, sizeof *t->path);
    for (size_t i = 0; i < l1.n; i++)
        for (size_t j = 0; j < l2.n; j++)
            t->path[t->n++] = (struct lambdas){l2.at[j], l1.at[i]};
    mem_free(l2.at);
    mem_free(l1.at);
}

/* ---- folds ---- */

void tuning_fold(struct crossval *c, const struct input *input, const struct tuning_options *o)
{
    size_t rows = input->table->rows;
    const struct table_column *user = &input->table->column[input->part[INPUT_USER]];
    const struct table_column *time = &input->table->column[input->part[INPUT_TIME]];
    c->folds = o->folds;
    c->by_time = strcmp(o->by, "time") == 0;
    c->part = c->by_time                   ? crossval_by_time(time->time, rows, o->folds)
              : strcmp(o->by, "user") == 0 ? crossval_by_user(user, rows, o->folds, o->seed)
                                           : crossval_by_row(rows, o->folds, o->seed);
    size_t class;
    uint32_t bad = crossval_check(c, &class);
    if (bad && class == SIZE_MAX)
        die("fold %u of %u by %s has no rows (fewer folds)", bad, o->folds, o->by);
    if (bad)
        die("the rows that fold %u of %u by %s learns from have none of class \"%.*s\" (fewer "
            "folds)",
            bad, o->folds, o->by, STR_ARG(input->labels.class[class]));
}

void tuning_end(
    const struct crossval *c, const struct tuning_options *o, const struct crossval_end *end)
{
    static const char *const why[] = {
        [GLM_COLLINEAR] =
            "collinearity: in its rows a column is constant, or a combination of others",
        [GLM_SEPARATED] = "separation: its rows, all or some, tell the classes apart perfectly",
        [GLM_NOT_FINITE] = "no step lowers the objective (are there extreme values?)"};
    struct buf lambda = {0};
    if (end->status == GLM_OK)
        return;
    if (c->problem->l1)
        buf_print(&lambda, "--l1 %g ", end->lambda.l1);
    buf_print(&lambda, "--l2 %g", end->lambda.l2);
    die("the fit that tells fold %u of %u by %s, with %s, failed: %s (a greater penalty or fewer "
        "folds give all an answer)",
        end->fold, o->folds, o->by, buf_cstr(&lambda), why[end->status]);
}

struct tuning tuning_run(const struct crossval *c, const struct tuning_options *o)
{
    struct tuning t = {0};
    list_lambdas(&t, c->problem, o);
    t.loss = mem_alloc(t.n * c->folds, sizeof *t.loss);
    struct crossval_end end = crossval_path(c, t.path, t.n, t.loss);
    tuning_end(c, o, &end);
    t.chosen = crossval_choose(t.loss, t.n, c->folds, o->one_se);
    for (size_t i = 0; i < t.n; i++) {
        struct crossval_mean m = crossval_mean(t.loss + i * c->folds, c->folds);
        struct lambdas l = t.path[i];
        const char *chosen = i == t.chosen ? " (chosen)" : "";
        if (c->problem->l1)
            note("l1 %g, l2 %g: log-loss out of fold %.6g, standard error %.2g%s", l.l1, l.l2,
                m.mean, m.error, chosen);
        else
            note("l2 %g: log-loss out of fold %.6g, standard error %.2g%s", l.l2, m.mean, m.error,
                chosen);
    }
    return t;
}

void tuning_release(struct tuning *t)
{
    mem_free(t->path);
    mem_free(t->loss);
}
