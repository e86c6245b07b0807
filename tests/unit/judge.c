/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-eval/influence.c */
/* links: cmd/pa-eval/judge.c cmd/pa-eval/judged.c cmd/pa-eval/resample.c cmd/pa-eval/estimate.c */
/* links: cmd/pa-eval/precision.c cmd/pa-eval/order.c */
/*
 * Influences against differences of the measure when a row weighs more; average precision and KS
 * of plain rows against the weighted ones; intervals against the truth in simulated rows, by
 * formula, by clusters and by the bootstrap.
 */
#include "cmd/pa-eval/judged.h"

#include <stdbool.h>
#include <stdlib.h>

#include "cmd/pa-eval/precision.h"
#include "rng.h"
#include "t.h"

enum { ROWS = 60 };

struct data {
    double score[ROWS], w[ROWS];
    uint8_t y[ROWS];
};

static void draw(struct data *d, uint64_t seed)
{
    for (size_t i = 0; i < ROWS; i++) {
        d->score[i] = (1 + (double)rng_below(seed, 1, i, 0, 18)) / 20;
        d->y[i] = rng_uniform(seed, 2, i, 0) < d->score[i];
        d->w[i] = 0.5 + rng_uniform(seed, 3, i, 0);
    }
    d->y[0] = 0;
    d->y[1] = 1;
}

static void values(const struct judge *j, const double *w, double *value)
{
    double negative[ROWS], positive[ROWS];
    double *const weight[2] = {negative, positive};
    judge_weigh(j, w, weight);
    judge_values(j, weight, &(struct judge_rule){0.5, 1, 1}, value);
}

static void test_influence(void)
{
    double worst[JUDGE_MEASURES] = {0};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct data d;
        struct judge j;
        double value[JUDGE_MEASURES], more[JUDGE_MEASURES], less[JUDGE_MEASURES];
        double negative[ROWS], positive[ROWS], no[ROWS], yes[ROWS];
        double *const weight[2] = {negative, positive}, *const slope[2] = {no, yes};
        draw(&d, seed);
        judge_init(&j, d.score, d.y, ROWS, 1);
        judge_rows(&j, d.score, 1);
        values(&j, d.w, value);
        for (int m = 0; m < JUDGE_THRESHOLD; m++) {
            judge_weigh(&j, d.w, weight);
            judge_influence(&j, weight, &(struct judge_rule){0.5, 1, 1}, (enum judge_measure)m,
                value[m], slope);
            for (size_t i = 0; i < ROWS; i++) {
                double w = d.w[i];
                d.w[i] = w + 1e-5;
                values(&j, d.w, more);
                d.w[i] = w - 1e-5;
                values(&j, d.w, less);
                d.w[i] = w;
                double off = fabs((more[m] - less[m]) / 2e-5 - slope[d.y[i]][j.tie[i]]);
                worst[m] = off > worst[m] ? off : worst[m];
            }
        }
        judge_release(&j);
    }
    for (int m = 0; m < JUDGE_THRESHOLD; m++)
        near(worst[m], 0, 1e-8); /* of central differences with steps of 1e-5 */
}

/* The same by a plain walk over buckets as with weights of 1. */
static void test_precision(void)
{
    enum { N = 30000 };
    static double s[N];
    static uint8_t y[N];
    for (size_t i = 0; i < N; i++) {
        s[i] = (double)rng_below(5, 1, i, 0, 2000) / 2000;
        y[i] = rng_uniform(5, 2, i, 0) < s[i] * s[i];
    }
    struct order o;
    order_init(&o, s, y, N, NULL, 2);
    struct precision p = precision_of(&o, 2), q = precision_of(&o, 1);
    order_release(&o);
    struct estimate e[JUDGE_MEASURES];
    struct judged j = {.score = s, .y = y, .n = N, .doubt = {level_of(0.95), 0, 1, 2}};
    judged_estimates(&j, e);
    near(p.ap, e[JUDGE_AP].value, 1e-13);
    near(p.ap_se, (e[JUDGE_AP].high - e[JUDGE_AP].low) / 2 / 1.959963984540054, 1e-13);
    near(p.ks, e[JUDGE_KS].value, 1e-13);
    near(p.ks_se, (e[JUDGE_KS].high - e[JUDGE_KS].low) / 2 / 1.959963984540054, 1e-13);
    ok_named(memcmp(&p, &q, sizeof p) == 0, "threads change nothing");
}

