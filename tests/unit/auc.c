/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-eval/order.c cmd/pa-eval/auc.c */
/* AUC and DeLong's error against all pairs; any number of threads; hard scores. */
#include "cmd/pa-eval/auc.h"

#include <float.h>
#include <stdbool.h>
#include <stdlib.h>

#include "rng.h"
#include "t.h"

enum { MOST = 400 };

static struct auc area(const double *score, const uint8_t *y, size_t n, unsigned jobs)
{
    struct order o;
    order_init(&o, score, y, n, NULL, jobs);
    struct auc a = auc_of(&o, jobs);
    order_release(&o);
    return a;
}

/* The share of the other class that row i beats. */
static double beaten(const double *s, const uint8_t *y, size_t n, size_t i)
{
    double wins = 0, others = 0;
    for (size_t j = 0; j < n; j++)
        if (y[j] != y[i]) {
            double d = y[i] ? s[i] - s[j] : s[j] - s[i];
            wins += s[i] == s[j] ? 0.5 : d > 0;
            others++;
        }
    return wins / others;
}

static struct auc by_pairs(const double *s, const uint8_t *y, size_t n)
{
    double sum[2] = {0}, squares[2] = {0}, count[2] = {0};
    for (size_t i = 0; i < n; i++) {
        double b = beaten(s, y, n, i);
        sum[y[i]] += b;
        squares[y[i]] += (b - 0.5) * (b - 0.5);
        count[y[i]]++;
    }
    double variance = 0;
    for (int c = 0; c < 2; c++) {
        double mean = sum[c] / count[c] - 0.5;
        variance += (squares[c] - count[c] * mean * mean) / (count[c] - 1) / count[c];
    }
    return (struct auc){sum[1] / count[1], sqrt(variance > 0 ? variance : 0)};
}

static void test_pairs(void)
{
    double score[MOST], off = 0, off_se = 0;
    uint8_t y[MOST];
    for (uint64_t seed = 1; seed <= 200; seed++) {
        size_t n = 6 + rng_below(seed, 1, 0, 0, MOST - 6);
        uint64_t levels = 1 + rng_below(seed, 2, 0, 0, 60);
        for (size_t i = 0; i < n; i++) {
            y[i] = i < 2 ? 1 : i < 4 ? 0 : rng_below(seed, 3, i, 0, 3) == 0;
            score[i] = (double)rng_below(seed, 4, i, 0, levels) / 7 - 2 + 0.5 * y[i];
        }
        struct auc a = area(score, y, n, 2), b = by_pairs(score, y, n);
        off = fabs(a.value - b.value) > off ? fabs(a.value - b.value) : off;
        off_se = fabs(a.se - b.se) > off_se ? fabs(a.se - b.se) : off_se;
    }
    near(off, 0, 1e-14);
    near(off_se, 0, 1e-8); /* of the reference, whose variance cancels when it is small */
}

static void test_golden(void)
{
    static const uint8_t y[] = {1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0};
    static const double p[] = {.9, .8, .7, .7, .6, .55, .4, .4, .4, .2, .1, .05};
    struct auc a = area(p, y, 12, 1);
    ok(a.value == 0.734375);
    near(a.se, 0.15467960838455727, 1e-15);
}

