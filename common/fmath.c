/* SPDX-License-Identifier: MIT */
/*
 * Elementary functions split their argument as the C library's do, into an exponent and a small
 * rest, and keep what rounding lost of the leading term; polynomials are near-minimax, fitted with
 * 50 digits (tests/ref/fmath.py).
 */
#include "fmath.h"

#include <math.h>
#include <stddef.h>

#include "bits.h"
#include "fmath_core.h"
#include "isa.h"

static struct core_pair two_sum(double a, double b)
{
    double s = a + b;
    double t = s - a;
    return (struct core_pair){s, (a - (s - t)) + (b - t)};
}

double fm_exp(double x)
{
    return core_exp(x);
}

double fm_log(double x)
{
    return core_log(x);
}

double fm_logistic(double x)
{
    return core_logistic(x);
}

double fm_expm1(double x)
{
    if (fabs(x) < 0x1p-54)
        return x;
    if (fabs(x) < 0.34)
        return x + core_exp_rest(x);
    if (!(x <= 40)) /* NaN, too */
        return core_exp(x);
    if (x < -40)
        return -1;
    struct core_exp e = core_exp_parts(x, 0);
    double scale = core_scale(e.k);
    struct core_pair s = two_sum(e.head * scale, -1);
    return s.hi + (s.lo + e.rest * scale);
}

double fm_log1p(double x)
{
    if (fabs(x) < 0x1p-54)
        return x;
    if (x > -0.29 && x < 0.41)
        return x + core_log_rest(x);
    if (!(x > -1) || x > 0x1p54)
        return core_log(x == -1 ? 0 : x);
    struct core_pair u = two_sum(1, x);
    struct core_split p = core_split(u.hi);
    struct core_pair s = two_sum(p.k * CORE_LN2_HI, p.f);
    double rest = core_log_rest(p.f) + p.k * CORE_LN2_LO;
    return s.hi + (s.lo + (rest + u.lo / u.hi));
}

double fm_log2(double x)
{
    if (!(x > 0) || x > 0x1.fffffffffffffp1023)
        return core_log(x);
    static const double scale_hi = 0x1.71547652p+0, scale_lo = 0x1.705fc2eefa200p-33;
    struct core_split p = core_split(x);
    double rest = core_log_rest(p.f);
    double hi = from_bits(to_bits(p.f + rest) & 0xffffffff00000000);
    double lo = (p.f - hi) + rest;
    struct core_pair s = two_sum(p.k, hi * scale_hi);
    return s.hi + (s.lo + (lo * scale_hi + (hi + lo) * scale_lo));
}

static struct core_pair divide(struct core_pair a, struct core_pair b)
{
    double q = a.hi / b.hi;
    struct core_pair p = core_product(q, b.hi);
    double rest = ((a.hi - p.hi) - p.lo + a.lo - q * b.lo) / b.hi;
    return two_sum(q, rest);
}

