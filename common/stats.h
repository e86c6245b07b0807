/* SPDX-License-Identifier: MIT */
/*
 * stats - moments, quantiles, distributions and intervals
 *
 * Plain arrays in, numbers out; what is undefined is NaN.
 */
#ifndef PA_STATS_H
#define PA_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "exact.h"

/* Count, mean and spread of finite numbers, exact, so merging in any order gives the same bits; the
 * mean is rounded once. */
struct moments {
    uint64_t n;
    double min, max;
    struct exact sum, squares;
};
void moments_add(struct moments *, double x); /* zero-initialised before */
void moments_merge(struct moments *, const struct moments *other);
double moments_mean(const struct moments *);
double moments_sd(const struct moments *);        /* population: divided by n */
double moments_sd_sample(const struct moments *); /* divided by n - 1 */

/* Quantile q of n sorted numbers by linear interpolation: type 7 of Hyndman and Fan (1996), the
 * default of R and NumPy. */
double stats_quantile(const double *sorted, size_t n, double q);
/* Ascending, NaNs not allowed, -0 before 0: radix sort, stable, O(n). */
void stats_sort(double *x, size_t n);

double stats_normal_cdf(double z);
double stats_normal_quantile(double p); /* relative error <= 1e-13 */
double stats_chi2_upper(double x, double df);

/* Wilson's score interval (1927) of k successes among n, n may be real (weights); z: quantile. */
struct interval {
    double low, high;
};
struct interval stats_wilson(double k, double n, double z);

/* One-sided Fisher exact test: P(X >= k), X hypergeometric with n draws from N of which K count. */
double stats_fisher_greater(uint64_t k, uint64_t K, uint64_t n, uint64_t N);

#endif
