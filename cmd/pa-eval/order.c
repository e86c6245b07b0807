/* SPDX-License-Identifier: MIT */
/*
 * Most scores are small: half of the buckets are for the lowest sixteenth of their range.
 * Buckets of some ten thousand rows fit into the second-level cache.  Each is dealt once more, by
 * the same map made finer, into cells of about a row, whose scores are put in order and counted.
 * Scores that crowd in a few buckets cost balance between threads, never more than one radix sort.
 */
#include "order.h"

#include <math.h>
#include <stdbool.h>

#include "mem.h"
#include "par.h"
#include "stats.h"

enum {
    BUCKET = 8192,
    BUCKETS_MAX = 1024,
    SHARES = 4, /* a thread */
    STEEP = 16
};

/* A share of the rows. */
struct share {
    size_t first, end;
    double low, high;
    size_t *count; /* (2 * buckets) rows of it; later where the next one goes */
};

struct deal {
    const double *score;
    const uint8_t *label;
    struct share *share;
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

static void count_rows(void *context, size_t i, unsigned thread)
{
    (void)thread;
    const struct deal *d = context;
    struct share *s = &d->share[i];
    for (size_t r = s->first; r < s->end; r++)
        s->count[2 * order_bucket(d->out, d->score[r]) + d->label[r]]++;
}

static void deal_rows(void *context, size_t i, unsigned thread)
{
    (void)thread;
    const struct deal *d = context;
    struct share *s = &d->share[i];
    for (size_t r = s->first; r < s->end; r++) {
        size_t b = 2 * order_bucket(d->out, d->score[r]) + d->label[r];
        d->out->score[s->count[b]++] = d->score[r];
    }
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
            o->before[c / 2] = o->positives;
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

static void set_range(struct order *o, const struct share *share, unsigned shares)
{
    double low = INFINITY, high = -INFINITY;
    for (unsigned i = 0; i < shares; i++) {
        low = share[i].low < low ? share[i].low : low;
        high = share[i].high > high ? share[i].high : high;
    }
    o->least = low;
    o->most = high;
    double scale = (double)o->buckets / (high - low) * STEEP;
    if (!(scale > 0 && isfinite(scale)))
        return; /* all in one bucket */
    o->low = low;
    o->steep = scale / 2;
    o->flat = scale / 2 / (STEEP - 1);
    o->offset = (double)o->buckets / 2 * (STEEP - 2) / (STEEP - 1);
}

void order_init(struct order *o, const double *score, const uint8_t *label, size_t n, double *room,
    unsigned jobs)
{
    size_t buckets = n / BUCKET + 1;
    *o = (struct order){.buckets = buckets < BUCKETS_MAX ? buckets : BUCKETS_MAX, .rows = n};
    o->own = room ? NULL : mem_alloc(n, sizeof *o->own);
    o->score = room ? room : o->own;
    o->start = mem_alloc(2 * o->buckets + 1, sizeof *o->start);
    o->before = mem_alloc(o->buckets, sizeof *o->before);
    unsigned shares = o->buckets > 1 ? SHARES * jobs : 1;
    struct deal d = {score, label, mem_zero(shares, sizeof *d.share), o};
    split(&d, n, shares);
    par_for(jobs, shares, find_range, &d);
    set_range(o, d.share, shares);
    par_for(jobs, shares, count_rows, &d);
    lay_out(o, d.share, shares);
    par_for(jobs, shares, deal_rows, &d);
    for (unsigned i = 0; i < shares; i++)
        mem_free(d.share[i].count);
    mem_free(d.share);
}

void order_release_scores(struct order *o)
{
    mem_free(o->own);
    o->own = o->score = NULL;
}

void order_release(struct order *o)
{
    order_release_scores(o);
    mem_free(o->start);
    mem_free(o->before);
    *o = (struct order){0};
}

/* ---- bucket by bucket ---- */

enum { DEALT_MAX = 1 << 17, TIES = 4096, FEW = 24 };

/* What a thread works with. */
struct desk {
    double *score;    /* a bucket's, by cell and class */
    uint32_t *end;    /* of each cell and class in it */
    double tie[TIES]; /* what is to be handed on */
    uint32_t count[2][TIES];
    struct ties ties;
};

struct each {
    struct order *order;
    void (*use)(void *context, const struct ties *, unsigned thread);
    void *context;
    struct desk **desk; /* (threads) made when needed */
};

static void hand_on(struct each *e, struct desk *d, unsigned thread)
{
    e->use(e->context, &d->ties, thread);
    for (int y = 0; y < 2; y++)
        for (size_t i = 0; i < d->ties.n; i++)
            d->ties.below[y] += d->count[y][i];
    d->ties.n = 0;
}

/* How many of x[0..n) equal v, which none of them is below. */
static size_t equal(const double *x, size_t n, double v)
{
    size_t i = 0;
    while (i < n && x[i] == v)
        i++;
    return i;
}

/* Hand on what two sorted lists hold. */
static void merge(struct each *e, struct desk *d, unsigned thread, const double *no, size_t n,
    const double *yes, size_t p)
{
    while (n + p) {
        double v = n && (!p || *no <= *yes) ? *no : *yes;
        size_t negatives = equal(no, n, v), positives = equal(yes, p, v), at = d->ties.n++;
        d->tie[at] = v;
        d->count[0][at] = (uint32_t)negatives;
        d->count[1][at] = (uint32_t)positives;
        no += negatives;
        n -= negatives;
        yes += positives;
        p -= positives;
        if (d->ties.n == TIES)
            hand_on(e, d, thread);
    }
}

/* Mostly one score, or few. */
static void sort_run(double *x, size_t n)
{
    size_t i = 1;
    while (i < n && x[i - 1] <= x[i])
        i++;
    if (n > FEW && i < n) {
        stats_sort(x, n);
        return;
    }
    for (; i < n; i++) {
        double v = x[i];
        size_t j = i;
        for (; j > 0 && x[j - 1] > v; j--)
            x[j] = x[j - 1];
        x[j] = v;
    }
}

/* The cell of a score in bucket b of so many cells. */
static size_t cell(const struct order *o, size_t b, double score, size_t cells)
{
    double place = order_place(o, score) - (double)b;
    size_t c = (size_t)(int64_t)(place * (double)cells);
    return c < cells ? c : cells - 1;
}

/* Scores of bucket b by cell and class into the desk. */
static void deal_cells(const struct order *o, size_t b, struct desk *d, size_t cells)
{
    const size_t *start = o->start + 2 * b;
    for (size_t c = 0; c < 2 * cells; c++)
        d->end[c] = 0;
    for (size_t y = 0; y < 2; y++)
        for (size_t i = start[y]; i < start[y + 1]; i++)
            d->end[2 * cell(o, b, o->score[i], cells) + y]++;
    uint32_t at = 0;
    for (size_t c = 0; c < 2 * cells; c++) {
        uint32_t rows = d->end[c];
        d->end[c] = at;
        at += rows;
    }
    for (size_t y = 0; y < 2; y++)
        for (size_t i = start[y]; i < start[y + 1]; i++)
            d->score[d->end[2 * cell(o, b, o->score[i], cells) + y]++] = o->score[i];
}

static void walk_cells(struct each *e, struct desk *d, unsigned thread, size_t cells)
{
    uint32_t from = 0;
    for (size_t c = 0; c < cells; c++) {
        uint32_t middle = d->end[2 * c], end = d->end[2 * c + 1];
        sort_run(d->score + from, middle - from);
        sort_run(d->score + middle, end - middle);
        merge(e, d, thread, d->score + from, middle - from, d->score + middle, end - middle);
        from = end;
    }
}

static struct desk *desk_of(struct each *e, unsigned thread)
{
    if (e->desk[thread])
        return e->desk[thread];
    size_t most = 1;
    for (size_t b = 0; b < e->order->buckets; b++) {
        size_t rows = e->order->start[2 * b + 2] - e->order->start[2 * b];
        most = rows > most && rows <= DEALT_MAX ? rows : most;
    }
    struct desk *d = e->desk[thread] = mem_alloc(1, sizeof *d);
    d->score = mem_alloc(most, sizeof *d->score);
    d->end = mem_alloc(2 * most + 2, sizeof *d->end);
    return d;
}

static void walk_bucket(void *context, size_t b, unsigned thread)
{
    struct each *e = context;
    struct order *o = e->order;
    const size_t *start = o->start + 2 * b;
    size_t rows = start[2] - start[0];
    if (rows == 0)
        return;
    struct desk *d = desk_of(e, thread);
    size_t yes_below = o->before[b];
    d->ties = (struct ties){
        o, b, d->tie, {d->count[0], d->count[1]}, 0, {start[0] - yes_below, yes_below}};
    if (rows <= DEALT_MAX) {
        deal_cells(o, b, d, (rows + 3) / 4);
        walk_cells(e, d, thread, (rows + 3) / 4);
    } else {
        double *no = o->score + start[0], *yes = o->score + start[1];
        stats_sort(no, start[1] - start[0]);
        stats_sort(yes, start[2] - start[1]);
        merge(e, d, thread, no, start[1] - start[0], yes, start[2] - start[1]);
    }
    if (d->ties.n)
        hand_on(e, d, thread);
}

void order_each(struct order *o, unsigned jobs,
    void (*use)(void *context, const struct ties *, unsigned thread), void *context)
{
    struct each e = {o, use, context, mem_zero(jobs, sizeof *e.desk)};
    par_for(jobs, o->buckets, walk_bucket, &e);
    for (unsigned t = 0; t < jobs; t++)
        if (e.desk[t]) {
            mem_free(e.desk[t]->score);
            mem_free(e.desk[t]->end);
            mem_free(e.desk[t]);
        }
    mem_free(e.desk);
}
