/* SPDX-License-Identifier: MIT */
#include "policy.h"

#include <math.h>

#include "exact.h"
#include "mem.h"
#include "stats.h"

/* Mean of x (n) and its error; x is spent. */
static struct policy_value mean_of(const struct clusters *c, double *x, size_t n)
{
    struct moments m = {0};
    for (size_t i = 0; i < n; i++)
        moments_add(&m, x[i]);
    double mean = moments_mean(&m);
    if (!c->cluster)
        return (struct policy_value){mean, moments_sd_sample(&m) / sqrt((double)n)};
    for (size_t i = 0; i < n; i++)
        x[i] = (x[i] - mean) / (double)n;
    return (struct policy_value){mean, resample_error(c, x, n)};
}

static struct policy_value normalised(const struct policy_rows *p, double *x)
{
    struct exact weights = {0}, weighted = {0}, squares = {0};
    for (size_t i = 0; i < p->n; i++) {
        exact_add(&weights, p->w[i]);
        exact_add(&weighted, p->w[i] * p->r[i]);
    }
    double all = exact_value(&weights), v = exact_value(&weighted) / all;
    for (size_t i = 0; i < p->n; i++) {
        double d = p->w[i] * (p->r[i] - v);
        exact_add(&squares, d * d);
        x[i] = d / all;
    }
    double se = sqrt(exact_value(&squares)) / all;
    return (struct policy_value){
        v, p->clusters.cluster ? resample_error(&p->clusters, x, p->n) : se};
}

static struct policy_value direct(const struct policy_rows *p, double *x)
{
    for (size_t i = 0; i < p->n; i++)
        x[i] = p->expected[i];
    return mean_of(&p->clusters, x, p->n);
}

static struct policy_value doubly_robust(const struct policy_rows *p, double *x)
{
    for (size_t i = 0; i < p->n; i++)
        x[i] = p->expected[i] + p->w[i] * (p->r[i] - p->logged[i]);
    return mean_of(&p->clusters, x, p->n);
}

struct policy policy_of(const struct policy_rows *rows)
{
    static const struct policy_value none = {NAN, NAN};
    double *x = mem_alloc(rows->n, sizeof *x);
    struct moments weight = {0};
    for (size_t i = 0; i < rows->n; i++) {
        moments_add(&weight, rows->w[i]);
        x[i] = rows->w[i] * rows->r[i];
    }
    double sum = exact_value(&weight.sum), squares = exact_value(&weight.squares);
    struct policy p = {.ips = mean_of(&rows->clusters, x, rows->n), .snips = none, .ess = NAN};
    p.max_weight = rows->n ? weight.max : NAN;
    if (sum > 0) {
        p.snips = normalised(rows, x);
        p.ess = sum * sum / squares;
    }
    p.dm = rows->expected ? direct(rows, x) : none;
    p.dr = rows->expected && rows->logged && sum > 0 ? doubly_robust(rows, x) : none;
    for (size_t i = 0; i < rows->n; i++)
        x[i] = rows->w[i];
    struct policy_value mean = mean_of(&rows->clusters, x, rows->n);
    p.mean_weight = mean.value;
    p.mean_weight_se = mean.se;
    mem_free(x);
    return p;
}
