/* SPDX-License-Identifier: MIT */
/* stats: moments, order and intervals, against closed forms, brute force and golden values. */
#include "stats.h"

#include <stdbool.h>
#include <stdlib.h>

#include "rng.h"
#include "t.h"

static void test_moments(void)
{
    struct moments m = {0};
    ok(isnan(moments_mean(&m)) && isnan(moments_sd(&m)) && isnan(moments_sd_sample(&m)));
    moments_add(&m, -3);
    ok(moments_mean(&m) == -3 && moments_sd(&m) == 0 && isnan(moments_sd_sample(&m)));
    for (int i = 0; i < 3; i++)
        moments_add(&m, i * 2);
    ok(m.min == -3 && m.max == 4 && m.n == 4);
    near(moments_mean(&m), 0.75, 0);
    near(moments_sd(&m), sqrt((14.0625 + 0.5625 + 1.5625 + 10.5625) / 4), 1e-15);
    near(moments_sd_sample(&m), sqrt((14.0625 + 0.5625 + 1.5625 + 10.5625) / 3), 1e-15);
}

/* The spread of small integers far from 0, where the textbook formula has no digit left. */
static void test_far_mean(void)
{
    static const double far[] = {0, 1e6, 1e12, 4e15, -4e15};
    for (int f = 0; f < 5; f++) {
        struct moments m = {0};
        for (int i = 0; i < 1000; i++)
            moments_add(&m, far[f] + i % 10);
        near(moments_sd(&m), sqrt(8.25), 1e-15);
    }
    struct moments tenth = {0}, wide = {0}, wider = {0};
    for (int i = 0; i < 1000; i++)
        moments_add(&tenth, 0.1);
    ok(moments_mean(&tenth) == 0.1 && moments_sd(&tenth) == 0);
    moments_add(&wide, 1e139);
    moments_add(&wide, -1e139);
    near(moments_sd(&wide) / 1e139, 1, 1e-15);
    moments_add(&wider, 1e300);
    moments_add(&wider, -1e300);
    ok(moments_mean(&wider) == 0 && isnan(moments_sd(&wider)));
}

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void test_merge(void)
{
    struct moments all = {0}, part[5] = {{0}}, merged = {0};
    for (size_t i = 0; i < 10000; i++) {
        double x = rng_normal(1, 7, i, 0) * ldexp(1, (int)(i % 40));
        moments_add(&all, x);
        moments_add(&part[rng_below(1, 8, i, 0, 4)], x); /* the last part stays empty */
    }
    for (int i = 4; i >= 0; i--)
        moments_merge(&merged, &part[i]);
    ok(same(moments_mean(&all), moments_mean(&merged)));
    ok(same(moments_sd(&all), moments_sd(&merged)));
    ok(all.n == merged.n && all.min == merged.min && all.max == merged.max);
}

static int by_value(const void *p, const void *q)
{
    double a = *(const double *)p, b = *(const double *)q;
    return a != b ? (a > b) - (a < b) : (int)signbit(b) - (int)signbit(a);
}

static void test_sort(void)
{
    enum { MOST = 30000 };
    static double x[MOST], y[MOST];
    bool sorted = true;
    for (size_t n = 0; n < MOST; n = n * 2 + 1)
        for (unsigned kind = 0; kind < 7; kind++) {
            for (size_t i = 0; i < n; i++) {
                double u = rng_uniform(kind, 1, i, 0) - 0.5;
                x[i] = kind == 0 ? u : kind == 1 ? floor(u * 5) : ldexp(u, (int)(i % 2000) - 1000);
                if (kind == 3)
                    x[i] = i % 3 ? -0.0 : i % 5 ? 0.0 : -INFINITY;
                if (kind == 4) /* alike in all high bits, but for one */
                    x[i] = i == 5 ? 1e300 : 1 + u * 0x1p-40;
                if (kind == 5) /* many alike in the highest bits that differ */
                    x[i] = (i % 7 ? 1 : 2) + (u > 0 ? floor(u * 100) * 0x1p-52 : 0);
                if (kind == 6) /* falling */
                    x[i] = 1e6 - (double)i / 3;
                y[i] = x[i];
            }
            stats_sort(x, n);
            qsort(y, n, sizeof *y, by_value);
            sorted = sorted && memcmp(x, y, n * sizeof *x) == 0;
        }
    ok_named(sorted, "radix sort equals qsort");
}

