/* SPDX-License-Identifier: MIT */
/*
 * Buckets are walked by themselves, from counts of what is before each; which rows are in which
 * does not depend on threads, so neither do the sums.
 */
#include "precision.h"

#include <math.h>

#include "mem.h"
#include "par.h"

__extension__ typedef __int128 wide;

/* Of one bucket. */
struct sums {
    size_t positives, negatives; /* in it and above */
    double ap;                   /* of its positives */
    double once, twice;          /* p / n and p tp / n^2 summed over its scores */
    double squares;              /* of influences times P */
    wide apart;                  /* greatest tp N - fp P */
    size_t tp, fp;               /* there */
};

struct work {
    const struct order *order;
    double ap;
    struct sums *sums; /* (buckets); once, twice become those of buckets before */
};

static void add_bucket(void *context, size_t i, unsigned thread)
{
    (void)thread;
    const struct work *w = context;
    const struct order *o = w->order;
    struct order_cursor c = {.bucket = i};
    struct order_tie tie;
    struct sums s = w->sums[i];
    size_t tp = s.positives, fp = s.negatives;
    wide all_p = (wide)o->positives, all_n = (wide)(o->rows - o->positives);
    while (order_next(o, &c, &tie) && c.bucket == i) {
        double p = (double)tie.positives, n = (double)(tp + fp);
        if (tie.positives) {
            double share = p / n, part = share * (double)tp;
            s.ap += part;
            s.once += share;
            s.twice += part / n;
        }
        if ((wide)tp * all_n - (wide)fp * all_p > s.apart) {
            s.apart = (wide)tp * all_n - (wide)fp * all_p;
            s.tp = tp;
            s.fp = fp;
        }
        tp -= tie.positives;
        fp -= tie.negatives;
    }
    w->sums[i] = s;
}

static void add_squares(void *context, size_t i, unsigned thread)
{
    (void)thread;
    const struct work *w = context;
    struct order_cursor c = {.bucket = i};
    struct order_tie tie;
    struct sums *s = &w->sums[i];
    double once = s->once, twice = s->twice, squares = 0;
    size_t tp = s->positives, all = tp + s->negatives;
    while (order_next(w->order, &c, &tie) && c.bucket == i) {
        if (tie.positives) {
            double share = (double)tie.positives / (double)all;
            double precision = (double)tp / (double)all;
            once += share;
            twice += share * precision;
            double d = precision - w->ap + once - twice;
            squares += (double)tie.positives * d * d;
        }
        squares += (double)tie.negatives * twice * twice;
        tp -= tie.positives;
        all -= tie.positives + tie.negatives;
    }
    s->squares = squares;
}

static void count_above(const struct order *o, struct sums *s)
{
    size_t positives = o->positives, negatives = o->rows - o->positives;
    for (size_t i = 0; i < o->buckets; i++) {
        s[i].positives = positives;
        s[i].negatives = negatives;
        negatives -= o->start[2 * i + 1] - o->start[2 * i];
        positives -= o->start[2 * i + 2] - o->start[2 * i + 1];
    }
}

static void set_ks(struct precision *r, const struct sums *best, double positives, double negatives)
{
    double tpr = (double)best->tp / positives, fpr = (double)best->fp / negatives;
    double n = positives + negatives;
    r->ks = (double)best->apart / positives / negatives;
    r->ks_se = sqrt((tpr * (1 - tpr) / positives + fpr * (1 - fpr) / negatives) * n / (n - 1));
}

struct precision precision_of(const struct order *o, unsigned jobs)
{
    struct work w = {o, 0, mem_zero(o->buckets, sizeof *w.sums)};
    struct precision r = {NAN, NAN, NAN, NAN};
    double positives = (double)o->positives, rows = (double)o->rows, once = 0, twice = 0;
    count_above(o, w.sums);
    par_for(jobs, o->buckets, add_bucket, &w);
    const struct sums *best = &w.sums[0];
    for (size_t i = 0; i < o->buckets; i++) {
        struct sums *s = &w.sums[i];
        w.ap += s->ap;
        best = s->apart > best->apart ? s : best;
        double here = s->once, here2 = s->twice;
        s->once = once;
        s->twice = twice;
        once += here;
        twice += here2;
    }
    w.ap /= positives;
    if (o->positives)
        r.ap = w.ap;
    if (o->positives && o->rows > o->positives)
        set_ks(&r, best, positives, rows - positives);
    if (o->positives && o->rows > 1) {
        double squares = 0;
        par_for(jobs, o->buckets, add_squares, &w);
        for (size_t i = 0; i < o->buckets; i++)
            squares += w.sums[i].squares;
        r.ap_se = sqrt(squares * rows / (rows - 1)) / positives;
    }
    mem_free(w.sums);
    return r;
}
