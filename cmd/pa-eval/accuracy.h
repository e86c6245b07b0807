/* SPDX-License-Identifier: MIT */
/*
 * accuracy - the long table of pa-eval accuracy: what its two kinds of label share
 */
#ifndef PA_ACCURACY_H
#define PA_ACCURACY_H

#include "sample.h"

/* Rows of the table, in the order of accuracy_names. */
enum accuracy_row {
    ROW_ROWS,
    ROW_POSITIVES,
    ROW_ACCURACY,
    ROW_PRECISION,
    ROW_RECALL,
    ROW_F1,
    ROW_MCC,
    ROW_AUC,
    ROW_LOG_LOSS,
    ROW_NE,
    ROW_BRIER,
    ROW_RATIO,
    ROW_SPECIFICITY,
    ROW_BALANCED,
    ROW_AP,
    ROW_KS,
    ROW_RIG,
    ROW_ECE,
    ROW_THRESHOLD,
    ACCURACY_ROWS
};

/* What is said once about all groups. */
struct remarks {
    uint64_t outside, clipped;
    size_t one_class;
};

/* The rows of a group, which is not ended; e (ACCURACY_ROWS). */
void accuracy_report(const struct samples *, size_t g, const struct estimate *e);

/* Groups of a label with several classes. */
void accuracy_of_classes(const struct samples *, struct remarks *);

#endif
