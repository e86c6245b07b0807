/* SPDX-License-Identifier: MIT */
/*
 * solver - which of the methods finds the optimum
 */
#ifndef PA_SOLVER_H
#define PA_SOLVER_H

#include <stdbool.h>

#include "glm.h"

struct solver {
    const char *name; /* newton, lbfgs or cd; NULL: by the shape of the problem */
    bool firth;       /* the penalty of firth.h, by its own steps */
    bool errors;      /* standard errors are wanted */
};

/* The method for this problem: newton, lbfgs or cd; of intercepts alone always newton. */
const char *solver_name(const struct solver *, const struct glm_problem *);

/* Fit by it, with what a pilot (pilot.h) says if there are many rows: a start where none is given,
 * and a metric.  Dies when it cannot take the problem. */
enum glm_status solver_fit(const struct solver *, const struct glm_problem *, struct glm_fit *);

#endif
