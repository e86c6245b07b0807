/* SPDX-License-Identifier: MIT */
/*
 * link - from the predictors of a panel of rows to their losses, probabilities and residuals
 */
#ifndef PA_LINK_H
#define PA_LINK_H

#include "glm.h"

/* Arrays of MAT_PANEL rows, those of one predictor after those of another. */
struct link {
    size_t outputs;
    double *eta;       /* (outputs): given */
    double *p;         /* (outputs): P(class of the predictor) */
    double *residual;  /* (outputs): weight (p - y) */
    double *loss;      /* weight times loss */
    double *top, *sum; /* scratch */
};

void link_init(struct link *, size_t outputs);
void link_release(struct link *);

/* Rows first .. first + n - 1; of a panel's rows beyond n, loss and residual are 0. */
void link_panel(const struct glm_problem *, struct link *, size_t first, size_t n);

/* Of all rows, from their predictors eta (outputs, rows), offsets included: residuals in place of
 * eta, and losses (rows), or NULL; both without the rows' weights. */
void link_rows(const struct glm_problem *, double *eta, double *loss);

#endif
