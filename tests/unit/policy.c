/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-rank/policy.c */
#include "t.h"

#include <stdbool.h>

#include "cmd/pa-rank/policy.h"
#include "rng.h"

enum { N = 4 };
static const double score[N] = {2, 1, 0.5, -1};
static const struct policy top = {.kind = POLICY_TOP};
static const struct policy warm = {.kind = POLICY_SOFTMAX, .temperature = 0.5};
static const struct policy some = {.kind = POLICY_EPSILON, .epsilon = 0.2};

/* References: NumPy 1.26, exp((s - max) / T) / sum. */
static void probabilities(void)
{
    static const double wanted[N] = {
        0.842033572397458, 0.1139568520151468, 0.041922383036988954, 0.002087192550406349};
    double p[N];
    policy_probs(&warm, score, N, p);
    for (size_t i = 0; i < N; i++)
        near(p[i], wanted[i], 1e-15);
    policy_probs(&some, score, N, p);
    near(p[0], 0.85, 1e-15);
    near(p[1], 0.05, 1e-15);
    near(p[3], 0.05, 1e-15);
    policy_probs(&top, score, N, p);
    ok(p[0] == 1 && p[1] == 0 && p[2] == 0 && p[3] == 0);
    static const double tied[N] = {1, 3, 3, 2};
    policy_probs(&top, tied, N, p);
    ok(p[1] == 1 && p[2] == 0);
    static const double far[N] = {1e300, -1e300, 0, 1e300};
    policy_probs(&warm, far, N, p);
    ok(p[0] == 0.5 && p[1] == 0 && p[2] == 0 && p[3] == 0.5);
    policy_probs(&some, score, 1, p);
    near(p[0], 1, 1e-15);
}

/* The second slot given the first, and summed over all first slots (references as above). */
static void two_slots(void)
{
    struct choice c[2];
    double p[N], marginal = 0;
    ok(policy_choose(&warm, score, N, 2, (const double[]){0.5, 0.5}, c) == 2);
    ok(c[0].candidate == 0 && c[1].candidate == 1);
    near(c[0].prob, 0.842033572397458, 1e-15);
    near(c[1].prob, 0.7213991842739692, 1e-14);
    policy_probs(&warm, score, N, p);
    for (size_t i = 0; i < N; i++) {
        double below = 0;
        for (size_t j = 0; j < i; j++)
            below += p[j];
        policy_choose(&warm, score, N, 2, (const double[]){below + p[i] / 2, 0}, c);
        if (c[0].candidate != i)
            continue;
        double rest[N], given[N];
        size_t n = 0, at = 0;
        for (size_t j = 0; j < N; j++) {
            if (j == 1)
                at = n;
            if (j != i)
                rest[n++] = score[j];
        }
        policy_probs(&warm, rest, n, given);
        marginal += i == 1 ? 0 : p[i] * given[at];
    }
    near(marginal, 0.6126670635237755, 1e-14);
}

/* Over many draws a candidate comes as often as its probability says: within 4.5 sd. */
static bool replays(const struct policy *policy)
{
    enum { DRAWS = 40000 };
    double first[N], second[N] = {0}, expected[N] = {0};
    size_t count[N] = {0}, count_second[N] = {0};
    policy_probs(policy, score, N, first);
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct choice c[N];
        double u[N];
        for (uint32_t j = 0; j < N; j++)
            u[j] = rng_uniform(3, RNG_POLICY, i, j);
        if (policy_choose(policy, score, N, N, u, c) != N || c[0].prob != first[c[0].candidate])
            return false;
        count[c[0].candidate]++;
        count_second[c[1].candidate]++;
        unsigned seen = 0;
        for (size_t j = 0; j < N; j++)
            seen |= 1u << c[j].candidate;
        if (seen != (1u << N) - 1 || fabs(c[N - 1].prob - 1) > 1e-15)
            return false;
        double left[N], p[N];
        size_t n = 0;
        for (size_t j = 0; j < N; j++)
            if (j != c[0].candidate)
                left[n++] = score[j];
        policy_probs(policy, left, n, p);
        n = 0;
        for (size_t j = 0; j < N; j++)
            if (j != c[0].candidate)
                expected[j] += p[n++];
    }
    for (size_t j = 0; j < N; j++) {
        double sd = sqrt(DRAWS * first[j] * (1 - first[j]));
        second[j] = (double)count_second[j];
        if (fabs((double)count[j] - DRAWS * first[j]) > 4.5 * sd + 1e-9 ||
            fabs(second[j] - expected[j]) > 4.5 * sqrt(expected[j] + 1))
            return false;
    }
    return true;
}

/* The best k by two ways, with many ties. */
static bool sorts(size_t n, size_t k)
{
    double s[200];
    struct choice c[200];
    for (size_t i = 0; i < n; i++)
        s[i] = (double)rng_below(n, 105, i, 0, 20);
    if (policy_choose(&top, s, n, k, NULL, c) != (k < n ? k : n))
        return false;
    for (size_t i = 0; i < k && i < n; i++) {
        size_t before = 0, me = c[i].candidate;
        for (size_t j = 0; j < n; j++)
            before += s[j] > s[me] || (s[j] == s[me] && j < me);
        if (before != i || c[i].prob != 1)
            return false;
    }
    return true;
}

int main(void)
{
    probabilities();
    two_slots();
    ok(replays(&warm));
    ok(replays(&some));
    ok(sorts(200, 1) && sorts(200, 10) && sorts(200, 64) && sorts(200, 65) && sorts(200, 200));
    ok(sorts(3, 9) && sorts(1, 1) && policy_choose(&top, score, 0, 3, NULL, NULL) == 0);
    return done();
}
