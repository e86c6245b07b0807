/* SPDX-License-Identifier: MIT */
#include "lbfgs.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "mem.h"
#include "par.h"
#include "slope.h"

static const double ARMIJO = 1e-4, WOLFE = 0.9;
static const double ROUNDING = 1e-14; /* a rise of the objective, of 1 + objective */
enum { TRIALS = 40, KEPT = LBFGS_KEPT };

/* Inner products of a kept pair with the gradient and the newest pair; D is the metric's inverse.
 */
enum { S_G, YD_G, S_Y, Y_S, YD_Y, PRODUCTS };

/* What is known of a point beside its gradient. */
struct point {
    double objective, loss, steepest; /* steepest: largest |element| of the gradient by b */
};

/*
 * With a metric L L' the search is for c in b = start + L'^-1 c, where the Hessian is about the
 * unit matrix; without one c is b.
 */
struct search {
    const struct glm_problem *problem;
    struct glm_fit *fit; /* b holds c until the end */
    struct slope *slope;
    size_t n;
    struct point now;
    double *b;                                                       /* (n); with a metric */
    double *gradient, *trial, *trial_gradient, *direction, *inverse; /* (n) */
    double *s[KEPT], *y[KEPT];                                       /* (n): pair i % KEPT */
    size_t pairs;                                                    /* so far */
    double sy[KEPT][KEPT], ydy[KEPT][KEPT];                          /* s_i . y_j, y_i D y_j */
    double on_s[KEPT], on_y[KEPT], on_g; /* the direction is a sum of these */
};

static double penalty(const struct search *q, size_t i)
{
    size_t j = i % q->fit->order;
    return j ? q->problem->l2[j - 1] : 0;
}

static double largest(const double *g, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fabs(g[i]) > most ? fabs(g[i]) : most;
    return most;
}

/* Facts and gradient by b of a point b; an infinite objective if the loss is not finite. */
static struct point evaluate_b(struct search *q, const double *b, double *gradient)
{
    double loss, f = 0;
    if (!slope_run(q->slope, b, &loss, gradient))
        return (struct point){INFINITY, INFINITY, INFINITY};
    for (size_t i = 0; i < q->n; i++) {
        double l2 = penalty(q, i);
        f += l2 / 2 * b[i] * b[i];
        gradient[i] += l2 * b[i];
    }
    glm_hold(q->problem, gradient);
    return (struct point){loss + f, loss, largest(gradient, q->n)};
}

/* b of a point c. */
static void place(const struct search *q, const double *c, double *b)
{
    memcpy(b, c, q->n * sizeof *b);
    mat_cholesky_back(q->problem->metric, q->n, b);
    mat_axpy(1, q->problem->start, b, q->n);
}

/* The same of a point c, and by c. */
static struct point evaluate(struct search *q, const double *c, double *gradient)
{
    if (!q->problem->metric)
        return evaluate_b(q, c, gradient);
    place(q, c, q->b);
    struct point p = evaluate_b(q, q->b, gradient);
    mat_cholesky_forward(q->problem->metric, q->n, gradient);
    return p;
}

/* ---- the direction ---- */

static size_t kept(const struct search *q)
{
    return q->pairs < KEPT ? q->pairs : KEPT;
}

static void products_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    const struct search *q = context;
    size_t new = (q->pairs - 1) % KEPT;
    double dg[PAR_BLOCK], dy[PAR_BLOCK];
    (void)thread;
    for (size_t i = 0; i < n; i++) {
        dg[i] = q->inverse[first + i] * q->gradient[first + i];
        dy[i] = q->inverse[first + i] * q->y[new][first + i];
    }
    for (size_t i = 0; i < kept(q); i++, sum += PRODUCTS) {
        const double *s = q->s[i] + first, *y = q->y[i] + first;
        sum[S_G] += mat_dot(s, q->gradient + first, n);
        sum[YD_G] += mat_dot(y, dg, n);
        sum[S_Y] += mat_dot(s, q->y[new] + first, n);
        sum[Y_S] += mat_dot(y, q->s[new] + first, n);
        sum[YD_Y] += mat_dot(y, dy, n);
    }
}

