/* SPDX-License-Identifier: MIT */
/*
 * options - what was asked of pa-train, and whether it makes sense together
 */
#ifndef PA_OPTIONS_H
#define PA_OPTIONS_H

#include "args.h"

/* By the long names of the options; text is NULL where there is no default. */
struct options {
    const char *label, *positive, *features, *exclude, *categorical, *numeric, *interactions;
    const char *algo, *coef, *save_model;
    const char *weight, *offset, *class_weight, *se;
    const char *cv_by, *cv_rule, *user, *time, *calibrate, *export;
    struct arg_list reference, grid;
    const char *solver, *warm_start, *checkpoint;
    double l2, l1, rate, tol, neg_rate, conf_level;
    int64_t rare, max_iter, cv, seed, hash_bits;
    bool no_standardize, no_intercept, firth, l1_given, l2_given, rate_given, user_given,
        time_given;
};

/* End with what is wrong and what would be right, if the options do not go together.  Firth's
 * penalty takes the place of the usual one: l2 becomes 0. */
void options_check(struct options *, const struct common *);

/* Does --algo name it? */
bool options_logistic(const struct options *);
bool options_softmax(const struct options *);
bool options_online(const struct options *);
/* Is the size of the coefficients penalised? */
bool options_penalised(const struct options *);
/* Is this penalty, "l2" or "l1", one of the grid? */
bool options_chooses(const struct options *, const char *name);
/* Are the shares of the classes moved for the fit? */
bool options_reweighted(const struct options *);
/* The column of --se cluster:COL, or NULL. */
const char *options_cluster(const struct options *);

/* --checkpoint as a number of rows or a time, the other being 0; both are if there is none. */
void options_checkpoint(const struct options *, uint64_t *rows, int64_t *us);

#endif
