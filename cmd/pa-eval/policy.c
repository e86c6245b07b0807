/* SPDX-License-Identifier: MIT */
#include "policy.h"

#include <math.h>

#include "exact.h"
#include "stats.h"

static struct policy_value mean_of(const struct moments *m)
{
    return (struct policy_value){moments_mean(m), moments_sd_sample(m) / sqrt((double)m->n)};
}

static struct policy_value normalised(
    const double *w, const double *r, size_t n, double weighted, double weights)
{
    struct exact squares = {0};
    double v = weighted / weights;
    for (size_t i = 0; i < n; i++) {
        double d = w[i] * (r[i] - v);
        exact_add(&squares, d * d);
    }
    return (struct policy_value){v, sqrt(exact_value(&squares)) / weights};
}

struct policy policy_of(const double *w, const double *r, size_t n)
{
    struct moments weight = {0}, weighted = {0};
    for (size_t i = 0; i < n; i++) {
        moments_add(&weight, w[i]);
        moments_add(&weighted, w[i] * r[i]);
    }
    double sum = exact_value(&weight.sum), squares = exact_value(&weight.squares);
    struct policy_value mean = mean_of(&weight);
    struct policy p = {.ips = mean_of(&weighted),
        .snips = {NAN, NAN},
        .ess = NAN,
        .mean_weight = mean.value,
        .mean_weight_se = mean.se,
        .max_weight = n ? weight.max : NAN};
    if (sum > 0) {
        p.snips = normalised(w, r, n, exact_value(&weighted.sum), sum);
        p.ess = sum * sum / squares;
    }
    return p;
}
