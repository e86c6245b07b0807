/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-train/conjugate.c cmd/pa-train/descent.c cmd/pa-train/glm.c cmd/pa-train/lbfgs.c */
/* links: cmd/pa-train/link.c cmd/pa-train/link_kernel.c */
/* links: cmd/pa-train/pass.c cmd/pa-train/slope.c */
#include "cmd/pa-train/glm.h"

#include <stdlib.h>

#include "cmd/pa-train/conjugate.h"
#include "cmd/pa-train/descent.h"
#include "cmd/pa-train/lbfgs.h"
#include "cmd/pa-train/pass.h"
#include "mem.h"
#include "t.h"

/* Uniform on [0, 1), a function of its arguments. */
static double draw(uint64_t i, uint64_t j)
{
    uint64_t x = (i * 1000 + j + 1) * 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 32) * 0xd6e8feb86659fd93u;
    return ldexp((double)((x ^ x >> 29) >> 11), -53);
}

/* Twelve rows with one number and one indicator; statsmodels-like reference in tests/ref/glm.py. */
static const double twelve[2][12] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, {1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0}};
static const uint32_t twelve_y[12] = {0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1};

static void known_binary(void)
{
    struct mat_numeric columns[2] = {{twelve[0], 0, 1}, {twelve[1], 0, 1}};
    struct mat_design x = {.rows = 12, .numerics = 2, .width = 2, .numeric = columns};
    struct glm_problem p = {
        .x = &x, .y = twelve_y, .classes = 2, .l2 = (double[]){0, 0}, .max_iter = 100, .jobs = 1};
    struct glm_fit fit;
    double inverse[9], scratch[3];
    static const double b[3] = {-0.8290547665356549, 0.2671550844021747, -0.4537568884468066};
    static const double se[3] = {1.4390154611668775, 0.2058761489942876, 1.302316759903643};
    ok(glm_fit(&p, &fit) == GLM_OK);
    glm_inverse(&p, &fit, inverse);
    for (size_t i = 0; i < 3; i++) {
        double c[3] = {i == 0, i == 1, i == 2};
        near(fit.b[i], b[i], 1e-12);
        near(sqrt(glm_variance(&p, &fit, inverse, c, scratch)), se[i], 1e-10);
    }
    near(2 * fit.loss, 13.97454702404255, 1e-10);
    ok(fit.gradient_norm < 1e-12 && fit.loss == fit.objective);
    glm_release(&fit);
    p.l2 = (double[]){1, 1};
    static const double ridge[3] = {-0.9471333851599674, 0.26135622548844034, -0.1719533720420201};
    ok(glm_fit(&p, &fit) == GLM_OK);
    for (size_t i = 0; i < 3; i++)
        near(fit.b[i], ridge[i], 1e-12);
    glm_release(&fit);
}

/* Ten rows, three classes, l2 1: scikit-learn 1.9.1, LogisticRegression(C=1, tol=1e-13). */
static void known_softmax(void)
{
    static const double a[10] = {0, 1, 0, 2, 1, 2, 3, 1, 0, 3},
                        b[10] = {0, 0, 1, 1, 2, 2, 1, 3, 2, 3};
    static const uint32_t y[10] = {0, 0, 0, 1, 2, 1, 1, 2, 2, 1};
    static const double wanted[9] = {1.8893390909305572, -0.6173727266795184, -0.9196823895644023,
        -1.3451105846640852, 1.1658845284334511, 0.06502513706942083, -0.5442285062664707,
        -0.5485118017539327, 0.8546572524949816};
    struct mat_numeric columns[2] = {{a, 0, 1}, {b, 0, 1}};
    struct mat_design x = {.rows = 10, .numerics = 2, .width = 2, .numeric = columns};
    struct glm_problem p = {.x = &x,
        .y = y,
        .classes = 3,
        .form = GLM_SYMMETRIC,
        .l2 = (double[]){1, 1},
        .max_iter = 100,
        .jobs = 1};
    struct glm_fit fit;
    ok(glm_fit(&p, &fit) == GLM_OK);
    for (size_t i = 0; i < 9; i++)
        near(fit.b[i], wanted[i], 1e-6); /* where its solver stopped */
    near(fit.b[0] + fit.b[3] + fit.b[6], 0, 1e-14);
    ok(fit.gradient_norm < 1e-13);
    glm_release(&fit);
}

