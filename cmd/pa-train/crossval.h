/* SPDX-License-Identifier: MIT */
/*
 * crossval - what models of other rows say of each row: loss by penalty, and scores out of fold
 *
 * Every row is in one of the parts 0 .. folds.  Fold k = 1 .. folds is the test of part k by a fit
 * on the other parts or, with time, on those before k; part 0 is never tested.
 *
 *   row    a draw by the number of the row decides           parts 1 .. folds
 *   user   a keyed hash of the user does                     parts 1 .. folds
 *   time   rows in order of time in folds + 1 equal parts,
 *          those of the same time together                   parts 0 .. folds
 *
 * A fit leaves a row out by giving it no weight, so the scales of columns are those of all rows.
 */
#ifndef PA_CROSSVAL_H
#define PA_CROSSVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "glm.h"
#include "linear.h"
#include "solver.h"
#include "table.h"

struct crossval {
    const struct glm_problem *problem; /* its l2 and l1 are not used; l1 NULL: there is none */
    const double *unit2, *unit1;       /* (width): the columns' l2 and l1 for lambdas of 1 */
    const double *own;                 /* (rows) weights of the rows themselves; NULL: 1 */
    bool recentre; /* the problem's weights move the classes: refit intercepts on own weights */
    const struct solver *solver;
    const uint32_t *part; /* (rows) */
    uint32_t folds;
    bool by_time;
};

/* Parts of the rows; (rows), mem_free. */
uint32_t *crossval_by_row(size_t rows, uint32_t folds, uint64_t seed);
uint32_t *crossval_by_user(
    const struct table_column *user, size_t rows, uint32_t folds, uint64_t seed);
uint32_t *crossval_by_time(const int64_t *time, size_t rows, uint32_t folds);

/* The first fold whose test is empty or whose training rows lack a class, with the class in *class
 * (SIZE_MAX: no test); 0 if all can be done. */
uint32_t crossval_check(const struct crossval *, size_t *class);

/* GLM_OK: all fits were done; else what stopped one, and the fold and the penalty of that. */
struct crossval_end {
    enum glm_status status;
    uint32_t fold;
    struct lambdas lambda;
};

/*
 * Mean held-out loss for each penalty of path (n), the greatest first, and fold: loss (n, folds).
 * Each fit starts where that of the penalty before ended.
 */
struct crossval_end crossval_path(
    const struct crossval *, const struct lambdas *path, size_t n, double *loss);

/* Predictors of the rows out of fold, for two classes: eta (rows), NaN in part 0. */
struct crossval_end crossval_scores(const struct crossval *, struct lambdas, double *eta);

/* The mean over folds, and its standard error. */
struct crossval_mean {
    double mean, error;
};
struct crossval_mean crossval_mean(const double *loss, uint32_t folds);

/* Number of the best of n penalties: the least mean or, with one_se, the first whose mean is within
 * a standard error of that. */
size_t crossval_choose(const double *loss, size_t n, uint32_t folds, bool one_se);

#endif
