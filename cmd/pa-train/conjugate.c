/* SPDX-License-Identifier: MIT */
#include "conjugate.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "die.h"
#include "mem.h"
#include "par.h"
#include "slope.h"

static const double ARMIJO = 1e-4;
static const double ROUNDING = 1e-14; /* a rise of the objective, of 1 + objective */
static const double LOOSE = 0.1;      /* what may be left of the residual, at most */
enum { HALVINGS = 40, PRODUCTS = 500 /* a step */, FRESH = 4 /* steps that renew the metric */ };

struct search {
    const struct glm_problem *problem;
    struct glm_fit *fit;
    struct slope *slope;
    size_t n, products;
    double *gradient, *step, *trial; /* (n) */
    double *inverse;                 /* (n): of the Hessian's diagonal */
    double *rest, *way, *image;      /* (n): -g - H step; a direction; H way */
    double *better;                  /* (n): the metric's inverse times rest */
    double along, keep;              /* of way: to go along it, to keep of it */
    /* coarse: levels that move together */
    size_t parts;   /* the intercept and the groups; 0 without a penalty */
    uint32_t *part; /* (order): of a coefficient; parts: of none */
    double *factor; /* (outputs, parts, parts): Cholesky */
    double *moved;  /* (outputs, parts + 1): sums of rest, then how the parts move */
    /* what a penalty is added to, and where */
    const double *at;
    double *to;
};

static double penalty(const struct search *q, size_t j)
{
    return j ? q->problem->l2[j - 1] : 0;
}

/* The coefficient of a predictor that follows j. */
static size_t after(const struct search *q, size_t j)
{
    return j + 1 < q->fit->order ? j + 1 : 0;
}

static void penalize_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    const struct search *q = context;
    const double *at = q->at + first;
    double *to = q->to + first;
    (void)thread;
    for (size_t i = 0, j = first % q->fit->order; i < n; i++, j = after(q, j)) {
        double slope = penalty(q, j) * at[i];
        sum[0] += at[i] * to[i];
        sum[1] += at[i] * slope;
        to[i] += slope;
    }
}

/* Add the penalty's gradient at a point; sum: the point times what was there, and times that. */
static void penalize(struct search *q, const double *at, double *to, double sum[2])
{
    q->at = at;
    q->to = to;
    struct par_sum job = {.rows = q->n, .len = 2, .block = penalize_block, .context = q};
    par_sum(q->problem->jobs, &job, sum);
    glm_hold(q->problem, to);
}

static double evaluate(struct search *q, const double *b, double *gradient)
{
    double loss, sum[2];
    if (!slope_run(q->slope, b, &loss, gradient))
        return INFINITY;
    q->fit->loss = loss;
    penalize(q, b, gradient, sum);
    return loss + sum[1] / 2;
}

static double largest(const double *g, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fabs(g[i]) > most ? fabs(g[i]) : most;
    return most;
}

/* ---- the metric ---- */

/* Columns that groups share belong to the one of them that has the fewest. */
static void part_shared(struct search *q, size_t first, size_t end, size_t at)
{
    const struct mat_group *group = q->problem->x->group;
    uint32_t *levels = mem_alloc(group[first].width, sizeof *levels);
    memset(levels, 0xff, group[first].width * sizeof *levels);
    for (size_t g = first; g < end; g++)
        for (size_t c = 0; c <= group[g].levels; c++) {
            uint32_t column = group[g].map[c];
            if (column == MAT_NONE || group[g].levels >= levels[column])
                continue;
            levels[column] = group[g].levels;
            q->part[at + column] = (uint32_t)(1 + g);
        }
    mem_free(levels);
}

static void set_parts(struct search *q)
{
    const struct mat_design *x = q->problem->x;
    q->parts = x->width && q->problem->l2[0] > 0 ? 1 + x->groups : 0;
    for (size_t j = 0; j < q->fit->order; j++)
        q->part[j] = j ? (uint32_t)q->parts : 0;
    for (size_t g = 0, at = 1 + x->numerics, end; q->parts && g < x->groups; g = end) {
        for (end = g + 1; end < x->groups && x->group[end].shared;)
            end++;
        if (end - g > 1)
            part_shared(q, g, end, at);
        else if (!x->group[g].value)
            for (size_t c = 0; c < x->group[g].width; c++)
                q->part[at + c] = (uint32_t)(1 + g);
        at += x->group[g].width;
    }
}

