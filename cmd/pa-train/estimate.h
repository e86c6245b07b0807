/* SPDX-License-Identifier: MIT */
/*
 * estimate - coefficients of a fit in input units, and how sure they are
 *
 * Column j of the matrix is (value - mean_j) factor_j, so a weight w = v_j factor_j, and the
 * intercept b - sum_j v_j mean_j factor_j; variances follow, covariances of the intercept included.
 */
#ifndef PA_ESTIMATE_H
#define PA_ESTIMATE_H

#include "glm.h"

/* factor (width), mean (width; 0 for columns that are not centred).
 * intercept (outputs), weight (outputs, width): in the order of the matrix's columns. */
void estimate_units(const struct glm_fit *, const double *factor, const double *mean,
    double *intercept, double *weight);

/* Standard errors of the same, ordered as fit->b: (outputs, 1 + width).  NaN where rounding has
 * left no variance.  meat: as sandwich.h has it, or NULL for classic errors. */
void estimate_errors(const struct glm_problem *, const struct glm_fit *, const double *meat,
    const double *factor, const double *mean, double *error);

struct wald {
    double statistic, p_value, low, high;
};

/* Two-sided test of 0, and the interval of estimate +- z errors. */
struct wald estimate_wald(double estimate, double error, double z);

#endif