/* The two loops, on coefficients of the kept pairs. */
static void solve(struct search *q, const double *product)
{
    size_t m = kept(q), new = (q->pairs - 1) % KEPT;
    double alpha[KEPT], gamma = q->sy[new][new] / q->ydy[new][new];
    for (size_t k = 0; k < m; k++) {
        size_t i = (q->pairs - 1 - k) % KEPT;
        double sum = product[i * PRODUCTS + S_G];
        for (size_t l = 0; l < k; l++) {
            size_t j = (q->pairs - 1 - l) % KEPT;
            sum -= alpha[j] * q->sy[i][j];
        }
        alpha[i] = sum / q->sy[i][i];
    }
    for (size_t k = m; k-- > 0;) {
        size_t i = (q->pairs - 1 - k) % KEPT;
        double sum = product[i * PRODUCTS + YD_G];
        for (size_t j = 0; j < m; j++)
            sum -= alpha[j] * q->ydy[i][j];
        sum *= gamma;
        for (size_t l = m; l-- > k + 1;) {
            size_t j = (q->pairs - 1 - l) % KEPT;
            sum -= q->on_s[j] * q->sy[j][i];
        }
        q->on_s[i] = -(alpha[i] - sum / q->sy[i][i]);
    }
    for (size_t i = 0; i < m; i++)
        q->on_y[i] = gamma * alpha[i];
    q->on_g = -gamma;
}

static void combine(void *context, size_t block, unsigned thread)
{
    struct search *q = context;
    size_t first = block * PAR_BLOCK, n = q->n - first < PAR_BLOCK ? q->n - first : PAR_BLOCK;
    double *d = q->direction + first;
    (void)thread;
    for (size_t i = 0; i < n; i++)
        d[i] = q->on_g * q->gradient[first + i];
    for (size_t k = 0; k < kept(q); k++)
        mat_axpy(q->on_y[k], q->y[k] + first, d, n);
    for (size_t i = 0; i < n; i++)
        d[i] *= q->inverse[first + i];
    for (size_t k = 0; k < kept(q); k++)
        mat_axpy(q->on_s[k], q->s[k] + first, d, n);
}

static void aim(struct search *q)
{
    double product[KEPT * PRODUCTS];
    q->on_g = -1;
    if (q->pairs) {
        size_t new = (q->pairs - 1) % KEPT;
        struct par_sum job = {
            .rows = q->n, .len = kept(q) * PRODUCTS, .block = products_block, .context = q};
        par_sum(q->problem->jobs, &job, product);
        for (size_t i = 0; i < kept(q); i++) {
            const double *p = product + i * PRODUCTS;
            q->sy[i][new] = p[S_Y];
            q->sy[new][i] = p[Y_S];
            q->ydy[i][new] = q->ydy[new][i] = p[YD_Y];
        }
        solve(q, product);
    }
    par_for(q->problem->jobs, (q->n - 1) / PAR_BLOCK + 1, combine, q);
}

/* ---- a step ---- */

/* Remember the way from b to the trial point, unless rounding is all there is of it. */
static void remember(struct search *q)
{
    size_t new = q->pairs % KEPT;
    if (!q->s[new]) {
        q->s[new] = mem_alloc(q->n, sizeof(double));
        q->y[new] = mem_alloc(q->n, sizeof(double));
    }
    for (size_t i = 0; i < q->n; i++) {
        q->s[new][i] = q->trial[i] - q->fit->b[i];
        q->y[new][i] = q->trial_gradient[i] - q->gradient[i];
    }
    if (mat_dot(q->s[new], q->y[new], q->n) > 0)
        q->pairs++;
    else
        q->pairs = 0;
}

/* Go along the direction; false when no part of it lowers the objective. */
static bool advance(struct search *q)
{
    double slope = mat_dot(q->gradient, q->direction, q->n);
    double low = 0, high = INFINITY, t = 1;
    double slack = ROUNDING * (1 + fabs(q->now.objective));
    struct point p = {INFINITY, INFINITY, INFINITY};
    for (int i = 0; i < TRIALS; i++) {
        memcpy(q->trial, q->fit->b, q->n * sizeof *q->trial);
        mat_axpy(t, q->direction, q->trial, q->n);
        p = evaluate(q, q->trial, q->trial_gradient);
        if (!(p.objective <= q->now.objective + ARMIJO * t * slope + slack))
            high = t;
        else if (mat_dot(q->trial_gradient, q->direction, q->n) < WOLFE * slope)
            low = t;
        else
            break;
        t = isfinite(high) ? (low + high) / 2 : 2 * t;
    }
    if (!(p.objective <= q->now.objective + slack))
        return false;
    remember(q);
    memcpy(q->fit->b, q->trial, q->n * sizeof *q->trial);
    memcpy(q->gradient, q->trial_gradient, q->n * sizeof *q->gradient);
    q->now = p;
    return true;
}

