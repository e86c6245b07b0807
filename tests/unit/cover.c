/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-eval/border.c */
/* links: cmd/pa-eval/order.c cmd/pa-eval/calibration.c cmd/pa-eval/estimate.c */
/* links: cmd/pa-eval/resample.c cmd/pa-eval/auc.c cmd/pa-eval/judge.c cmd/pa-eval/judged.c */
/* links: cmd/pa-eval/influence.c cmd/pa-eval/losses.c */
/*
 * Do 95 % intervals of click rates, of the AUC, of bins of calibration and of predicted over
 * observed hold the truth in 93.5 to 96.5 % of simulated tables: plain, weighted, clustered?  1000
 * runs; PA_RUNS asks for more.
 */
#include <stdlib.h>

#include "cmd/pa-eval/auc.h"
#include "cmd/pa-eval/calibration.h"
#include "cmd/pa-eval/losses.h"
#include "fmath.h"
#include "rng.h"
#include "t.h"

enum { ROWS = 1000, BINS = 5, CLUSTER = 4 };

static size_t runs(void)
{
    const char *text = getenv("PA_RUNS");
    long n = text ? strtol(text, NULL, 10) : 0;
    return n > 0 ? (size_t)n : 1000;
}

static int holds(struct estimate e, double truth)
{
    return e.low <= truth && truth <= e.high;
}

static void in_range(double hits, double all, const char *name)
{
    double share = hits / all;
    if (share < 0.935 || share > 0.965)
        printf("# %s: %g\n", name, share);
    ok_named(share >= 0.935 && share <= 0.965, name);
}

static void test_rates(void)
{
    static const double rate[] = {0.012, 0.05, 0.3};
    for (size_t k = 0; k < 3; k++) {
        double hits = 0;
        for (size_t run = 0; run < runs(); run++) {
            double clicks = 0;
            for (size_t i = 0; i < ROWS; i++)
                clicks += rng_uniform(run, 1, i, (uint32_t)k) < rate[k];
            hits += holds(estimate_share(clicks, ROWS, level_of(0.95)), rate[k]);
        }
        in_range(hits, (double)runs(), "click rates, Wilson");
    }
}

/* Users with 1 to 7 rows each and a rate of their own, 0.02 or 0.1. */
static void test_rates_of_users(void)
{
    enum { USERS = 400, MOST = 7 * USERS };
    double hits = 0;
    for (size_t run = 0; run < runs(); run++) {
        double y[MOST], x[MOST], clicks = 0;
        uint32_t user[MOST];
        size_t n = 0;
        for (uint32_t u = 0; u < USERS; u++) {
            size_t rows = 1 + rng_below(run, 11, u, 0, 7);
            double rate = rng_uniform(run, 12, u, 0) < 0.5 ? 0.02 : 0.1;
            for (size_t i = 0; i < rows; i++, n++) {
                user[n] = u;
                y[n] = rng_uniform(run, 13, n, 0) < rate;
                clicks += y[n];
            }
        }
        double share = clicks / (double)n;
        for (size_t i = 0; i < n; i++)
            x[i] = (y[i] - share) / (double)n;
        double se = resample_error(&(struct clusters){user, USERS}, x, n);
        hits += holds(estimate_share_se(share, se, (double)n, level_of(0.95)), 0.06);
    }
    in_range(hits, (double)runs(), "click rates, by users");
}

/* w, cluster (ROWS), NULL: without. */
static struct judged judged_of(
    const double *score, const uint8_t *y, const double *w, const uint32_t *cluster)
{
    return (struct judged){.score = score,
        .y = y,
        .w = w,
        .clusters = {cluster, ROWS / CLUSTER},
        .n = ROWS,
        .doubt = {level_of(0.95), 0, 1, 1}};
}

/* Rows of one cluster of CLUSTER share a shift of their probability. */
static void draw(size_t run, int clustered, double *p, double *score, uint8_t *y, uint32_t *c)
{
    for (size_t i = 0; i < ROWS; i++) {
        score[i] = 0.15 + 0.5 * rng_uniform(run, 2, i, 0);
        c[i] = (uint32_t)(i / CLUSTER);
        p[i] = score[i];
        double shift = clustered ? 0.15 * (rng_uniform(run, 4, c[i], 0) < 0.5 ? -1 : 1) : 0;
        y[i] = rng_uniform(run, 3, i, 0) < p[i] + shift;
    }
}

static void test_bins(int clustered, int weighted, const char *name)
{
    double hits = 0;
    for (size_t run = 0; run < runs(); run++) {
        double p[ROWS], score[ROWS], w[ROWS], truth[BINS] = {0}, all[BINS] = {0};
        uint8_t y[ROWS];
        uint32_t cluster[ROWS], place[ROWS];
        struct calibration_bin bin[BINS];
        draw(run, clustered, p, score, y, cluster);
        for (size_t i = 0; i < ROWS; i++)
            w[i] = weighted ? 0.5 + rng_uniform(run, 5, i, 0) : 1;
        struct judged j = judged_of(score, y, weighted ? w : NULL, clustered ? cluster : NULL);
        calibration_by_width(score, ROWS, BINS, place);
        calibration_of(&j, place, bin, BINS);
        for (size_t i = 0; i < ROWS; i++) {
            truth[place[i]] += w[i] * p[i];
            all[place[i]] += w[i];
        }
        for (size_t b = 1; b < 3; b++) /* bins wholly within the scores */
            hits += holds(bin[b].observed, truth[b] / all[b]);
    }
    in_range(hits, 2 * (double)runs(), name);
}

