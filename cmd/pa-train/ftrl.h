/* SPDX-License-Identifier: MIT */
/*
 * ftrl - logistic regression learnt in one pass, by FTRL-Proximal
 *
 *   w_i = 0 if |z_i| <= l1, else -(z_i - sign(z_i) l1) / D(n_i)
 *   D(n) = l2 + (beta + sqrt(n)) / rate;  p = logistic(offset + sum w_i x_i)
 *   for each i:  g = weight (p - y) x_i
 *   sigma = (sqrt(n_i + g^2) - sqrt(n_i)) / rate;  z_i += g - sigma w_i;  n_i += g^2
 *
 * Source: McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013; beta = 1.  In
 * place of z, u = -z / D(n) is kept, the weight before the threshold of l1: then
 *   w = u drawn to 0 by l1 / D(n);  u' = u - (g + sigma (u - w)) / D(n + g^2)
 * and without l1 a step is that of AdaGrad.
 *
 * Coordinate 0 is the constant, without penalties if free is set.  A row's coordinates are
 * distinct.  Sequential: what comes of it depends on the order of the rows and on nothing else.
 */
#ifndef PA_FTRL_H
#define PA_FTRL_H

#include <stdbool.h>

#include "linear.h"

struct ftrl {
    double rate, l2, l1;
    bool free;                    /* coordinate 0 has no penalties */
    bool constant;                /* a row at once has coordinate 0, too */
    struct linear_coordinate *at; /* (coordinates) */
    size_t coordinates, cap;
    double *scratch; /* of ftrl_row */
    size_t scratch_cap;
};

/* Have so many coordinates; new ones are at 0. */
void ftrl_reach(struct ftrl *, size_t n);
void ftrl_release(struct ftrl *);

double ftrl_weight(const struct ftrl *, uint32_t i);
/* The sum of weights times values, in the order of the entries; w (n) gets their weights. */
double ftrl_predict(const struct ftrl *, const struct design_entry *, size_t n, double *w);
/* Learn from the row just predicted, its loss's derivative in the sum being slope. */
void ftrl_learn(
    struct ftrl *, const struct design_entry *, size_t n, const double *w, double slope);

/* What a row was: y is 0 or 1, the offset a part of the sum that is not learnt, and the weight a
 * factor of the loss. */
struct ftrl_outcome {
    double y, weight, offset;
};
/* Both at once for a row of the constant and n coordinates whose values are 1, l1 being 0: the sum
 * before, in lanes as mat.h has them, then the constant, then the offset. */
double ftrl_row(struct ftrl *, const uint32_t *coordinate, size_t n, const struct ftrl_outcome *);
/* Have the coordinates of a row to come on their way from memory. */
void ftrl_fetch(const struct ftrl *, const uint32_t *coordinate, size_t n);

#endif
