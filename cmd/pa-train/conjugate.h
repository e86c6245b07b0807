/* SPDX-License-Identifier: MIT */
/*
 * conjugate - the regression of glm with many coefficients, by Newton's method without the Hessian
 *
 * Each step solves H d = -g by conjugate gradients in the metric of H's diagonal, only as exactly
 * as the gradient is small (Dembo, Eisenstat, Steihaug, SIAM J. Numer. Anal. 19 (1982) 400-408),
 * and is halved until the objective falls by a part of what its slope promises.  A product with H
 * is a pass over the rows (slope.h).  It ends when the largest element of the gradient is at most
 * tol times what it is without slopes.
 *
 * Memory beside slope's: 8 bytes for each row and predictor, and 7 numbers for each coefficient.
 */
#ifndef PA_CONJUGATE_H
#define PA_CONJUGATE_H

#include "glm.h"

/* As glm_fit, but the fit has no Hessian: step and factor are NULL.  GLM_OK, GLM_MAX_ITER, or
 * GLM_NOT_FINITE. */
enum glm_status conjugate_fit(const struct glm_problem *, struct glm_fit *);

#endif
