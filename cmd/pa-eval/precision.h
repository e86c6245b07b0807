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

/* At most 2^32 rows. */
struct precision precision_of(const struct order *, unsigned jobs);

#endif
