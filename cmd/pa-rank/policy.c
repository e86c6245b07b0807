/* SPDX-License-Identifier: MIT */
/*
 * Probabilities are worked out anew for each slot from the scores of those left, never as one minus
 * what is gone, so they stay exact when nearly all of the probability has been used up.  A draw u
 * chooses the first candidate at which the running sum of probabilities exceeds u.
 */
#include "policy.h"

#include <stdlib.h>
#include <string.h>

#include "fmath.h"
#include "mem.h"

enum { FEW = 64 }; /* slots up to which inserting beats sorting */

bool policy_draws(const struct policy *p)
{
    return p->kind != POLICY_TOP;
}

static size_t greatest(const double *score, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (score[i] > score[best])
            best = i;
    return best;
}

static void softmax(const double *score, size_t n, double temperature, double *prob)
{
    double top = score[greatest(score, n)], sum = 0;
    for (size_t i = 0; i < n; i++)
        prob[i] = (score[i] - top) / temperature;
    fm_exp_n(prob, prob, n);
    for (size_t i = 0; i < n; i++)
        sum += prob[i];
    for (size_t i = 0; i < n; i++)
        prob[i] /= sum;
}

void policy_probs(const struct policy *p, const double *score, size_t n, double *prob)
{
    if (p->kind == POLICY_SOFTMAX) {
        softmax(score, n, p->temperature, prob);
        return;
    }
    double even = p->kind == POLICY_EPSILON ? p->epsilon : 0, others = (double)(n - 1);
    for (size_t i = 0; i < n; i++)
        prob[i] = even / (double)n;
    prob[greatest(score, n)] = 1 - even * others / (double)n;
}

/* ---- top ---- */

struct scored {
    double score;
    size_t candidate;
};

static int by_score(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

static void sort_all(const double *score, size_t n, size_t k, struct choice *choice)
{
    struct scored *s = mem_alloc(n, sizeof *s);
    for (size_t i = 0; i < n; i++)
        s[i] = (struct scored){score[i], i};
    qsort(s, n, sizeof *s, by_score);
    for (size_t i = 0; i < k; i++)
        choice[i] = (struct choice){s[i].candidate, 1};
    mem_free(s);
}

static void insert_best(const double *score, size_t n, size_t k, struct choice *choice)
{
    size_t filled = 0;
    for (size_t i = 0; i < n; i++) {
        if (filled == k && !(score[i] > score[choice[k - 1].candidate]))
            continue;
        size_t at = filled < k ? filled++ : k - 1;
        for (; at > 0 && score[i] > score[choice[at - 1].candidate]; at--)
            choice[at] = choice[at - 1];
        choice[at] = (struct choice){i, 1};
    }
}

/* ---- draws ---- */

static size_t draw_one(const double *prob, size_t n, double u)
{
    size_t last = 0;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (prob[i] <= 0)
            continue;
        sum += prob[i];
        last = i;
        if (u < sum)
            return i;
    }
    return last; /* the sum was rounded to just below 1 */
}

static void draw_all(const struct policy *p, const double *score, size_t n, size_t k,
    const double *draw, struct choice *choice)
{
    double *left = mem_alloc(n, sizeof *left), *prob = mem_alloc(n, sizeof *prob);
    size_t *number = mem_alloc(n, sizeof *number);
    memcpy(left, score, n * sizeof *left);
    for (size_t i = 0; i < n; i++)
        number[i] = i;
    for (size_t slot = 0; slot < k; slot++, n--) {
        policy_probs(p, left, n, prob);
        size_t at = draw_one(prob, n, draw[slot]);
        choice[slot] = (struct choice){number[at], prob[at]};
        memmove(left + at, left + at + 1, (n - at - 1) * sizeof *left);
        memmove(number + at, number + at + 1, (n - at - 1) * sizeof *number);
    }
    mem_free(left);
    mem_free(prob);
    mem_free(number);
}

size_t policy_choose(const struct policy *p, const double *score, size_t n, size_t k,
    const double *draw, struct choice *choice)
{
    k = k < n ? k : n;
    if (policy_draws(p))
        draw_all(p, score, n, k, draw, choice);
    else if (k > FEW)
        sort_all(score, n, k, choice);
    else if (k)
        insert_best(score, n, k, choice);
    return k;
}
