/* SPDX-License-Identifier: MIT */
/*
 * gain - how many of the positives the rows of highest score hold
 *
 * Of n rows in order of score from the highest down, bin b of m (from 1) ends after k_b =
 * ceil(b n / m) rows (with weights: after the share b / m of the weight).  Rows of one score that
 * a border cuts are shared proportionally.  With a_b positives among the first k_b rows, P in all:
 *   gain = a_b / P,   lift = (a_b / k_b) / (P / n)
 */
#ifndef PA_GAIN_H
#define PA_GAIN_H

#include "judge.h"

/* Sums from the highest score down to the end of a bin, and of what is in the bin itself: a row
 * that a border cuts counts in part. */
struct gain {
    double rows, positives; /* weight */
    struct share own;       /* of positives in the bin */
};

/*
 * weight[label] (j->n), and square of squared weights.  unit: the ends k_b are rounded up to a
 * multiple of it; 0: they are not.  gain (m) is filled.
 */
void gain_of(const struct judge *, double *const weight[2], double *const square[2], double unit,
    struct gain *gain, size_t m);

#endif
