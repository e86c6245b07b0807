/* SPDX-License-Identifier: MIT */
/*
 * select - quantiles without sorting
 */
#ifndef PA_CLEAN_SELECT_H
#define PA_CLEAN_SELECT_H

#include <stddef.h>

/* The quantiles q[m], each in [0, 1], of x[n], n >= 1, none of them NaN: stats_quantile of x
 * sorted, into out[m]; x stays as it is.  Memory: 1 MiB, and 8 bytes for each value that is as near
 * to one of them as its first 16 bits tell. */
void select_quantiles(const double *x, size_t n, const double *q, double *out, size_t m);

#endif
