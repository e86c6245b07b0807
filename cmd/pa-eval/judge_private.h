/* SPDX-License-Identifier: MIT */
/*
 * judge_private - what values and influences of measures share
 */
#ifndef PA_JUDGE_PRIVATE_H
#define PA_JUDGE_PRIVATE_H

#include "judge.h"

/* Weights of the four cells, and at which score "positive" begins. */
struct judge_table {
    double tp, fp, fn, tn, all;
    size_t from;
};
struct judge_table judge_table_of(
    const struct judge *, double *const weight[2], const struct judge_rule *);

/* What a row of label y, score number t adds above and below the line of a share. */
struct judge_part {
    double over, under;
};
struct judge_part judge_part_of(
    const struct judge *, const struct judge_table *, enum judge_measure, int y, size_t t);

/* Summed over all rows. */
struct judge_part judge_total_of(
    const struct judge *, double *const weight[2], const struct judge_table *, enum judge_measure);

/* Below the line of the MCC; of a share, in nats. */
double judge_mcc_root(const struct judge_table *);
double judge_entropy(double share);

#endif
