/* SPDX-License-Identifier: MIT */
/*
 * The columns of x come scaled, so a pivot small beside its diagonal means a column that the
 * earlier ones explain.  Under separation the likelihood has no maximum: Newton's steps then add
 * about 1 to some predictor for ever, and each lowers the objective by a third of what the last
 * did, where a fit that ends would square the decrement.
 *
 * In the symmetric form adding the same to all intercepts changes nothing.  A term rows/2 (sum of
 * intercepts)^2 takes that direction out of the null space; the gradient has no part in it, so the
 * sum stays 0.
 */
#include "glm.h"

#include <math.h>
#include <string.h>

#include "fmath.h"
#include "mem.h"
#include "pass.h"

static const double PIVOT_LIMIT = 1e-10; /* of its diagonal, without a penalty */
static const double DONE = 1e-26;        /* decrement, of 1 + objective; */
static const double DONE_MANY = 1e-24;   /* after a pilot, which means many rows */
static const double NEARLY_DONE = 1e-13; /* the same, when it no longer falls fast */
static const double ROUNDING = 1e-12;    /* a rise of the objective, of 1 + objective */
static const double ETA_FAR = 15;        /* separation: a predictor beyond this, */
static const double ETA_GROWTH = 0.01;   /* still growing by this share in one step, */
static const double STANDSTILL = 1e-8;   /* while the objective falls by less, of 1 + objective, */
static const double SLOW = 0.2;          /* and the decrement is not below this share of the last */
enum { HALVINGS = 40, SLOW_STEPS = 5 };  /* in so many steps */

struct newton {
    const struct glm_problem *problem;
    struct glm_fit *fit;
    struct pass *pass;
    size_t n;
    double *gradient, *trial; /* (n) */
    double decrement, goal;   /* goal: of the gradient */
    int slow;                 /* steps in a row that brought the optimum hardly nearer */
};

size_t glm_size(const struct glm_problem *p)
{
    size_t outputs = p->form == GLM_BINARY      ? 1
                     : p->form == GLM_REFERENCE ? p->classes - 1
                                                : p->classes;
    return outputs * (1 + p->x->width);
}

double glm_least(double slope, double w, double l1)
{
    if (w != 0)
        return fabs(slope + (w > 0 ? l1 : -l1));
    return fabs(slope) > l1 ? fabs(slope) - l1 : 0;
}

void glm_hold(const struct glm_problem *p, double *elements)
{
    size_t n = glm_size(p), order = 1 + p->x->width;
    for (size_t i = 0; p->no_intercept && i < n; i += order)
        elements[i] = 0;
}

void glm_hold_square(const struct glm_problem *p, double *square)
{
    size_t n = glm_size(p), order = 1 + p->x->width;
    for (size_t i = 0; p->no_intercept && i < n; i += order)
        for (size_t j = 0; j < n; j++)
            square[i * n + j] = square[j * n + i] = i == j;
}

/* Of the rows' chances with this intercept beside the offset: by how much their weighted sum is
 * above that of the outcomes, and its slope. */
static double excess(const struct glm_problem *p, double intercept, double *slope)
{
    double sum = 0;
    *slope = 0;
    for (size_t i = 0; i < p->x->rows; i++) {
        double q = fm_logistic(intercept + p->offset[i]), s = p->weight ? p->weight[i] : 1;
        sum += s * (q - (double)p->y[i]);
        *slope += s * q * (1 - q);
    }
    return sum;
}

/* Beside an offset: the intercept with which the rows' chances sum to the outcomes, nearly.  shares
 * is that without one, so it is between shares - the greatest offset and shares - the least; steps
 * by Newton's method that leave what is known of it halve that instead. */
static double start_beside_offset(const struct glm_problem *p, double shares)
{
    static const double NEAR = 1e-3;
    enum { STEPS = 100 };
    double least, most, slope;
    mat_range(p->offset, p->x->rows, &least, &most);
    double low = shares - most, high = shares - least, b = low + (high - low) / 2;
    for (int i = 0; i < STEPS && high - low > NEAR; i++) {
        double over = excess(p, b, &slope), to = b - over / slope;
        low = over < 0 ? b : low;
        high = over < 0 ? high : b;
        if (fabs(to - b) < NEAR)
            return b;
        b = to > low && to < high ? to : low + (high - low) / 2;
    }
    return b;
}

