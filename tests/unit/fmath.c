/* SPDX-License-Identifier: MIT */
/*
 * fmath and the distributions of stats against tables of 50 digits (tests/ref/fmath.py): errors in
 * units in the last place for elementary functions, relative ones for special functions.
 */
#include "fmath.h"

#include <stdint.h>
#include <stdlib.h>

#include "isa.h"
#include "rng.h"
#include "stats.h"
#include "t.h"

enum function {
    EXP,
    EXPM1,
    LOG,
    LOG2,
    LOG1P,
    POW,
    SIN,
    COS,
    ERF,
    ERFC,
    LGAMMA,
    LOGISTIC,
    SOFTPLUS,
    LOGIT,
    GAMMA_Q,
    BETA,
    BINOMIAL,
    CDF,
    QUANTILE,
    FUNCTIONS
};

static const struct row {
    enum function f;
    double x[4], high, low;
} table[] = {
#include "tests/ref/fmath.inc"
};

/* The largest error allowed: in ulps, or relative to max(floor, |value|). */
static const struct limit {
    const char *name;
    double ulps, relative, floor;
} limit[FUNCTIONS] = {
    [EXP] = {"exp", 1, 0, 0},
    [EXPM1] = {"expm1", 2, 0, 0},
    [LOG] = {"log", 1, 0, 0},
    [LOG2] = {"log2", 2, 0, 0},
    [LOG1P] = {"log1p", 2, 0, 0},
    [POW] = {"pow", 1, 0, 0},
    [SIN] = {"sin", 2, 0, 0},
    [COS] = {"cos", 2, 0, 0},
    [ERF] = {"erf", 0, 1e-14, 0},
    [ERFC] = {"erfc", 0, 1e-13, 0},
    [LGAMMA] = {"lgamma", 0, 1e-13, 1},
    [LOGISTIC] = {"logistic", 3, 0, 0},
    [SOFTPLUS] = {"softplus", 2, 0, 0},
    [LOGIT] = {"logit", 3, 0, 0},
    [GAMMA_Q] = {"gamma_q", 0, 1e-11, 0},
    [BETA] = {"beta_inc", 0, 1e-11, 0},
    [BINOMIAL] = {"binomial", 0, 1e-12, 0},
    [CDF] = {"normal cdf", 0, 1e-12, 0},
    [QUANTILE] = {"normal quantile", 0, 1e-13, 0},
};

static double value(const struct row *r)
{
    static double (*const one[FUNCTIONS])(double) = {[EXP] = fm_exp,
        [EXPM1] = fm_expm1,
        [LOG] = fm_log,
        [LOG2] = fm_log2,
        [LOG1P] = fm_log1p,
        [SIN] = fm_sin,
        [COS] = fm_cos,
        [ERF] = fm_erf,
        [ERFC] = fm_erfc,
        [LGAMMA] = fm_lgamma,
        [LOGISTIC] = fm_logistic,
        [SOFTPLUS] = fm_softplus,
        [LOGIT] = fm_logit,
        [CDF] = stats_normal_cdf,
        [QUANTILE] = stats_normal_quantile};
    switch (r->f) {
    case POW:
        return fm_pow(r->x[0], r->x[1]);
    case GAMMA_Q:
        return fm_gamma_q(r->x[0], r->x[1]);
    case BETA:
        return fm_beta_inc(r->x[0], r->x[1], r->x[2]);
    case BINOMIAL:
        return fm_binomial(r->x[0], r->x[1], r->x[2], r->x[3]);
    default:
        return one[r->f](r->x[0]);
    }
}

static double ulp(double x)
{
    int e;
    frexp(x, &e);
    return ldexp(1, (e < -1021 ? -1021 : e) - 53);
}

static void test_tables(void)
{
    double worst[FUNCTIONS] = {0}, at[FUNCTIONS] = {0};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct row *r = &table[i];
        const struct limit *l = &limit[r->f];
        double error = fabs((value(r) - r->high) - r->low);
        error /= l->ulps > 0 ? ulp(r->high) : fmax(l->floor, fabs(r->high));
        if (!(error <= worst[r->f])) {
            worst[r->f] = error;
            at[r->f] = r->x[0];
        }
    }
    for (int f = 0; f < FUNCTIONS; f++) {
        double most = limit[f].ulps > 0 ? limit[f].ulps : limit[f].relative;
        printf("# %s: largest error %.3g at %.17g, allowed %g\n", limit[f].name, worst[f], at[f],
            most);
        ok_named(worst[f] <= most, limit[f].name);
    }
}