static bool covers(struct estimate e, double truth)
{
    return e.low <= truth && truth <= e.high;
}

/* Two normal scores one apart: AUC = Phi(1 / sqrt 2).  Rows alone, or in clusters of 5 that share
 * a part of their score. */
static void test_cover(void)
{
    enum { RUNS = 1000, N = 400 };
    const double auc = 0.7602499389065233;
    double plain = 0, weighted = 0, clustered = 0, rate = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        double s[N], w[N];
        uint8_t y[N];
        uint32_t cluster[N];
        struct estimate e[JUDGE_MEASURES];
        for (size_t i = 0; i < N; i++) {
            y[i] = rng_uniform(run, 1, i, 0) < 0.3;
            s[i] = y[i] + rng_normal(run, 2, i, 0);
            w[i] = 0.5 + rng_uniform(run, 3, i, 0);
        }
        struct judged j = {.score = s, .y = y, .n = N, .doubt = {level_of(0.95), 0, 1, 1}};
        j.rule.threshold = 0.5;
        judged_estimates(&j, e);
        plain += covers(e[JUDGE_AUC], auc);
        rate += covers(e[JUDGE_RECALL], 0.6914624612740131);
        j.w = w;
        judged_estimates(&j, e);
        weighted += covers(e[JUDGE_AUC], auc);
        for (size_t i = 0; i < N; i++) {
            cluster[i] = (uint32_t)(i / 5);
            s[i] = y[i] + sqrt(0.6) * rng_normal(run, 4, i / 5, 0) +
                   sqrt(0.4) * rng_normal(run, 2, i, 0);
        }
        j.w = NULL;
        j.clusters = (struct clusters){cluster, N / 5};
        judged_estimates(&j, e);
        clustered += covers(e[JUDGE_AUC], auc);
    }
    near(plain / RUNS, 0.95, 0.015);
    near(rate / RUNS, 0.95, 0.015);
    near(weighted / RUNS, 0.95, 0.015);
    near(clustered / RUNS, 0.95, 0.015);
}

/* The bootstrap's interval is about that of the formula. */
static void test_bootstrap(void)
{
    enum { N = 500 };
    double s[N];
    uint8_t y[N];
    struct estimate e[JUDGE_MEASURES], b[JUDGE_MEASURES];
    for (size_t i = 0; i < N; i++) {
        s[i] = rng_uniform(8, 1, i, 0);
        y[i] = rng_uniform(8, 2, i, 0) < s[i];
    }
    struct judged j = {.score = s, .y = y, .n = N, .rule = {0.5, 1, 1}};
    j.doubt = (struct doubt){level_of(0.95), 0, 1, 2};
    judged_estimates(&j, e);
    j.doubt.runs = 2000;
    judged_estimates(&j, b);
    for (int m = 0; m < JUDGE_THRESHOLD; m++)
        if (m != JUDGE_KS) /* which the formula takes at a fixed score */
            near((b[m].high - b[m].low) / (e[m].high - e[m].low), 1, 0.1);
}

static void test_threshold(void)
{
    static const double s[] = {.1, .2, .3, .4};
    static const uint8_t y[] = {0, 1, 0, 1};
    struct judged j = {.score = s, .y = y, .n = 4, .rule = {NAN, 1, 1}, .doubt = {.jobs = 1}};
    ok(judged_threshold(&j) == 0.4);
    j.rule.false_negative = 3;
    ok(judged_threshold(&j) == 0.2);
    j.rule = (struct judge_rule){NAN, 1, 0};
    ok(isinf(judged_threshold(&j)));
}

int main(void)
{
    test_influence();
    test_precision();
    test_cover();
    test_bootstrap();
    test_threshold();
    return done();
}
