/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-train/glm.c cmd/pa-train/lbfgs.c cmd/pa-train/link.c cmd/pa-train/pass.c */
/* links: cmd/pa-train/link_kernel.c */
/* links: cmd/pa-train/slope.c cmd/pa-train/estimate.c */
/* links: cmd/pa-train/sandwich.c cmd/pa-train/entries.c */
#include "cmd/pa-train/estimate.h"

#include "t.h"

static const double a[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
static const double b[12] = {100, 90, 101, 80, 95, 99, 97, 120, 103, 85, 111, 90};
static const uint32_t y[12] = {0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 2, 1};
static const uint32_t two[12] = {0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1};

struct result {
    double intercept[3], weight[6], error[9];
};

static struct result fit(const struct mat_numeric *numeric, const double *l2, enum glm_form form)
{
    struct mat_design x = {.rows = 12, .numerics = 2, .width = 2, .numeric = numeric};
    struct glm_problem p = {.x = &x,
        .y = form == GLM_BINARY ? two : y,
        .classes = form == GLM_BINARY ? 2 : 3,
        .form = form,
        .l2 = l2,
        .max_iter = 100,
        .jobs = 1};
    double factor[2] = {numeric[0].factor, numeric[1].factor};
    double mean[2] = {numeric[0].mean, numeric[1].mean};
    struct glm_fit f;
    struct result r = {{0}, {0}, {0}};
    ok(glm_fit(&p, &f) == GLM_OK);
    estimate_units(&f, factor, mean, r.intercept, r.weight);
    estimate_errors(&p, &f, NULL, factor, mean, r.error);
    glm_release(&f);
    return r;
}

/* Whatever the units inside, the same comes out: a penalty of l2 in input units is l2 factor^2. */
static void units(enum glm_form form, double l2)
{
    struct mat_numeric raw[2] = {{a, 0, 1}, {b, 0, 1}}, scaled[2] = {{a, 5.5, 0.25}, {b, 97, 0.1}};
    double penalty[2] = {l2, l2}, inside[2] = {l2 * 0.0625, l2 * 0.01};
    struct result r = fit(raw, penalty, form), s = fit(scaled, inside, form);
    for (int i = 0; i < 3; i++)
        near(r.intercept[i], s.intercept[i], 1e-9);
    for (int i = 0; i < 6; i++)
        near(r.weight[i], s.weight[i], 1e-11);
    for (int i = 0; i < 9; i++)
        near(r.error[i], s.error[i], 1e-8);
}

/* With two classes the symmetric form has half the slopes of the binary one, each way; their sum of
 * squares is half of that, so a penalty of 2 asks the same. */
static void symmetric_halves(void)
{
    struct mat_numeric raw[2] = {{a, 5.5, 0.25}, {b, 97, 0.1}};
    struct mat_design x = {.rows = 12, .numerics = 2, .width = 2, .numeric = raw};
    struct glm_problem p = {
        .x = &x, .y = two, .classes = 2, .l2 = (double[]){1, 1}, .max_iter = 100, .jobs = 1};
    struct glm_fit binary, both;
    ok(glm_fit(&p, &binary) == GLM_OK);
    p.form = GLM_SYMMETRIC;
    p.l2 = (double[]){2, 2};
    ok(glm_fit(&p, &both) == GLM_OK);
    double one[3], each[6], factor[2] = {1, 1}, mean[2] = {0, 0};
    for (int i = 0; i < 3; i++) {
        near(both.b[i], -binary.b[i] / 2, 1e-12);
        near(both.b[3 + i], binary.b[i] / 2, 1e-12);
    }
    near(both.objective, binary.objective, 1e-12);
    p.form = GLM_BINARY;
    p.l2 = (double[]){1, 1};
    estimate_errors(&p, &binary, NULL, factor, mean, one);
    p.form = GLM_SYMMETRIC;
    p.l2 = (double[]){2, 2};
    estimate_errors(&p, &both, NULL, factor, mean, each);
    for (int i = 0; i < 3; i++) {
        near(each[i], one[i] / 2, 1e-12);
        near(each[3 + i], one[i] / 2, 1e-12);
    }
    glm_release(&binary);
    glm_release(&both);
}

int main(void)
{
    units(GLM_BINARY, 0);
    units(GLM_BINARY, 0.5);
    units(GLM_REFERENCE, 0.5);
    units(GLM_SYMMETRIC, 0.5);
    symmetric_halves();
    struct wald w =
        estimate_wald(0.2671550844021747, 0.2058761489942876, 1.959963984540054); /* statsmodels */
    near(w.statistic, 1.2976495126183238, 1e-15);
    near(w.p_value, 0.1944077999171001, 1e-14);
    near(w.low, -0.136354753, 1e-9);
    near(w.high, 0.670664922, 1e-9);
    return done();
}
