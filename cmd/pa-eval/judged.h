/* SPDX-License-Identifier: MIT */
/*
 * judged - the measures of judge.h with their intervals: by influence or by the bootstrap
 *
 * Shares have Wilson's interval for as many rows as would have the same error, F1 that of the share
 * it is made of; the ratio that of a count, the others value +- z error, within what they can be.
 * With weights of 1 all are those of the formulas for rows without weights.
 */
#ifndef PA_JUDGED_H
#define PA_JUDGED_H

#include "judge.h"
#include "resample.h"

/* How sure to be, and by which errors. */
struct doubt {
    struct level level;
    size_t runs; /* of the bootstrap; 0: by influence */
    uint64_t seed;
    unsigned jobs;
};

struct judged {
    const double *score;
    const uint8_t *y;
    const double *w; /* NULL: 1 each */
    struct clusters clusters;
    size_t n;
    struct judge_rule rule;
    struct doubt doubt;
};

/* e (JUDGE_MEASURES) is filled. */
void judged_estimates(const struct judged *, struct estimate *e);

/* The threshold of the rule for these rows. */
double judged_threshold(const struct judged *);

/* A share by clusters, with Wilson's interval for its error.  After judge_rows, by label and score:
 * d, its influence; base, what a row counts below the line. */
struct estimate judged_share(const struct judged *, const struct judge *, double share,
    double *const d[2], double *const base[2]);

#endif
