/* SPDX-License-Identifier: MIT */
#include "calibrate.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "fmath.h"
#include "mem.h"

enum { STEPS = 100, HALVINGS = 40 };

static double weight_of(const struct calibrate_rows *r, size_t i)
{
    return isnan(r->eta[i]) ? 0 : r->weight ? r->weight[i] : 1;
}

/* ---- Platt ---- */

/* Loss, gradient and Hessian by (a, b). */
struct sums {
    double loss, ga, gb, haa, hab, hbb;
};

static struct sums sums_at(
    const struct calibrate_rows *r, const double target[2], double a, double b)
{
    struct sums s = {0};
    for (size_t i = 0; i < r->n; i++) {
        double w = weight_of(r, i), x = r->eta[i], t = target[r->y[i]];
        if (!(w > 0))
            continue;
        double p = fm_logistic(a * x + b), q = fm_logistic(-(a * x + b));
        s.loss += w * (t * fm_softplus(-(a * x + b)) + (1 - t) * fm_softplus(a * x + b));
        s.ga += w * (p - t) * x;
        s.gb += w * (p - t);
        s.haa += w * p * q * x * x;
        s.hab += w * p * q * x;
        s.hbb += w * p * q;
    }
    return s;
}

void calibrate_platt(const struct calibrate_rows *r, double *a, double *b)
{
    double total[2] = {0, 0};
    for (size_t i = 0; i < r->n; i++)
        total[r->y[i]] += weight_of(r, i);
    const double target[2] = {1 / (total[0] + 2), (total[1] + 1) / (total[1] + 2)};
    *a = 0;
    *b = fm_log((total[1] + 1) / (total[0] + 1));
    struct sums s = sums_at(r, target, *a, *b);
    for (int step = 0; step < STEPS; step++) {
        double det = s.haa * s.hbb - s.hab * s.hab;
        double da = -(s.hbb * s.ga - s.hab * s.gb) / det;
        double db = -(s.haa * s.gb - s.hab * s.ga) / det, t = 1;
        double decrement = -(s.ga * da + s.gb * db);
        if (!(decrement > 1e-26 * (1 + s.loss))) /* no spread in eta: det is 0, and a stays 0 */
            return;
        struct sums next = s;
        for (int half = 0; half < HALVINGS; half++, t /= 2) {
            next = sums_at(r, target, *a + t * da, *b + t * db);
            if (next.loss <= s.loss)
                break;
        }
        if (!(next.loss <= s.loss))
            return;
        *a += t * da;
        *b += t * db;
        s = next;
    }
}

/* ---- isotonic ---- */

struct step {
    double first, last; /* eta */
    double weight, positive;
};

static int by_first(const void *a, const void *b)
{
    double x = ((const struct step *)a)->first, y = ((const struct step *)b)->first;
    return (x > y) - (x < y);
}

static bool rises(const struct step *a, const struct step *b)
{
    return a->positive * b->weight < b->positive * a->weight;
}

static void pool(struct step *to, const struct step *from)
{
    to->last = from->last;
    to->weight += from->weight;
    to->positive += from->positive;
}

/* Rows as steps in order of eta, those of one eta pooled. */
static size_t sort_rows(const struct calibrate_rows *r, struct step *step)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < r->n; i++) {
        double w = weight_of(r, i);
        if (w > 0)
            step[n++] = (struct step){r->eta[i], r->eta[i], w, r->y[i] ? w : 0};
    }
    qsort(step, n, sizeof *step, by_first);
    for (size_t i = 0; i < n; i++) {
        if (kept && step[kept - 1].first == step[i].first)
            pool(&step[kept - 1], &step[i]);
        else
            step[kept++] = step[i];
    }
    return kept;
}

size_t calibrate_isotonic(const struct calibrate_rows *r, double **x, double **p)
{
    struct step *step = mem_alloc(r->n, sizeof *step);
    size_t n = sort_rows(r, step), kept = 0, knots = 0;
    for (size_t i = 0; i < n; i++) {
        step[kept++] = step[i];
        for (; kept > 1 && !rises(&step[kept - 2], &step[kept - 1]); kept--)
            pool(&step[kept - 2], &step[kept - 1]);
    }
    *x = mem_alloc(2 * kept, sizeof **x);
    *p = mem_alloc(2 * kept, sizeof **p);
    for (size_t i = 0; i < kept; i++) {
        double value = step[i].positive / step[i].weight;
        (*x)[knots] = step[i].first;
        (*p)[knots++] = value;
        if (step[i].last > step[i].first) {
            (*x)[knots] = step[i].last;
            (*p)[knots++] = value;
        }
    }
    mem_free(step);
    return knots;
}