/* ---- random problems with everything in them ---- */

enum {
    ROWS = 9000,
    NUMBERS = 3,
    LEVELS = 4,
    KINDS = 3,
    WIDTH = NUMBERS + LEVELS + KINDS + 1 + LEVELS
};
static double number[NUMBERS][ROWS], plain[WIDTH][ROWS], weight[ROWS];
static uint32_t code[ROWS], other[ROWS], label[ROWS];
static const uint32_t map[KINDS + 1] = {2, MAT_NONE, 0, 1};
static const struct mat_numeric numeric[NUMBERS] = {
    {number[0], 0.5, 3}, {number[1], 0.25, 1}, {number[2], 0, 0.5}};
static const struct mat_group group[4] = {{.code = code, .width = LEVELS},
    {.code = other, .map = map, .levels = KINDS, .width = KINDS},
    {.missing = number[2], .width = 1},
    {.code = code, .value = number[2], .fill = 0.3, .factor = 2, .width = LEVELS}};
static const struct mat_design mixed = {ROWS, NUMBERS, 4, WIDTH, numeric, group};

/* The mixed design, and the same as plain columns of numbers. */
static void make_mixed(void)
{
    for (uint32_t i = 0; i < ROWS; i++) {
        for (uint32_t j = 0; j < NUMBERS; j++)
            number[j][i] = j == 2 && draw(i, 50) < 0.1 ? NAN : draw(i, j);
        code[i] = draw(i, 10) < 0.1 ? MAT_NONE : (uint32_t)(draw(i, 11) * LEVELS);
        other[i] = draw(i, 12) < 0.1 ? MAT_NONE : (uint32_t)(draw(i, 13) * KINDS);
        weight[i] = (double)(1 + i % 3);
        for (uint32_t j = 0; j < NUMBERS; j++)
            plain[j][i] =
                isnan(number[j][i]) ? 0 : (number[j][i] - numeric[j].mean) * numeric[j].factor;
        uint32_t to = map[other[i] < KINDS ? other[i] : KINDS];
        double value = 2 * (isnan(number[2][i]) ? 0.3 : number[2][i]);
        for (uint32_t k = 0; k < LEVELS; k++) {
            plain[NUMBERS + k][i] = code[i] == k;
            plain[NUMBERS + LEVELS + KINDS + 1 + k][i] = code[i] == k ? value : 0;
        }
        for (uint32_t k = 0; k < KINDS; k++)
            plain[NUMBERS + LEVELS + k][i] = to == k;
        plain[NUMBERS + LEVELS + KINDS][i] = isnan(number[2][i]);
        double lean = number[0][i] + (code[i] == 2) - (to == 1) + 2 * draw(i, 20);
        label[i] = lean < 1 ? 0 : lean < 2 ? 1 : 2;
    }
}

/* Largest difference between the derivative of the loss and of the gradient by differences of the
 * function before, and what pass says, beside the size of what is compared. */
static void differences(struct glm_problem *p)
{
    enum { MOST = 3 * (1 + WIDTH) };
    size_t n = glm_size(p);
    struct pass *pass = pass_new(p);
    double b[MOST], g[MOST], up[MOST], *h = mem_alloc(n * n, sizeof *h);
    double wrong = 0, bent = 0, e = 1e-4;
    for (size_t i = 0; i < n; i++)
        b[i] = draw(i, 77) - 0.5;
    pass_run(pass, b);
    memcpy(g, pass_gradient(pass), n * sizeof *g);
    pass_hessian(pass, h);
    for (size_t i = 0; i < n; i++) {
        double middle = b[i];
        b[i] = middle + e;
        pass_run(pass, b);
        double high = pass_loss(pass);
        memcpy(up, pass_gradient(pass), n * sizeof *up);
        b[i] = middle - e;
        pass_run(pass, b);
        wrong = fmax(wrong, fabs((high - pass_loss(pass)) / (2 * e) - g[i]));
        for (size_t j = 0; j < n; j++) {
            double second = (up[j] - pass_gradient(pass)[j]) / (2 * e);
            bent = fmax(bent, fabs(second - (j <= i ? h[i * n + j] : h[j * n + i])));
        }
        b[i] = middle;
    }
    near(wrong, 0, 1e-4); /* of about 1000: e^2 times third derivatives, and rounding / e */
    near(bent, 0, 1e-4);
    pass_free(pass);
    mem_free(h);
}

