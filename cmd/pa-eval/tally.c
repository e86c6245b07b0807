/* SPDX-License-Identifier: MIT */
/*
 * Bins rise with buckets, so bucket i and bin b meet in one part only with that sum i + b, and
 * threads that have buckets share none.  Of a score that a border cuts only the rows tell which of
 * them are positive: ties go by number.
 */
#include "tally.h"

#include <math.h>

#include "border.h"
#include "exact.h"
#include "mem.h"

enum { BLOCK = 512, FINE = 64 };

/* What a bucket has of a bin. */
struct part {
    size_t bin;
    uint64_t rows, positives;
    double least, most;
    struct exact score;
};

struct tally {
    const struct order *order;
    size_t m;
    bool width;
    struct part *part;   /* (buckets + m) */
    struct border *cut;  /* (m) by the bin that begins; before is 0 where it parts no score */
    struct exact *brier; /* (threads) */
    unsigned jobs;
};

struct tally *tally_new(const struct order *o, size_t m, bool width, unsigned jobs)
{
    struct tally *t = mem_alloc(1, sizeof *t);
    *t = (struct tally){o, m, width, mem_zero(o->buckets + m, sizeof *t->part),
        mem_zero(m, sizeof *t->cut), mem_zero(jobs, sizeof *t->brier), jobs};
    return t;
}

/* The bin of a rank. */
static size_t bin_of_rank(const struct tally *t, size_t rank)
{
    return ((rank + 1) * t->m - 1) / t->order->rows;
}

/* The rank at which a bin begins. */
static size_t first_of(const struct tally *t, size_t bin)
{
    return bin * t->order->rows / t->m;
}

/* The part of a bucket and a bin, which gets scores of this range. */
static struct part *part_of(struct tally *t, size_t bucket, size_t bin, double least, double most)
{
    struct part *p = &t->part[bucket + bin];
    p->bin = bin;
    p->least = p->rows && p->least <= least ? p->least : least;
    p->most = p->rows && p->most >= most ? p->most : most;
    return p;
}

/* Scores that are wholly in one bin. */
static void add_run(struct tally *tally, const struct ties *t, size_t bin, size_t from, size_t to)
{
    double times[BLOCK];
    if (from == to)
        return;
    struct part *p = part_of(tally, t->bucket, bin, t->score[from], t->score[to - 1]);
    for (size_t n; from < to; from += n) {
        n = to - from < BLOCK ? to - from : BLOCK;
        for (size_t i = 0; i < n; i++) {
            uint64_t positives = t->count[1][from + i], rows = positives + t->count[0][from + i];
            p->rows += rows;
            p->positives += positives;
            times[i] = (double)rows;
        }
        exact_add_times(&p->score, t->score + from, times, n);
    }
}

/* One score that borders cut: rows of these ranks. */
static void add_cut(struct tally *t, const struct ties *ties, double score, size_t rank, size_t end)
{
    for (size_t bin = bin_of_rank(t, rank), last = bin_of_rank(t, end - 1); bin <= last; bin++) {
        struct part *p = part_of(t, ties->bucket, bin, score, score);
        size_t first = first_of(t, bin), next = first_of(t, bin + 1);
        size_t from = first > rank ? first : rank, to = next < end ? next : end;
        p->rows += to - from;
        exact_add_product(&p->score, score, (double)(to - from));
        if (first > rank)
            t->cut[bin] = (struct border){score, first - rank, 0, bin};
    }
}

static void add_by_mass(struct tally *t, const struct ties *ties)
{
    size_t rank = ties->below[0] + ties->below[1], from = 0;
    size_t bin = bin_of_rank(t, rank), next = first_of(t, bin + 1);
    for (size_t i = 0; i < ties->n; i++) {
        size_t end = rank + ties->count[0][i] + ties->count[1][i];
        if (end >= next) {
            bool cut = end > next;
            add_run(t, ties, bin, from, cut ? i : i + 1);
            if (cut)
                add_cut(t, ties, ties->score[i], rank, end);
            from = i + 1;
            bin = bin_of_rank(t, end);
            next = first_of(t, bin + 1);
        }
        rank = end;
    }
    if (from < ties->n)
        add_run(t, ties, bin, from, ties->n);
}

