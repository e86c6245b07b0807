/* SPDX-License-Identifier: MIT */
#include "descent.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "link.h"
#include "mem.h"
#include "par.h"
#include "pass.h"
#include "slope.h"

static const double ENOUGH = 0.01;    /* of the fall that the slope promises */
static const double ROUNDING = 1e-14; /* a rise of the objective, of 1 + objective */
static const double FLAT = 1e-12;     /* added to a coordinate's curvature */
enum { HALVINGS = 40, SWEEPS = 1000, CHUNK = 1024, HESSIAN_MOST = 1025 };

/* A row in the quadratic model: the slope and curvature of its loss, and the way along the step. */
struct cell {
    double slope, bend, way;
};

/* The quadratic model of predictor k without the rows. */
struct quadratic {
    struct glm_problem problem; /* of one predictor without an offset */
    struct pass *pass;
    double *bend;    /* (rows) */
    double *hessian; /* (order, order) */
    double *slope;   /* (order): at the step */
};

struct descent {
    const struct glm_problem *problem;
    struct glm_fit *fit;
    size_t rows, order, k;        /* k: the predictor at work */
    size_t chunk;                 /* of coordinates that a thread measures at a time */
    double share;                 /* of the step, in trials */
    double *eta;                  /* (outputs, rows) */
    struct cell *cell;            /* (rows): slope + bend * way, bend, way */
    uint32_t **row;               /* (groups): rows by column; of groups that share, in the first */
    size_t **start;               /* (groups): (width + 1) */
    uint32_t *group;              /* (order): first group of a coordinate */
    size_t *first;                /* (groups): its first coordinate */
    double *gradient, *curvature; /* (order): of the loss, predictor k, without the step */
    double *step;                 /* (order) */
    uint32_t *active;             /* (order) */
    double *centre;               /* (outputs) */
    struct link *link;            /* (jobs) */
    bool held;                    /* the model is that of quadratic, else that of the cells */
    struct quadratic quadratic;
};

/* ---- columns ---- */

static double numeric_value(const struct mat_numeric *c, size_t row)
{
    double v = (c->x[row] - c->mean) * c->factor;
    return isnan(v) ? 0 : v;
}

static double group_value(const struct mat_group *g, size_t row)
{
    double v = g->value ? g->value[row] : 1;
    return !g->value ? 1 : g->factor * (isnan(v) ? g->fill : v);
}

/* Rows of a group, and of those that share its columns, in the order of the columns; a row that
 * sets a column more than once stands there as often. */
static void sort_group(void *context, size_t i, unsigned thread)
{
    struct descent *d = context;
    const struct mat_design *x = d->problem->x;
    size_t end = i + 1, width = x->group[i].width;
    (void)thread;
    if (x->group[i].shared)
        return;
    while (end < x->groups && x->group[end].shared)
        end++;
    size_t *start = mem_zero(width + 2, sizeof *start);
    for (size_t r = 0; r < d->rows; r++)
        for (size_t g = i; g < end; g++) {
            uint32_t c = mat_group_column(&x->group[g], r);
            start[c == MAT_NONE ? 0 : c + 2]++;
        }
    start[0] = 0;
    for (size_t c = 0; c < width; c++)
        start[c + 2] += start[c + 1];
    d->row[i] = mem_alloc(start[width + 1], sizeof(uint32_t));
    for (size_t r = 0; r < d->rows; r++)
        for (size_t g = i; g < end; g++) {
            uint32_t c = mat_group_column(&x->group[g], r);
            if (c != MAT_NONE)
                d->row[i][start[c + 1]++] = (uint32_t)r;
        }
    d->start[i] = start;
}

/* Entries of coordinate j of a group: rows and how many. */
static const uint32_t *entries(const struct descent *d, size_t j, size_t *n)
{
    uint32_t g = d->group[j];
    size_t c = j - d->first[g];
    *n = d->start[g][c + 1] - d->start[g][c];
    return d->row[g] + d->start[g][c];
}

