/* SPDX-License-Identifier: MIT */
/*
 * fmath - elementary and special functions that give the same bits on every machine
 *
 * Built from + - * / sqrt and bit operations only (compiled with -ffp-contract=off), because the
 * C library picks other code for CPUs with FMA.  Errors are the largest seen against tables of
 * 50 digits (tests/unit/fmath.c), in units in the last place.  Special values as in C99 Annex F.
 */
#ifndef PA_FMATH_H
#define PA_FMATH_H

double fm_exp(double x);           /* <= 1 ulp */
double fm_expm1(double x);         /* <= 2 ulp */
double fm_log(double x);           /* <= 1 ulp */
double fm_log1p(double x);         /* <= 2 ulp */
double fm_log2(double x);          /* <= 2 ulp, exact at powers of two */
double fm_pow(double x, double y); /* x >= 0, else NaN; <= 1 ulp for |y log x| < 700 */
double fm_sin(double x);           /* |x| <= 1e5; <= 2 ulp or 1e-16 absolute */
double fm_cos(double x);

double fm_erf(double x);    /* relative error <= 1e-14 */
double fm_erfc(double x);   /* relative error <= 1e-13, also far in the tail */
double fm_lgamma(double x); /* log Gamma(x), x > 0; error <= 1e-13 * max(1, |result|) */

/* Regularised incomplete gamma Q(a, x) (upper tail of chi2 with 2a degrees of freedom at 2x) and
 * incomplete beta I_x(a, b); a, b >= 1e-3.  Relative error <= 1e-11. */
double fm_gamma_q(double a, double x);
double fm_beta_inc(double a, double b, double x);

/* n over k times p^k q^(n-k), q = 1 - p, for real n >= k >= 0.  Relative error <= 1e-12. */
double fm_binomial(double k, double n, double p, double q);

/* Without overflow or cancellation. */
double fm_logistic(double x); /* 1 / (1 + exp(-x)); <= 3 ulp */
double fm_softplus(double x); /* log(1 + exp(x)); <= 2 ulp */
double fm_logit(double p);    /* log(p / (1 - p)); <= 3 ulp */

/* The same over arrays, vectorised, with the same bits as one at a time; out may be x. */
void fm_logistic_n(const double *x, double *out, unsigned long n);
void fm_exp_n(const double *x, double *out, unsigned long n);
void fm_log_n(const double *x, double *out, unsigned long n);

#endif
