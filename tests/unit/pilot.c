/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-train/conjugate.c cmd/pa-train/descent.c cmd/pa-train/entries.c */
/* links: cmd/pa-train/glm.c cmd/pa-train/lbfgs.c cmd/pa-train/firth.c cmd/pa-train/link.c */
/* links: cmd/pa-train/link_kernel.c cmd/pa-train/pass.c cmd/pa-train/pilot.c */
/* links: cmd/pa-train/slope.c cmd/pa-train/solver.c */
#include "cmd/pa-train/pilot.h"
#include "cmd/pa-train/lbfgs.h"
#include "cmd/pa-train/solver.h"

#include "fmath.h"
#include "mem.h"
#include "rng.h"
#include "t.h"

enum { ROWS = 70001, NUMBERS = 3, LEVELS = 4, WIDTH = NUMBERS + 2 * LEVELS + 1 };
static double number[NUMBERS][ROWS], weight[ROWS], offset[3 * ROWS], l2[WIDTH];
static uint32_t code[ROWS], label[ROWS], binary[ROWS], rare[ROWS];
static const struct mat_numeric numeric[NUMBERS] = {
    {number[0], 0.5, 3}, {number[1], 0.25, 1}, {number[2], 0, 0.5}};
static const struct mat_group group[3] = {{.code = code, .width = LEVELS},
    {.missing = number[2], .width = 1},
    {.code = code, .value = number[2], .fill = 0.3, .factor = 2, .width = LEVELS}};
static const struct mat_design design = {ROWS, NUMBERS, 3, WIDTH, numeric, group};

static double draw(uint64_t i, uint32_t j)
{
    return rng_uniform(1, RNG_TRAIN, i, j);
}

static void make(void)
{
    for (uint32_t i = 0; i < ROWS; i++) {
        for (uint32_t j = 0; j < NUMBERS; j++)
            number[j][i] = j == 2 && draw(i, 50) < 0.1 ? NAN : draw(i, j);
        code[i] = draw(i, 10) < 0.1 ? MAT_NONE : (uint32_t)(draw(i, 11) * LEVELS);
        weight[i] = (double)(i % 3);
        for (uint32_t k = 0; k < 3; k++)
            offset[k * ROWS + i] = draw(i, 60 + k);
        double lean = 2 * number[0][i] + (code[i] == 2) + 2 * draw(i, 20);
        label[i] = lean < 1 ? 0 : lean < 2.5 ? 1 : 2;
        binary[i] = label[i] > 1;
        rare[i] = i == ROWS - 1;
    }
    for (size_t j = 0; j < WIDTH; j++)
        l2[j] = 0.5 + (double)j;
}

/* The solver that begins with a pilot comes to where Newton's method comes without. */
static void same_optimum(const struct glm_problem *p, const char *solver, bool metric)
{
    struct glm_fit plain, near, again;
    struct glm_problem q = *p;
    const struct solver way = {.name = solver};
    struct pilot *pilot = pilot_new(p, solver, metric);
    ok_named(pilot && pilot->start && !pilot->metric == !metric, solver);
    ok(glm_fit(p, &plain) == GLM_OK && solver_fit(&way, p, &near) == GLM_OK);
    ok_named(near.iterations < (metric ? 12 : plain.iterations), "fewer steps");
    double apart = 0;
    for (size_t i = 0; i < glm_size(p); i++)
        apart = fmax(apart, fabs(near.b[i] - plain.b[i]));
    near(apart, 0, metric ? 1e-6 : 1e-9); /* tol times gradient over curvature */
    near(near.objective, plain.objective, 1e-8);
    near(near.steepest / plain.steepest, 1, metric ? 0 : 0.1);
    near(pilot->steepest / plain.steepest, 1, 0.1);
    q.jobs = 3;
    ok(solver_fit(&way, &q, &again) == GLM_OK);
    ok_named(!memcmp(near.b, again.b, glm_size(p) * sizeof *near.b), "same bits on three threads");
    pilot_free(pilot);
    glm_release(&plain);
    glm_release(&near);
    glm_release(&again);
}

static void forms(void)
{
    struct glm_problem p = {.x = &design, .y = binary, .classes = 2, .l2 = l2, .tol = 1e-9};
    p.max_iter = 100;
    p.jobs = 1;
    same_optimum(&p, "newton", false);
    same_optimum(&p, "lbfgs", true);
    p.weight = weight;
    p.offset = offset;
    same_optimum(&p, "newton", false);
    p.y = label;
    p.classes = 3;
    p.form = GLM_SYMMETRIC;
    p.offset = NULL;
    same_optimum(&p, "newton", false);
    same_optimum(&p, "lbfgs", true);
    p.form = GLM_REFERENCE;
    p.reference = 1;
    p.offset = offset;
    same_optimum(&p, "lbfgs", true);
}

/* The metric is about the factor of the Hessian of all rows. */
static void metrics(void)
{
    struct glm_problem p = {.x = &design, .y = label, .classes = 3, .form = GLM_SYMMETRIC};
    p.l2 = l2;
    p.tol = 1e-8;
    p.max_iter = 100;
    p.jobs = 2;
    size_t n = glm_size(&p);
    double *l = mem_alloc(n * n, sizeof *l), most = 0;
    struct pilot *pilot = pilot_new(&p, "lbfgs", true);
    ok(glm_factor(&p, pilot->start, l));
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(pilot->metric[i * n + i] / l[i * n + i] - 1));
    near(most, 0, 0.1); /* a level of the rows taken has some 1000 */
    mem_free(l);
    pilot_free(pilot);
}

static void none(void)
{
    struct mat_design few = design;
    struct glm_problem p = {.x = &few, .y = binary, .classes = 2, .l2 = l2, .tol = 1e-8};
    p.max_iter = 100;
    p.jobs = 1;
    few.rows = 20000;
    ok_named(!pilot_new(&p, "newton", false), "no pilot of few rows");
    few.rows = ROWS;
    p.y = rare;
    ok_named(!pilot_new(&p, "newton", false), "no pilot without each class");
    struct glm_fit fit;
    ok(solver_fit(&(struct solver){.name = "newton"}, &p, &fit) == GLM_OK);
    glm_release(&fit);
    p.y = binary;
    p.max_iter = 1;
    ok_named(!pilot_new(&p, "newton", false), "no pilot that comes to no optimum");
}

int main(void)
{
    make();
    forms();
    metrics();
    none();
    return done();
}
