/* SPDX-License-Identifier: MIT */
/*
 * pass - loss, gradient and Hessian of a regression in one pass over the rows
 *
 * A block of rows goes by panels: the numeric columns are scaled into a panel beside a column of
 * ones, the predictors and probabilities of its rows are found, and the panel adds its weighted
 * Gram matrix; indicator columns add to single rows of it.  For predictors k >= l the weight of a
 * row is s p_k (1 - p_k) if k = l, else -s p_k p_l.
 */
#ifndef PA_PASS_H
#define PA_PASS_H

#include <stdbool.h>

#include "glm.h"

struct pass;
struct pass *pass_new(const struct glm_problem *);
void pass_free(struct pass *);

/* Losses, their gradient and Hessian at b (outputs, order); false if the loss is not finite. */
bool pass_run(struct pass *, const double *b);

/* Results of the last run. */
double pass_loss(const struct pass *);
double pass_eta_max(const struct pass *);          /* the greatest |eta| */
const double *pass_gradient(const struct pass *);  /* (outputs, order) */
void pass_hessian(const struct pass *, double *h); /* (N, N), lower triangle */

/* X' diag(w) X of the columns X of ones and the problem's, for any w (rows): (order, order),
 * symmetric.  The problem's form is GLM_BINARY; its classes, weights and b have no part in it. */
void pass_gram(struct pass *, const double *w, double *square);

#endif
