/* SPDX-License-Identifier: MIT */
/*
 * training - a regression from the table and the options to the fit: posed, tuned, solved
 *
 * What has no finite answer, or cannot be done with these rows, ends the program with a message
 * that names the columns and what would help.
 */
#ifndef PA_TRAINING_H
#define PA_TRAINING_H

#include "input.h"
#include "linear.h"
#include "options.h"
#include "solver.h"
#include "tuning.h"

struct training {
    const struct common *common;
    const struct options *options;
    struct input input;
    struct design *design;
    struct design_view *view;
    struct lambdas lambda; /* the penalty, given or chosen */
    double *unit2, *unit1; /* (width): of the columns for lambdas of 1 */
    double *l2, *l1;       /* (width): those taken */
    double *start;         /* where the fit begins; NULL: anywhere */
    double *weight;        /* (rows) of the fit; NULL: each 1 */
    uint32_t offset;       /* term of the offset, if there is one */
    struct glm_problem problem;
    struct solver solver;
    struct tuning tuning; /* n = 0: none */
    struct glm_fit fit;
    double *optimum; /* (N): fit.b before intercepts were refitted; NULL: they were not */
    double loss;     /* of the fit, the intercepts refitted if weights moved the classes */
};

/* Load the table and pose the problem.  Release with training_release. */
void training_pose(struct training *, const struct common *, const struct options *);
/* With --cv: choose the penalty. */
void training_tune(struct training *);
/* Solve; where weights moved the classes, refit the intercepts. */
void training_fit(struct training *);
/* With --calibrate: learn on predictors out of fold how they become probabilities. */
void training_calibrate(const struct training *, struct linear *);
void training_release(struct training *);

#endif
