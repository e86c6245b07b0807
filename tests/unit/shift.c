/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-eval/shift.c */
/* PSI, its null, JS, chi^2, KS and adjusted p values: golden values (SciPy), and a simulation. */
#include "cmd/pa-eval/shift.h"

#include "rng.h"
#include "t.h"

static void test_golden(void)
{
    static const uint64_t ref[] = {100, 200, 300, 250, 150}, now[] = {80, 150, 300, 280, 190};
    struct shift s = shift_of(ref, now, 5);
    near(s.psi, 0.03152277061109713, 1e-15);
    near(s.null, 0.01897545807356231, 1e-14);
    near(s.js, 0.005702248594445224, 1e-15);
    near(s.chi2, 15.769074925567722, 1e-12);
    static const double a[] = {.1, .4, .4, .7, .9, 1.3}, b[] = {.2, .5, .8, .8, 1.1, 1.6, 1.9};
    near(shift_ks(a, 6, b, 7).d, 0.38095238095238093, 1e-15);
    double p[] = {.01, .04, NAN, .03, .005};
    shift_adjust(p, 5);
    near(p[0], 0.02, 1e-15);
    near(p[1], 0.04, 1e-15);
    ok(isnan(p[2]));
    near(p[3], 0.04, 1e-15);
    near(p[4], 0.02, 1e-15);
}

static void test_edges(void)
{
    static const uint64_t none[] = {0, 0}, some[] = {5, 0}, other[] = {0, 5};
    struct shift s = shift_of(none, some, 2);
    ok(isnan(s.psi) && isnan(s.js));
    s = shift_of(some, other, 2);
    near(s.js, 1, 1e-15);
    ok(s.psi > 1 && s.p < 0.01);
    s = shift_of(some, some, 2);
    ok(s.psi == 0 && s.chi2 == 0 && s.p == 1);
    s = shift_of(some, some, 1);
    ok(s.psi == 0 && s.null == 0 && s.p == 1);
    ok(isnan(shift_ks(NULL, 0, NULL, 0).d));
}

/* When nothing has changed, PSI exceeds its null, and p is below .05, in one of twenty cases. */
static void test_null(void)
{
    enum { RUNS = 2000, BINS = 10 };
    double psi = 0, chi2 = 0, ks = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        uint64_t ref[BINS] = {0}, now[BINS] = {0};
        double a[500], b[700];
        for (size_t i = 0; i < 2000; i++) {
            ref[rng_below(run, 1, i, 0, BINS)]++;
            now[rng_below(run, 2, i, 0, BINS)]++;
        }
        for (size_t i = 0; i < 500; i++)
            a[i] = ((double)i + rng_uniform(run, 3, 0, 0)) / 500;
        for (size_t i = 0; i < 700; i++) { /* sorted draws: keep them in order by insertion */
            double x = rng_uniform(run, 4, i, 0);
            size_t k = i;
            for (; k > 0 && b[k - 1] > x; k--)
                b[k] = b[k - 1];
            b[k] = x;
        }
        struct shift s = shift_of(ref, now, BINS);
        psi += s.psi > s.null;
        chi2 += s.p < 0.05;
        ks += shift_ks(a, 500, b, 700).p < 0.05;
    }
    near(psi / RUNS, 0.05, 0.02);
    near(chi2 / RUNS, 0.05, 0.02);
    ok(ks / RUNS < 0.05); /* one side is spread evenly, so D is smaller than of two draws */
}

int main(void)
{
    test_golden();
    test_edges();
    test_null();
    return done();
}
