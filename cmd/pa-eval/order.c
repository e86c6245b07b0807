/* SPDX-License-Identifier: MIT */
/*
 * Buckets of a few thousand rows fit into the second-level cache.  Scores that crowd in a few
 * buckets cost balance between threads, never more than one radix sort.
 */
#include "order.h"

#include <math.h>

#include "mem.h"
#include "par.h"
#include "stats.h"

enum { BUCKET = 8192, BUCKETS_MAX = 1024 };

/* A share of the rows, for one thread. */
struct share {
    size_t first, end;
    double low, high;
    size_t *count; /* (2 * buckets) rows of it; later where the next one goes */
};

struct deal {
    const double *score;
    const uint8_t *label;
    struct share *share;
    double low, scale;
    struct order *out;
};

static void find_range(void *context, size_t i, unsigned thread)
{
    (void)thread;
    struct deal *d = context;
    struct share *s = &d->share[i];
    double low = INFINITY, high = -INFINITY;
    for (size_t r = s->first; r < s->end; r++) {
        low = d->score[r] < low ? d->score[r] : low;
        high = d->score[r] > high ? d->score[r] : high;
    }
    s->low = low;
    s->high = high;
}

/* Not falling in the score, whatever the rounding. */
static size_t place(const struct deal *d, size_t row)
{
    size_t b = (size_t)((d->score[row] - d->low) * d->scale);
    size_t last = d->out->buckets - 1;
    return 2 * (b < last ? b : last) + d->label[row];
}

static void count_rows(void *context, size_t i, unsigned thread)
{
    (void)thread;
    const struct deal *d = context;
    struct share *s = &d->share[i];
    for (size_t r = s->first; r < s->end; r++)
        s->count[place(d, r)]++;
}

static void deal_rows(void *context, size_t i, unsigned thread)
{
    (void)thread;
    const struct deal *d = context;
    struct share *s = &d->share[i];
    for (size_t r = s->first; r < s->end; r++)
        d->out->score[s->count[place(d, r)]++] = d->score[r];
}

static void sort_bucket(void *context, size_t i, unsigned thread)
{
    (void)thread;
    struct order *o = context;
    stats_sort(o->score + o->start[i], o->start[i + 1] - o->start[i]);
}

/* From counts to places: by bucket and class, and in each by share. */
static void lay_out(struct order *o, struct share *share, unsigned shares)
{
    size_t at = 0;
    for (size_t c = 0; c < 2 * o->buckets; c++) {
        o->start[c] = at;
        for (unsigned i = 0; i < shares; i++) {
            size_t rows = share[i].count[c];
            share[i].count[c] = at;
            at += rows;
        }
        if (c % 2)
            o->positives += at - o->start[c];
        else
            o->start[c + 1] = at;
    }
    o->start[2 * o->buckets] = at;
}

static void split(struct deal *d, size_t n, unsigned shares)
{
    for (unsigned i = 0; i < shares; i++) {
        d->share[i].first = n / shares * i;
        d->share[i].end = i + 1 < shares ? n / shares * (i + 1) : n;
        d->share[i].count = mem_zero(2 * d->out->buckets, sizeof *d->share[i].count);
    }
}

static void set_range(struct deal *d, unsigned shares)
{
    double low = INFINITY, high = -INFINITY;
    for (unsigned i = 0; i < shares; i++) {
        low = d->share[i].low < low ? d->share[i].low : low;
        high = d->share[i].high > high ? d->share[i].high : high;
    }
    double scale = (double)d->out->buckets / (high - low);
    d->low = low;
    d->scale = isfinite(scale) ? scale : 0;
}

void order_init(struct order *o, const double *score, const uint8_t *label, size_t n, unsigned jobs)
{
    size_t buckets = n / BUCKET + 1;
    *o = (struct order){.buckets = buckets < BUCKETS_MAX ? buckets : BUCKETS_MAX, .rows = n};
    o->score = mem_alloc(n, sizeof *o->score);
    o->start = mem_alloc(2 * o->buckets + 1, sizeof *o->start);
    unsigned shares = jobs = o->buckets > 1 ? jobs : 1;
    struct deal d = {score, label, mem_zero(shares, sizeof *d.share), 0, 0, o};
    split(&d, n, shares);
    par_for(jobs, shares, find_range, &d);
    set_range(&d, shares);
    par_for(jobs, shares, count_rows, &d);
    lay_out(o, d.share, shares);
    par_for(jobs, shares, deal_rows, &d);
    par_for(jobs, 2 * o->buckets, sort_bucket, o);
    for (unsigned i = 0; i < shares; i++)
        mem_free(d.share[i].count);
    mem_free(d.share);
}

void order_release(struct order *o)
{
    mem_free(o->start);
    mem_free(o->score);
    *o = (struct order){0};
}

/* How many of x[0..n) equal v, which none of them is below. */
static size_t equal(const double *x, size_t n, double v)
{
    size_t i = 0;
    while (i < n && x[i] == v)
        i++;
    return i;
}

int order_next(const struct order *o, struct order_cursor *c, struct order_tie *tie)
{
    for (; c->bucket < o->buckets; *c = (struct order_cursor){.bucket = c->bucket + 1}) {
        const size_t *start = o->start + 2 * c->bucket;
        const double *negative = o->score + start[0] + c->negative;
        const double *positive = o->score + start[1] + c->positive;
        size_t negatives = start[1] - start[0] - c->negative;
        size_t positives = start[2] - start[1] - c->positive;
        if (negatives + positives == 0)
            continue;
        if (negatives && (!positives || *negative <= *positive))
            tie->score = *negative;
        else
            tie->score = *positive;
        tie->negatives = equal(negative, negatives, tie->score);
        tie->positives = equal(positive, positives, tie->score);
        c->negative += tie->negatives;
        c->positive += tie->positives;
        return 1;
    }
    return 0;
}