/* sum_i slope_i x_ij, and sum_i bend_i x_ij^2 if bend is not NULL. */
static double along(const struct descent *d, size_t j, double *bend)
{
    const struct mat_design *x = d->problem->x;
    double slope = 0, square = 0;
    if (j <= x->numerics) {
        for (size_t r = 0; r < d->rows; r++) {
            double v = j ? numeric_value(&x->numeric[j - 1], r) : 1;
            slope += v * d->cell[r].slope;
            square += v * v * d->cell[r].bend;
        }
    } else {
        size_t n;
        const uint32_t *row = entries(d, j, &n);
        const struct mat_group *g = &x->group[d->group[j]];
        for (size_t i = 0; i < n; i++) {
            double v = group_value(g, row[i]);
            for (; i + 1 < n && row[i + 1] == row[i]; i++)
                v += group_value(g, row[i]);
            slope += v * d->cell[row[i]].slope;
            square += v * v * d->cell[row[i]].bend;
        }
    }
    if (bend)
        *bend = square;
    return slope;
}

static void move_row(struct cell *c, double way)
{
    c->way += way;
    c->slope += c->bend * way;
}

/* Coordinate j of the step grows by this much. */
static void move(struct descent *d, size_t j, double by)
{
    const struct mat_design *x = d->problem->x;
    d->step[j] += by;
    if (j <= x->numerics) {
        for (size_t r = 0; r < d->rows; r++)
            move_row(&d->cell[r], by * (j ? numeric_value(&x->numeric[j - 1], r) : 1));
        return;
    }
    size_t n;
    const uint32_t *row = entries(d, j, &n);
    const struct mat_group *g = &x->group[d->group[j]];
    for (size_t i = 0; i < n; i++)
        move_row(&d->cell[row[i]], by * group_value(g, row[i]));
}

/* ---- the loss and its model ---- */

static void block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    struct descent *d = context;
    const struct glm_problem *p = d->problem;
    struct link *w = &d->link[thread];
    for (size_t end = first + n; first < end; first += MAT_PANEL) {
        size_t rows = end - first < MAT_PANEL ? end - first : MAT_PANEL;
        struct cell *cell = d->cell + first;
        for (size_t k = 0; k < w->outputs; k++)
            memcpy(w->eta + k * MAT_PANEL, d->eta + k * d->rows + first, rows * sizeof *w->eta);
        double *eta = w->eta + d->k * MAT_PANEL, *residual = w->residual + d->k * MAT_PANEL;
        for (size_t r = 0; r < rows; r++)
            eta[r] += d->share * cell[r].way;
        link_panel(p, w, first, rows);
        for (size_t r = 0; r < rows; r++)
            sum[0] += w->loss[r];
        for (size_t r = 0; d->share == 0 && r < rows; r++) {
            double q = w->p[d->k * MAT_PANEL + r], s = p->weight ? p->weight[first + r] : 1;
            cell[r] = (struct cell){residual[r], s * q * (1 - q), 0};
        }
    }
}

/* The losses with this share of the step; with none, the model is made anew. */
static double losses(struct descent *d, double share)
{
    double sum;
    struct par_sum job = {.rows = d->rows, .len = 1, .block = block, .context = d};
    if (share == 0)
        for (size_t r = 0; r < d->rows; r++)
            d->cell[r].way = 0;
    d->share = share;
    par_sum(d->problem->jobs, &job, &sum);
    return sum;
}

static void measure(void *context, size_t i, unsigned thread)
{
    struct descent *d = context;
    (void)thread;
    for (size_t j = i * d->chunk; j < d->order && j < (i + 1) * d->chunk; j++)
        d->gradient[j] = along(d, j, &d->curvature[j]);
}

/* ---- the model without the rows ---- */

static void hold(struct descent *d)
{
    struct quadratic *q = &d->quadratic;
    for (size_t r = 0; r < d->rows; r++)
        q->bend[r] = d->cell[r].bend;
    pass_gram(q->pass, q->bend, q->hessian);
    memcpy(q->slope, d->gradient, d->order * sizeof *q->slope);
}

