/* SPDX-License-Identifier: MIT */
/*
 * sandwich - variances of estimates that hold when the model's own variance does not
 *
 *   robust    H^-1 (sum_i u_i u_i') H^-1                    HC0: White (1980), Huber (1967)
 *   cluster   H^-1 (sum_g u_g u_g') H^-1  G / (G - 1)       u_g: the sum of u_i over rows of g
 *
 * u_i = s_i (dloss_i / d coefficients), H the Hessian of the objective: Liang and Zeger,
 * Biometrika 73 (1986) 13-22.
 */
#ifndef PA_SANDWICH_H
#define PA_SANDWICH_H

#include "glm.h"

/* What stands in the middle, factor included: (N, N), lower triangle; mem_free.
 *   b        (N)     the optimum
 *   cluster  (rows)  0 .. clusters-1, each with rows; NULL: every row is its own */
double *sandwich_meat(
    const struct glm_problem *, const double *b, const uint32_t *cluster, size_t clusters);

/* c' H^-1 meat H^-1 c; c (N), scratch (N). */
double sandwich_variance(
    const double *meat, const double *inverse, const double *c, size_t n, double *scratch);

#endif
