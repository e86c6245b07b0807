/* SPDX-License-Identifier: MIT */
/*
 * learner - one row after another by FTRL-Proximal, of two classes or of many
 *
 * Where weights move the classes, slopes are learnt beside an intercept of the moved classes, and
 * the model's intercept beside it on the rows' own weights, with the slopes as they are: of a row
 * with weight v, and s for the slopes,
 *   slopes and the moved intercept c:  by s (p(c + slopes) - y)
 *   the intercept b:                   by v (p(b + slopes) - y)
 * Outputs are numbered as classes are here: of two, output 0 is of class 1; of many, each has one.
 */
#ifndef PA_LEARNER_H
#define PA_LEARNER_H

#include "ftrl.h"
#include "ftrl_many.h"

struct learner {
    bool many;
    bool constant; /* there is an intercept: coordinate 0, without penalties */
    bool moved;    /* and one more, as above; not without constant */
    struct ftrl two, own_two;
    struct ftrl_many several, own_several;
    double *w, *eta, *eta_own, *slope; /* scratch */
    size_t w_cap, class_cap;
};

/* What a row was.  slopes: its weight for the slopes; weight, unless classes are moved. */
struct learner_outcome {
    uint32_t class;
    double weight, slopes, offset;
    const uint32_t *order; /* many: (classes) in which sums run, whatever numbers they have */
};

/* What it was taken for: its loss before is -log(logistic(margin)); was another class likelier? */
struct learner_before {
    double margin;
    bool wrong;
};

void learner_penalties(struct learner *, double rate, double l2, double l1);
/* Have so many coordinates and, of many, classes; new ones are at 0. */
void learner_reach(struct learner *, size_t coordinates, size_t classes);
void learner_release(struct learner *);

/* Learn from a row; entry[0] is the constant. */
struct learner_before learner_row(
    struct learner *, const struct design_entry *entry, size_t n, const struct learner_outcome *);
/* The same for a row of n coordinates whose values are 1, all different; not for all learners. */
bool learner_at_once(const struct learner *);
struct learner_before learner_row_at_once(
    struct learner *, const uint32_t *coordinate, size_t n, const struct learner_outcome *);
/* Have the coordinates of a row to come on their way from memory. */
void learner_fetch(const struct learner *, const uint32_t *coordinate, size_t n);

size_t learner_outputs(const struct learner *);
/* The model's weight, and the state it is made of; coordinate 0: of the model's intercept. */
double learner_weight(const struct learner *, size_t i, size_t output);
struct linear_coordinate learner_get(const struct learner *, size_t i, size_t output);
void learner_set(struct learner *, size_t i, size_t output, struct linear_coordinate);
/* Let coordinate i begin at the weights of another one. */
void learner_begin(struct learner *, size_t i, size_t other);
/* Weights and states of coordinate i, not 0, output by output in this order; false if rows had none
 * of it. */
bool learner_get_all(const struct learner *, size_t i, const uint32_t *output, double *weight,
    struct linear_coordinate *);
/* The state of the moved intercept. */
struct linear_coordinate learner_get_moved(const struct learner *, size_t output);
void learner_set_moved(struct learner *, size_t output, struct linear_coordinate);

#endif