void glm_start(const struct glm_problem *p, double *b)
{
    size_t order = 1 + p->x->width, outputs = glm_size(p) / order;
    double *total = mem_zero(p->classes, sizeof *total);
    for (size_t i = 0; i < p->x->rows; i++)
        total[p->y[i]] += p->weight ? p->weight[i] : 1;
    double base = 0;
    for (size_t c = 0; c < p->classes; c++)
        base += fm_log(total[c]) / (double)p->classes;
    if (p->form != GLM_SYMMETRIC)
        base = fm_log(total[p->form == GLM_BINARY ? 0 : p->reference]);
    for (size_t k = 0; k < outputs; k++) {
        size_t c = p->form == GLM_BINARY      ? 1
                   : p->form == GLM_SYMMETRIC ? k
                                              : k + (k >= p->reference);
        b[k * order] = fm_log(total[c]) - base;
    }
    if (p->offset && p->form == GLM_BINARY && !p->no_intercept && isfinite(b[0]))
        b[0] = start_beside_offset(p, b[0]);
    glm_hold(p, b);
    mem_free(total);
}

void glm_centre(const struct glm_problem *p, double *b)
{
    size_t order = 1 + p->x->width, outputs = glm_size(p) / order;
    double sum = 0;
    for (size_t k = 0; k < outputs; k++)
        sum += b[k * order];
    for (size_t k = 0; p->form == GLM_SYMMETRIC && k < outputs; k++)
        b[k * order] -= sum / (double)outputs;
}

/* Penalty of coefficient i of N; intercepts have none. */
static double penalty(const struct glm_problem *p, size_t i)
{
    size_t j = i % (1 + p->x->width);
    return j ? p->l2[j - 1] : 0;
}

/* Objective at b, with the gradient and pass's Hessian; infinite if a loss is. */
static double evaluate(struct newton *s, const double *b)
{
    if (!pass_run(s->pass, b))
        return INFINITY;
    double f = 0;
    memcpy(s->gradient, pass_gradient(s->pass), s->n * sizeof *b);
    for (size_t i = 0; i < s->n; i++) {
        double l2 = penalty(s->problem, i);
        f += l2 / 2 * b[i] * b[i];
        s->gradient[i] += l2 * b[i];
    }
    glm_hold(s->problem, s->gradient);
    return pass_loss(s->pass) + f;
}

static bool is_penalised(const struct glm_problem *p)
{
    return p->x->width && p->l2[0] > 0;
}

/* Factor of the objective's Hessian where the pass was; n, or the first bad pivot. */
static size_t factor_with(
    const struct glm_problem *p, const struct pass *pass, double ridge, double *h)
{
    size_t n = glm_size(p), order = 1 + p->x->width;
    pass_hessian(pass, h);
    for (size_t i = 0; i < n; i++)
        h[i * n + i] += penalty(p, i) + ridge * h[i * n + i];
    glm_hold_square(p, h);
    if (p->form == GLM_SYMMETRIC && !p->no_intercept)
        for (size_t i = 0; i < n; i += order)
            for (size_t j = 0; j <= i; j += order)
                h[i * n + j] += (double)p->x->rows;
    return mat_cholesky(h, n, is_penalised(p) ? 0 : PIVOT_LIMIT);
}

/* A penalty may be too small to be seen beside the columns' squares, where one is a combination of
 * others; then the diagonal is raised as little as it takes, which shortens steps along that. */
static size_t factor(const struct glm_problem *p, const struct pass *pass, double *h)
{
    static const double LEAST = 1e-14, MOST = 1e-6;
    size_t n = glm_size(p), bad = factor_with(p, pass, 0, h);
    for (double ridge = LEAST; bad < n && is_penalised(p) && ridge <= MOST; ridge *= 10)
        bad = factor_with(p, pass, ridge, h);
    return bad;
}

static void direction(struct newton *s)
{
    double *step = s->fit->step;
    for (size_t i = 0; i < s->n; i++)
        step[i] = -s->gradient[i];
    mat_cholesky_solve(s->fit->factor, s->n, step);
    s->decrement = -mat_dot(s->gradient, step, s->n);
}

/* Go along the step; false when no part of it keeps the objective from rising. */
static bool advance(struct newton *s)
{
    struct glm_fit *fit = s->fit;
    double t = 1;
    for (int half = 0; half < HALVINGS; half++, t /= 2) {
        memcpy(s->trial, fit->b, s->n * sizeof *s->trial);
        mat_axpy(t, fit->step, s->trial, s->n);
        double f = evaluate(s, s->trial);
        if (f <= fit->objective + ROUNDING * (1 + fabs(fit->objective))) {
            memcpy(fit->b, s->trial, s->n * sizeof *s->trial);
            fit->objective = f;
            return true;
        }
    }
    return false;
}

/* After a step from predictors of at most eta that lowered the objective by fall. */
static bool runs_away(const struct newton *s, double fall, double eta)
{
    double now = pass_eta_max(s->pass);
    return !is_penalised(s->problem) && s->slow >= SLOW_STEPS && now > ETA_FAR &&
           now > eta * (1 + ETA_GROWTH) && fall < STANDSTILL * (1 + fabs(s->fit->objective));
}