/* The Hessian on the parts, as if each row had one level of each; one without levels is apart. */
static void set_coarse(struct search *q, size_t k)
{
    size_t m = q->parts, first = k * q->fit->order;
    double *h = q->factor + k * m * m, rows = 1 / q->inverse[first];
    for (size_t i = 0; i < m * m; i++)
        h[i] = rows;
    for (size_t j = 1; j < q->fit->order; j++)
        if (q->part[j] < m)
            h[q->part[j] * (m + 1)] += q->problem->l2[j - 1];
    for (size_t i = 1; i < m; i++) {
        bool empty = h[i * (m + 1)] == rows;
        for (size_t l = 0; empty && l < m; l++)
            h[i * m + l] = h[l * m + i] = i == l;
    }
    mat_cholesky(h, m, 0);
}

static void set_metric(struct search *q)
{
    slope_curvature(q->slope, q->inverse);
    for (size_t i = 0; i < q->n; i++) {
        double bend = q->inverse[i] + penalty(q, i % q->fit->order);
        q->inverse[i] = bend > 0 ? 1 / bend : 1;
    }
    for (size_t k = 0; k < q->fit->outputs; k++)
        set_coarse(q, k);
}

/* ---- a direction ---- */

static void go_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    const struct search *q = context;
    size_t order = q->fit->order, j = first % order;
    double *moved = sum + first / order * (q->parts + 1);
    (void)thread;
    for (size_t i = first; i < first + n; i++) {
        q->step[i] += q->along * q->way[i];
        q->rest[i] -= q->along * q->image[i];
        moved[q->part[j]] += q->rest[i];
        j = after(q, j);
        moved += j ? 0 : q->parts + 1;
    }
}

static void improve_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    const struct search *q = context;
    size_t order = q->fit->order, j = first % order;
    const double *moved = q->moved + first / order * (q->parts + 1);
    (void)thread;
    for (size_t i = first; i < first + n; i++) {
        q->better[i] = q->inverse[i] * q->rest[i] + moved[q->part[j]];
        sum[0] += q->rest[i] * q->better[i];
        j = after(q, j);
        moved += j ? 0 : q->parts + 1;
    }
}

/* Go so far along the way; then the inverse of the metric times what rests.  The square of its
 * length. */
static double go(struct search *q, double along)
{
    size_t m = q->parts;
    double square;
    struct par_sum job = {.rows = q->n, .context = q};
    q->along = along;
    job.len = q->fit->outputs * (m + 1);
    job.block = go_block;
    par_sum(q->problem->jobs, &job, q->moved);
    for (size_t k = 0; k < q->fit->outputs; k++) {
        mat_cholesky_solve(q->factor + k * m * m, m, q->moved + k * (m + 1));
        q->moved[k * (m + 1) + m] = 0;
    }
    job.len = 1;
    job.block = improve_block;
    par_sum(q->problem->jobs, &job, &square);
    glm_hold(q->problem, q->better);
    return square;
}

static void turn_block(void *context, size_t block, unsigned thread)
{
    const struct search *q = context;
    size_t first = block * PAR_BLOCK, end = first + PAR_BLOCK < q->n ? first + PAR_BLOCK : q->n;
    (void)thread;
    for (size_t i = first; i < end; i++)
        q->way[i] = q->better[i] + q->keep * q->way[i];
}

static void turn(struct search *q, double keep)
{
    q->keep = keep;
    par_for(q->problem->jobs, (q->n - 1) / PAR_BLOCK + 1, turn_block, q);
}

/* The Hessian times the way; returns the way's part in it. */
static double multiply(struct search *q)
{
    double sum[2];
    slope_product(q->slope, q->way, q->image);
    penalize(q, q->way, q->image, sum);
    q->products++;
    return sum[0] + sum[1];
}

