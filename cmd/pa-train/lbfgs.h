/* SPDX-License-Identifier: MIT */
/*
 * lbfgs - the regression of glm, by the limited-memory quasi-Newton method
 *
 * Liu, Nocedal, Math. Programming 45 (1989) 503-528, with the problem's metric as the first one, or
 * without it the diagonal of the Hessian at the start; the two loops are run on inner products
 * (Chen, Wang, Zhou, NIPS 2014), so the history is read twice a step.  Steps keep the weak Wolfe
 * conditions by bisection.  It ends when the largest element of the gradient is at most tol times
 * what it is without slopes.
 *
 * Memory beside slope's: 2 LBFGS_KEPT + 6 numbers for each coefficient.
 */
#ifndef PA_LBFGS_H
#define PA_LBFGS_H

#include "glm.h"

enum { LBFGS_KEPT = 8 };

/* As glm_fit, but the fit has no Hessian: step and factor are NULL.  GLM_OK, GLM_MAX_ITER, or
 * GLM_NOT_FINITE. */
enum glm_status lbfgs_fit(const struct glm_problem *, struct glm_fit *);

#endif
