/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-eval/several.c cmd/pa-eval/confusion.c cmd/pa-eval/losses.c */
/* links: cmd/pa-eval/judge.c cmd/pa-eval/judged.c cmd/pa-eval/influence.c */
/* links: cmd/pa-eval/resample.c cmd/pa-eval/estimate.c cmd/pa-eval/order.c */
/*
 * Several classes: small tables by hand, weights as rows repeated, and whether 95 % intervals hold
 * the truth in 93.5 to 96.5 % of 1000 simulated tables of rows and of clusters.
 */
#include "cmd/pa-eval/several.h"

#include <stdbool.h>
#include <stdlib.h>

#include "rng.h"
#include "t.h"

enum { CLASSES = 3, ROWS = 500, CLUSTER = 4, MANY = 400000 };

struct data {
    size_t n;
    uint32_t *y, *said;
    double *p[CLASSES];
};

static void data_init(struct data *d, size_t n)
{
    d->n = n;
    d->y = malloc(n * sizeof *d->y);
    d->said = malloc(n * sizeof *d->said);
    for (int c = 0; c < CLASSES; c++)
        d->p[c] = malloc(n * sizeof *d->p[c]);
}

static void data_release(struct data *d)
{
    free(d->y);
    free(d->said);
    for (int c = 0; c < CLASSES; c++)
        free(d->p[c]);
}

/* Probabilities are drawn, the class by them, and the likeliest is predicted; rows of one cluster
 * share what is drawn where together. */
static void draw(struct data *d, uint64_t seed, bool together)
{
    for (size_t i = 0; i < d->n; i++) {
        size_t of = together ? i / CLUSTER : i;
        double sum = 0, at = 0, u = rng_uniform(seed, 1, of, 0);
        d->said[i] = 0;
        for (uint32_t c = 0; c < CLASSES; c++) {
            double x = 0.1 + rng_uniform(seed, 2 + c, of, 0);
            d->p[c][i] = x * x;
            sum += x * x;
        }
        d->y[i] = CLASSES - 1;
        for (uint32_t c = CLASSES; c-- > 0;) {
            d->p[c][i] /= sum;
            d->said[i] = d->p[c][i] >= d->p[d->said[i]][i] ? c : d->said[i];
            at += d->p[c][i];
            if (u < at && u >= at - d->p[c][i])
                d->y[i] = c;
        }
    }
}

static struct several several_of(const struct data *d)
{
    return (struct several){.n = d->n,
        .classes = CLASSES,
        .y = d->y,
        .said = d->said,
        .chances = CLASSES,
        .p = (const double *const *)d->p,
        .chance = d->y,
        .doubt = {level_of(0.95), 0, 1, 1}};
}

static void test_cover(bool together)
{
    enum { RUNS = 1000 };
    struct estimate truth[SEVERAL_MEASURES], e[SEVERAL_MEASURES];
    double hits[SEVERAL_MEASURES] = {0};
    struct data many, d;
    uint32_t cluster[ROWS];
    data_init(&many, MANY);
    draw(&many, 77, false);
    struct several s = several_of(&many);
    several_estimates(&s, truth);
    data_release(&many);
    data_init(&d, ROWS);
    for (uint32_t i = 0; i < ROWS; i++)
        cluster[i] = i / CLUSTER;
    for (uint64_t run = 0; run < RUNS; run++) {
        draw(&d, 1000 + run, together);
        s = several_of(&d);
        s.clusters = (struct clusters){together ? cluster : NULL, ROWS / CLUSTER};
        several_estimates(&s, e);
        for (int m = 0; m < SEVERAL_MEASURES; m++)
            hits[m] += e[m].low <= truth[m].value && truth[m].value <= e[m].high;
    }
    data_release(&d);
    for (int m = 0; m < SEVERAL_MEASURES; m++) {
        double share = hits[m] / RUNS;
        if (share < 0.935 || share > 0.965)
            printf("# measure %d: %g\n", m, share);
        ok_named(share >= 0.935 && share <= 0.965, together ? "clusters" : "rows");
    }
}

/* A weight of k is as k rows; of 1, as none. */
static void test_weights(void)
{
    enum { N = 60 };
    struct data d, again;
    double w[N], one[N];
    size_t n = 0;
    struct estimate a[SEVERAL_MEASURES], b[SEVERAL_MEASURES], c[SEVERAL_MEASURES];
    data_init(&d, N);
    data_init(&again, 3 * N);
    draw(&d, 5, false);
    for (size_t i = 0; i < N; i++) {
        w[i] = (double)(1 + i % 3);
        one[i] = 1;
        for (size_t k = 0; k <= i % 3; k++, n++) {
            again.y[n] = d.y[i];
            again.said[n] = d.said[i];
            for (int j = 0; j < CLASSES; j++)
                again.p[j][n] = d.p[j][i];
        }
    }
    again.n = n;
    struct several plain = several_of(&d), weighted = plain, repeated = several_of(&again);
    weighted.w = w;
    several_estimates(&weighted, a);
    several_estimates(&repeated, b);
    for (int m = 0; m < SEVERAL_MEASURES; m++)
        near(a[m].value, b[m].value, 1e-14);
    weighted.w = one;
    several_estimates(&weighted, a);
    several_estimates(&plain, c);
    for (int m = 0; m < SEVERAL_MEASURES; m++) {
        near(a[m].low, c[m].low, 1e-14);
        near(a[m].high, c[m].high, 1e-14);
    }
    data_release(&d);
    data_release(&again);
}

static void test_edges(void)
{
    static const uint32_t y[] = {0, 0, 1}, said[] = {0, 1, 1};
    static const double a[] = {.5, .4, .2}, b[] = {.2, .5, .5}, c[] = {.3, .1, .3},
                        wild[] = {.5, 1.5, .2};
    const double *const p[] = {a, b, c}, *const wrong[] = {wild, b, c};
    struct estimate e[SEVERAL_MEASURES];
    struct several s = {
        .n = 3, .classes = 2, .y = y, .said = said, .chances = 3, .p = p, .chance = y};
    s.doubt = (struct doubt){level_of(0.95), 0, 1, 1};
    struct several_told told = several_estimates(&s, e);
    ok(told.outside == 0 && told.clipped == 0);
    near(e[SEVERAL_BRIER].value, (.38 + .62 + .38) / 3, 1e-15);
    near(e[SEVERAL_AUC].value, (1 + .5 / 2 + .5) / 2, 1e-15);
    near(e[CONFUSION_BALANCED].value, .75, 1e-15);
    s.p = wrong;
    told = several_estimates(&s, e);
    ok(told.outside == 1 && isnan(e[SEVERAL_BRIER].value) && isnan(e[SEVERAL_AUC].low));
    ok(!isnan(e[CONFUSION_ACCURACY].low));
    s.n = 0;
    several_estimates(&s, e);
    ok(isnan(e[CONFUSION_ACCURACY].value) && isnan(e[SEVERAL_NE].value));
    double count[4];
    s.n = 3;
    several_count(&s, NULL, count);
    ok(count[0] == 1 && count[1] == 1 && count[2] == 0 && count[3] == 1);
}

int main(void)
{
    test_edges();
    test_weights();
    test_cover(false);
    test_cover(true);
    return done();
}
