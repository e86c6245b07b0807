/* SPDX-License-Identifier: MIT */
#include "weighting.h"

#include <string.h>

#include "die.h"
#include "factors.h"
#include "fmath.h"
#include "mem.h"
#include "rng.h"
#include "slope.h"

double *weighting_totals(const double *own, const struct labels *l, size_t rows)
{
    double *total = mem_zero(l->classes, sizeof *total);
    for (size_t i = 0; i < rows; i++)
        total[l->y[i]] += own ? own[i] : 1;
    return total;
}

/* The weights that the option names into their places. */
static void set_classes(const struct labels *l, const char *option, double *factor)
{
    struct factors given = factors_parse(option, l->many);
    uint8_t *taken = mem_zero(given.n, 1);
    for (size_t k = 0; k < l->classes; k++) {
        const struct factor *f = factors_find(&given, l->class[k]);
        if (f) {
            factor[k] = f->weight;
            taken[f - given.at] = 1;
        }
    }
    for (size_t i = 0; i < given.n; i++)
        if (!taken[i])
            die_usage(
                "--class-weight: the label has no class \"%.*s\"", STR_ARG(given.at[i].class));
    mem_free(taken);
    factors_release(&given);
}

static double *class_factors(const struct weighting *w, const struct labels *l, size_t rows)
{
    double *factor = mem_alloc(l->classes, sizeof *factor), sum = 0;
    double *total = weighting_totals(w->own, l, rows);
    bool balanced = w->class_weight && strcmp(w->class_weight, "balanced") == 0;
    for (size_t k = 0; k < l->classes; k++)
        sum += total[k];
    for (size_t k = 0; k < l->classes; k++)
        factor[k] = balanced ? sum / ((double)l->classes * total[k]) : 1;
    if (!balanced)
        set_classes(l, w->class_weight, factor);
    mem_free(total);
    return factor;
}

double *weighting_of(const struct weighting *w, const struct labels *l, size_t rows)
{
    if (!w->own && !w->class_weight && !(w->neg_rate < 1))
        return NULL;
    double *factor = class_factors(w, l, rows), *s = mem_alloc(rows, sizeof *s);
    for (size_t i = 0; i < rows; i++) {
        s[i] = factor[l->y[i]] * (w->own ? w->own[i] : 1);
        if (w->neg_rate < 1 && !l->y[i])
            s[i] = rng_uniform(w->seed, RNG_TRAIN, i, 0) < w->neg_rate ? s[i] / w->neg_rate : 0;
    }
    mem_free(factor);
    return s;
}

/* The same rows without columns. */
static struct glm_problem without_columns(
    const struct glm_problem *p, const struct mat_design *none, const double *own)
{
    struct glm_problem q = *p;
    q.x = none;
    q.weight = own;
    q.l2 = NULL;
    q.l1 = NULL;
    q.start = NULL;
    q.tol = 0;
    q.max_iter = 100;
    return q;
}

/* The slope is of the problem. */
static double recentre(
    const struct glm_problem *p, struct slope *s, const double *own, struct glm_fit *fit)
{
    struct mat_design none = {.rows = p->x->rows};
    struct glm_problem q = without_columns(p, &none, own);
    double *eta = mem_alloc(fit->outputs * p->x->rows, sizeof *eta);
    double *zero = mem_zero(fit->outputs, sizeof *zero);
    struct glm_fit shift;
    slope_predict(s, fit->b, eta);
    q.offset = eta;
    q.start = zero;
    glm_fit(&q, &shift);
    for (size_t k = 0; k < fit->outputs; k++)
        fit->b[k * fit->order] += shift.b[k];
    double loss = shift.loss;
    glm_release(&shift);
    mem_free(zero);
    mem_free(eta);
    return loss;
}

double weighting_recentre(const struct glm_problem *p, const double *own, struct glm_fit *fit)
{
    struct slope *s = slope_new(p);
    double loss = recentre(p, s, own, fit);
    slope_free(s);
    return loss;
}

/* The largest element of the objective's least subgradient at b. */
static double violation(const struct glm_problem *p, const struct glm_fit *fit, const double *slope)
{
    double most = 0;
    for (size_t k = 0; k < fit->outputs; k++)
        for (size_t j = p->no_intercept; j < fit->order; j++) {
            double b = fit->b[k * fit->order + j], l1 = j && p->l1 ? p->l1[j - 1] : 0;
            double at = slope[k * fit->order + j] + (j ? p->l2[j - 1] * b : 0);
            double v = glm_least(at, b, l1);
            most = v > most ? v : most;
        }
    return most;
}

void weighting_settle(const struct glm_problem *p, struct glm_fit *fit)
{
    static const double ENOUGH = 1e-7;
    if (p->no_intercept || fit->gradient_norm <= ENOUGH)
        return;
    double before = fit->loss, *slope = mem_alloc(fit->outputs * fit->order, sizeof *slope);
    struct slope *s = slope_new(p);
    recentre(p, s, p->weight, fit);
    slope_run(s, fit->b, &fit->loss, slope);
    fit->objective += fit->loss - before;
    fit->gradient_norm = violation(p, fit, slope);
    slope_free(s);
    mem_free(slope);
}

/* Without an offset the intercept gives the share of each class. */
static double shares_loss(const struct glm_problem *p, const double *own)
{
    double *total = mem_zero(p->classes, sizeof *total), sum = 0, loss = 0;
    for (size_t i = 0; i < p->x->rows; i++)
        total[p->y[i]] += own ? own[i] : 1;
    for (size_t k = 0; k < p->classes; k++)
        sum += total[k];
    for (size_t k = 0; k < p->classes; k++)
        loss -= total[k] > 0 ? total[k] * fm_log(total[k] / sum) : 0;
    mem_free(total);
    return loss;
}

double weighting_null_loss(const struct glm_problem *p, const double *own)
{
    if (!p->offset && !p->no_intercept)
        return shares_loss(p, own);
    struct mat_design none = {.rows = p->x->rows};
    struct glm_problem q = without_columns(p, &none, own);
    struct glm_fit fit;
    glm_fit(&q, &fit);
    double loss = fit.loss;
    glm_release(&fit);
    return loss;
}
