/* SPDX-License-Identifier: MIT */
/*
 * solver - which of the methods finds the optimum
 */
#ifndef PA_SOLVER_H
#define PA_SOLVER_H

#include <stdbool.h>

#include "glm.h"

/* By the method of this name, newton, lbfgs or cd; NULL: by the shape of the problem, errors
 * telling whether standard errors are wanted.  Dies when the method cannot take the problem. */
enum glm_status solver_fit(
    const struct glm_problem *, const char *name, bool errors, struct glm_fit *);

#endif
