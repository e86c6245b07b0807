/* SPDX-License-Identifier: MIT */
/*
 * solver - which of the methods finds the optimum
 */
#ifndef PA_SOLVER_H
#define PA_SOLVER_H

#include <stdbool.h>

#include "glm.h"

/* The method for a problem of this shape, newton, lbfgs or cd; errors: standard errors are wanted.
 */
const char *solver_choose(const struct glm_problem *, bool errors);

/* Fit by the method of this name, with what a pilot (pilot.h) says if there are many rows: a start
 * where none is given, and a metric.  Dies when it cannot take the problem. */
enum glm_status solver_fit(const struct glm_problem *, const char *name, struct glm_fit *);

#endif