/* At the optimum the gradient, summed plainly over the plain columns, is 0. */
static double plain_gradient(const struct glm_problem *p, const struct glm_fit *fit)
{
    double worst = 0;
    for (size_t k = 0; k < fit->outputs; k++)
        for (size_t j = p->no_intercept; j <= WIDTH; j++) {
            double g = j ? p->l2[j - 1] * fit->b[k * fit->order + j] : 0;
            for (size_t i = 0; i < ROWS; i++) {
                double eta[3] = {0}, sum = 0;
                size_t shift = p->form == GLM_SYMMETRIC ? 0 : 1;
                for (size_t l = 0; l < fit->outputs; l++) {
                    const double *b = fit->b + l * fit->order;
                    eta[l + shift] = b[0] + (p->offset ? p->offset[l * ROWS + i] : 0);
                    for (size_t c = 0; c < WIDTH; c++)
                        eta[l + shift] += b[1 + c] * plain[c][i];
                }
                for (size_t c = 0; c < p->classes; c++)
                    sum += exp(eta[c]);
                double r = exp(eta[k + shift]) / sum - (p->y[i] == k + shift);
                g += (p->weight ? p->weight[i] : 1) * r * (j ? plain[j - 1][i] : 1);
            }
            worst = fmax(worst, fabs(g));
        }
    return worst;
}

/* Another solver comes to the same place, with the same bits on three threads. */
static void solver_agrees(struct glm_problem *p, const struct glm_fit *newton, const char *name,
    enum glm_status (*solve)(const struct glm_problem *, struct glm_fit *))
{
    struct glm_fit fit, again;
    p->tol = solve == lbfgs_fit ? 1e-11 : 1e-8;
    p->max_iter = 1000;
    ok_named(solve(p, &fit) == GLM_OK, name);
    double apart = 0;
    for (size_t i = 0; i < glm_size(p); i++)
        apart = fmax(apart, fabs(fit.b[i] - newton->b[i]));
    near(apart, 0, 3e4 * p->tol + 1e-8); /* tol times gradient over curvature */
    near(fit.loss, newton->loss, 1e5 * p->tol + 1e-8);
    near(fit.objective, newton->objective, 1e7 * p->tol * p->tol + 1e-9);
    p->jobs = 3;
    ok(solve(p, &again) == GLM_OK);
    ok_named(!memcmp(fit.b, again.b, glm_size(p) * sizeof *fit.b) && fit.loss == again.loss,
        "same bits on three threads");
    p->jobs = 1;
    p->tol = 0;
    p->max_iter = 100;
    glm_release(&again);
    glm_release(&fit);
}

static void agrees(struct glm_problem *p, const char *name)
{
    struct mat_numeric columns[WIDTH];
    for (size_t j = 0; j < WIDTH; j++)
        columns[j] = (struct mat_numeric){plain[j], 0, 1};
    struct mat_design dense = {.rows = ROWS, .numerics = WIDTH, .width = WIDTH, .numeric = columns};
    struct glm_fit fit, again;
    p->x = &mixed;
    ok_named(glm_fit(p, &fit) == GLM_OK, name);
    near(plain_gradient(p, &fit), 0, 1e-9); /* 9000 roundings of terms below 1 */
    near(fit.gradient_norm, 0, 1e-9);
    solver_agrees(p, &fit, "L-BFGS", lbfgs_fit);
    solver_agrees(p, &fit, "conjugate gradients", conjugate_fit);
    solver_agrees(p, &fit, "coordinate descent", descent_fit);
    p->jobs = 3;
    ok(glm_fit(p, &again) == GLM_OK);
    ok_named(!memcmp(fit.b, again.b, glm_size(p) * sizeof *fit.b) && fit.loss == again.loss,
        "same bits on three threads");
    glm_release(&again);
    p->jobs = 1;
    p->x = &dense;
    ok(glm_fit(p, &again) == GLM_OK);
    double apart = 0;
    for (size_t i = 0; i < glm_size(p); i++)
        apart = fmax(apart, fabs(fit.b[i] - again.b[i]));
    near(apart, 0, 1e-10);
    glm_release(&again);
    glm_release(&fit);
}

