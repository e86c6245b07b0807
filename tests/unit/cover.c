/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-eval/order.c cmd/pa-eval/calibration.c cmd/pa-eval/estimate.c */
/* links: cmd/pa-eval/resample.c */
/*
 * Do 95 % intervals of click rates and of bins of calibration hold the truth in 93.5 to 96.5 % of
 * simulated tables: plain, weighted, clustered?  1000 runs; PA_RUNS asks for more.
 */
#include <stdlib.h>

#include "cmd/pa-eval/calibration.h"
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
        struct judged j = {.score = score, .y = y, .n = ROWS, .doubt = {level_of(0.95), 0, 1, 1}};
        j.w = weighted ? w : NULL;
        j.clusters = (struct clusters){clustered ? cluster : NULL, ROWS / CLUSTER};
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

int main(void)
{
    test_rates();
    test_bins(0, 0, "bins of calibration, plain");
    test_bins(0, 1, "bins of calibration, weighted");
    test_bins(1, 0, "bins of calibration, clustered");
    return done();
}
