/* SPDX-License-Identifier: MIT */
/*
 * ftrl - logistic regression learnt in one pass, by FTRL-Proximal
 *
 *   w_i = 0 if |z_i| <= l1, else -(z_i - sign(z_i) l1) / (l2 + (beta + sqrt(n_i)) / rate)
 *   p = logistic(sum w_i x_i);  for each i:  g = weight (p - y) x_i
 *   sigma = (sqrt(n_i + g^2) - sqrt(n_i)) / rate;  z_i += g - sigma w_i;  n_i += g^2
 *
 * Source: McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013; beta = 1.
 * Coordinate 0 is the constant, without penalties if free is set.  A row's coordinates are
 * distinct.  Sequential: what comes of it depends on the order of the rows and on nothing else.
 */
#ifndef PA_FTRL_H
#define PA_FTRL_H

#include <stdbool.h>

#include "design.h"

struct ftrl {
    double rate, l2, l1;
    bool free;
    double *z, *n; /* (coordinates) */
    size_t coordinates, z_cap, n_cap;
};

/* A new coordinate, at 0; its number. */
uint32_t ftrl_add(struct ftrl *);
void ftrl_release(struct ftrl *);

double ftrl_weight(const struct ftrl *, uint32_t i);
/* The sum of weights times values, in the order of the entries; w (n) gets their weights. */
double ftrl_predict(const struct ftrl *, const struct design_entry *, size_t n, double *w);
/* Learn from the row just predicted, its loss's derivative in the sum being slope. */
void ftrl_learn(
    struct ftrl *, const struct design_entry *, size_t n, const double *w, double slope);

#endif