static void random_problems(void)
{
    double l2[WIDTH];
    uint32_t binary[ROWS];
    make_mixed();
    for (size_t j = 0; j < WIDTH; j++)
        l2[j] = 0.5 + (double)j;
    for (size_t i = 0; i < ROWS; i++)
        binary[i] = label[i] > 0;
    struct glm_problem p = {
        .x = &mixed, .y = binary, .classes = 2, .l2 = l2, .max_iter = 100, .jobs = 1};
    differences(&p);
    agrees(&p, "binary, mixed design");
    p.weight = weight;
    agrees(&p, "binary, weighted");
    p.offset = number[1];
    agrees(&p, "binary, weighted, an offset");
    p.no_intercept = true;
    agrees(&p, "binary, weighted, an offset, no intercept");
    p.offset = NULL;
    p.no_intercept = false;
    p.y = label;
    p.classes = 3;
    p.form = GLM_SYMMETRIC;
    p.x = &mixed;
    differences(&p);
    agrees(&p, "softmax, symmetric, weighted");
    p.no_intercept = true;
    agrees(&p, "softmax, symmetric, weighted, no intercept");
    p.no_intercept = false;
    p.form = GLM_REFERENCE;
    p.x = &mixed;
    differences(&p);
    agrees(&p, "softmax, reference");
}

/* Weights are repetitions. */
static void repeated(void)
{
    double x2[2][ROWS], w[12];
    uint32_t y2[ROWS];
    size_t n = 0;
    for (size_t i = 0; i < 12; i++) {
        w[i] = (double)(1 + i % 4);
        for (size_t k = 0; k < 1 + i % 4; k++, n++) {
            x2[0][n] = twelve[0][i];
            x2[1][n] = twelve[1][i];
            y2[n] = twelve_y[i];
        }
    }
    struct mat_numeric once[2] = {{twelve[0], 5, 0.3}, {twelve[1], 0, 1}};
    struct mat_numeric often[2] = {{x2[0], 5, 0.3}, {x2[1], 0, 1}};
    struct mat_design a = {.rows = 12, .numerics = 2, .width = 2, .numeric = once};
    struct mat_design b = {.rows = n, .numerics = 2, .width = 2, .numeric = often};
    struct glm_problem p = {.x = &a,
        .y = twelve_y,
        .weight = w,
        .classes = 2,
        .l2 = (double[]){0, 0},
        .max_iter = 100,
        .jobs = 1};
    struct glm_problem q = p;
    q.x = &b;
    q.y = y2;
    q.weight = NULL;
    struct glm_fit f, g;
    ok(glm_fit(&p, &f) == GLM_OK && glm_fit(&q, &g) == GLM_OK);
    for (size_t i = 0; i < 3; i++)
        near(f.b[i], g.b[i], 1e-12);
    glm_release(&f);
    glm_release(&g);
}

static enum glm_status status_of(
    const double *a, const double *b, const uint32_t *y, double l2, struct glm_fit *fit)
{
    struct mat_numeric columns[2] = {{a, 5, 0.3}, {b, 0.5, 2}};
    struct mat_design x = {.rows = 12, .numerics = 2, .width = 2, .numeric = columns};
    struct glm_problem p = {
        .x = &x, .y = y, .classes = 2, .l2 = (double[]){l2, l2}, .max_iter = 100, .jobs = 1};
    return glm_fit(&p, fit);
}

