/* SPDX-License-Identifier: MIT */
/*
 * order - the distinct scores of the rows of two classes, in ascending order
 *
 * A first pass deals rows into buckets by a map of the score, so that no bucket has a score below
 * one of the bucket before; order_each then sorts bucket by bucket, on any thread, and hands
 * on the scores while they are in the cache.
 */
#ifndef PA_ORDER_H
#define PA_ORDER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bucket b has its negative scores at score[start[2b]] .. score[start[2b+1]] and its positive ones
 * from there to score[start[2b+2]], in any order.
 */
struct order {
    double *score;  /* (rows) */
    double *own;    /* what must be freed of it */
    size_t *start;  /* (2 * buckets + 1) */
    size_t *before; /* (buckets) positive rows in buckets before */
    size_t buckets;
    size_t rows, positives;
    double low, steep, flat, offset; /* of the map */
    double least, most;              /* scores; infinite without rows */
};

/* score (n) finite, label (n) 0 or 1; room (n), NULL: allocated.  Release with order_release. */
void order_init(struct order *, const double *score, const uint8_t *label, size_t n, double *room,
    unsigned jobs);
void order_release(struct order *);
/* Only the map of buckets stays. */
void order_release_scores(struct order *);

/* Where in the buckets a score is: bucket b is what is from b to b + 1.  It does not fall in the
 * score, whatever the rounding. */
static inline double order_place(const struct order *o, double score)
{
    double x = score - o->low, steep = x * o->steep, flat = x * o->flat + o->offset;
    return steep < flat ? steep : flat;
}

static inline size_t order_bucket(const struct order *o, double score)
{
    size_t b = (size_t)(int64_t)order_place(o, score);
    return b < o->buckets ? b : o->buckets - 1;
}

/* Scores of a bucket, or of a stretch of one. */
struct ties {
    const struct order *order;
    size_t bucket;
    const double *score;      /* (n) ascending, each once */
    const uint32_t *count[2]; /* (n) negative and positive rows that have it */
    size_t n, below[2];       /* negative and positive rows with lower scores */
};

/* Call use for all scores: the stretches of one bucket in ascending order and on one thread, of
 * different buckets in any order, which with one job is ascending, too. */
void order_each(struct order *, unsigned jobs,
    void (*use)(void *context, const struct ties *, unsigned thread), void *context);

#endif