static struct core_pair multiply(struct core_pair a, struct core_pair b)
{
    struct core_pair p = core_product(a.hi, b.hi);
    return two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

static struct core_pair add(struct core_pair a, struct core_pair b)
{
    struct core_pair s = two_sum(a.hi, b.hi);
    return two_sum(s.hi, s.lo + (a.lo + b.lo));
}

/*
 * log x to about 2^-66 of itself: 2 s + 2 s^3/3 + 2 s^5/5 in pairs, the rest of the series
 * 2 atanh(s) = 2 s + 2 s^3/3 + ..., s = f / (2 + f), |s| < 0.172, in plain numbers.
 */
static struct core_pair log_pair(double x)
{
    static const struct core_pair third = {0x1.5555555555555p-1, 0x1.5555555555555p-55};
    static const struct core_pair fifth = {0x1.999999999999ap-2, -0x1.999999999999ap-56};
    static const double rest[] = {2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17,
        2.0 / 19, 2.0 / 21, 2.0 / 23, 2.0 / 25};
    struct core_split p = core_split(x);
    struct core_pair s = divide((struct core_pair){p.f, 0}, two_sum(2, p.f));
    struct core_pair z = multiply(s, s);
    double tail = z.hi * core_polynomial(rest, sizeof rest / sizeof *rest, z.hi);
    struct core_pair series =
        multiply(z, add(third, multiply(z, add(fifth, (struct core_pair){tail, 0}))));
    struct core_pair y = multiply(s, add((struct core_pair){2, 0}, series));
    struct core_pair big = {p.k * CORE_LN2_HI, 0};
    struct core_pair small = core_product(p.k, CORE_LN2_LO);
    small.lo += p.k * 0x1.cc01f97b57a08p-87;
    return add(big, add(small, y));
}

double fm_pow(double x, double y)
{
    if (y == 0 || x == 1)
        return 1;
    if (!(x > 0) || x > 0x1.fffffffffffffp1023 || fabs(y) > 0x1p64)
        return x >= 0 ? core_exp(y * core_log(x)) : (x - x) / 0.0;
    struct core_pair l = log_pair(x);
    struct core_pair p = core_product(y, l.hi);
    p = two_sum(p.hi, p.lo + y * l.lo);
    return fabs(p.hi) < 750 ? core_exp_tail(p.hi, p.lo) : core_exp(p.hi);
}

/* ---- sine and cosine ---- */

/* x = quarter * pi/2 + hi + lo, |hi| <= pi/4, by four parts of pi/2 (Cody and Waite). */
static struct core_pair reduce(double x, uint64_t *quarter)
{
    double k = (x * 0x1.45f306dc9c883p-1 + CORE_ROUND) - CORE_ROUND;
    *quarter = to_bits(k + CORE_ROUND) & 3;
    struct core_pair r = two_sum(x - k * 0x1.921fb54400000p+0, -(k * 0x1.0b4611a600000p-34));
    r = two_sum(r.hi, r.lo - k * 0x1.3198a2e000000p-69);
    return (struct core_pair){r.hi, r.lo - k * 0x1.b839a252049c1p-104};
}

static double sin_small(struct core_pair r)
{
    static const double c[] = {-0x1.5555555555555p-3, 0x1.1111111111110p-7, -0x1.a01a01a01992fp-13,
        0x1.71de3a545f836p-19, -0x1.ae645410e937bp-26, 0x1.61217d9252c03p-33,
        -0x1.ab16f5caa198ap-41};
    double z = r.hi * r.hi;
    double rest = z * r.hi * core_polynomial(c, sizeof c / sizeof *c, z);
    return r.hi + (rest + r.lo * (1 - 0.5 * z));
}

static double cos_small(struct core_pair r)
{
    static const double c[] = {0x1.5555555555555p-5, -0x1.6c16c16c16c16p-10, 0x1.a01a01a019d06p-16,
        -0x1.27e4fb77125c5p-22, 0x1.1eed8deac3dfep-29, -0x1.9394b8bd50ae1p-37,
        0x1.ab779550c8d9bp-45};
    double z = r.hi * r.hi;
    double head = 1 - 0.5 * z;
    double lost = (1 - head) - 0.5 * z;
    return head + (lost + (z * z * core_polynomial(c, sizeof c / sizeof *c, z) - r.hi * r.lo));
}

double fm_sin(double x)
{
    if (!(fabs(x) <= 1e5))
        return (x - x) / 0.0;
    uint64_t quarter;
    struct core_pair r = reduce(x, &quarter);
    double y = quarter & 1 ? cos_small(r) : sin_small(r);
    return quarter & 2 ? -y : y;
}

double fm_cos(double x)
{
    if (!(fabs(x) <= 1e5))
        return (x - x) / 0.0;
    uint64_t quarter;
    struct core_pair r = reduce(x, &quarter);
    double y = quarter & 1 ? sin_small(r) : cos_small(r);
    return quarter == 1 || quarter == 2 ? -y : y;
}

/* ---- logistic and its kin ---- */

double fm_softplus(double x)
{
    return (x > 0 ? x : 0) + fm_log1p(core_exp(-fabs(x)));
}

double fm_logit(double p)
{
    if (p > 0.25 && p < 0.75)
        return fm_log1p((2 * p - 1) / (1 - p));
    return core_log(p / (1 - p));
}

/* ---- arrays ---- */

typedef void map_fn(const double *x, double *out, unsigned long n);
map_fn fmath_exp_portable, fmath_log_portable, fmath_logistic_portable;

#ifdef __x86_64__
map_fn fmath_exp_avx2, fmath_log_avx2, fmath_logistic_avx2;
map_fn fmath_exp_avx512, fmath_log_avx512, fmath_logistic_avx512;
static map_fn *const exp_of[] = {fmath_exp_portable, fmath_exp_avx2, fmath_exp_avx512};
static map_fn *const log_of[] = {fmath_log_portable, fmath_log_avx2, fmath_log_avx512};
static map_fn *const logistic_of[] = {
    fmath_logistic_portable, fmath_logistic_avx2, fmath_logistic_avx512};
#else
static map_fn *const exp_of[] = {fmath_exp_portable};
static map_fn *const log_of[] = {fmath_log_portable};
static map_fn *const logistic_of[] = {fmath_logistic_portable};
#endif

void fm_exp_n(const double *x, double *out, unsigned long n)
{
    exp_of[isa_level()](x, out, n);
}

void fm_log_n(const double *x, double *out, unsigned long n)
{
    log_of[isa_level()](x, out, n);
}

void fm_logistic_n(const double *x, double *out, unsigned long n)
{
    logistic_of[isa_level()](x, out, n);
}
