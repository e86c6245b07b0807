/* SPDX-License-Identifier: MIT */
/*
 * descent - the regression of glm with a penalty l1 |w| beside l2 / 2 w^2, by coordinate descent
 *
 *   minimise over (b, W):  loss + sum_jk ((l2_j / 2) W_jk^2 + l1_j |W_jk|)
 *
 * One predictor after another takes a proximal Newton step: the quadratic model of the loss with
 * the penalties is minimised by one coordinate at a time, those that rest at 0 being passed over,
 * and the step is halved until the objective falls enough (Friedman, Hastie, Tibshirani, J. Stat.
 * Software 33 (2010); Yuan, Ho, Lin, JMLR 13 (2012) 1999-2030).  In the symmetric form adding the
 * same to a coefficient of every class changes the penalties alone: after each round it is what
 * makes them least.  It ends when the largest element
 * of the least subgradient is at most tol times that of the gradient without slopes.
 *
 * Memory: 4 bytes for each entry of the groups, 32 + 8 outputs for each row, and where the Hessian
 * is held 8 for each row, 8 (columns)^2, and 4 (columns)^2 for each thread and each level of the
 * tree of blocks.
 */
#ifndef PA_DESCENT_H
#define PA_DESCENT_H

#include "glm.h"

/* As glm_fit, but the fit has no Hessian: step and factor are NULL, and gradient_norm is of the
 * least subgradient.  Iterations are rounds of all predictors.  GLM_OK, GLM_MAX_ITER, or
 * GLM_NOT_FINITE. */
enum glm_status descent_fit(const struct glm_problem *, struct glm_fit *);

#endif
