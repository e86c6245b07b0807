/* SPDX-License-Identifier: MIT */
/*
 * auc - area under the ROC curve, exactly, with DeLong's standard error
 *
 *   AUC = sum over positives i and negatives j of (1[p_i > p_j] + 1/2 1[p_i = p_j]) / (P N)
 *
 * Counted in integers, so it is exact up to the last division.  With a_i the share of negatives
 * below positive i (ties half) and b_j the share of positives above negative j,
 *   se^2 = var(a) / P + var(b) / N,   variances with P - 1 and N - 1
 * (DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988) 837-845).
 */
#ifndef PA_AUC_H
#define PA_AUC_H

#include "order.h"

struct auc {
    double value; /* NaN unless both classes are there */
    double se;    /* NaN unless both have two rows */
};

/* At most 2^32 rows. */
struct auc auc_of(const struct order *, unsigned jobs);

#endif
