/* SPDX-License-Identifier: MIT */
/*
 * divider - which part each row belongs to, and which negatives are kept
 *
 * By shares: a keyed hash of the seed and the user, or the row itself.  Exact shares and the last
 * rows of users have to be learnt from all rows first, which then come again in the same order.
 * What is drawn for parts, folds and negatives is drawn apart from one another: a part can be
 * divided into folds, and every part can be thinned.
 */
#ifndef PA_SPLIT_DIVIDER_H
#define PA_SPLIT_DIVIDER_H

#include "columns.h"
#include "cuts.h"
#include "items.h"

struct division {
    size_t parts;
    const double *share;     /* (parts), unless by time */
    const struct cuts *cuts; /* NULL: not cut by time */
    size_t last;             /* rows of each user that are the second part; 0: not so */
    bool folds, exact;       /* of shares */
    bool by_user;
    double neg_rate; /* share of the negatives that is kept */
    uint64_t seed;
    struct columns row, value; /* what a row is drawn by, which goes to the divider; the stratum */
};

struct divider;
struct divider *divider_new(struct division);
void divider_free(struct divider *);

/* Must all rows be seen first?  Then all are learnt, at most BATCH_ROWS at once, and settled. */
bool divider_learns(const struct divider *);
void divider_learn(struct divider *, const struct item *, size_t n);
void divider_settle(struct divider *);

/* The parts of n <= BATCH_ROWS rows, from 0, or CUTS_GAP. */
void divider_parts(struct divider *, const struct item *, size_t n, size_t *part);

/* Is this negative among those that are kept? */
bool divider_keeps(struct divider *, const struct item *);

/* few: users all of whose rows are among the last. */
struct division_counts {
    uint64_t negatives, kept, without_user;
    size_t few;
};
struct division_counts divider_counts(const struct divider *);

#endif
