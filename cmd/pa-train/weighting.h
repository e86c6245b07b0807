/* SPDX-License-Identifier: MIT */
/*
 * weighting - how much each row counts in the fit, and what that must not do to the probabilities
 *
 * Weights of classes and down-sampling move the share of the positives, so slopes are those of the
 * weighted fit, but the intercepts are refitted on the rows' own weights with the slopes held: then
 * predictions over the training rows sum to the outcomes, in every class.
 */
#ifndef PA_WEIGHTING_H
#define PA_WEIGHTING_H

#include <stdint.h>

#include "glm.h"
#include "labels.h"

struct weighting {
    const double *own;        /* (rows) of the column of weights; NULL: each 1 */
    const char *class_weight; /* of the option; NULL: none */
    double neg_rate;          /* 1: all negatives */
    uint64_t seed;
};

/* Weights for the fit, (rows); NULL when each is 1.  mem_free.  A class that is not there is a
 * usage error.
 *   balanced   class c: (all weights) / (classes * weights of c)
 *   neg_rate   a negative row stays when its draw is below R, and then counts 1/R times */
double *weighting_of(const struct weighting *, const struct labels *, size_t rows);

/* Sums of the rows' own weights by class; mem_free. */
double *weighting_totals(const double *own, const struct labels *, size_t rows);

/* Refit the intercepts of a fit on these weights with all else held; returns the sum of losses. */
double weighting_recentre(const struct glm_problem *, const double *own, struct glm_fit *);

/*
 * A fit ends when its gradient is a small share of what it was, so predictions over many rows, by
 * the weights of the fit, sum to the outcomes only nearly.  If they may be off by more than 1e-7,
 * step on along the intercepts alone; loss, objective and gradient_norm are those of there.
 */
void weighting_settle(const struct glm_problem *, struct glm_fit *);

/* The sum of losses of the intercepts alone, the offset held; of that alone without intercepts. */
double weighting_null_loss(const struct glm_problem *, const double *own);

#endif