/* The step, until this share of the residual is left. */
static void solve(struct search *q, double share)
{
    for (size_t i = 0; i < q->n; i++) {
        q->step[i] = q->way[i] = q->image[i] = 0;
        q->rest[i] = -q->gradient[i];
    }
    double now = go(q, 0), goal = share * share * now, keep = 0;
    for (int k = 0; k < PRODUCTS && now > goal; k++) {
        turn(q, keep);
        double bend = multiply(q);
        if (!(bend > 0))
            return;
        double next = go(q, now / bend);
        keep = next / now;
        now = next;
    }
}

/* ---- a step ---- */

/* Go along the step; false when no part of it lowers the objective. */
static bool advance(struct search *q)
{
    struct glm_fit *fit = q->fit;
    double slope = mat_dot(q->gradient, q->step, q->n), t = 1;
    double slack = ROUNDING * (1 + fabs(fit->objective));
    for (int i = 0; i < HALVINGS; i++, t /= 2) {
        memcpy(q->trial, fit->b, q->n * sizeof *q->trial);
        mat_axpy(t, q->step, q->trial, q->n);
        double f = evaluate(q, q->trial, q->rest);
        if (!(f <= fit->objective + ARMIJO * t * slope + slack))
            continue;
        memcpy(fit->b, q->trial, q->n * sizeof *fit->b);
        memcpy(q->gradient, q->rest, q->n * sizeof *q->gradient);
        fit->objective = f;
        return true;
    }
    return false;
}

static enum glm_status iterate(struct search *q, double goal, double greatest)
{
    struct glm_fit *fit = q->fit;
    for (double now; (now = largest(q->gradient, q->n)) > goal; fit->iterations++) {
        if (fit->iterations == q->problem->max_iter)
            return GLM_MAX_ITER;
        double share = sqrt(now / greatest), last = goal / now / 2;
        if (fit->iterations < FRESH)
            set_metric(q);
        share = share < LOOSE ? share : LOOSE;
        solve(q, share > last ? share : last);
        if (!advance(q))
            return GLM_MAX_ITER;
        note("step %d: objective %.10g, largest gradient %.3g, %zu products", fit->iterations,
            fit->objective, largest(q->gradient, q->n), q->products);
    }
    return GLM_OK;
}

/* The gradient without slopes is what tol is a share of; then on to the start. */
static double begin(struct search *q)
{
    struct glm_fit *fit = q->fit;
    glm_start(q->problem, fit->b);
    fit->objective = evaluate(q, fit->b, q->gradient);
    double greatest = largest(q->gradient, q->n);
    if (q->problem->start) {
        memcpy(fit->b, q->problem->start, q->n * sizeof *fit->b);
        fit->objective = evaluate(q, fit->b, q->gradient);
    }
    return greatest;
}

enum glm_status conjugate_fit(const struct glm_problem *problem, struct glm_fit *fit)
{
    size_t n = glm_size(problem), order = 1 + problem->x->width;
    *fit = (struct glm_fit){.outputs = n / order, .order = order};
    fit->b = mem_zero(n, sizeof *fit->b);
    struct search q = {.problem = problem, .fit = fit, .slope = slope_new(problem), .n = n};
    double **vector[] = {
        &q.gradient, &q.step, &q.trial, &q.inverse, &q.rest, &q.way, &q.image, &q.better};
    for (size_t i = 0; i < sizeof vector / sizeof *vector; i++)
        *vector[i] = mem_alloc(n, sizeof(double));
    double greatest = begin(&q);
    q.part = mem_alloc(order, sizeof *q.part);
    set_parts(&q);
    q.factor = mem_alloc(fit->outputs * q.parts * q.parts, sizeof *q.factor);
    q.moved = mem_alloc(fit->outputs * (q.parts + 1), sizeof *q.moved);
    enum glm_status status =
        isfinite(fit->objective) ? iterate(&q, problem->tol * greatest, greatest) : GLM_NOT_FINITE;
    fit->gradient_norm = largest(q.gradient, n);
    glm_centre(problem, fit->b);
    for (size_t i = 0; i < sizeof vector / sizeof *vector; i++)
        mem_free(*vector[i]);
    mem_free(q.part);
    mem_free(q.factor);
    mem_free(q.moved);
    slope_free(q.slope);
    return status;
}
