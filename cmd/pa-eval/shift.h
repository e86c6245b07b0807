/* SPDX-License-Identifier: MIT */
/*
 * shift - how far a distribution has moved from that of a reference
 *
 * From counts in B bins, r of n reference rows and c of m new ones:
 *   PSI  = sum (c' - r') ln(c' / r'), with shares r' = (r + 1/2) / (n + B/2), c' likewise
 *   null = (1/n + 1/m) times the quantile 0.95 of chi^2 with B - 1: what PSI exceeds in one of
 *          twenty cases when nothing has changed              (Yurdakul 2018)
 *   JS   = Jensen and Shannon's divergence of the shares r/n and c/m, in bits
 *   chi2 = Pearson's statistic of homogeneity, with p of B - 1 degrees; empty bins are none
 * With no degrees nothing can move: null and chi2 are 0, p is 1.
 * From sorted numbers:
 *   KS   = max |F_c - F_r|, with p = 2 sum_k (-1)^(k-1) exp(-2 k^2 D^2 nm / (n + m)), asymptotic
 */
#ifndef PA_SHIFT_H
#define PA_SHIFT_H

#include <stddef.h>
#include <stdint.h>

struct shift {
    double psi, null, js, chi2, p; /* NaN when one side has no rows */
};
struct shift shift_of(const uint64_t *reference, const uint64_t *now, size_t bins);

struct shift_ks {
    double d, p; /* NaN when one side is empty */
};
struct shift_ks shift_ks(const double *reference, size_t n, const double *now, size_t m);

/* Benjamini and Hochberg's adjusted p values (1995) in place; NaNs stay and do not count. */
void shift_adjust(double *p, size_t n);

#endif
