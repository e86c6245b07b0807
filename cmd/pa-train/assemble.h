/* SPDX-License-Identifier: MIT */
/*
 * assemble - from a fit on a design's matrix to the model in its terms, and its standard errors
 *
 * The matrix has its own order of columns and scaled units; a model has the order of the design's
 * terms, input units, and a predictor for every class, that of the reference class being 0.
 */
#ifndef PA_ASSEMBLE_H
#define PA_ASSEMBLE_H

#include "glm.h"
#include "linear.h"

struct assembly {
    const struct glm_problem *problem;
    const struct glm_fit *fit;
    const struct design *design;
    const struct design_view *view; /* of the terms that were fitted */
    const double *meat;             /* of sandwich.h; NULL: classic errors */
};

/* The class that has no predictor of its own, or SIZE_MAX. */
size_t assemble_reference(const struct assembly *);

/* Fill m->intercept and m->weight, which the caller frees; m->outputs is set.  A term that is not
 * in the view has weight 0. */
void assemble_model(const struct assembly *, struct linear *m);

/* Standard errors of the model's coefficients, (outputs, 1 + terms), the intercepts' first; NaN
 * where there is none.  mem_free. */
double *assemble_errors(const struct assembly *);

#endif
