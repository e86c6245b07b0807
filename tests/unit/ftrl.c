/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-train/ftrl.c cmd/pa-train/ftrl_kernel.c */
#include "cmd/pa-train/ftrl.h"

#include "fmath.h"
#include "t.h"

enum { ROWS = 4, COLUMNS = 3 };
static const double x[ROWS][COLUMNS] = {{1, 0.5, 0}, {1, -1, 2}, {1, 1.5, 1}, {1, 0, -1}};
static const double y[ROWS] = {1, 0, 1, 0};

/* One pass; p (ROWS): what each row was predicted before it was learnt. */
static void learn(struct ftrl *f, double *p)
{
    for (size_t i = 0; i < ROWS; i++) {
        struct design_entry entry[COLUMNS];
        double w[COLUMNS];
        for (uint32_t j = 0; j < COLUMNS; j++)
            entry[j] = (struct design_entry){.term = j, .value = x[i][j]};
        p[i] = fm_logistic(ftrl_predict(f, entry, COLUMNS, w));
        ftrl_learn(f, entry, COLUMNS, w, p[i] - y[i]);
    }
}

static struct ftrl fresh(double l1, double l2)
{
    struct ftrl f = {.rate = 0.1, .l1 = l1, .l2 = l2};
    ftrl_reach(&f, COLUMNS);
    return f;
}

/* numpy 2.4, the formulas of the header in plain vectors. */
static void known(void)
{
    static const double w[COLUMNS] = {
        0.004640481468609237, 0.09050832814433711, -0.003930540011554209};
    static const double progress[ROWS] = {
        0.5, 0.5033332839514952, 0.5080140170951659, 0.5143103025055681};
    static const double w2[COLUMNS] = {0.0, 0.13334411195884227, 0.0};
    double p[ROWS];
    struct ftrl f = fresh(0, 0);
    learn(&f, p);
    for (uint32_t j = 0; j < COLUMNS; j++)
        near(ftrl_weight(&f, j), w[j], 1e-15);
    for (size_t i = 0; i < ROWS; i++)
        near(p[i], progress[i], 1e-15);
    ftrl_release(&f);
    f = fresh(0.3, 0.1);
    learn(&f, p);
    learn(&f, p);
    for (uint32_t j = 0; j < COLUMNS; j++)
        near(ftrl_weight(&f, j), w2[j], 1e-15);
    ftrl_release(&f);
}

/* A constant is without penalties where it is free, and a large penalty leaves nothing else. */
static void constant_is_free(void)
{
    double p[ROWS];
    struct ftrl f = fresh(100, 100), g = fresh(100, 100);
    f.free = true;
    learn(&f, p);
    learn(&g, p);
    ok(ftrl_weight(&f, 0) != 0 && ftrl_weight(&f, 1) == 0 && ftrl_weight(&f, 2) == 0);
    ok(ftrl_weight(&g, 0) == 0);
    ftrl_release(&f);
    ftrl_release(&g);
}

/* A row of ones at once is that row by its entries. */
static void row_at_once(void)
{
    enum { N = 11, LEARNT = 50 };
    struct ftrl f = {.rate = 0.1, .l2 = 1, .free = true, .constant = true}, g = f;
    ftrl_reach(&f, 1 + 2 * N);
    ftrl_reach(&g, 1 + 2 * N);
    for (uint32_t i = 0; i < LEARNT; i++) {
        uint32_t coordinate[N];
        struct design_entry entry[1 + N] = {{.term = 0, .value = 1}};
        double w[1 + N], y_now = i * 7 % 5 < 2;
        for (uint32_t j = 0; j < N; j++) {
            coordinate[j] = 1 + 2 * j + i * (j + 3) / 4 % 2;
            entry[1 + j] = (struct design_entry){.term = coordinate[j], .value = 1};
        }
        ftrl_fetch(&f, coordinate, N);
        double eta = ftrl_predict(&g, entry, 1 + N, w);
        near(ftrl_row(&f, coordinate, N, &(struct ftrl_outcome){y_now, 1, 0}), eta, 1e-14);
        ftrl_learn(&g, entry, 1 + N, w, fm_logistic(eta) - y_now);
    }
    for (uint32_t j = 0; j < 1 + 2 * N; j++) {
        near(ftrl_weight(&f, j), ftrl_weight(&g, j), 1e-14);
        near(f.at[j].n, g.at[j].n, 1e-13);
    }
    ftrl_release(&f);
    ftrl_release(&g);
}

int main(void)
{
    known();
    row_at_once();
    constant_is_free();
    return done();
}