static void test_special(void)
{
    ok(fm_exp(INFINITY) == INFINITY && fm_exp(-INFINITY) == 0 && isnan(fm_exp(NAN)));
    ok(fm_exp(710) == INFINITY && fm_exp(-746) == 0 && fm_exp(0) == 1);
    ok(fm_expm1(INFINITY) == INFINITY && fm_expm1(-INFINITY) == -1 && isnan(fm_expm1(NAN)));
    ok(fm_log(0) == -INFINITY && isnan(fm_log(-1)) && fm_log(INFINITY) == INFINITY);
    ok(isnan(fm_log(NAN)) && fm_log(1) == 0);
    ok(fm_log1p(-1) == -INFINITY && isnan(fm_log1p(-2)) && fm_log1p(INFINITY) == INFINITY);
    ok(signbit(fm_log1p(-0.0)) && signbit(fm_expm1(-0.0)));
    ok(fm_pow(2, 10) == 1024 && fm_pow(10, 22) == 1e22 && fm_pow(9, 0.5) == 3);
    ok(fm_pow(0, 2) == 0 && fm_pow(0, -1) == INFINITY && fm_pow(5, 0) == 1);
    ok(fm_pow(2, 5000) == INFINITY && fm_pow(2, -5000) == 0 && isnan(fm_pow(-2, 2)));
    ok(fm_logistic(INFINITY) == 1 && fm_logistic(-INFINITY) == 0 && fm_logistic(0) == 0.5);
    ok(fm_softplus(1000) == 1000 && fm_softplus(-1000) == 0 && fm_logit(0.5) == 0);
    ok(fm_logit(0) == -INFINITY && fm_logit(1) == INFINITY && isnan(fm_logit(1.5)));
    ok(fm_erf(INFINITY) == 1 && fm_erf(-INFINITY) == -1 && fm_erfc(INFINITY) == 0);
    ok(fm_erfc(-INFINITY) == 2 && isnan(fm_erf(NAN)) && isnan(fm_erfc(NAN)));
    ok(fm_lgamma(1) == 0 || fabs(fm_lgamma(1)) < 1e-14);
    ok(fm_lgamma(0) == INFINITY && isnan(fm_lgamma(-1)) && fm_lgamma(INFINITY) == INFINITY);
    ok(fm_gamma_q(2, 0) == 1 && fm_gamma_q(2, INFINITY) == 0 && isnan(fm_gamma_q(0, 1)));
    ok(fm_beta_inc(2, 3, 0) == 0 && fm_beta_inc(2, 3, 1) == 1 && isnan(fm_beta_inc(0, 1, 0.5)));
    ok(isnan(fm_sin(1e6)) && fm_cos(0) == 1 && fm_sin(0) == 0);
    int exact = 1;
    for (int k = -1074; k < 1024; k++)
        exact &= fm_log2(ldexp(1, k)) == k;
    ok_named(exact, "log2 of powers of two is exact");
}

typedef void map_fn(const double *x, double *out, unsigned long n);
map_fn fmath_exp_portable, fmath_log_portable, fmath_logistic_portable;
static map_fn *const portable[] = {fmath_exp_portable, fmath_log_portable, fmath_logistic_portable};
#ifdef __x86_64__
map_fn fmath_exp_avx2, fmath_log_avx2, fmath_logistic_avx2;
map_fn fmath_exp_avx512, fmath_log_avx512, fmath_logistic_avx512;
static map_fn *const avx2[] = {fmath_exp_avx2, fmath_log_avx2, fmath_logistic_avx2};
static map_fn *const avx512[] = {fmath_exp_avx512, fmath_log_avx512, fmath_logistic_avx512};
static map_fn *const *const set[] = {portable, avx2, avx512};
#else
static map_fn *const *const set[] = {portable};
#endif

static int same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* Arrays of every kind of double: each instruction set gives what the function of one does. */
static void test_arrays(void)
{
    enum { N = 20011 };
    static double x[N], y[N];
    static double (*const one[])(double) = {fm_exp, fm_log, fm_logistic};
    static const double edge[] = {0, -0.0, 1, -1, INFINITY, -INFINITY, NAN, 709.78, 709.79, -745.2,
        -708.4, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308};
    for (size_t i = 0; i < N; i++) {
        uint64_t bits = rng_bits(3, 1, i, 0);
        memcpy(&x[i], &bits, sizeof bits);
        if (i % 3)
            x[i] = (rng_uniform(3, 2, i, 0) - 0.5) * (i % 3 == 1 ? 4 : 1600);
        if (i < sizeof edge / sizeof *edge)
            x[i] = edge[i];
    }
    for (int level = 0; level <= (int)isa_level(); level++)
        for (int f = 0; f < 3; f++) {
            int same = 1;
            set[level][f](x, y, N);
            for (size_t i = 0; i < N; i++)
                same &= same_bits(y[i], one[f](x[i]));
            ok_named(same, isa_name((enum isa)level));
        }
    fm_logistic_n(x, x, N);
    ok_named(memcmp(x, y, sizeof x) == 0 || same_bits(x[1], y[1]), "in place");
}

static void test_identities(void)
{
    double log_pair = 0, beta = 0, gamma = 0, rising = 1;
    for (size_t i = 0; i < 2000; i++) {
        double u = rng_uniform(5, 1, i, 0), v = rng_uniform(5, 2, i, 0);
        double a = 0.1 + 50 * u, b = 0.1 + 50 * v;
        log_pair = fmax(log_pair, fabs(fm_log(fm_exp(30 * u)) - 30 * u));
        beta = fmax(beta, fabs(fm_beta_inc(a, b, u) + fm_beta_inc(b, a, 1 - u) - 1));
        /* Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1) */
        double x = 100 * v;
        double step = fm_exp(a * fm_log(x) - x - fm_lgamma(a + 1));
        gamma = fmax(gamma, fabs(fm_gamma_q(a + 1, x) - fm_gamma_q(a, x) - step));
        rising = fmin(rising, fm_exp(u * 1e-9 + 1e-12) - fm_exp(u * 1e-9));
    }
    near(log_pair, 0, 1e-14);
    near(beta, 0, 1e-12);
    near(gamma, 0, 1e-12);
    ok(rising >= 0);
}

int main(void)
{
    test_tables();
    test_special();
    test_arrays();
    test_identities();
    return done();
}
