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

/* "l2=X,X,..." added to the list. */
static void add_grid(struct tuning *t, size_t *cap, const char *text)
{
    struct str name, list;
    if (!args_pair(text, &name, &list))
        die_usage("--grid %s: not NAME=LIST (such as l2=0.1,1,10)", text);
    if (!str_is(name, "l2"))
        die_usage("--grid %s: %.*s cannot be chosen (l2 can)", text, STR_ARG(name));
    for (size_t at = 0; at <= list.n; at++) {
        size_t from = at;
        while (at < list.n && list.p[at] != ',')
            at++;
        struct str item = {list.p + from, at - from};
        t->l2 = mem_grow(t->l2, cap, t->n + 1, sizeof *t->l2);
        if (num_double(item, &t->l2[t->n]) != NUM_OK || !(t->l2[t->n] > 0))
            die_usage("--grid %s: \"%.*s\" is not a number above 0", text, STR_ARG(item));
        t->n++;
    }
}

static void list_lambdas(
    struct tuning *t, const struct glm_problem *p, const struct tuning_options *o)
{
    size_t cap = 0;
    for (size_t i = 0; i < o->grid->n; i++)
        add_grid(t, &cap, o->grid->at[i]);
    if (!t->n && !isnan(o->l2)) {
        t->l2 = mem_grow(t->l2, &cap, 1, sizeof *t->l2);
        t->l2[t->n++] = o->l2;
    }
    if (!t->n) {
        double v = information(p);
        t->l2 = mem_grow(t->l2, &cap, TUNING_PATH, sizeof *t->l2);
        for (; t->n < TUNING_PATH; t->n++)
            t->l2[t->n] = v * fm_pow(10, 1 - 7.0 * (double)t->n / (TUNING_PATH - 1));
    }
    qsort(t->l2, t->n, sizeof *t->l2, descending);
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

struct tuning tuning_run(const struct crossval *c, const struct tuning_options *o)
{
    struct tuning t = {0};
    list_lambdas(&t, c->problem, o);
    t.loss = mem_alloc(t.n * c->folds, sizeof *t.loss);
    if (crossval_path(c, t.l2, t.n, t.loss) != GLM_OK)
        die("a fit of the cross-validation failed (separation, collinearity or extreme values?)");
    t.chosen = crossval_choose(t.loss, t.n, c->folds, o->one_se);
    for (size_t i = 0; i < t.n; i++) {
        struct crossval_mean m = crossval_mean(t.loss + i * c->folds, c->folds);
        note("l2 %g: log-loss out of fold %.6g, standard error %.2g%s", t.l2[i], m.mean, m.error,
            i == t.chosen ? " (chosen)" : "");
    }
    return t;
}

void tuning_release(struct tuning *t)
{
    mem_free(t->l2);
    mem_free(t->loss);
}