/* A logistic deviate. */
static double logistic(size_t run, uint32_t what, size_t i)
{
    return fm_logit(rng_uniform(run, what, i, 0));
}

/*
 * Scores of positives are d above those of negatives, both logistic:
 *   AUC = P(X + d > Y) = e^d (e^d - 1 - d) / (e^d - 1)^2
 * Rows of one cluster share a label and half of their score, so the scores of different clusters,
 * sums of two logistic numbers, are compared by simulation once.
 */
static double truth_of_areas(int clustered, double d)
{
    enum { DRAWS = 4000000 };
    double e = fm_exp(d), wins = 0;
    if (!clustered)
        return e * (e - 1 - d) / ((e - 1) * (e - 1));
    for (size_t i = 0; i < DRAWS; i++) {
        double x = logistic(99, 1, i) + logistic(99, 2, i) + d;
        wins += x > logistic(99, 3, i) + logistic(99, 4, i);
    }
    return wins / DRAWS;
}

static void draw_areas(
    size_t run, int clustered, double d, double *score, uint8_t *y, uint32_t *c, double *w)
{
    for (size_t i = 0; i < ROWS; i++) {
        c[i] = (uint32_t)(i / CLUSTER);
        y[i] = rng_uniform(run, 7, clustered ? c[i] : i, 0) < 0.25;
        score[i] = logistic(run, 8, i) + (clustered ? logistic(run, 9, c[i]) : 0) + d * y[i];
        w[i] = 0.5 + rng_uniform(run, 10, i, 0);
    }
}

static void test_areas(int clustered, int weighted, const char *name)
{
    double hits = 0, d = 1.2, truth = truth_of_areas(clustered, d);
    for (size_t run = 0; run < runs(); run++) {
        double score[ROWS], w[ROWS];
        uint8_t y[ROWS];
        uint32_t cluster[ROWS];
        struct estimate e[JUDGE_MEASURES];
        draw_areas(run, clustered, d, score, y, cluster, w);
        struct judged j = judged_of(score, y, weighted ? w : NULL, clustered ? cluster : NULL);
        if (clustered || weighted) {
            judged_estimates(&j, e);
        } else {
            struct order o;
            order_init(&o, score, y, ROWS, NULL, 1);
            struct auc a = auc_of(&o, 1);
            order_release(&o);
            e[JUDGE_AUC] = estimate_normal(a.value, a.se, 0, 1, level_of(0.95));
        }
        hits += holds(e[JUDGE_AUC], truth);
    }
    in_range(hits, (double)runs(), name);
}

/* Scores around the rate, right on average, and clusters that click more or less than they say. */
static void draw_ratios(
    size_t run, int clustered, double rate, double *score, uint8_t *y, uint32_t *c, double *w)
{
    for (size_t i = 0; i < ROWS; i++) {
        c[i] = (uint32_t)(i / CLUSTER);
        score[i] = rate * (0.5 + rng_uniform(run, 15, i, 0));
        double times = !clustered ? 1 : rng_uniform(run, 16, c[i], 0) < 0.5 ? 0.7 : 1.3;
        y[i] = rng_uniform(run, 17, i, 0) < score[i] * times;
        w[i] = 0.5 + rng_uniform(run, 18, i, 0);
    }
}

static void test_ratios(int clustered, int weighted, const char *name)
{
    static const double rate[] = {0.01, 0.05, 0.2, 0.5};
    for (size_t k = 0; k < 4; k++) {
        double hits = 0;
        for (size_t run = 0; run < runs(); run++) {
            double score[ROWS], w[ROWS];
            uint8_t y[ROWS];
            uint32_t cluster[ROWS];
            struct estimate e[JUDGE_MEASURES];
            draw_ratios(run, clustered, rate[k], score, y, cluster, w);
            struct judged j = judged_of(score, y, weighted ? w : NULL, clustered ? cluster : NULL);
            if (clustered || weighted) {
                judged_estimates(&j, e);
            } else {
                struct order o;
                order_init(&o, score, y, ROWS, NULL, 1);
                e[JUDGE_RATIO] = losses_of(&o, 0.5, level_of(0.95), 1).ratio;
                order_release(&o);
            }
            hits += holds(e[JUDGE_RATIO], 1);
        }
        in_range(hits, (double)runs(), name);
    }
}

int main(void)
{
    test_ratios(0, 0, "predicted over observed");
    test_ratios(0, 1, "predicted over observed, weighted");
    test_ratios(1, 0, "predicted over observed, clustered");
    test_areas(0, 0, "AUC, DeLong");
    test_areas(0, 1, "AUC, weighted");
    test_areas(1, 0, "AUC, clustered");
    test_rates();
    test_rates_of_users();
    test_bins(0, 0, "bins of calibration, plain");
    test_bins(0, 1, "bins of calibration, weighted");
    test_bins(1, 0, "bins of calibration, clustered");
    return done();
}
