/* SPDX-License-Identifier: MIT */
/*
 * warm - where a fit begins when an earlier model is at hand
 *
 * Terms and classes are found by their names, whatever their order, form and units were; those that
 * the model has not begin at 0.  The model may be of any kind that linear reads.
 */
#ifndef PA_WARM_H
#define PA_WARM_H

#include "design.h"
#include "glm.h"
#include "linear.h"

/* (outputs, order), as glm_problem's start; mem_free.  NULL if the model has none of the classes.
 * class (classes): the problem's; view: of its matrix. */
double *warm_start(const struct linear *, const struct glm_problem *, const struct design *,
    const struct design_view *, const struct str *class);

#endif
