/* SPDX-License-Identifier: MIT */
/*
 * confusion - what a table of true against predicted classes says
 *
 * Per class c with T_c rows, P_c predictions and H_c of them right:
 *
 *   precision P = H_c / P_c, recall R = H_c / T_c, F1 = 2 H_c / (T_c + P_c)
 *   macro: the mean over classes
 *   MCC = (s sum H - sum T P) / sqrt((s^2 - sum P^2) (s^2 - sum T^2)), s = all rows
 *
 * (Matthews 1975; for several classes Gorodkin 2004).  A ratio with nothing below the line is
 * undefined, and so is a macro mean of which one part is; balanced accuracy is the mean of the
 * recalls of the classes that have rows.
 *
 * Intervals of two classes: Wilson's for proportions; F1 through H / (T + P - H), which is a
 * proportion; MCC and balanced accuracy by the delta method over the multinomial table.
 */
#ifndef PA_CONFUSION_H
#define PA_CONFUSION_H

#include <stddef.h>
#include <stdint.h>

#include "estimate.h"

struct scores {
    struct estimate accuracy, precision, recall, f1, mcc, specificity, balanced;
};

/* Two classes, 0 and 1: precision, recall and F1 of class 1; specificity is the recall of class 0,
 * balanced accuracy the mean of both recalls. */
struct scores confusion_binary(const uint64_t count[4], struct level);

enum confusion_measure {
    CONFUSION_ACCURACY,
    CONFUSION_PRECISION,
    CONFUSION_RECALL,
    CONFUSION_F1,
    CONFUSION_MCC,
    CONFUSION_BALANCED,
    CONFUSION_MEASURES
};

/* Of a table count (classes, classes) of weights, row true, column predicted: value
 * (CONFUSION_MEASURES), NaN where undefined; and slope (classes, classes), the derivative of one by
 * each cell, for cells that are not empty. */
void confusion_values(const double *count, size_t classes, double *value);
void confusion_slopes(const double *count, size_t classes, enum confusion_measure, double *slope);

#endif
