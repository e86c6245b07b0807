/* SPDX-License-Identifier: MIT */
/*
 * policy - what a policy would have earned, from the log of another one
 *
 * With reward r, probability p of the logged choice and q of the same choice under the new policy,
 * w = q / p over n rows:
 *   IPS    V = mean(w r)             se = sd(w r) / sqrt(n)              (Horvitz, Thompson 1952)
 *   SNIPS  V = sum(w r) / sum(w)     se = sqrt(sum w^2 (r - V)^2) / sum(w)
 *                                    (Swaminathan, Joachims 2015; se linearised)
 *   DM     V = mean of e, the reward expected of what the new policy does
 *   DR     V = mean(e + w (r - g)), g the reward expected of the logged choice
 *                                    (Dudik, Langford, Li 2011); both as IPS
 *   ESS = (sum w)^2 / sum w^2, the number of rows that would say as much without weights.
 * mean(w) is 1 on average when p is right and never 0 where q is not.
 */
#ifndef PA_POLICY_H
#define PA_POLICY_H

#include "resample.h"

/* (n) each */
struct policy_rows {
    const double *w, *r;
    const double *logged, *expected; /* g and e; NULL: not there */
    struct clusters clusters;        /* errors are between these */
    size_t n;
};

struct policy_value {
    double value, se;
};

struct policy {
    struct policy_value ips, snips, dm, dr;
    double ess;
    double mean_weight, mean_weight_se, max_weight;
};

/* Undefined numbers are NaN: se of one row, all but IPS when every w is 0, DM and DR without their
 * columns. */
struct policy policy_of(const struct policy_rows *);

#endif
