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

/* Sums from the highest score down to the end of a bin. */
struct gain {
    double rows, positives; /* weight */
};

/* weight[label] (j->n); whole: the ends k_b are rounded up; gain (m) is filled. */
void gain_of(
    const struct judge *, double *const weight[2], bool whole, struct gain *gain, size_t m);

#endif
