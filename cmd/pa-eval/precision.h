/* SPDX-License-Identifier: MIT */
/*
 * precision - average precision and KS of rows that all count 1
 *
 *   AP = sum over scores t from the highest down of (R_t - R_above) P_t, with recall R and
 *        precision P of "positive from t on"; ties together, no interpolation
 *   KS = max over t of TPR_t - FPR_t
 *
 * Errors by influence, as in judge.h, with n / (n - 1).
 */
#ifndef PA_PRECISION_H
#define PA_PRECISION_H

#include "order.h"

struct precision {
    double ap, ap_se; /* NaN without positives; of one row */
    double ks, ks_se; /* NaN unless both classes are there */
};

/* What the buckets of an order say (at most 2^32 rows); zero-initialise one for each. */
struct precision_sums;
struct precision_sums *precision_new(const struct order *);
void precision_add(struct precision_sums *, const struct ties *);
/* Frees. */
struct precision precision_finish(struct precision_sums *, const struct order *);

/* All of it. */
struct precision precision_of(struct order *, unsigned jobs);

#endif
