/* SPDX-License-Identifier: MIT */
/*
 * pilot - a fit of a share of the rows, to begin one of all of them near its optimum
 *
 * The rows come in runs; one run of every PILOT_SHARE is taken, which one being drawn by its
 * number, so neither periods nor trends of the data matter.  The optimum of so many rows lies some
 * standard errors away from that of all, and the Hessian there is much like theirs.
 *
 * Memory: the rows taken; with a metric what glm says.
 */
#ifndef PA_PILOT_H
#define PA_PILOT_H

#include <stdbool.h>

#include "glm.h"

enum { PILOT_RUN = 8, PILOT_SHARE = 16 };

struct pilot {
    double *start;   /* (outputs, order): the optimum of the rows taken */
    double *metric;  /* (N, N): Cholesky factor of the Hessian there, as if of all rows; or NULL */
    double steepest; /* largest |element| of the gradient without slopes, as if of all rows */
};

/* Are there rows enough? */
bool pilot_pays(const struct glm_problem *);

/*
 * Fit a share of the rows by the solver of this name, with a metric if one is wanted.  NULL when
 * that would not pay (few rows, or few of a class) or the rows taken have no optimum.
 */
struct pilot *pilot_new(const struct glm_problem *, const char *solver, bool metric);
void pilot_free(struct pilot *);

#endif