static double steepest(const struct newton *s)
{
    double most = 0;
    for (size_t i = 0; i < s->n; i++)
        if (fabs(s->gradient[i]) > most)
            most = fabs(s->gradient[i]);
    return most;
}

static enum glm_status iterate(struct newton *s)
{
    struct glm_fit *fit = s->fit;
    double before = INFINITY, done = s->problem->steepest > 0 ? DONE_MANY : DONE;
    fit->objective = evaluate(s, fit->b);
    if (!isfinite(fit->objective))
        return GLM_NOT_FINITE;
    fit->steepest = s->problem->steepest > 0 ? s->problem->steepest : steepest(s);
    s->goal = s->problem->tol * fit->steepest;
    bool last = false;
    for (;;) {
        size_t bad = factor(s->problem, s->pass, fit->factor);
        if (bad < s->n) {
            fit->at = bad % fit->order;
            bool far = !is_penalised(s->problem) && pass_eta_max(s->pass) > ETA_FAR;
            return far ? GLM_SEPARATED : GLM_COLLINEAR;
        }
        direction(s);
        double scale = 1 + fabs(fit->objective);
        if (last || !(s->decrement > done * scale) ||
            (s->decrement <= NEARLY_DONE * scale && s->decrement > before / 4))
            return GLM_OK;
        if (fit->iterations == s->problem->max_iter)
            return GLM_MAX_ITER;
        double old = fit->objective, eta = pass_eta_max(s->pass);
        last = !s->slow && steepest(s) <= s->goal;
        if (!advance(s))
            return GLM_NOT_FINITE;
        fit->iterations++;
        s->slow = s->decrement > SLOW * before ? s->slow + 1 : 0;
        before = s->decrement;
        if (runs_away(s, old - fit->objective, eta))
            return GLM_SEPARATED;
    }
}

enum glm_status glm_fit(const struct glm_problem *problem, struct glm_fit *fit)
{
    size_t n = glm_size(problem), order = 1 + problem->x->width;
    *fit = (struct glm_fit){.outputs = n / order, .order = order};
    fit->b = mem_zero(n, sizeof *fit->b);
    fit->step = mem_zero(n, sizeof *fit->step);
    fit->factor = mem_alloc(n * n, sizeof *fit->factor);
    struct newton s = {.problem = problem, .fit = fit, .pass = pass_new(problem), .n = n};
    s.gradient = mem_alloc(n, sizeof *s.gradient);
    s.trial = mem_alloc(n, sizeof *s.trial);
    if (problem->start)
        memcpy(fit->b, problem->start, n * sizeof *fit->b);
    else
        glm_start(problem, fit->b);
    enum glm_status status = iterate(&s);
    fit->loss = pass_loss(s.pass);
    fit->gradient_norm = steepest(&s);
    mem_free(s.gradient);
    mem_free(s.trial);
    pass_free(s.pass);
    return status;
}

bool glm_factor(const struct glm_problem *p, const double *b, double *h)
{
    struct pass *pass = pass_new(p);
    bool good = pass_run(pass, b) && factor(p, pass, h) == glm_size(p);
    pass_free(pass);
    return good;
}

void glm_release(struct glm_fit *fit)
{
    mem_free(fit->b);
    mem_free(fit->step);
    mem_free(fit->factor);
}

void glm_inverse(const struct glm_problem *problem, const struct glm_fit *fit, double *inverse)
{
    size_t n = fit->outputs * fit->order;
    mat_cholesky_inverse(fit->factor, n, inverse);
    if (problem->form != GLM_SYMMETRIC)
        return;
    /* the inverse of rows * u u', u = 1 for each intercept, on the line through u */
    double k = (double)fit->outputs, extra = 1 / ((double)problem->x->rows * k * k);
    for (size_t i = 0; i < n; i += fit->order)
        for (size_t j = 0; j < n; j += fit->order)
            inverse[i * n + j] -= extra;
}

double glm_variance(const struct glm_problem *problem, const struct glm_fit *fit,
    const double *inverse, const double *c, double *scratch)
{
    size_t n = fit->outputs * fit->order;
    memset(scratch, 0, n * sizeof *scratch);
    for (size_t i = 0; i < n; i++)
        if (c[i] != 0)
            mat_axpy(c[i], inverse + i * n, scratch, n);
    double variance = mat_dot(c, scratch, n);
    for (size_t i = 0; i < n; i++)
        variance -= penalty(problem, i) * scratch[i] * scratch[i];
    return variance;
}
