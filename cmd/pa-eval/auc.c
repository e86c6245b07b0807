/* SPDX-License-Identifier: MIT */
/* Counts are doubled, so that half a tie is an integer. */
#include "auc.h"

#include <math.h>

#include "mem.h"

void auc_add(struct auc_sums *sums, const struct ties *t)
{
    uint64_t below = t->below[0], above = t->order->positives - t->below[1];
    struct auc_sums s = *sums;
    for (size_t i = 0; i < t->n; i++) {
        uint64_t negatives = t->count[0][i], positives = t->count[1][i];
        above -= positives;
        uint64_t a = 2 * below + negatives, b = 2 * above + positives;
        auc_wide won = (auc_wide)a * positives, lost = (auc_wide)b * negatives;
        s.a += won;
        s.a2 += won * a;
        s.b += lost;
        s.b2 += lost * b;
        below += negatives;
    }
    *sums = s;
}

void auc_merge(struct auc_sums *s, const struct auc_sums *other)
{
    s->a += other->a;
    s->a2 += other->a2;
    s->b += other->b;
    s->b2 += other->b2;
}

/* Variance of n shares whose denominator is 2 m, from the sums of their numerators. */
static double variance(auc_wide sum, auc_wide squares, double n, double m)
{
    auc_wide spread = (auc_wide)n * squares - sum * sum;
    return (double)spread / (n * (n - 1)) / (4 * m * m);
}

struct auc auc_finish(const struct auc_sums *s, const struct order *o)
{
    double p = (double)o->positives, n = (double)(o->rows - o->positives);
    struct auc auc = {NAN, NAN};
    if (p > 0 && n > 0)
        auc.value = (double)s->a / (2 * p * n);
    if (p > 1 && n > 1)
        auc.se = sqrt(variance(s->a, s->a2, p, n) / p + variance(s->b, s->b2, n, p) / n);
    return auc;
}

static void add(void *context, const struct ties *t, unsigned thread)
{
    struct auc_sums *sums = context;
    auc_add(&sums[thread], t);
}

struct auc auc_of(struct order *o, unsigned jobs)
{
    struct auc_sums *sums = mem_zero(jobs, sizeof *sums);
    order_each(o, jobs, add, sums);
    for (unsigned t = 1; t < jobs; t++)
        auc_merge(&sums[0], &sums[t]);
    struct auc auc = auc_finish(&sums[0], o);
    mem_free(sums);
    return auc;
}
