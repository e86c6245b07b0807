/* SPDX-License-Identifier: MIT */
/*
 * policy - what a policy would have earned, from the log of another one
 *
 * With reward r, probability p of the logged choice and q of the same choice under the new policy,
 * w = q / p over n rows:
 *   IPS    V = mean(w r)             se = sd(w r) / sqrt(n)              (Horvitz, Thompson 1952)
 *   SNIPS  V = sum(w r) / sum(w)     se = sqrt(sum w^2 (r - V)^2) / sum(w)
 *                                    (Swaminathan, Joachims 2015; se linearised)
 *   ESS = (sum w)^2 / sum w^2, the number of rows that would say as much without weights.
 * mean(w) is 1 on average when p is right and never 0 where q is not.
 */
#ifndef PA_POLICY_H
#define PA_POLICY_H

#include <stddef.h>

struct policy_value {
    double value, se;
};

struct policy {
    struct policy_value ips, snips;
    double ess;
    double mean_weight, mean_weight_se, max_weight;
};

/* w, r (n).  Undefined numbers are NaN: se of one row, all but IPS when every w is 0. */
struct policy policy_of(const double *w, const double *r, size_t n);

#endif
