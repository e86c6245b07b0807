/* SPDX-License-Identifier: MIT */
/*
 * Special functions: polynomials fitted with 50 digits (tests/ref/fmath.py) for erf, Stirling's
 * series for the gamma function, series and continued fractions for the incomplete functions.  The
 * leading factors of these have Loader's saddle-point form ("Fast and accurate computation of
 * binomial probabilities", 2000), which does not cancel when the parameters are large.
 */
#include "fmath.h"

#include <math.h>
#include <stddef.h>

#include "fmath_core.h"

static const double LOG_SQRT_2PI = 0x1.d67f1c864beb5p-1;
static const double TWO_PI = 0x1.921fb54442d18p+2;

enum { ROUNDS = 1000000 }; /* far beyond what any fraction below needs: about 10 sqrt(a) */

/* ---- error function ---- */

static double erf_small(double x)
{
    static const double c[] = {0x1.20dd750429b6dp+0, -0x1.812746b0379e6p-2, 0x1.ce2f21a042b30p-4,
        -0x1.b82ce31284e00p-6, 0x1.565bcd0dbaa38p-8, -0x1.c02db3dac435fp-11, 0x1.f9a321d5b8e1ep-14,
        -0x1.f4d1e3183f7aep-17, 0x1.b9df224ca4b97p-20, -0x1.5f1ecb6f0764cp-23,
        0x1.f7b4bf3b13964p-27, -0x1.389d4f2641625p-30, 0x1.05ffd737fb32ep-34};
    return x * core_polynomial(c, sizeof c / sizeof *c, x * x);
}

/* exp(x^2) erfc(x) (1 + 2 x) = polynomial in (x - 3.75) / (x + 3.75), as Schonfelder (1978), for
 * 0.5 <= x <= 28. */
static double erfc_large(double x)
{
    static const double c[] = {0x1.3ccda0b5d5dc2p+0, -0x1.1f367683f899dp-3, 0x1.d5f294815a01bp-9,
        0x1.510169d095e90p-4, -0x1.bda9309a29541p-4, 0x1.7a14188aafa10p-4, -0x1.e0d0fa6dc47b9p-5,
        0x1.d0b00377f41cbp-6, -0x1.3f603c43ff52dp-7, 0x1.cc3a119143c51p-10, 0x1.33fb37c765daap-12,
        -0x1.303feb6ffe25ep-12, 0x1.b140d26725c9bp-15, 0x1.779b8abf36806p-16,
        -0x1.7fd6ca24d693ep-17, -0x1.079e14f447adep-20, 0x1.d3266fe7a1570p-20,
        -0x1.845ba71ae5d74p-25, -0x1.04338cdc96c7cp-22, 0x1.d0284eab55b8dp-27,
        0x1.b20f18df07352p-26};
    double y = core_polynomial(c, sizeof c / sizeof *c, (x - 3.75) / (x + 3.75)) / (1 + 2 * x);
    struct core_pair square = core_product(x, x);
    return core_exp_tail(-square.hi, -square.lo) * y;
}

double fm_erf(double x)
{
    if (!(fabs(x) > 1))
        return erf_small(x);
    double y = fabs(x) < 6 ? 1 - erfc_large(fabs(x)) : 1;
    return x < 0 ? -y : y;
}

double fm_erfc(double x)
{
    if (!(x > 0.5))
        return x > -1 || x != x ? 1 - erf_small(x) : 2 - fm_erfc(-x);
    return x < 28 ? erfc_large(x) : 0;
}

/* ---- gamma function ---- */

/* log Gamma(x) - [(x - 1/2) log x - x + log(2 pi) / 2], x >= 10 */
static double stirling(double x)
{
    static const double c[] = {1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188,
        -691.0 / 360360, 1.0 / 156, -3617.0 / 122400};
    return core_polynomial(c, sizeof c / sizeof *c, 1 / (x * x)) / x;
}

double fm_lgamma(double x)
{
    if (!(x > 0))
        return x == 0 ? INFINITY : NAN;
    if (x > 1e306)
        return INFINITY;
    double below = 1; /* Gamma(x) = Gamma(x + n) / (x (x + 1) ... (x + n - 1)) */
    for (; x < 10; x++)
        below *= x;
    double y = (x - 0.5) * fm_log(x) - x + LOG_SQRT_2PI + stirling(x);
    return below == 1 ? y : y - fm_log(below);
}

