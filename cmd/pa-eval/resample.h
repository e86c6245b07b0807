/* SPDX-License-Identifier: MIT */
/*
 * resample - the error of a number from the influence of its rows, and intervals by the bootstrap
 *
 * With clusters, rows of one cluster count as one observation.
 */
#ifndef PA_RESAMPLE_H
#define PA_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "estimate.h"

/* Which rows belong together; cluster NULL: each row is one of its own. */
struct clusters {
    const uint32_t *cluster; /* (rows) 0 .. n-1 */
    size_t n;                /* with cluster only */
};

/*
 * sqrt(g / (g - 1) * sum over clusters of (sum of x in it)^2), g the number of clusters that have
 * rows; x (rows) is weight times influence.  NaN of fewer than two.
 */
double resample_error(const struct clusters *, const double *x, size_t rows);

/* A sum of terms of this size altogether, which is 0 where only rounding is left of it: clusters
 * that do not differ have no spread. */
double resample_settled(double sum, double size);

/* (sum of w)^2 / sum over clusters of (sum of w in it)^2: clusters of equal weight that would be as
 * sure. */
double resample_worth(const struct clusters *, const double *w, size_t rows);

/*
 * The bootstrap (Efron 1979): runs times, rows (or whole clusters) are drawn with replacement, as
 * many as there are, and values(context, w, value) finds the m numbers, w (rows) being the row's
 * weight times how often it was drawn.  Draws are a function of seed, run and number of the draw.
 */
struct bootstrap {
    size_t runs;
    uint64_t seed;
    unsigned jobs;
    struct level level;
    void (*values)(void *context, const double *w, double *value);
    void *context;
    size_t m;
};

/* low, high of estimate (m) become the quantiles alpha / 2 and 1 - alpha / 2 (type 7) of the runs
 * in which the number was defined.  weight (rows), NULL: 1 each. */
void resample_bootstrap(const struct bootstrap *, const struct clusters *, const double *weight,
    size_t rows, struct estimate *);

#endif
