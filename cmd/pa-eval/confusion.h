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
 * undefined, and so is a macro mean of which one part is.
 *
 * Intervals: Wilson's for proportions; F1 of one class through H / (T + P - H), which is a
 * proportion; macro means and MCC by the delta method over the multinomial table.
 */
#ifndef PA_CONFUSION_H
#define PA_CONFUSION_H

#include <stddef.h>
#include <stdint.h>

#include "estimate.h"

struct confusion {
    const double *count;   /* (classes, classes): row true, column predicted; sums of weights */
    const double *squares; /* of squared weights; without weights it is count again */
    size_t classes;
};

struct scores {
    struct estimate accuracy, precision, recall, f1, mcc, specificity, balanced;
};

/* Two classes, 0 and 1: precision, recall and F1 of class 1; specificity is the recall of class 0,
 * balanced accuracy the mean of both recalls. */
struct scores confusion_binary(const uint64_t count[4], struct level);
/* Without specificity; balanced accuracy is the macro recall. */
struct scores confusion_macro(const struct confusion *, struct level);

#endif
