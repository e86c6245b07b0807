/* SPDX-License-Identifier: MIT */
/*
 * firth - logistic regression under Jeffreys' prior: finite estimates whatever the data
 *
 *   minimise over b:  sum_i s_i loss_i - log det(I(b)) / 2,  I = sum_i s_i p_i (1 - p_i) x_i x_i'
 *
 * by steps I^-1 u, u = sum_i x_i (s_i (y_i - p_i) + h_i (1/2 - p_i)), the leverages being
 * h_i = s_i p_i (1 - p_i) x_i' I^-1 x_i; a step is halved until the objective does not rise.
 *
 * Source: Firth, Biometrika 80 (1993) 27-38; Heinze, Schemper, Statistics in Medicine 21 (2002)
 * 2409-2419.
 */
#ifndef PA_FIRTH_H
#define PA_FIRTH_H

#include "glm.h"

/* For GLM_BINARY without a penalty.  Fills fit as glm_fit does: objective is the one above, loss
 * the losses alone, factor that of I at b.  GLM_OK, GLM_COLLINEAR, GLM_NOT_FINITE or GLM_MAX_ITER;
 * release with glm_release. */
enum glm_status firth_fit(const struct glm_problem *, struct glm_fit *);

#endif
