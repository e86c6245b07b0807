/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-eval/losses.c cmd/pa-eval/order.c */
/* links: cmd/pa-eval/confusion.c cmd/pa-eval/estimate.c */
/*
 * Losses and tables of confusion: golden values (scikit-learn), slopes by differences, intervals
 * by simulation, the same bits for any number of threads.
 */
#include "cmd/pa-eval/losses.h"

#include <stdbool.h>
#include <stdlib.h>

#include "cmd/pa-eval/confusion.h"
#include "rng.h"
#include "t.h"

static const double Z = 1.959963984540054;
static const uint8_t y12[] = {1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0};
static const double p12[] = {.9, .8, .7, .7, .6, .55, .4, .4, .4, .2, .1, .05};

static struct losses of_rows(const double *p, const uint8_t *y, size_t n, unsigned jobs)
{
    struct order o;
    order_init(&o, p, y, n, NULL, jobs);
    struct losses l = losses_of(&o, 0.5, level_of(0.95), jobs);
    order_release(&o);
    return l;
}

static void test_golden(void)
{
    struct losses l = of_rows(p12, y12, 12, 1);
    ok(l.rows == 12 && l.positives == 4 && l.outside == 0 && l.clipped == 0);
    ok(l.count[0] == 5 && l.count[1] == 3 && l.count[2] == 1 && l.count[3] == 3);
    near(l.log_loss.value, 0.5922761041460077, 1e-15);
    near(l.ne.value, 0.930499482411654, 1e-15);
    near(l.brier.value, 0.2104166666666666, 1e-15);
    near(l.ratio.value, 1.45, 1e-15);
    /* Counts of 4 / m to 4 m, whose variance per count is sum (p - 1.45 y)^2 12 / 11 / (4 1.45^2):
     * (4 - 4 m)^2 = z^2 variance 4 m */
    double m = l.ratio.high / 1.45, v = 0;
    for (int i = 0; i < 12; i++)
        v += (p12[i] - 1.45 * y12[i]) * (p12[i] - 1.45 * y12[i]) * 12 / 11 / (4 * 1.45 * 1.45);
    near(16 * (m - 1) * (m - 1), Z * Z * v * 4 * m, 1e-12);
    near(l.ratio.low * l.ratio.high, 1.45 * 1.45, 1e-14);
    struct scores c = confusion_binary(l.count, level_of(0.95));
    near(c.accuracy.value, 2.0 / 3, 1e-15);
    near(c.precision.value, 0.5, 0);
    near(c.recall.value, 0.75, 0);
    near(c.f1.value, 0.6, 1e-15);
    near(c.mcc.value, 0.3535533905932738, 1e-15);
}

static void test_edges(void)
{
    static const double sure[] = {0, 1, 1, 0}, wild[] = {-0.1, 0.5, 0.5, 0.5}, half[] = {.5, .5};
    static const uint8_t y[] = {0, 1, 0, 1}, none[] = {0, 0, 0, 0};
    struct losses l = of_rows(sure, y, 4, 1);
    ok(l.clipped == 4);
    near(l.log_loss.value, -log(1e-15) / 2, 1e-12);
    l = of_rows(wild, y, 4, 1);
    ok(l.outside == 1 && isnan(l.log_loss.value) && isnan(l.brier.value) && isnan(l.ratio.value));
    l = of_rows(sure, none, 4, 1);
    ok(isnan(l.ne.value) && isnan(l.ratio.value) && !isnan(l.log_loss.value));
    l = of_rows(half, y, 2, 1);
    near(l.ne.value, 1, 1e-15);
    ok(l.log_loss.low == l.log_loss.value && l.brier.high == 0.25);
    l = of_rows(half, y, 0, 1);
    ok(isnan(l.log_loss.value) && l.rows == 0);
    l = of_rows(half, y, 1, 1);
    ok(!isnan(l.log_loss.value) && isnan(l.log_loss.low));
    static const uint64_t never[] = {5, 0, 3, 0}, nobody[] = {8, 0, 0, 0};
    struct scores c = confusion_binary(never, level_of(0.95));
    ok(isnan(c.precision.value) && c.recall.value == 0 && c.f1.value == 0 && isnan(c.mcc.value));
    c = confusion_binary(nobody, level_of(0.95));
    ok(c.accuracy.value == 1 && isnan(c.recall.value) && isnan(c.f1.value));
}

