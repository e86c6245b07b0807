/* SPDX-License-Identifier: MIT */
/*
 * tuning - a penalty chosen by cross-validation, in the words of the options
 *
 * The path of its own has 50 lambdas, evenly spaced in logs from 10 V down to V / 10^6, where V is
 * the information on a standardised column without slopes: sum of weights times share (1 - share)
 * of the positive class, or the mean of that over the classes.  With grids of l2 and l1 all pairs
 * are tried, by l1 and then by l2, the greatest first.  What cannot be used ends the program with a
 * message.
 */
#ifndef PA_TUNING_H
#define PA_TUNING_H

#include "args.h"
#include "crossval.h"
#include "input.h"

enum { TUNING_PATH = 50, TUNING_FOLDS = 5 };

struct tuning_options {
    uint32_t folds;
    const char *by;              /* row, user or time */
    bool one_se;                 /* the greatest penalty within a standard error of the best */
    const struct arg_list *grid; /* of --grid */
    double l2;                   /* the only lambda to try; NaN: the grid's, or the path */
    double l1;                   /* likewise, if the grid has none */
    uint64_t seed;
};

struct tuning {
    size_t n, chosen;
    struct lambdas *path; /* (n) */
    double *loss;         /* (n, folds): mean held-out loss */
};

/* End with what is wrong if the grids cannot be tried; l2, l1: what is tried where they have none.
 */
void tuning_check(const struct arg_list *grid, double l2, double l1);

/* The rows' parts into c->part, which the caller frees; folds and by_time, too. */
void tuning_fold(struct crossval *, const struct input *, const struct tuning_options *);

/* End with a message if a fit was stopped. */
void tuning_end(
    const struct crossval *, const struct tuning_options *, const struct crossval_end *);

/* Try all; says each with note.  c complete.  Release with tuning_release. */
struct tuning tuning_run(const struct crossval *, const struct tuning_options *);
void tuning_release(struct tuning *);

#endif
