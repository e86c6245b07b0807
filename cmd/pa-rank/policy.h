/* SPDX-License-Identifier: MIT */
/*
 * policy - which candidates are chosen by their scores, and with what probability
 *
 * Slots are filled one after another; each chooses among the n candidates not yet chosen:
 *
 *   top      the greatest score
 *   softmax  p_i = exp(s_i / T) / sum_j exp(s_j / T)
 *   epsilon  p_i = epsilon / n + (1 - epsilon) [i has the greatest score]
 *
 * so the probability of a choice is that of the candidate in that slot given the slots above: for
 * softmax the model of Plackett and Luce.  Of equal scores the candidate with the lower number is
 * the greater.
 */
#ifndef PA_POLICY_H
#define PA_POLICY_H

#include <stdbool.h>
#include <stddef.h>

enum policy_kind { POLICY_TOP, POLICY_SOFTMAX, POLICY_EPSILON };

struct policy {
    enum policy_kind kind;
    double temperature; /* softmax: T > 0 */
    double epsilon;     /* epsilon: 0 .. 1 */
};

struct choice {
    size_t candidate;
    double prob; /* in its slot, given the slots above it */
};

/* Does this policy use chance? */
bool policy_draws(const struct policy *);

/* prob (n): of each candidate in the first slot; score (n) finite, n >= 1. */
void policy_probs(const struct policy *, const double *score, size_t n, double *prob);

/*
 * Fill k slots from n candidates with finite scores.  draw (k): a number in [0, 1) for each slot;
 * top does not look at it.  choice (k); returns how many slots are filled, min(k, n).
 */
size_t policy_choose(const struct policy *, const double *score, size_t n, size_t k,
    const double *draw, struct choice *);

#endif
