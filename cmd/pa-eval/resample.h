/* SPDX-License-Identifier: MIT */
/*
 * resample - the error of a number from the influence of its rows, and intervals by the bootstrap
 *
 * With clusters, rows of one cluster count as one observation.
 */
#ifndef PA_RESAMPLE_H
#define PA_RESAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "estimate.h"

/* Which rows belong together; cluster NULL: each row is one of its own. */
struct clusters {
    const uint32_t *cluster; /* (rows) 0 .. n-1 */
    size_t n;                /* with cluster only */
};

/* Sums of what rows add, by cluster. */
struct cluster_sums {
    double *sum, *size; /* (n) size: of the terms, whatever their sign */
    uint8_t *seen;
    size_t n;
};
void cluster_sums_init(struct cluster_sums *, size_t n);
/* present: this makes the cluster one of those that count. */
void cluster_sums_add(struct cluster_sums *, size_t cluster, double x, bool present);

/* Clusters that count, the sum over all and of squares over clusters; frees. */
struct spread {
    double n, sum, squares;
};
struct spread cluster_sums_finish(struct cluster_sums *);

/* A sum of terms of this size altogether, which is 0 where only rounding is left of it: clusters
 * that do not differ have no spread. */
double resample_settled(double sum, double size);

/* sqrt(n / (n - 1) squares): the error of the number that sums are weight times influence of; NaN
 * of fewer than two. */
double spread_error(struct spread);
/* sum^2 / squares: clusters of equal weight that would be as sure, where sums are of weights. */
double spread_worth(struct spread);

/* Of rows, x (rows) of each. */
double resample_error(const struct clusters *, const double *x, size_t rows);
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
