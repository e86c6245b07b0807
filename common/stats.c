/* SPDX-License-Identifier: MIT */
/*
 * Moments hold exact sums of x and x^2; the spread is that of x - mean, worked out exactly from
 * them, so nothing cancels however far the mean is from 0.
 */
#include "stats.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "bits.h"
#include "fmath.h"
#include "mem.h"

/* ---- moments ---- */

static const double SQUARE_MAX = 1e140; /* beyond it the spread is NaN */

void moments_add(struct moments *m, double x)
{
    if (m->n == 0 || x < m->min)
        m->min = x;
    if (m->n == 0 || x > m->max)
        m->max = x;
    m->n++;
    exact_add(&m->sum, x);
    if (fabs(x) <= SQUARE_MAX)
        exact_add_product(&m->squares, x, x);
}

void moments_merge(struct moments *m, const struct moments *other)
{
    if (other->n == 0)
        return;
    if (m->n == 0 || other->min < m->min)
        m->min = other->min;
    if (m->n == 0 || other->max > m->max)
        m->max = other->max;
    m->n += other->n;
    exact_merge(&m->sum, &other->sum);
    exact_merge(&m->squares, &other->squares);
}

double moments_mean(const struct moments *m)
{
    return m->n ? exact_mean(&m->sum, m->n) : NAN;
}

/*
 * Sum of (x - mean)^2.  With c the mean rounded to a double, it is
 *   sum (x - c)^2 - (sum (x - c))^2 / n,   sum (x - c)^2 = sum x^2 - 2 c sum x + n c^2,
 * where all sums are exact and the last correction is tiny.
 */
static double spread(const struct moments *m)
{
    double n = (double)m->n, c = moments_mean(m);
    struct exact around = m->squares, sum = m->sum;
    for (int part = 0; part < 3; part++) {
        double s = exact_value(&sum);
        exact_add(&sum, -s);
        exact_add_product(&around, -2 * c, s);
    }
    struct exact nc = {0}, off = m->sum;
    exact_add_product(&nc, n, c);
    double high = exact_value(&nc);
    exact_add(&nc, -high);
    double low = exact_value(&nc);
    exact_add_product(&around, high, c);
    exact_add_product(&around, low, c);
    exact_add(&off, -high);
    exact_add(&off, -low);
    double d = exact_value(&off);
    double y = exact_value(&around) - d * d / n;
    return y > 0 ? y : 0;
}

static double deviation(const struct moments *m, uint64_t n)
{
    if (m->n == 0 || n == 0 || m->max > SQUARE_MAX || m->min < -SQUARE_MAX)
        return NAN;
    return m->min == m->max ? 0 : sqrt(spread(m) / (double)n);
}

double moments_sd(const struct moments *m)
{
    return deviation(m, m->n);
}

double moments_sd_sample(const struct moments *m)
{
    return deviation(m, m->n - (m->n > 0));
}

/* ---- order ---- */

double stats_quantile(const double *sorted, size_t n, double q)
{
    if (n == 0 || !(q >= 0 && q <= 1))
        return NAN;
    double h = q * (double)(n - 1);
    size_t i = (size_t)h;
    double t = h - (double)i;
    if (i + 1 >= n || t == 0)
        return sorted[i];
    double step = sorted[i + 1] - sorted[i];
    return isinf(step) ? (1 - t) * sorted[i] + t * sorted[i + 1] : sorted[i] + t * step;
}

/* A double as an integer of the same order. */
static uint64_t to_key(double x)
{
    uint64_t u = to_bits(x);
    return u >> 63 ? ~u : u | 1ULL << 63;
}

static double from_key(uint64_t key)
{
    return from_bits(key >> 63 ? key ^ 1ULL << 63 : ~key);
}

enum { FEW = 64 }; /* so few are inserted one by one */

/* What is left to sort by: passes digits of width bits, the lowest from bit on. */
struct digits {
    int from, width, passes;
};

