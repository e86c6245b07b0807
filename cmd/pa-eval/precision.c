/* SPDX-License-Identifier: MIT */
/*
 * Buckets are summed by themselves, from counts of what is above each; which rows are in which does
 * not depend on threads, so neither do the sums.  The influence of a row depends on AP itself and
 * on what is in the buckets before, both by way of a shift c that is known at the end, so squares
 * are kept as the polynomial sum n (x + c)^2.
 */
#include "precision.h"

#include <math.h>

#include "mem.h"

__extension__ typedef __int128 wide;

/* sum n, n x, n x^2 */
struct square {
    double n, x, xx;
};

/* Of one bucket. */
struct precision_sums {
    double ap;                        /* of its positives */
    double once, twice;               /* p / n and p tp / n^2 summed over its scores so far */
    struct square positive, negative; /* influences times P, but for the shift */
    wide apart;                       /* greatest tp N - fp P */
    size_t tp, fp;                    /* there */
};

struct precision_sums *precision_new(const struct order *o)
{
    return mem_zero(o->buckets, sizeof(struct precision_sums));
}

static void square_add(struct square *s, double n, double x)
{
    s->n += n;
    s->x += n * x;
    s->xx += n * x * x;
}

static double square_shifted(const struct square *s, double c)
{
    return s->xx + c * (2 * s->x + c * s->n);
}

void precision_add(struct precision_sums *buckets, const struct ties *t)
{
    struct precision_sums s = buckets[t->bucket];
    uint64_t all_p = t->order->positives, all_n = t->order->rows - all_p;
    uint64_t tp = all_p - t->below[1], fp = all_n - t->below[0];
    for (size_t i = 0; i < t->n; i++) {
        double positives = t->count[1][i], negatives = t->count[0][i];
        if (t->count[1][i]) {
            double n = (double)(tp + fp), share = positives / n, precision = (double)tp / n;
            s.ap += share * (double)tp;
            s.once += share;
            s.twice += share * precision;
            square_add(&s.positive, positives, precision + s.once - s.twice);
        }
        square_add(&s.negative, negatives, s.twice);
        wide apart = (wide)tp * all_n - (wide)fp * all_p;
        if (apart > s.apart) {
            s.apart = apart;
            s.tp = tp;
            s.fp = fp;
        }
        tp -= t->count[1][i];
        fp -= t->count[0][i];
    }
    buckets[t->bucket] = s;
}

static void set_ks(
    struct precision *r, const struct precision_sums *best, double positives, double negatives)
{
    double tpr = (double)best->tp / positives, fpr = (double)best->fp / negatives;
    double n = positives + negatives;
    r->ks = (double)best->apart / positives / negatives;
    r->ks_se = sqrt((tpr * (1 - tpr) / positives + fpr * (1 - fpr) / negatives) * n / (n - 1));
}

static double error_of(const struct precision_sums *s, const struct order *o, double ap)
{
    double squares = 0, once = 0, twice = 0, rows = (double)o->rows;
    for (size_t i = 0; i < o->buckets; i++) {
        squares += square_shifted(&s[i].positive, once - twice - ap);
        squares += square_shifted(&s[i].negative, twice);
        once += s[i].once;
        twice += s[i].twice;
    }
    return sqrt((squares > 0 ? squares : 0) * rows / (rows - 1)) / (double)o->positives;
}

struct precision precision_finish(struct precision_sums *s, const struct order *o)
{
    struct precision r = {NAN, NAN, NAN, NAN};
    const struct precision_sums *best = &s[0];
    double positives = (double)o->positives, ap = 0;
    for (size_t i = 0; i < o->buckets; i++) {
        ap += s[i].ap;
        best = s[i].apart > best->apart ? &s[i] : best;
    }
    if (o->positives)
        r.ap = ap / positives;
    if (o->positives && o->rows > o->positives)
        set_ks(&r, best, positives, (double)(o->rows - o->positives));
    if (o->positives && o->rows > 1)
        r.ap_se = error_of(s, o, r.ap);
    mem_free(s);
    return r;
}

static void add(void *context, const struct ties *t, unsigned thread)
{
    (void)thread;
    precision_add(context, t);
}

struct precision precision_of(struct order *o, unsigned jobs)
{
    struct precision_sums *sums = precision_new(o);
    order_each(o, jobs, add, sums);
    return precision_finish(sums, o);
}
