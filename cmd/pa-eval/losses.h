/* SPDX-License-Identifier: MIT */
/*
 * losses - how far predicted probabilities are from what happened
 *
 *   log loss  L = mean of -log(p) where y = 1, -log(1 - p) where y = 0
 *   NE        L / H(ybar), H(q) = -q log q - (1 - q) log(1 - q)       (He et al. 2014)
 *   Brier     mean of (p - y)^2
 *   ratio     sum p / sum y
 *
 * For L, p is kept within 1e-15 and 1 - 1e-15.
 * Sums are exact, so threads and order change nothing.  Intervals are normal: L and Brier from the
 * spread of their terms, NE by the delta method with ybar as a second mean; the ratio R is
 * estimate_ratio with se^2 = n / (n - 1) sum (p - R y)^2 / (sum y)^2.
 */
#ifndef PA_LOSSES_H
#define PA_LOSSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "estimate.h"
#include "exact.h"
#include "order.h"

struct losses {
    uint64_t rows, positives;
    uint64_t count[4]; /* 2 * y + (p >= threshold) */
    uint64_t outside;  /* p below 0 or above 1: then the measures below are none */
    uint64_t clipped;  /* p moved to be at least 1e-15 from 0 and 1 */
    struct estimate log_loss, ne, brier, ratio;
};

/* p, log and brier are by label; log2, brier2 and yes2 (p of positive rows) are sums of squares.
 * Zero-initialise; those of threads are merged in any order. */
struct losses_sums {
    struct exact p[2], log[2], log2, brier[2], brier2, yes2;
    uint64_t count[4], outside, clipped;
};
void losses_add(struct losses_sums *, const struct ties *, double threshold);
void losses_merge(struct losses_sums *, const struct losses_sums *other);
struct losses losses_finish(const struct losses_sums *, struct level);

/* Is it no probability, is it moved? */
bool losses_outside(double p);
bool losses_clipped(double p, int y);

/* All of it. */
struct losses losses_of(struct order *, double threshold, struct level, unsigned jobs);

/* Of one row of several classes: -log p of the true class y, and the sum over all classes c of
 * (p_c - [c = y])^2; is any p no probability, is that of y moved?  p (classes)(rows). */
struct class_loss {
    double log, brier;
    bool outside, clipped;
};
struct class_loss losses_of_class(const double *const *p, uint32_t y, size_t row, size_t classes);

#endif