static size_t digit(uint64_t key, const struct digits *d, int pass)
{
    return key >> (d->from + pass * d->width) & ((1U << d->width) - 1);
}

/* One pass from a to b; false when all keys have the same digit. */
static bool pass(
    const uint64_t *a, uint64_t *b, size_t n, const struct digits *d, int p, size_t *count)
{
    if (count[digit(a[0], d, p)] == n)
        return false;
    size_t at = 0;
    for (size_t v = 0; v < (size_t)1 << d->width; v++) {
        size_t c = count[v];
        count[v] = at;
        at += c;
    }
    for (size_t i = 0; i < n; i++)
        b[count[digit(a[i], d, p)]++] = a[i];
    return true;
}

/* Sort by these digits, in *a or *b; *a points at the result. */
static void radix(uint64_t **a, uint64_t **b, size_t n, const struct digits *d)
{
    size_t values = (size_t)1 << d->width;
    size_t *count = mem_zero((size_t)d->passes * values, sizeof *count);
    for (size_t i = 0; i < n; i++)
        for (int p = 0; p < d->passes; p++)
            count[(size_t)p * values + digit((*a)[i], d, p)]++;
    for (int p = 0; p < d->passes; p++)
        if (pass(*a, *b, n, d, p, count + (size_t)p * values)) {
            uint64_t *swap = *a;
            *a = *b;
            *b = swap;
        }
    mem_free(count);
}

/* Insertion, while it takes no more moves than 4 n: false if that was not enough. */
static bool settle(uint64_t *a, size_t n)
{
    size_t moves = 4 * n;
    for (size_t i = 1; i < n; i++) {
        uint64_t v = a[i];
        size_t j = i;
        for (; j > 0 && a[j - 1] > v && moves > 0; j--, moves--)
            a[j] = a[j - 1];
        a[j] = v;
        if (moves == 0)
            return false;
    }
    return true;
}

static int bits(uint64_t x)
{
    int n = 0;
    while (n < 64 && x >> n)
        n++;
    return n;
}

/*
 * Only the bits in which keys differ count, and of these the highest log2(n) + 8 nearly always
 * decide; what they leave is settled by insertion, or by all of the bits if it is much.
 */
static uint64_t *sort_keys(uint64_t *a, uint64_t *b, size_t n, uint64_t differ)
{
    int width = n < 4096 ? 8 : 11, most = bits(differ), least = bits(differ & -differ) - 1;
    struct digits all = {least, width, (most - least + width - 1) / width};
    struct digits high = {0, width, (bits(n) + 8 + width - 1) / width};
    high.from = most - high.passes * width;
    if (high.passes < all.passes && high.from > least) {
        radix(&a, &b, n, &high);
        if (settle(a, n))
            return a;
    }
    radix(&a, &b, n, &all);
    return a;
}

static void sort_few(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double v = x[i];
        size_t j = i;
        for (; j > 0 && to_key(x[j - 1]) > to_key(v); j--)
            x[j] = x[j - 1];
        x[j] = v;
    }
}

void stats_sort(double *x, size_t n)
{
    if (n < FEW) {
        sort_few(x, n);
        return;
    }
    uint64_t *a = mem_alloc(n, sizeof *a), *b = mem_alloc(n, sizeof *b), differ = 0;
    for (size_t i = 0; i < n; i++) {
        a[i] = to_key(x[i]);
        differ |= a[i] ^ a[0];
    }
    uint64_t *sorted = differ ? sort_keys(a, b, n, differ) : a;
    for (size_t i = 0; i < n; i++)
        x[i] = from_key(sorted[i]);
    mem_free(b);
    mem_free(a);
}

/* ---- distributions ---- */

double stats_normal_cdf(double z)
{
    return 0.5 * fm_erfc(-z * 0x1.6a09e667f3bcdp-1);
}

