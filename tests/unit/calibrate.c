/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-train/calibrate.c */
#include "cmd/pa-train/calibrate.h"

#include "linear.h"
#include "mem.h"
#include "t.h"

static const double eta[10] = {-2, -1, -0.5, 0, 0.2, 0.4, 1, 1.5, 2, 3};
static const uint32_t y[10] = {0, 0, 1, 0, 0, 1, 1, 0, 1, 1};

/* scikit-learn's IsotonicRegression, and Newton's method in numpy. */
static void known(void)
{
    static const double wanted[10] = {
        0, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 2.0 / 3, 2.0 / 3, 2.0 / 3, 1, 1};
    struct calibrate_rows r = {eta, y, NULL, 10};
    struct linear m = {.outputs = 1, .calibration = LINEAR_PLATT};
    calibrate_platt(&r, &m.a, &m.b);
    near(m.a, 0.5920917415671978, 1e-13);
    near(m.b, -0.2687033518872928, 1e-13);
    near(linear_probability(&m, 1), 1 / (1 + exp(0.2687033518872928 - 0.5920917415671978)), 1e-15);
    m.calibration = LINEAR_ISOTONIC;
    m.knots = calibrate_isotonic(&r, &m.x, &m.p);
    ok(m.knots == 8);
    for (size_t i = 0; i < 10; i++)
        near(linear_probability(&m, eta[i]), wanted[i], 1e-15);
    near(linear_probability(&m, -9), 0, 0);
    near(linear_probability(&m, 9), 1, 0);
    near(linear_probability(&m, 0.3), 0.5, 1e-15);
    mem_free(m.x);
    mem_free(m.p);
}

/* Against the min-max formula on random rows with ties and weights. */
static void random_rows(void)
{
    enum { N = 60 };
    double x[N], w[N];
    uint32_t c[N], state = 1, draws[3];
    for (int round = 0; round < 50; round++) {
        for (size_t i = 0; i < N; i++) {
            for (size_t k = 0; k < 3; k++)
                draws[k] = (state = state * 1664525 + 1013904223) >> 20;
            x[i] = i % 17 == 5 ? NAN : (double)(draws[0] % 25) / 4;
            c[i] = draws[1] % 30 < 3 + draws[0] % 25;
            w[i] = (double)(draws[2] % 4);
        }
        struct linear m = {.outputs = 1, .calibration = LINEAR_ISOTONIC};
        m.knots = calibrate_isotonic(&(struct calibrate_rows){x, c, w, N}, &m.x, &m.p);
        double worst = 0;
        for (size_t i = 0; i < N; i++) {
            double best = -1; /* max over a <= x of min over b >= x of the mean of [a, b] */
            for (size_t a = 0; a < N && !isnan(x[i]) && w[i] > 0; a++) {
                double least = 2;
                for (size_t b = 0; b < N && x[a] <= x[i]; b++) {
                    double sum = 0, weight = 0;
                    for (size_t k = 0; k < N && x[b] >= x[i]; k++)
                        if (x[k] >= x[a] && x[k] <= x[b]) {
                            weight += w[k];
                            sum += c[k] * w[k];
                        }
                    if (weight > 0 && sum / weight < least)
                        least = sum / weight;
                }
                if (least < 2 && least > best)
                    best = least;
            }
            if (best >= 0)
                worst = fmax(worst, fabs(best - linear_probability(&m, x[i])));
        }
        near(worst, 0, 1e-14);
        mem_free(m.x);
        mem_free(m.p);
    }
}

int main(void)
{
    known();
    random_rows();
    return done();
}