/* Tell the cells how far the step has gone. */
static void go_along(struct descent *d)
{
    double *way = slope_predictors(&d->quadratic.problem, d->step);
    for (size_t r = 0; r < d->rows; r++)
        d->cell[r].way = way[r];
    mem_free(way);
}

/* ---- penalties ---- */

static double l2_of(const struct descent *d, size_t j)
{
    return j ? d->problem->l2[j - 1] : 0;
}

static double l1_of(const struct descent *d, size_t j)
{
    return j && d->problem->l1 ? d->problem->l1[j - 1] : 0;
}

/* Of predictor k, b plus this share of the step. */
static double penalties(const struct descent *d, double share)
{
    const double *b = d->fit->b + d->k * d->order;
    double sum = 0;
    for (size_t j = 1; j < d->order; j++) {
        double w = b[j] + share * d->step[j];
        sum += l2_of(d, j) / 2 * w * w + l1_of(d, j) * fabs(w);
    }
    return sum;
}

/* The largest element of the least subgradient at b, predictor k. */
static double violation(const struct descent *d)
{
    const double *b = d->fit->b + d->k * d->order;
    double most = 0;
    for (size_t j = d->problem->no_intercept; j < d->order; j++) {
        double v = glm_least(d->gradient[j] + l2_of(d, j) * b[j], b[j], l1_of(d, j));
        most = v > most ? v : most;
    }
    return most;
}

/* ---- a step ---- */

/* Best coordinate j of the model, the others held; returns how far it was off, as a slope. */
static double descend(struct descent *d, size_t j)
{
    double w = d->fit->b[d->k * d->order + j] + d->step[j], l1 = l1_of(d, j), l2 = l2_of(d, j);
    double bend = d->curvature[j] + l2 + FLAT;
    double slope = (d->held ? d->quadratic.slope[j] : along(d, j, NULL)) + l2 * w;
    double off = glm_least(slope, w, l1);
    if (off == 0)
        return 0;
    double goal = w - slope / bend, shrink = l1 / bend;
    double to = goal > shrink ? goal - shrink : goal < -shrink ? goal + shrink : 0;
    if (to == w)
        return off;
    if (!d->held) {
        move(d, j, to - w);
    } else {
        d->step[j] += to - w;
        mat_axpy(to - w, d->quadratic.hessian + j * d->order, d->quadratic.slope, d->order);
    }
    return off;
}

/* Minimise the model until every coordinate is within this much of it. */
static void minimise(struct descent *d, double within)
{
    size_t n = 0;
    const double *b = d->fit->b + d->k * d->order;
    bool all = true;
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double most = 0;
        size_t kept = 0, end = all ? d->order : n;
        for (size_t i = all && d->problem->no_intercept; i < end; i++) {
            size_t j = all ? i : d->active[i];
            double off = descend(d, j);
            most = off > most ? off : most;
            if (off > 0 || b[j] + d->step[j] != 0)
                d->active[kept++] = (uint32_t)j;
        }
        n = kept;
        if (most <= within && all)
            return;
        all = most <= within;
    }
}

/* The step from where the violation is off, a share of the greatest there was: rounds over the rows
 * are dear far from the optimum, those of the Hessian are cheap once it is there. */
static void find_step(struct descent *d, double off, double share, double enough)
{
    double near = (share < 0.1 ? share : 0.1) * off;
    if (!d->held) {
        minimise(d, near > enough ? near : enough);
        return;
    }
    hold(d);
    minimise(d, enough);
    go_along(d);
}

/* Go along the step, or as much of it as lowers the objective; false if none of it does. */
static bool advance(struct descent *d, double *loss)
{
    double *b = d->fit->b + d->k * d->order, before = penalties(d, 0);
    double promise = penalties(d, 1) - before, slack = ROUNDING * (1 + *loss);
    for (size_t j = 0; j < d->order; j++)
        promise += d->gradient[j] * d->step[j];
    double share = 1;
    for (int half = 0; half < HALVINGS; half++, share /= 2) {
        double now = losses(d, share), change = now - *loss + penalties(d, share) - before;
        if (!(change <= ENOUGH * share * promise + slack))
            continue;
        for (size_t j = 0; j < d->order; j++)
            b[j] += share * d->step[j];
        for (size_t r = 0; r < d->rows; r++)
            d->eta[d->k * d->rows + r] += share * d->cell[r].way;
        *loss = now;
        return true;
    }
    return false;
}

