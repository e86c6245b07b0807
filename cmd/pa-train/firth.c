/* SPDX-License-Identifier: MIT */
/*
 * The steps converge linearly, I not being the Hessian of the penalised objective, but fast: the
 * prior weighs as much as half a row for each coefficient.
 */
#include "firth.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "entries.h"
#include "fmath.h"
#include "mem.h"
#include "par.h"
#include "pass.h"

static const double PIVOT_LIMIT = 1e-10; /* of its diagonal */
static const double DONE = 1e-24;        /* decrement, of 1 + objective */
static const double NEARLY_DONE = 1e-18; /* the same, when it no longer falls */
static const double ROUNDING = 1e-12;    /* a rise of the objective, of 1 + objective */
enum { HALVINGS = 40 };

struct firth {
    const struct glm_problem *problem;
    struct glm_fit *fit;
    struct pass *pass;
    size_t n;
    const double *b;       /* where the leverages are taken */
    double *inverse;       /* (n, n), of I */
    double *score, *trial; /* (n) */
    double *lean;          /* (n), sum_i x_i h_i (1/2 - p_i) */
    double *factor;        /* (n, n), of I at the trial */
};

static double quadratic(const struct firth *f, const struct entry *entry, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double *row = f->inverse + entry[i].column * f->n;
        double dot = 0;
        for (size_t j = 0; j < n; j++)
            dot += row[entry[j].column] * entry[j].value;
        sum += entry[i].value * dot;
    }
    return sum;
}

static void lean_block(void *context, size_t first, size_t rows, double *sum, unsigned thread)
{
    (void)thread;
    const struct firth *f = context;
    const struct glm_problem *problem = f->problem;
    struct entry *entry = mem_alloc(entries_most(problem->x), sizeof *entry);
    for (size_t i = first; i < first + rows; i++) {
        size_t n = entries_of(problem->x, i, entry);
        double eta = problem->offset ? problem->offset[i] : 0;
        for (size_t e = 0; e < n; e++)
            eta += f->b[entry[e].column] * entry[e].value;
        double p = fm_logistic(eta), q = fm_logistic(-eta);
        double h = (problem->weight ? problem->weight[i] : 1) * p * q * quadratic(f, entry, n);
        for (size_t e = 0; e < n; e++)
            sum[entry[e].column] += h * (q - p) / 2 * entry[e].value;
    }
    mem_free(entry);
}

/* The penalised objective at b, infinite where it has none; f->factor is that of I there. */
static double evaluate(struct firth *f, const double *b, size_t *bad)
{
    *bad = f->n;
    if (!pass_run(f->pass, b))
        return INFINITY;
    pass_hessian(f->pass, f->factor);
    glm_hold_square(f->problem, f->factor);
    *bad = mat_cholesky(f->factor, f->n, PIVOT_LIMIT);
    if (*bad < f->n)
        return INFINITY;
    double half_log_det = 0;
    for (size_t i = 0; i < f->n; i++)
        half_log_det += fm_log(f->factor[i * f->n + i]);
    return pass_loss(f->pass) - half_log_det;
}

/* The score and the step at fit->b, where evaluate has been; returns the decrement. */
static double direction(struct firth *f)
{
    struct glm_fit *fit = f->fit;
    memcpy(fit->factor, f->factor, f->n * f->n * sizeof *f->factor);
    mat_cholesky_inverse(fit->factor, f->n, f->inverse);
    glm_hold(f->problem, f->inverse); /* an intercept adds nothing to a leverage */
    f->b = fit->b;
    struct par_sum job = {
        .rows = f->problem->x->rows, .len = f->n, .block = lean_block, .context = f};
    par_sum(f->problem->jobs, &job, f->lean);
    fit->gradient_norm = 0;
    for (size_t i = 0; i < f->n; i++)
        f->score[i] = f->lean[i] - pass_gradient(f->pass)[i];
    glm_hold(f->problem, f->score);
    for (size_t i = 0; i < f->n; i++) {
        fit->step[i] = f->score[i];
        if (fabs(f->score[i]) > fit->gradient_norm)
            fit->gradient_norm = fabs(f->score[i]);
    }
    fit->loss = pass_loss(f->pass);
    mat_cholesky_solve(fit->factor, f->n, fit->step);
    return mat_dot(f->score, fit->step, f->n);
}

static bool advance(struct firth *f)
{
    struct glm_fit *fit = f->fit;
    double t = 1;
    size_t bad;
    for (int half = 0; half < HALVINGS; half++, t /= 2) {
        memcpy(f->trial, fit->b, f->n * sizeof *f->trial);
        mat_axpy(t, fit->step, f->trial, f->n);
        double objective = evaluate(f, f->trial, &bad);
        if (objective <= fit->objective + ROUNDING * (1 + fabs(fit->objective))) {
            memcpy(fit->b, f->trial, f->n * sizeof *f->trial);
            fit->objective = objective;
            return true;
        }
    }
    return false;
}

static enum glm_status iterate(struct firth *f)
{
    struct glm_fit *fit = f->fit;
    double before = INFINITY;
    size_t bad;
    fit->objective = evaluate(f, fit->b, &bad);
    if (!isfinite(fit->objective)) {
        fit->at = bad;
        return bad < f->n ? GLM_COLLINEAR : GLM_NOT_FINITE;
    }
    for (;;) {
        double decrement = direction(f), scale = 1 + fabs(fit->objective);
        if (!(decrement > DONE * scale) ||
            (decrement <= NEARLY_DONE * scale && decrement > before / 2))
            return GLM_OK;
        if (fit->iterations == f->problem->max_iter)
            return GLM_MAX_ITER;
        if (!advance(f))
            return GLM_NOT_FINITE;
        fit->iterations++;
        before = decrement;
    }
}

enum glm_status firth_fit(const struct glm_problem *problem, struct glm_fit *fit)
{
    size_t n = glm_size(problem);
    struct firth f = {.problem = problem, .fit = fit, .pass = pass_new(problem), .n = n};
    *fit = (struct glm_fit){.outputs = 1, .order = n};
    fit->b = mem_zero(n, sizeof *fit->b);
    fit->step = mem_zero(n, sizeof *fit->step);
    fit->factor = mem_alloc(n * n, sizeof *fit->factor);
    f.factor = mem_alloc(n * n, sizeof *f.factor);
    f.inverse = mem_alloc(n * n, sizeof *f.inverse);
    f.score = mem_alloc(3 * n, sizeof *f.score);
    f.trial = f.score + n;
    f.lean = f.trial + n;
    if (problem->start)
        memcpy(fit->b, problem->start, n * sizeof *fit->b);
    enum glm_status status = iterate(&f);
    mem_free(f.factor);
    mem_free(f.inverse);
    mem_free(f.score);
    pass_free(f.pass);
    return status;
}