/* Slopes of measures of several classes against differences. */
static void test_slopes(void)
{
    /* counts so large that some rows more are a small step */
    static const double count[9] = {
        5000000, 400000, 90000, 700000, 3000000, 500000, 20000, 300000, 2000000};
    double value[CONFUSION_MEASURES], slope[9];
    confusion_values(count, 3, value);
    for (int m = 0; m < CONFUSION_MEASURES; m++) {
        confusion_slopes(count, 3, (enum confusion_measure)m, slope);
        for (int i = 0; i < 9; i++) {
            double more[9], less[9], up[CONFUSION_MEASURES], down[CONFUSION_MEASURES];
            memcpy(more, count, sizeof more);
            memcpy(less, count, sizeof less);
            more[i] += 100;
            less[i] -= 100;
            confusion_values(more, 3, up);
            confusion_values(less, 3, down);
            near((up[m] - down[m]) / 200 * 1e7, slope[i] * 1e7, 1e-5);
        }
    }
    near(value[CONFUSION_ACCURACY], 10000000.0 / 12010000, 1e-15);
    near(value[CONFUSION_BALANCED], value[CONFUSION_RECALL], 0);
    /* a class that is only predicted: its recall is undefined, and no part of balanced accuracy */
    static const double stray[4] = {3, 1, 0, 0};
    confusion_values(stray, 2, value);
    ok(isnan(value[CONFUSION_RECALL]) && value[CONFUSION_BALANCED] == 0.75);
    ok(!isnan(value[CONFUSION_F1]) && isnan(value[CONFUSION_MCC]));
}

/* Do 95 % intervals of NE, log loss and Brier cover their expectation? */
static void test_cover(void)
{
    enum { RUNS = 2000, N = 400 };
    double p[N], covers[3] = {0};
    uint8_t y[N];
    double loss = 0, brier = 0, entropy;
    for (int k = 0; k < 10000; k++) { /* p is even on [0.05, 0.55], y follows 0.9 p */
        double q = 0.05 + 0.5 * (k + 0.5) / 10000, t = 0.9 * q;
        loss += -(t * log(q) + (1 - t) * log(1 - q)) / 10000;
        brier += (t * (1 - q) * (1 - q) + (1 - t) * q * q) / 10000;
    }
    entropy = -(0.27 * log(0.27) + 0.73 * log(0.73));
    for (uint64_t run = 0; run < RUNS; run++) {
        for (size_t i = 0; i < N; i++) {
            p[i] = 0.05 + 0.5 * rng_uniform(run, 1, i, 0);
            y[i] = rng_uniform(run, 2, i, 0) < 0.9 * p[i];
        }
        struct losses l = of_rows(p, y, N, 1);
        covers[0] += l.log_loss.low <= loss && loss <= l.log_loss.high;
        covers[1] += l.brier.low <= brier && brier <= l.brier.high;
        covers[2] += l.ne.low <= loss / entropy && loss / entropy <= l.ne.high;
    }
    for (int i = 0; i < 3; i++)
        near(covers[i] / RUNS, 0.95, 0.02); /* 4 standard errors of 2000 runs */
}

static bool same_bits(struct estimate a, struct estimate b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void test_threads(void)
{
    enum { N = 300001 };
    double *p = malloc(N * sizeof *p);
    uint8_t *y = malloc(N);
    for (size_t i = 0; i < N; i++) {
        p[i] = rng_uniform(3, 1, i, 0);
        y[i] = rng_uniform(3, 2, i, 0) < p[i];
    }
    struct losses a = of_rows(p, y, N, 1), b = of_rows(p, y, N, 4);
    ok(same_bits(a.log_loss, b.log_loss) && same_bits(a.ne, b.ne) && same_bits(a.brier, b.brier));
    ok(same_bits(a.ratio, b.ratio) && memcmp(a.count, b.count, sizeof a.count) == 0);
    near(a.log_loss.value, 0.5, 0.005);
    near(a.brier.value, 1.0 / 6, 0.002);
    free(y);
    free(p);
}

/* Two classes as several: the same losses, Brier twice. */
static void test_classes(void)
{
    double no[12], log = 0, brier = 0;
    for (int i = 0; i < 12; i++)
        no[i] = 1 - p12[i];
    const double *const p[] = {no, p12};
    for (size_t i = 0; i < 12; i++) {
        struct class_loss l = losses_of_class(p, y12[i], i, 2);
        ok(!l.outside && !l.clipped);
        log += l.log / 12;
        brier += l.brier / 12;
    }
    struct losses a = of_rows(p12, y12, 12, 1);
    near(log, a.log_loss.value, 1e-15);
    near(brier, 2 * a.brier.value, 1e-15);
}

int main(void)
{
    test_golden();
    test_edges();
    test_slopes();
    test_cover();
    test_threads();
    test_classes();
    return done();
}