/* The c for which sum_i (l2 / 2 (w_i - c)^2 + l1 |w_i - c|) is least; w (n) ascending.  Of several
 * the one nearest to 0. */
static double middle_of(const double *w, size_t n, double l2, double l1)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += w[i];
    for (size_t below = 0; below <= n; below++) { /* c is between w[below - 1] and w[below] */
        double low = below ? w[below - 1] : -INFINITY, high = below < n ? w[below] : INFINITY;
        double pull = l1 * (2 * (double)below - (double)n);
        double c = l2 > 0 ? (sum - pull / l2) / (double)n : pull < 0 ? INFINITY : 0;
        if (c <= low || (l2 == 0 && pull > 0))
            return low;
        if (c <= high)
            return c;
        if (l2 == 0 && pull == 0)
            return high;
    }
    return 0;
}

/* Shift the coefficients of each column alike in all classes to where the penalties are least.  The
 * predictors shift alike, too, which no loss sees, so eta stays. */
static void centre(struct descent *d)
{
    size_t outputs = d->fit->outputs;
    double *w = d->centre;
    for (size_t j = 1; d->problem->form == GLM_SYMMETRIC && j < d->order; j++) {
        double *b = d->fit->b + j;
        for (size_t k = 0; k < outputs; k++) {
            size_t at = k;
            for (; at && w[at - 1] > b[k * d->order]; at--)
                w[at] = w[at - 1];
            w[at] = b[k * d->order];
        }
        double c = middle_of(w, outputs, l2_of(d, j), l1_of(d, j));
        for (size_t k = 0; k < outputs; k++)
            b[k * d->order] -= c;
    }
}

/* Where predictor k stands: losses, gradient and curvature; returns the violation. */
static double look(struct descent *d, size_t k, double *loss)
{
    d->k = k;
    *loss = losses(d, 0);
    par_for(d->problem->jobs, (d->order - 1) / d->chunk + 1, measure, d);
    return violation(d);
}

static enum glm_status iterate(struct descent *d, double goal, double greatest)
{
    struct glm_fit *fit = d->fit;
    for (;;) {
        bool moved = false;
        fit->gradient_norm = 0;
        for (size_t k = 0; k < fit->outputs; k++) {
            double off = look(d, k, &fit->loss);
            if (!isfinite(fit->loss))
                return GLM_NOT_FINITE;
            fit->gradient_norm = off > fit->gradient_norm ? off : fit->gradient_norm;
            if (off <= goal || fit->iterations == d->problem->max_iter)
                continue;
            memset(d->step, 0, d->order * sizeof *d->step);
            find_step(d, off, off / greatest, goal / 4);
            moved = advance(d, &fit->loss) || moved;
        }
        if (!moved)
            return fit->gradient_norm <= goal ? GLM_OK : GLM_MAX_ITER;
        centre(d);
        fit->iterations++;
    }
}

/* ---- set-up ---- */

static void set_up_quadratic(struct descent *d)
{
    struct quadratic *q = &d->quadratic;
    q->problem = *d->problem;
    q->problem.form = GLM_BINARY;
    q->problem.offset = NULL;
    q->pass = pass_new(&q->problem);
    q->bend = mem_alloc(d->rows, sizeof *q->bend);
    q->hessian = mem_alloc(d->order * d->order, sizeof *q->hessian);
    q->slope = mem_alloc(d->order, sizeof *q->slope);
}

static void close_quadratic(struct quadratic *q)
{
    pass_free(q->pass);
    mem_free(q->bend);
    mem_free(q->hessian);
    mem_free(q->slope);
}