/* log Gamma(x + 1) - [(x + 1/2) log x - x + log(2 pi) / 2], x > 0 */
static double stirling_rest(double x)
{
    if (x >= 10)
        return stirling(x);
    return fm_lgamma(x + 1) - (x + 0.5) * fm_log(x) + x - LOG_SQRT_2PI;
}

/* x log(x / m) + m - x, where difference is x - m as exactly as it is known. */
static double deviance(double x, double m, double difference)
{
    if (fabs(difference) > 0.1 * (x + m))
        return x * fm_log(x / m) - difference;
    double v = difference / (x + m);
    double sum = difference * v, term = 2 * x * v, before;
    int j = 3;
    do {
        before = sum;
        term *= v * v;
        sum += term / j;
        j += 2;
    } while (sum != before);
    return sum;
}

double fm_binomial(double k, double n, double p, double q)
{
    if (k < 0 || k > n)
        return 0;
    if (n == 0)
        return 1;
    if (k == 0)
        return fm_exp(-deviance(n, n * q, n * p) - n * p);
    if (k == n)
        return fm_exp(-deviance(n, n * p, n * q) - n * q);
    double rest = n - k, d = k - n * p;
    double log_factor = stirling_rest(n) - stirling_rest(k) - stirling_rest(rest) -
                        deviance(k, n * p, d) - deviance(rest, n * q, -d);
    return fm_exp(log_factor) * sqrt(n / (TWO_PI * k) / rest);
}

/* x^a exp(-x) / Gamma(a + 1) */
static double gamma_factor(double a, double x)
{
    return fm_exp(-stirling_rest(a) - deviance(a, x, a - x)) / sqrt(TWO_PI * a);
}

static double gamma_series(double a, double x)
{
    double sum = 1, term = 1;
    for (int i = 1; i < ROUNDS && term > sum * 0x1p-54; i++) {
        term *= x / (a + i);
        sum += term;
    }
    return sum;
}

/* 1 / (b0 - a1 / (b1 - a2 / (b2 - ...))) of Legendre, by Lentz's method; x > a */
static double gamma_fraction(double a, double x)
{
    double b = x + 1 - a, c = 1e300, d = 1 / b, y = d;
    for (int i = 1; i < ROUNDS; i++) {
        double an = -i * (i - a);
        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        y *= c * d;
        if (fabs(c * d - 1) < 0x1p-52)
            break;
    }
    return y;
}

double fm_gamma_q(double a, double x)
{
    if (!(a > 0) || x != x)
        return NAN;
    if (x <= 0 || x > 1e300)
        return x <= 0 ? 1 : 0;
    double factor = gamma_factor(a, x);
    if (x < a + 1)
        return 1 - factor * gamma_series(a, x);
    return factor * a * gamma_fraction(a, x);
}

/* ---- incomplete beta function ---- */

static double not_zero(double x)
{
    return fabs(x) < 1e-300 ? 1e-300 : x;
}

/* The continued fraction of DLMF 8.17.22 by Lentz's method, x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 / not_zero(1 - (a + b) * x / (a + 1)), y = d;
    for (int m = 1; m < ROUNDS; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / not_zero(1 + even * d);
        c = not_zero(1 + even / c);
        y *= c * d;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / not_zero(1 + odd * d);
        c = not_zero(1 + odd / c);
        y *= c * d;
        if (fabs(c * d - 1) < 0x1p-52)
            break;
    }
    return y;
}

double fm_beta_inc(double a, double b, double x)
{
    if (!(a > 0 && b > 0) || x != x)
        return NAN;
    if (x <= 0 || x >= 1)
        return x >= 1;
    double factor = fm_binomial(a, a + b, x, 1 - x) / (a + b); /* x^a (1-x)^b / (a b B(a, b)) */
    if (x < (a + 1) / (a + b + 2))
        return factor * b * beta_fraction(a, b, x);
    return 1 - factor * a * beta_fraction(b, a, 1 - x);
}
