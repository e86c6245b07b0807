/* SPDX-License-Identifier: MIT */
/*
 * exact - sums of doubles without rounding, hence without order
 *
 * Neal, "Fast exact summation using small and large superaccumulators", arXiv:1505.05571 (2015):
 * 67 signed 64-bit chunks of 32 bits cover every double.  Adding in any order, on any number of
 * threads, and merging gives the same bits, and the value is rounded once, correctly.
 * Only finite numbers may be added.
 */
#ifndef PA_EXACT_H
#define PA_EXACT_H

#include <stddef.h>
#include <stdint.h>

enum { EXACT_CHUNKS = 67 };

/* Zero-initialise (or exact_clear): the sum of nothing. */
struct exact {
    int64_t chunk[EXACT_CHUNKS];
    uint32_t pending; /* additions since carries were last propagated */
};

void exact_clear(struct exact *);
void exact_add(struct exact *, double x);
void exact_add_n(struct exact *, const double *x, size_t n);
/* x[i] * times[i] without rounding, as exact_add_product; quicker where all times are 1 */
void exact_add_times(struct exact *, const double *x, const double *times, size_t n);
/* x * y without rounding (Dekker's product; |x|, |y| within 1e150 or 0) */
void exact_add_product(struct exact *, double x, double y);
void exact_merge(struct exact *, const struct exact *other);
/* The sum, rounded half to even; +-inf when it is beyond the greatest double. */
double exact_value(const struct exact *);
/* The sum divided by n, 0 < n < 2^48, rounded once, half to even; likewise. */
double exact_mean(const struct exact *, uint64_t n);

#endif