static void test_edges(void)
{
    static const uint8_t y[] = {0, 0, 1, 1}, ones[] = {1, 1, 1, 1}, one[] = {0, 0, 0, 1};
    static const double up[] = {1, 2, 3, 4}, same[] = {5, 5, 5, 5}, zeros[] = {-0.0, 0, 0, -0.0};
    static const double wide[] = {-DBL_MAX, 5e-324, -5e-324, DBL_MAX};
    struct auc a = area(up, y, 4, 1);
    ok(a.value == 1 && a.se == 0);
    a = area(same, y, 4, 1);
    ok(a.value == 0.5 && a.se == 0);
    a = area(zeros, y, 4, 1);
    ok(a.value == 0.5);
    a = area(wide, y, 4, 1);
    ok(a.value == 0.75);
    a = area(up, ones, 4, 1);
    ok(isnan(a.value) && isnan(a.se));
    a = area(up, one, 4, 1);
    ok(a.value == 1 && isnan(a.se));
    a = area(up, y, 0, 1);
    ok(isnan(a.value));
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Many rows, several buckets: even, crowded and far-flung scores. */
static void test_many(void)
{
    enum { N = 200000 };
    double *s = malloc(N * sizeof *s), *minus = malloc(N * sizeof *s);
    uint8_t *y = malloc(N);
    for (int kind = 0; kind < 3; kind++) {
        for (size_t i = 0; i < N; i++) {
            double u = rng_uniform(9, 1, i, 0);
            y[i] = rng_uniform(9, 2, i, 0) < 0.1 + 0.5 * u;
            s[i] = kind == 0 ? u : kind == 1 ? floor(u * 50) / 1e9 : ldexp(u - 0.5, (int)(u * 900));
            if (kind == 1 && i == 7)
                s[i] = 1e9;
            minus[i] = -s[i];
        }
        struct auc a = area(s, y, N, 1), b = area(s, y, N, 2), c = area(s, y, N, 5);
        struct auc m = area(minus, y, N, 2);
        ok_named(same_bits(a.value, b.value) && same_bits(a.se, b.se) &&
                     same_bits(a.value, c.value) && same_bits(a.se, c.se),
            "threads change nothing");
        near(a.value + m.value, 1, 1e-15);
        near(a.se, m.se, 1e-15);
    }
    /* u is drawn evenly, y with 0.1 + 0.5 u: P = .35 N, and AUC by integration is 0.65842... */
    double exact = 0;
    for (size_t i = 0; i < N; i++)
        s[i] = rng_uniform(9, 1, i, 0);
    for (int k = 0; k < 1000; k++) {
        double u = (k + 0.5) / 1000; /* density of positives, share of negatives below */
        exact += (0.1 + 0.5 * u) / 0.35 * (0.9 * u - 0.25 * u * u) / 0.65 / 1000;
    }
    struct auc a = area(s, y, N, 2);
    near(a.value, exact, 4 * a.se);
    ok(a.se > 0.001 && a.se < 0.0016);
    free(y);
    free(minus);
    free(s);
}

/* What order_each hands on: per bucket, the last score and the rows so far. */
struct heard {
    const double *s;
    const uint8_t *y;
    double last[64];
    size_t of[64][2];
    bool rising, below;
};

static void hear(void *context, const struct ties *t, unsigned thread)
{
    (void)thread;
    struct heard *h = context;
    for (size_t i = 0; i < t->n; i++) {
        h->rising = h->rising && t->score[i] > h->last[t->bucket];
        h->below = h->below && order_bucket(t->order, t->score[i]) == t->bucket;
        h->last[t->bucket] = t->score[i];
        for (int y = 0; y < 2; y++)
            h->of[t->bucket][y] += t->count[y][i];
    }
    size_t less[2] = {0, 0};
    for (size_t i = 0; i < 30000; i++)
        less[h->y[i]] += h->s[i] < t->score[0];
    h->below = h->below && less[0] == t->below[0] && less[1] == t->below[1];
}

/* Few and many distinct scores, even and crowded in one bucket. */
static void test_order(void)
{
    enum { N = 30000 };
    static double s[N], room[N];
    static uint8_t y[N];
    for (int kind = 0; kind < 4; kind++) {
        for (size_t i = 0; i < N; i++) {
            double u = rng_uniform(4, 1, i, 0);
            s[i] = kind == 0 ? floor(u * 5000) - 2500 : kind == 1 ? u : kind == 2 ? u * u * u : 3;
            s[i] = kind == 2 && i == 99 ? -1000 : s[i];
            y[i] = rng_below(4, 2, i, 0, 2) == 1;
        }
        struct order o;
        struct heard h = {.s = s, .y = y, .rising = true, .below = true};
        order_init(&o, s, y, N, kind % 2 ? room : NULL, 3);
        for (size_t b = 0; b < o.buckets; b++)
            h.last[b] = -INFINITY;
        order_each(&o, 1, hear, &h);
        size_t rows = 0, positives = 0;
        for (size_t b = 0; b < o.buckets; b++) {
            rows += h.of[b][0] + h.of[b][1];
            positives += h.of[b][1];
        }
        ok(h.rising && h.below && rows == N && positives == o.positives && o.buckets > 1);
        order_release(&o);
    }
}

int main(void)
{
    test_pairs();
    test_golden();
    test_edges();
    test_many();
    test_order();
    return done();
}
