/* SPDX-License-Identifier: MIT */
/*
 * several - measures of predicted classes and of their probabilities, with intervals
 *
 * accuracy, precision, recall, F1, MCC and balanced accuracy are those of a table of counts
 * (confusion.h).  From probabilities p_c
 *   auc      mean over the classes that have rows of the AUC of p_c, the class against the rest
 *   log_loss L = mean of -log p of the true class, p kept within 1e-15 and 1 - 1e-15
 *   ne       L / H, H = -sum over classes of q log q, q their shares
 *   brier    mean of the sum over all p_c of (p_c - [c is the true class])^2
 * Errors come from the influences of rows as in judge.h, without n / (n - 1) where the table says
 * it all; accuracy has Wilson's interval, the others value +- z error, or all by the bootstrap.
 */
#ifndef PA_SEVERAL_H
#define PA_SEVERAL_H

#include "confusion.h"
#include "judged.h"

enum several_measure {
    SEVERAL_AUC = CONFUSION_MEASURES, /* after those of the table */
    SEVERAL_LOG_LOSS,
    SEVERAL_NE,
    SEVERAL_BRIER,
    SEVERAL_MEASURES
};

struct several {
    size_t n, classes;        /* rows; classes of labels and predictions */
    const uint32_t *y, *said; /* (n) true and predicted class */
    size_t chances;           /* classes that have probabilities; 0: none has */
    const double *const *p;   /* (chances)(n) */
    const uint32_t *chance;   /* (n) which of these is the true class; NULL without them */
    const double *w;          /* (n), NULL: 1 each */
    struct clusters clusters;
    struct doubt doubt;
};

/* count (classes, classes): weights by true class and prediction. */
void several_count(const struct several *, const double *w, double *count);

/* e (SEVERAL_MEASURES) is filled, empty where there are no probabilities or some are outside [0,
 * 1]. Told are rows with such, and those whose p of the true class was moved. */
struct several_told {
    uint64_t outside, clipped;
};
struct several_told several_estimates(const struct several *, struct estimate *e);

#endif
