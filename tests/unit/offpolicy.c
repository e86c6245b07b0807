/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-eval/policy.c cmd/pa-eval/resample.c */
/* IPS, SNIPS, DM and DR against golden values, and against the truth in a simulated log. */
#include "cmd/pa-eval/policy.h"

#include "rng.h"
#include "t.h"

static void test_golden(void)
{
    static const double r[] = {1, 0, 0, 1, 0, 0, 1, 0};
    static const double b[] = {.5, .2, .25, .4, .1, .5, .2, .3};
    static const double e[] = {.6, .1, .5, .5, .3, .2, .4, .3};
    double w[8];
    for (int i = 0; i < 8; i++)
        w[i] = e[i] / b[i];
    static const double logged[] = {.3, .1, .2, .4, .1, .2, .3, .2};
    static const double expected[] = {.28, .2, .22, .33, .18, .21, .3, .2};
    struct policy p = policy_of(&(struct policy_rows){w, r, logged, expected, {NULL, 0}, 8});
    near(p.dm.value, 0.24, 1e-15);
    near(p.dr.value, 0.485, 1e-15);
    near(p.dr.se, 0.2505422690314522, 1e-15);
    near(p.ips.value, 0.55625, 1e-15);
    near(p.ips.se, 0.2843283909998638, 1e-15);
    near(p.snips.value, 0.39207048458149785, 1e-15);
    near(p.snips.se, 0.1930916278368832, 1e-15);
    near(p.ess, 6.016228838295389, 1e-14);
    near(p.mean_weight, 1.41875, 1e-15);
    near(p.max_weight, 3, 1e-14);
}

static void test_edges(void)
{
    static const double none[] = {0, 0, 0}, one[] = {1, 1, 1}, r[] = {1, 1, 1};
    struct policy p = policy_of(&(struct policy_rows){none, r, NULL, NULL, {NULL, 0}, 3});
    ok(p.ips.value == 0 && isnan(p.snips.value) && isnan(p.ess));
    p = policy_of(&(struct policy_rows){one, r, NULL, NULL, {NULL, 0}, 3});
    ok(p.snips.value == 1 && p.snips.se == 0 && p.ess == 3 && p.ips.se == 0);
    p = policy_of(&(struct policy_rows){one, r, NULL, NULL, {NULL, 0}, 1});
    ok(p.ips.value == 1 && isnan(p.ips.se));
    p = policy_of(&(struct policy_rows){one, r, NULL, NULL, {NULL, 0}, 0});
    ok(isnan(p.ips.value) && isnan(p.snips.value));
}

/* Three ads with click rates .1 .3 .5, logged with .6 .3 .1, new policy .1 .2 .7: value .42. */
static void test_cover(void)
{
    enum { RUNS = 1000, N = 1500 };
    static const double rate[] = {.1, .3, .5}, logged[] = {.6, .3, .1}, wish[] = {.1, .2, .7};
    double ips = 0, snips = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        double w[N], r[N];
        for (size_t i = 0; i < N; i++) {
            double u = rng_uniform(run, 1, i, 0);
            int a = u < .6 ? 0 : u < .9 ? 1 : 2;
            w[i] = wish[a] / logged[a];
            r[i] = rng_uniform(run, 2, i, 0) < rate[a];
        }
        struct policy p = policy_of(&(struct policy_rows){w, r, NULL, NULL, {NULL, 0}, N});
        ips += fabs(p.ips.value - .42) <= 1.959963984540054 * p.ips.se;
        snips += fabs(p.snips.value - .42) <= 1.959963984540054 * p.snips.se;
    }
    near(ips / RUNS, 0.95, 0.028); /* 4 standard errors of 1000 runs */
    near(snips / RUNS, 0.95, 0.028);
}

int main(void)
{
    test_golden();
    test_edges();
    test_cover();
    return done();
}
