/* SPDX-License-Identifier: MIT */
/*
 * calibrate - from a predictor eta to a probability, learnt on scores out of fold
 *
 *   platt     p = logistic(a eta + b), fitted by maximum likelihood to the targets
 *             (N1 + 1) / (N1 + 2) for positives and 1 / (N0 + 2) for negatives, N the sums of
 *             weights: Platt (1999); Newton's method of Lin, Lin, Weng, Machine Learning 68 (2007)
 *   isotonic  the non-decreasing step function of least squares (pool adjacent violators, rows of
 *             one eta pooled first: Ayer et al., Annals of Math. Statistics 26 (1955)), linear
 *             between the ends of its steps
 */
#ifndef PA_CALIBRATE_H
#define PA_CALIBRATE_H

#include <stddef.h>
#include <stdint.h>

/* Rows: eta, class 0 or 1, weight (NULL: 1); rows whose eta is NaN are left out.  Both classes must
 * have weight. */
struct calibrate_rows {
    const double *eta;
    const uint32_t *y;
    const double *weight;
    size_t n;
};

void calibrate_platt(const struct calibrate_rows *, double *a, double *b);

/* Knots (x ascending, p not descending), at most 2 n; returns how many.  x, p: mem_free. */
size_t calibrate_isotonic(const struct calibrate_rows *, double **x, double **p);

#endif