static void add_by_width(struct tally *t, const struct ties *ties)
{
    for (size_t i = 0, from; i < ties->n;) {
        size_t bin = calibration_width_bin(ties->score[i], t->m);
        for (from = i; i < ties->n && calibration_width_bin(ties->score[i], t->m) == bin;)
            i++;
        add_run(t, ties, bin, from, i);
    }
}

static void add_brier(struct exact *brier, const struct ties *t)
{
    double square[BLOCK], times[BLOCK];
    for (int y = 0; y < 2; y++)
        for (size_t i = 0; i < t->n;) {
            size_t n = 0;
            for (; i < t->n && n < BLOCK; i++) {
                double d = t->score[i] - y;
                square[n] = d * d;
                times[n] = t->count[y][i];
                n += t->count[y][i] > 0;
            }
            exact_add_times(brier, square, times, n);
        }
}

void tally_add(struct tally *t, const struct ties *ties, unsigned thread)
{
    if (t->width)
        add_by_width(t, ties);
    else
        add_by_mass(t, ties);
    add_brier(&t->brier[thread], ties);
}

/* One of FINE stretches of each bucket, in which few scores are. */
static size_t stretch(const struct order *o, double score)
{
    size_t i = (size_t)(int64_t)(order_place(o, score) * FINE);
    return i < o->buckets * FINE ? i : o->buckets * FINE - 1;
}

/* Cuts that there are move to the front; returns how many.  Marks where they are. */
static size_t gather_cuts(struct tally *t, uint8_t *marked)
{
    size_t n = 0;
    for (size_t b = 0; b < t->m; b++)
        if (t->cut[b].before) {
            t->cut[n++] = t->cut[b];
            marked[stretch(t->order, t->cut[n - 1].score)] = 1;
        }
    return n;
}

/* The positive rows of scores that are cut go to their bins. */
static void share_cuts(
    struct tally *t, const double *score, const uint8_t *y, struct calibration_bin *bin)
{
    uint8_t *marked = mem_zero(t->order->buckets * FINE, 1);
    size_t cuts = gather_cuts(t, marked);
    for (size_t i = 0; cuts && i < t->order->rows; i++) {
        if (!marked[stretch(t->order, score[i])])
            continue;
        size_t c = borders_below(t->cut, cuts, score[i]);
        if (c < cuts && t->cut[c].score == score[i])
            bin[border_next(t->cut, cuts, c)].positives += y[i];
    }
    mem_free(marked);
}

/* Parts are in the order of bins, and of buckets in each. */
static void put_together(const struct tally *t, struct level level, struct calibration_bin *bin)
{
    struct exact *sum = mem_zero(t->m, sizeof *sum);
    for (size_t i = 0; i < t->order->buckets + t->m; i++) {
        const struct part *p = &t->part[i];
        struct calibration_bin *b = &bin[p->bin];
        if (!p->rows)
            continue;
        b->least = b->rows ? b->least : p->least;
        b->most = p->most;
        b->rows += p->rows;
        b->positives += (double)p->positives;
        exact_merge(&sum[p->bin], &p->score);
    }
    for (size_t b = 0; b < t->m; b++) {
        bin[b].weight = (double)bin[b].rows;
        bin[b].predicted = exact_value(&sum[b]) / bin[b].weight;
        bin[b].observed = estimate_share(bin[b].positives, bin[b].weight, level);
    }
    mem_free(sum);
}

struct calibration tally_finish(struct tally *t, const double *score, const uint8_t *y,
    struct level level, struct calibration_bin *bin)
{
    for (size_t b = 0; b < t->m; b++)
        bin[b] = (struct calibration_bin){.least = NAN, .most = NAN};
    share_cuts(t, score, y, bin);
    put_together(t, level, bin);
    for (unsigned i = 1; i < t->jobs; i++)
        exact_merge(&t->brier[0], &t->brier[i]);
    struct calibration c = calibration_summary(bin, t->m, exact_value(&t->brier[0]));
    mem_free(t->part);
    mem_free(t->cut);
    mem_free(t->brier);
    mem_free(t);
    return c;
}

static void add(void *context, const struct ties *ties, unsigned thread)
{
    tally_add(context, ties, thread);
}

struct calibration tally_of(
    struct order *o, const struct judged *j, bool width, struct calibration_bin *bin, size_t m)
{
    struct tally *t = tally_new(o, m, width, j->doubt.jobs);
    order_each(o, j->doubt.jobs, add, t);
    return tally_finish(t, j->score, j->y, j->doubt.level, bin);
}