static enum glm_status iterate(struct search *q)
{
    struct glm_fit *fit = q->fit;
    while (q->now.steepest > q->problem->tol * fit->steepest) {
        if (fit->iterations == q->problem->max_iter)
            return GLM_MAX_ITER;
        aim(q);
        if (!advance(q)) {
            if (!q->pairs)
                return GLM_MAX_ITER;
            q->pairs = 0; /* once more, from the metric alone */
            continue;
        }
        fit->iterations++;
    }
    return GLM_OK;
}

/* In the symmetric form a metric that all classes share keeps their coefficients centred: along
 * what shifts all alike there is the penalty's curvature alone, and the search would creep. */
static void share_metric(struct search *q)
{
    size_t order = q->fit->order, outputs = q->fit->outputs;
    for (size_t j = 0; q->problem->form == GLM_SYMMETRIC && j < order; j++) {
        double sum = 0;
        for (size_t k = 0; k < outputs; k++)
            sum += q->inverse[k * order + j];
        for (size_t k = 0; k < outputs; k++)
            q->inverse[k * order + j] = sum / (double)outputs;
    }
}

/* The gradient without slopes is what tol is a share of; then on to the start. */
static void begin(struct search *q)
{
    struct glm_fit *fit = q->fit;
    const struct glm_problem *p = q->problem;
    glm_start(p, fit->b);
    q->now = evaluate_b(q, fit->b, q->gradient);
    fit->steepest = q->now.steepest;
    if (!p->metric) {
        slope_curvature(q->slope, q->inverse);
        share_metric(q);
    }
    for (size_t i = 0; i < q->n; i++) {
        double bend = p->metric ? 1 : q->inverse[i] + penalty(q, i);
        q->inverse[i] = bend > 0 ? 1 / bend : 1;
    }
    if (p->metric)
        memset(fit->b, 0, q->n * sizeof *fit->b);
    else if (p->start)
        memcpy(fit->b, p->start, q->n * sizeof *fit->b);
    if (p->start)
        q->now = evaluate(q, fit->b, q->gradient);
}

/* The results, from the point where the search ended. */
static void end(struct search *q)
{
    struct glm_fit *fit = q->fit;
    if (q->problem->metric) {
        place(q, fit->b, q->b);
        memcpy(fit->b, q->b, q->n * sizeof *q->b);
    }
    fit->objective = q->now.objective;
    fit->loss = q->now.loss;
    fit->gradient_norm = q->now.steepest;
    glm_centre(q->problem, fit->b);
}

enum glm_status lbfgs_fit(const struct glm_problem *problem, struct glm_fit *fit)
{
    size_t n = glm_size(problem), order = 1 + problem->x->width;
    *fit = (struct glm_fit){.outputs = n / order, .order = order};
    fit->b = mem_zero(n, sizeof *fit->b);
    struct search q = {.problem = problem, .fit = fit, .slope = slope_new(problem), .n = n};
    q.gradient = mem_alloc(n, sizeof *q.gradient);
    q.trial = mem_alloc(n, sizeof *q.trial);
    q.trial_gradient = mem_alloc(n, sizeof *q.trial_gradient);
    q.direction = mem_alloc(n, sizeof *q.direction);
    q.inverse = mem_alloc(n, sizeof *q.inverse);
    q.b = mem_alloc(problem->metric ? n : 0, sizeof *q.b);
    begin(&q);
    enum glm_status status = isfinite(q.now.objective) ? iterate(&q) : GLM_NOT_FINITE;
    end(&q);
    for (size_t i = 0; i < KEPT; i++) {
        mem_free(q.s[i]);
        mem_free(q.y[i]);
    }
    mem_free(q.gradient);
    mem_free(q.trial);
    mem_free(q.trial_gradient);
    mem_free(q.direction);
    mem_free(q.inverse);
    mem_free(q.b);
    slope_free(q.slope);
    return status;
}
