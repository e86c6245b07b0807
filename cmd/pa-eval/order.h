/* SPDX-License-Identifier: MIT */
/*
 * order - the scores of the rows of each of two classes, in ascending order
 *
 * A first pass deals rows into buckets by a linear map of the score, so that no bucket has a score
 * below one of the bucket before; each (bucket, class) is then sorted by itself, on any thread.
 */
#ifndef PA_ORDER_H
#define PA_ORDER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bucket b has its negative scores at score[start[2b]] .. score[start[2b+1]] and its positive ones
 * from there to score[start[2b+2]], both ascending.
 */
struct order {
    double *score; /* (rows) */
    size_t *start; /* (2 * buckets + 1) */
    size_t buckets;
    size_t rows, positives;
};

/* score (n) finite, label (n) 0 or 1.  Release with order_release. */
void order_init(struct order *, const double *score, const uint8_t *label, size_t n, unsigned jobs);
void order_release(struct order *);

/*
 * Rows of one score, taken from the lowest up: zero-initialise the cursor, then order_next gives
 * each distinct score once, with how many rows of each class have it; 0 at the end.
 */
struct order_cursor {
    size_t bucket, negative, positive; /* taken of the bucket so far */
};
struct order_tie {
    double score;
    size_t negatives, positives;
};
int order_next(const struct order *, struct order_cursor *, struct order_tie *);

#endif
