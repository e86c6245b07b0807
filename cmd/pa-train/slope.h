/* SPDX-License-Identifier: MIT */
/*
 * slope - loss and gradient of a regression with many coefficients, without a Hessian
 *
 * Categories stay the table's codes: before a run the coefficients of a group are laid out by code,
 * so a row costs one look-up a group, and after it each group adds up its rows by code.  Losses and
 * numeric columns are block sums (par.h); each column of a group is summed in the order of the
 * rows, by one thread.  Same bits for any number of threads.
 *
 * Memory: 8 bytes for each row and predictor, 8 more if there are groups, and 16 for each level and
 * predictor; where groups share columns, 8 more for each level and coefficient.
 */
#ifndef PA_SLOPE_H
#define PA_SLOPE_H

#include <stdbool.h>

#include "glm.h"

struct slope;
struct slope *slope_new(const struct glm_problem *);
void slope_free(struct slope *);

/* Losses and their gradient (outputs, order) at b; false if the loss is not finite. */
bool slope_run(struct slope *, const double *b, double *loss, double *gradient);

/* The Hessian of the losses, where slope_run was last, times v (outputs, order). */
void slope_product(struct slope *, const double *v, double *out);

/* The predictors of all rows at b, with the problem's offset: eta (outputs, rows).  The same
 * without a slope at hand; mem_free. */
void slope_predict(struct slope *, const double *b, double *eta);
double *slope_predictors(const struct glm_problem *, const double *b);

/* The diagonal of the Hessian of the losses there, (outputs, order). */
void slope_curvature(struct slope *, double *diagonal);

#endif
