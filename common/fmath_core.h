/* SPDX-License-Identifier: MIT */
/*
 * fmath_core - exp, log and the logistic function as straight-line code, private to fmath
 *
 * No branches and no tables, so that a plain loop over them becomes vector code, and one value or
 * many, on any instruction set, is the same sequence of roundings.
 */
#ifndef PA_FMATH_CORE_H
#define PA_FMATH_CORE_H

#include <stddef.h>
#include <stdint.h>

#include "bits.h"

#define CORE_LN2_HI 0x1.62e42feep-1 /* 32 bits: k * this is exact */
#define CORE_LN2_LO 0x1.a39ef35793c76p-33
#define CORE_ROUND 0x1.8p52 /* x + this - this: to the nearest integer */

/* 2^k for an integer -1022 <= k <= 1023 held in a double: adding CORE_ROUND puts k + 1023 into the
 * lowest bits, from where a shift takes it to the exponent. */
static inline double core_scale(double k)
{
    return from_bits(to_bits(k + (CORE_ROUND + 1023)) << 52);
}

/* exp(r) - 1 - r for |r| <= log(2) / 2; near-minimax, error 2e-17 of exp(r). */
static inline double core_exp_rest(double r)
{
    double r2 = r * r;
    double r4 = r2 * r2;
    double a = 0x1.0000000000001p-1 + r * 0x1.5555555555556p-3;
    double b = 0x1.5555555553d63p-5 + r * 0x1.11111111109b3p-7;
    double c = 0x1.6c16c1788bd90p-10 + r * 0x1.a01a01a7c41d5p-13;
    double d = 0x1.a019b90d2ae7ap-16 + r * 0x1.71de0dae63bb3p-19;
    double e = 0x1.289185613a3d6p-22 + r * 0x1.af38a9b0ec855p-26;
    return r2 * ((a + r2 * b) + r4 * ((c + r2 * d) + r4 * e));
}

/*
 * exp(x + tail) = 2^k (head + rest), head = 1 + r rounded, k an integer; |tail| <= ulp(x).
 * x within +-1075 log(2).
 */
struct core_exp {
    double k, r, head, rest;
};

static inline struct core_exp core_exp_parts(double x, double tail)
{
    double k = (x * 0x1.71547652b82fep+0 + CORE_ROUND) - CORE_ROUND;
    double hi = x - k * CORE_LN2_HI;
    double lo = k * CORE_LN2_LO - tail;
    double r = hi - lo;
    double lost = (hi - r) - lo;
    double head = 1 + r;
    double rest = ((1 - head) + r) + (lost + (core_exp_rest(r) + lost * r));
    return (struct core_exp){k, r, head, rest};
}

static inline double core_exp_tail(double x, double tail)
{
    x = x < -746.0 ? -746.0 : x;
    x = x > 710.0 ? 710.0 : x;
    struct core_exp e = core_exp_parts(x, tail);
    double half = (e.k * 0.5 + CORE_ROUND) - CORE_ROUND;
    return (e.head + e.rest) * core_scale(half) * core_scale(e.k - half);
}

static inline double core_exp(double x)
{
    return core_exp_tail(x, 0);
}

/* x = 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt(2), for finite x > 0. */
struct core_split {
    double k, f;
};

static inline struct core_split core_split(double x)
{
    double less = x < 0x1p-1022 ? 54.0 : 0.0;
    double normal = x < 0x1p-1022 ? x * 0x1p54 : x;
    uint64_t u = to_bits(normal) + (0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
    double k = from_bits((u >> 52) | 0x4330000000000000) - (0x1p52 + 1023);
    double m = from_bits((u & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd);
    return (struct core_split){k - less, m - 1};
}

/*
 * log(1 + f) - f for sqrt(1/2) <= 1 + f <= sqrt(2) or a little beyond: with s = f / (2 + f),
 * log(1 + f) = 2 atanh(s) = f - f^2/2 + s (f^2/2 + R(s^2)), as in FreeBSD's msun; R ours.
 */
static inline double core_log_rest(double f)
{
    double s = f / (2 + f);
    double z = s * s;
    double z2 = z * z;
    double a = 0x1.5555555555555p-1 + z * 0x1.9999999999a39p-2;
    double b = 0x1.2492492476a1ap-2 + z * 0x1.c71c7201a55d7p-3;
    double c = 0x1.745cf8e4bba1bp-3 + z * 0x1.3b1c3c1c81c8fp-3;
    double d = 0x1.0fbde0f4ad17bp-3 + z * 0x1.0c0aff044a970p-3;
    double r = z * ((a + z2 * b) + (z2 * z2) * (c + z2 * d));
    double half = 0.5 * f * f;
    return s * (half + r) - half;
}

static inline double core_log(double x)
{
    struct core_split p = core_split(x);
    double big = p.k * CORE_LN2_HI;
    double head = big + p.f;
    double tail = (big - head) + p.f;
    double y = head + (tail + (core_log_rest(p.f) + p.k * CORE_LN2_LO));
    y = x > 0x1.fffffffffffffp1023 ? x : y;
    y = x == 0 ? -0x1p1023 * 2 : y;
    return x >= 0 ? y : (x - x) / 0.0;
}

static inline double core_logistic(double x)
{
    double e = core_exp(x < 0 ? x : -x);
    return (x < 0 ? e : 1.0) / (1 + e);
}

/* An unevaluated sum hi + lo, |lo| <= ulp(hi) / 2. */
struct core_pair {
    double hi, lo;
};

/* a * b exactly (Dekker, Veltkamp), |a|, |b| < 2^970. */
static inline struct core_pair core_product(double a, double b)
{
    double p = a * b;
    double ca = 134217729.0 * a, cb = 134217729.0 * b;
    double ah = ca - (ca - a), bh = cb - (cb - b);
    double al = a - ah, bl = b - bh;
    return (struct core_pair){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

/* c[0] + c[1] x + ... + c[n-1] x^(n-1) */
static inline double core_polynomial(const double *c, size_t n, double x)
{
    double y = c[n - 1];
    for (size_t i = n - 1; i > 0; i--)
        y = y * x + c[i - 1];
    return y;
}

#endif
