/* SPDX-License-Identifier: MIT */
/* Counts are doubled, so that half a tie is an integer. */
#include "auc.h"

#include <math.h>

#include "mem.h"
#include "par.h"

__extension__ typedef unsigned __int128 wide;

/* Sums over rows of twice the count of the other class that a row beats, and of its square. */
struct sums {
    wide a, a2, b, b2;
};

struct work {
    const struct order *order;
    size_t *negatives_below; /* (buckets) in buckets before */
    struct sums *sums;       /* (buckets) */
};

static void count_bucket(void *context, size_t i, unsigned thread)
{
    (void)thread;
    struct work *w = context;
    struct order_cursor c = {.bucket = i};
    struct order_tie tie;
    uint64_t below = w->negatives_below[i];
    uint64_t above = w->order->positives - (w->order->start[2 * i] - below);
    struct sums s = {0, 0, 0, 0};
    while (order_next(w->order, &c, &tie) && c.bucket == i) {
        above -= tie.positives;
        uint64_t a = 2 * below + tie.negatives, b = 2 * above + tie.positives;
        s.a += (wide)a * tie.positives;
        s.a2 += (wide)a * a * tie.positives;
        s.b += (wide)b * tie.negatives;
        s.b2 += (wide)b * b * tie.negatives;
        below += tie.negatives;
    }
    w->sums[i] = s;
}

/* Variance of n shares whose denominator is 2 m, from the sums of their numerators. */
static double variance(wide sum, wide squares, double n, double m)
{
    wide spread = (wide)n * squares - sum * sum;
    return (double)spread / (n * (n - 1)) / (4 * m * m);
}

struct auc auc_of(const struct order *o, unsigned jobs)
{
    struct work w = {
        o, mem_alloc(o->buckets, sizeof *w.negatives_below), mem_alloc(o->buckets, sizeof *w.sums)};
    size_t below = 0;
    for (size_t i = 0; i < o->buckets; i++) {
        w.negatives_below[i] = below;
        below += o->start[2 * i + 1] - o->start[2 * i];
    }
    par_for(jobs, o->buckets, count_bucket, &w);
    struct sums all = {0, 0, 0, 0};
    for (size_t i = 0; i < o->buckets; i++) {
        all.a += w.sums[i].a;
        all.a2 += w.sums[i].a2;
        all.b += w.sums[i].b;
        all.b2 += w.sums[i].b2;
    }
    mem_free(w.sums);
    mem_free(w.negatives_below);
    double p = (double)o->positives, n = (double)(o->rows - o->positives);
    struct auc auc = {NAN, NAN};
    if (p > 0 && n > 0)
        auc.value = (double)all.a / (2 * p * n);
    if (p > 1 && n > 1)
        auc.se = sqrt(variance(all.a, all.a2, p, n) / p + variance(all.b, all.b2, n, p) / n);
    return auc;
}
