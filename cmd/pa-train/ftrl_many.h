/* SPDX-License-Identifier: MIT */
/*
 * ftrl_many - softmax regression learnt in one pass, by FTRL-Proximal
 *
 *   P(class k) = exp(eta_k) / sum of exp(eta),  eta_k = sum_i w_ki x_i
 *   for each class k and each i:  g = (P(k) - [y = k]) x_i, and then as ftrl.h has it
 *
 * Each class has weights of its own, and none is a reference.  Coordinate 0 is the constant,
 * without penalties.  A row's coordinates are distinct.  Sequential; a class's weights depend on
 * the rows and the classes, not on the numbers that the classes have.
 */
#ifndef PA_FTRL_MANY_H
#define PA_FTRL_MANY_H

#include "linear.h"

struct ftrl_many {
    double rate, l2, l1;
    size_t classes, stride; /* a coordinate is u (stride), then n (stride) */
    double *at;             /* (coordinates, 2, stride) */
    size_t coordinates, cap;
};

/* Have so many coordinates and classes; new ones are at 0. */
void ftrl_many_reach(struct ftrl_many *, size_t coordinates, size_t classes);
void ftrl_many_release(struct ftrl_many *);

/* The state of a coordinate of a class, and its weight. */
struct linear_coordinate ftrl_many_get(const struct ftrl_many *, size_t i, size_t k);
void ftrl_many_set(struct ftrl_many *, size_t i, size_t k, struct linear_coordinate);
double ftrl_many_weight(const struct ftrl_many *, size_t i, size_t k);

/* eta (classes): the sums of weights times values, in the order of the entries. */
void ftrl_many_predict(
    const struct ftrl_many *, const struct design_entry *, size_t n, double *eta);
/* Learn from the row just predicted, its loss's derivatives in the sums being slope (classes). */
void ftrl_many_learn(
    struct ftrl_many *, const struct design_entry *, size_t n, const double *slope);
/* Have the coordinates of a row to come on their way from memory. */
void ftrl_many_fetch(const struct ftrl_many *, const uint32_t *coordinate, size_t n);

#endif
