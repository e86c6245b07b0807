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

__extension__ typedef unsigned __int128 auc_wide;

/* Sums over rows of twice the count of the other class that a row beats, and of its square: of
 * positives, of negatives.  Zero-initialise; those of threads are merged in any order. */
struct auc_sums {
    auc_wide a, a2, b, b2;
};
void auc_add(struct auc_sums *, const struct ties *);
void auc_merge(struct auc_sums *, const struct auc_sums *other);

struct auc {
    double value; /* NaN unless both classes are there */
    double se;    /* NaN unless both have two rows */
};

/* At most 2^32 rows. */
struct auc auc_finish(const struct auc_sums *, const struct order *);

/* All of it. */
struct auc auc_of(struct order *, unsigned jobs);

#endif