/* (a[7] r^7 + ... + a[0]) / (b[7] r^7 + ... + b[0]) */
static double ratio(const double a[8], const double b[8], double r)
{
    double up = a[7], down = b[7];
    for (int i = 6; i >= 0; i--) {
        up = up * r + a[i];
        down = down * r + b[i];
    }
    return up / down;
}

/* Wichura, "Algorithm AS 241: the percentage points of the normal distribution", 1988 (PPND16). */
double stats_normal_quantile(double p)
{
    static const double a[8] = {3.3871328727963666080e0, 1.3314166789178437745e+2,
        1.9715909503065514427e+3, 1.3731693765509461125e+4, 4.5921953931549871457e+4,
        6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[8] = {1, 4.2313330701600911252e+1, 6.8718700749205790830e+2,
        5.3941960214247511077e+3, 2.1213794301586595867e+4, 3.9307895800092710610e+4,
        2.8729085735721942674e+4, 5.2264952788528545610e+3};
    static const double c[8] = {1.42343711074968357734e0, 4.63033784615654529590e0,
        5.76949722146069140550e0, 3.64784832476320460504e0, 1.27045825245236838258e0,
        2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[8] = {1, 2.05319162663775882187e0, 1.67638483018380384940e0,
        6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
        5.47593808499534494600e-4, 1.05075007164441684324e-9};
    static const double e[8] = {6.65790464350110377720e0, 5.46378491116411436990e0,
        1.78482653991729133580e0, 2.96560571828504891230e-1, 2.65321895265761230930e-2,
        1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[8] = {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
        1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
        1.42151175831644588870e-7, 2.04426310338993978564e-15};
    double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return q * ratio(a, b, 0.180625 - q * q);
    if (!(p > 0 && p < 1))
        return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
    double r = sqrt(-fm_log(q < 0 ? p : 1 - p));
    double z = r <= 5 ? ratio(c, d, r - 1.6) : ratio(e, f, r - 5);
    return q < 0 ? -z : z;
}

double stats_chi2_upper(double x, double df)
{
    return fm_gamma_q(df / 2, x / 2);
}

struct interval stats_wilson(double k, double n, double z)
{
    if (!(n > 0))
        return (struct interval){NAN, NAN};
    double p = k / n, z2 = z * z;
    double middle = p + z2 / (2 * n);
    double half = z * sqrt((p * (1 - p) + z2 / (4 * n)) / n);
    double scale = 1 + z2 / n;
    return (struct interval){
        k > 0 ? (middle - half) / scale : 0, k < n ? (middle + half) / scale : 1};
}

/* P(X = k) for the hypergeometric X, by three binomial probabilities (Loader). */
static double hypergeometric(double k, double K, double n, double N)
{
    double p = n / N, q = (N - n) / N;
    return fm_binomial(k, K, p, q) * fm_binomial(n - k, N - K, p, q) / fm_binomial(n, N, p, q);
}

double stats_fisher_greater(uint64_t count, uint64_t of, uint64_t draws, uint64_t total)
{
    double k = (double)count, K = (double)of, n = (double)draws, N = (double)total;
    double least = n + K > N ? n + K - N : 0, most = n < K ? n : K;
    if (k <= least || k > most)
        return k <= least;
    double sum = 1, term = 1;
    if (k > (n + 1) * (K + 1) / (N + 2)) { /* beyond the mode: terms fall */
        for (double j = k; j < most && term > sum * 0x1p-56; j++) {
            term *= (K - j) * (n - j) / ((j + 1) * (N - K - n + j + 1));
            sum += term;
        }
        return sum * hypergeometric(k, K, n, N);
    }
    for (double j = k - 1; j > least && term > sum * 0x1p-56; j--) {
        term *= j * (N - K - n + j) / ((K - j + 1) * (n - j + 1));
        sum += term;
    }
    return 1 - sum * hypergeometric(k - 1, K, n, N);
}