static void test_quantile(void)
{
    static const double x[] = {1, 2, 4, 8, 16};
    ok(stats_quantile(x, 5, 0) == 1 && stats_quantile(x, 5, 1) == 16);
    near(stats_quantile(x, 5, 0.5), 4, 0);
    double far[] = {-1.5e308, 1.5e308};
    ok(stats_quantile(far, 2, 0.5) == 0 && stats_quantile(far, 2, 0.75) == 0.75e308);
    near(stats_quantile(x, 5, 0.9), 12.8, 1e-14); /* numpy.quantile */
    near(stats_quantile(x, 5, 0.1), 1.4, 1e-15);
    ok(stats_quantile(x, 1, 0.3) == 1 && isnan(stats_quantile(x, 0, 0.3)));
    ok(isnan(stats_quantile(x, 5, 1.1)) && isnan(stats_quantile(x, 5, NAN)));
}

static void test_distributions(void)
{
    near(stats_normal_cdf(0), 0.5, 0);
    near(stats_normal_cdf(1.959963984540054), 0.975, 1e-15);
    near(stats_normal_quantile(0.975), 1.959963984540054, 1e-15);
    ok(stats_normal_quantile(0.5) == 0 && stats_normal_quantile(0) == -INFINITY);
    ok(stats_normal_quantile(1) == INFINITY && isnan(stats_normal_quantile(-0.1)));
    double off = 0;
    for (size_t i = 0; i < 2000; i++) {
        double p = rng_uniform(2, 1, i, 0);
        off = fmax(off, fabs(stats_normal_cdf(stats_normal_quantile(p)) / p - 1));
    }
    near(off, 0, 1e-14);
    near(stats_chi2_upper(4.433497536945813, 1), 0.035240223824274594, 1e-14); /* scipy */
    near(stats_chi2_upper(7, 2), exp(-3.5), 1e-15);
    near(stats_chi2_upper(0, 3), 1, 0);
}

static void test_wilson(void)
{
    double z = stats_normal_quantile(0.975);
    struct interval i = stats_wilson(12, 1000, z); /* statsmodels proportion_confint */
    near(i.low, 0.006877647806403522, 1e-16);
    near(i.high, 0.02085726847549828, 1e-16);
    i = stats_wilson(0, 50, z);
    ok(i.low == 0);
    near(i.high, 0.07134759913335872, 1e-15);
    i = stats_wilson(50, 50, z);
    ok(i.high == 1);
    near(i.low, 1 - 0.07134759913335872, 1e-15);
    i = stats_wilson(0, 0, z);
    ok(isnan(i.low) && isnan(i.high));
}

static double choose(uint64_t n, uint64_t k)
{
    double c = 1;
    for (uint64_t i = 0; i < k; i++)
        c = c * (double)(n - i) / (double)(i + 1);
    return k > n ? 0 : c;
}

static double fisher_by_hand(uint64_t k, uint64_t K, uint64_t n, uint64_t N)
{
    double up = 0, all = 0;
    for (uint64_t j = 0; j <= n && j <= K; j++) {
        double ways = n - j <= N - K ? choose(K, j) * choose(N - K, n - j) : 0;
        all += ways;
        up += j >= k ? ways : 0;
    }
    return up / all;
}

static void test_fisher(void)
{
    /* scipy.stats.fisher_exact, alternative "greater" */
    near(stats_fisher_greater(90, 300, 200, 1000) / 3.4371914075854904e-07, 1, 1e-12);
    double off = 0;
    for (uint64_t N = 1; N <= 24; N++)
        for (uint64_t K = 0; K <= N; K++)
            for (uint64_t n = 0; n <= N; n++)
                for (uint64_t k = 0; k <= n + 1; k++) {
                    double want = fisher_by_hand(k, K, n, N);
                    double got = stats_fisher_greater(k, K, n, N);
                    off = fmax(off, want > 0 ? fabs(got / want - 1) : got);
                }
    near(off, 0, 1e-11);
    /* one more success cannot raise it, far into the tail of a large table */
    double before = 1;
    bool falls = true;
    for (uint64_t k = 0; k <= 20000; k += 10) {
        double p = stats_fisher_greater(k, 100000, 20000, 1000000);
        falls = falls && p <= before && p >= 0;
        before = p;
    }
    ok(falls);
    ok(stats_fisher_greater(0, 0, 0, 0) == 1);
}

int main(void)
{
    test_moments();
    test_far_mean();
    test_merge();
    test_sort();
    test_quantile();
    test_distributions();
    test_wilson();
    test_fisher();
    return done();
}