static void set_up(struct descent *d)
{
    const struct mat_design *x = d->problem->x;
    size_t share = d->order / (4 * d->problem->jobs) + 1;
    d->chunk = share < CHUNK ? share : CHUNK;
    d->held = d->order <= HESSIAN_MOST && d->order < d->rows;
    if (d->held)
        set_up_quadratic(d);
    d->eta = mem_zero(d->fit->outputs * d->rows, sizeof *d->eta);
    d->cell = mem_zero(d->rows, sizeof *d->cell);
    d->row = mem_zero(x->groups, sizeof *d->row);
    d->start = mem_zero(x->groups, sizeof *d->start);
    d->group = mem_zero(d->order, sizeof *d->group);
    d->first = mem_alloc(x->groups, sizeof *d->first);
    d->gradient = mem_alloc(3 * d->order, sizeof *d->gradient);
    d->curvature = d->gradient + d->order;
    d->step = d->curvature + d->order;
    d->active = mem_alloc(d->order, sizeof *d->active);
    d->centre = mem_alloc(d->fit->outputs, sizeof *d->centre);
    d->link = mem_zero(d->problem->jobs, sizeof *d->link);
    for (unsigned t = 0; t < d->problem->jobs; t++)
        link_init(&d->link[t], d->fit->outputs);
    par_for(d->problem->jobs, x->groups, sort_group, d);
    for (size_t g = 0, at = 1 + x->numerics; g < x->groups; g++) {
        d->first[g] = at;
        for (size_t c = 0; c < mat_group_new(&x->group[g]); c++)
            d->group[at++] = (uint32_t)g;
    }
}

static void close(struct descent *d)
{
    if (d->held)
        close_quadratic(&d->quadratic);
    for (size_t g = 0; g < d->problem->x->groups; g++) {
        mem_free(d->row[g]);
        mem_free(d->start[g]);
    }
    for (unsigned t = 0; t < d->problem->jobs; t++)
        link_release(&d->link[t]);
    mem_free(d->link);
    mem_free(d->eta);
    mem_free(d->cell);
    mem_free(d->row);
    mem_free(d->start);
    mem_free(d->group);
    mem_free(d->first);
    mem_free(d->gradient);
    mem_free(d->active);
    mem_free(d->centre);
}

/* eta at b. */
static void predict(struct descent *d)
{
    const double *offset = d->problem->offset;
    for (size_t k = 0; k < d->fit->outputs; k++) {
        double *eta = d->eta + k * d->rows;
        const double *b = d->fit->b + k * d->order;
        for (size_t r = 0; r < d->rows; r++)
            d->cell[r].way = 0;
        for (size_t j = 0; j < d->order; j++)
            if (b[j] != 0)
                move(d, j, b[j]);
        for (size_t r = 0; r < d->rows; r++)
            eta[r] = d->cell[r].way + (offset ? offset[k * d->rows + r] : 0);
    }
}

/* The largest element of the gradient without slopes; then on to the start. */
static double begin(struct descent *d)
{
    struct glm_fit *fit = d->fit;
    double most = 0;
    glm_start(d->problem, fit->b);
    predict(d);
    for (size_t k = 0; k < fit->outputs; k++) {
        look(d, k, &fit->loss);
        for (size_t j = d->problem->no_intercept; j < d->order; j++)
            most = fabs(d->gradient[j]) > most ? fabs(d->gradient[j]) : most;
    }
    if (d->problem->start) {
        memcpy(fit->b, d->problem->start, fit->outputs * d->order * sizeof *fit->b);
        predict(d);
    }
    return most;
}

enum glm_status descent_fit(const struct glm_problem *problem, struct glm_fit *fit)
{
    size_t n = glm_size(problem), order = 1 + problem->x->width;
    *fit = (struct glm_fit){.outputs = n / order, .order = order};
    fit->b = mem_zero(n, sizeof *fit->b);
    struct descent d = {.problem = problem, .fit = fit, .rows = problem->x->rows, .order = order};
    set_up(&d);
    double greatest = begin(&d);
    enum glm_status status = iterate(&d, problem->tol * greatest, greatest);
    fit->objective = fit->loss;
    for (d.k = 0; d.k < fit->outputs; d.k++)
        fit->objective += penalties(&d, 0);
    glm_centre(problem, fit->b);
    close(&d);
    return status;
}