static void refusals(void)
{
    static const uint32_t apart[12] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    double half[12], flat[12], quasi[12];
    struct glm_fit fit;
    for (size_t i = 0; i < 12; i++) {
        half[i] = 3 - twelve[0][i] / 2;
        flat[i] = 5;
        quasi[i] = i == 1 ? 0 : apart[i];
    }
    ok(status_of(twelve[0], half, twelve_y, 0, &fit) == GLM_COLLINEAR && fit.at == 2);
    glm_release(&fit);
    ok(status_of(flat, twelve[0], twelve_y, 0, &fit) == GLM_COLLINEAR && fit.at == 1);
    glm_release(&fit);
    ok(status_of(twelve[0], half, twelve_y, 1, &fit) == GLM_OK);
    ok(isfinite(fit.b[1]) && isfinite(fit.b[2]));
    glm_release(&fit);
    ok(status_of(twelve[0], twelve[1], apart, 0, &fit) == GLM_SEPARATED);
    ok_named(fabs(fit.step[1]) > 3 * fabs(fit.step[2]), "the separating column runs away");
    glm_release(&fit);
    ok(status_of(quasi, twelve[1], twelve_y, 0, &fit) == GLM_OK);
    glm_release(&fit);
    uint32_t one[12] = {0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1}; /* all 1 where quasi is 1 */
    ok(status_of(quasi, twelve[1], one, 0, &fit) == GLM_SEPARATED);
    ok_named(fabs(fit.step[1]) > 10 * fabs(fit.step[2]), "quasi-separation, too");
    glm_release(&fit);
    ok(status_of(quasi, twelve[1], one, 1e-3, &fit) == GLM_OK);
    glm_release(&fit);
}

/* A few far values carry all that is known of a slope: |eta| is large, yet the optimum is finite.
 */
static void far_values(void)
{
    uint32_t y[ROWS];
    double x[ROWS], z[ROWS];
    for (uint32_t i = 0; i < ROWS; i++) {
        x[i] = draw(i, 1) - 0.5;
        z[i] = i % 1500 ? draw(i, 2) : 3000 * draw(i, 2);
        y[i] = draw(i, 3) * (1 + exp(1 - 5 * x[i] - 0.03 * z[i])) < 1;
    }
    struct mat_numeric columns[2] = {{x, 0, 3.5}, {z, 0, 0.02}};
    struct mat_design design = {.rows = ROWS, .numerics = 2, .width = 2, .numeric = columns};
    struct glm_problem p = {
        .x = &design, .y = y, .classes = 2, .l2 = (double[]){0, 0}, .max_iter = 100, .jobs = 1};
    struct glm_fit fit;
    ok_named(glm_fit(&p, &fit) == GLM_OK, "far values are no separation");
    near(fit.gradient_norm, 0, 1e-9);
    glm_release(&fit);
}

/* A column taken as an offset with its own coefficient changes nothing; nor does the start. */
static void offsets(void)
{
    struct mat_numeric columns[2] = {{twelve[1], 0, 1}, {twelve[0], 0, 1}};
    struct mat_design both = {.rows = 12, .numerics = 2, .width = 2, .numeric = columns};
    struct mat_design one = {.rows = 12, .numerics = 1, .width = 1, .numeric = columns};
    struct glm_problem p = {.x = &both,
        .y = twelve_y,
        .classes = 2,
        .l2 = (double[]){0, 0},
        .max_iter = 100,
        .jobs = 1};
    struct glm_fit f, g;
    double offset[12];
    ok(glm_fit(&p, &f) == GLM_OK);
    for (size_t i = 0; i < 12; i++)
        offset[i] = f.b[2] * twelve[0][i];
    p.x = &one;
    p.offset = offset;
    p.start = (double[]){0.5, 0.5};
    ok(glm_fit(&p, &g) == GLM_OK);
    near(f.b[0], g.b[0], 1e-12);
    near(f.b[1], g.b[1], 1e-12);
    glm_release(&f);
    glm_release(&g);
}

/* Without columns the intercepts are the log odds of the shares. */
static void no_columns(void)
{
    struct mat_design x = {.rows = 12};
    struct glm_problem p = {.x = &x, .y = twelve_y, .classes = 2, .max_iter = 100, .jobs = 1};
    struct glm_fit fit;
    ok(glm_fit(&p, &fit) == GLM_OK);
    near(fit.b[0], log(7.0 / 5), 1e-15);
    near(2 * fit.loss, 16.300638383796617, 1e-13);
    glm_release(&fit);
}

int main(void)
{
    known_binary();
    known_softmax();
    random_problems();
    repeated();
    refusals();
    far_values();
    offsets();
    no_columns();
    return done();
}
