/* SPDX-License-Identifier: MIT */
#include "slope.h"

#include <math.h>
#include <string.h>

#include "link.h"
#include "mem.h"
#include "par.h"

struct work {
    void *z_base;
    double *z; /* panel: ones, numeric columns */
    struct link link;
};

struct slope {
    const struct glm_problem *problem;
    const double *b;
    bool squares; /* the diagonal is wanted instead of the gradient */
    size_t outputs, order, dense;
    size_t *first;    /* (groups): coefficient where a group begins */
    size_t *slot;     /* (groups): where its codes begin in by_code */
    size_t slots;     /* of all groups */
    double *by_code;  /* (outputs, slots): coefficients, then sums, by code */
    double *residual; /* (outputs, rows); only with groups */
    struct work *work;
    double *sum;      /* loss, then (outputs, dense) */
    double *gradient; /* (outputs, order) */
};

/* Codes of a group, that of rows without one included. */
static size_t codes_of(const struct mat_group *g)
{
    return g->missing ? 2 : (g->map ? g->levels : g->width) + (size_t)1;
}

static uint32_t column_of(const struct mat_group *g, size_t code)
{
    if (g->map)
        return g->map[code];
    return code < g->width ? (uint32_t)code : MAT_NONE;
}

static inline uint32_t code_of(const struct mat_group *g, size_t row)
{
    uint32_t most = g->map ? g->levels : (uint32_t)g->width;
    if (g->missing)
        return isnan(g->missing[row]) ? 0u : 1u;
    return g->code[row] < most ? g->code[row] : most;
}

static inline double value_of(const struct mat_group *g, size_t row)
{
    double v = g->value[row];
    return g->factor * (isnan(v) ? g->fill : v);
}

struct slope *slope_new(const struct glm_problem *problem)
{
    struct slope *s = mem_zero(1, sizeof *s);
    const struct mat_design *x = problem->x;
    s->problem = problem;
    s->order = 1 + x->width;
    s->outputs = glm_size(problem) / s->order;
    s->dense = 1 + x->numerics;
    s->first = mem_alloc(x->groups, sizeof *s->first);
    s->slot = mem_alloc(x->groups, sizeof *s->slot);
    for (size_t g = 0, at = s->dense; g < x->groups; g++) {
        s->first[g] = at;
        s->slot[g] = s->slots;
        at += x->group[g].width;
        s->slots += codes_of(&x->group[g]);
    }
    s->by_code = mem_alloc(s->outputs * s->slots, sizeof *s->by_code);
    s->residual = mem_alloc(x->groups ? s->outputs * x->rows : 0, sizeof *s->residual);
    s->sum = mem_alloc(1 + s->outputs * s->dense, sizeof *s->sum);
    s->work = mem_zero(problem->jobs, sizeof *s->work);
    for (unsigned t = 0; t < problem->jobs; t++) {
        struct work *w = &s->work[t];
        w->z = mat_panel(s->dense, &w->z_base);
        for (size_t r = 0; r < MAT_PANEL; r++)
            w->z[r] = 1;
        link_init(&w->link, s->outputs);
    }
    return s;
}

void slope_free(struct slope *s)
{
    for (unsigned t = 0; t < s->problem->jobs; t++) {
        mem_free(s->work[t].z_base);
        link_release(&s->work[t].link);
    }
    mem_free(s->work);
    mem_free(s->first);
    mem_free(s->slot);
    mem_free(s->by_code);
    mem_free(s->residual);
    mem_free(s->sum);
    mem_free(s);
}

/* ---- the predictors ---- */

static void lay_out(void *context, size_t i, unsigned thread)
{
    const struct slope *s = context;
    size_t groups = s->problem->x->groups, g = i % groups, k = i / groups;
    const struct mat_group *group = &s->problem->x->group[g];
    const double *b = s->b + k * s->order + s->first[g];
    double *out = s->by_code + k * s->slots + s->slot[g];
    (void)thread;
    if (group->missing) {
        out[0] = b[0];
        out[1] = 0;
        return;
    }
    for (size_t c = 0; c < codes_of(group); c++) {
        uint32_t column = column_of(group, c);
        out[c] = column == MAT_NONE ? 0 : b[column];
    }
}

static void add_group(
    const struct mat_group *g, const double *by_code, size_t first, size_t n, double *eta)
{
    uint32_t most = g->map ? g->levels : (uint32_t)g->width;
    if (g->missing || g->value) {
        for (size_t r = 0; r < n; r++)
            eta[r] += by_code[code_of(g, first + r)] * (g->value ? value_of(g, first + r) : 1);
        return;
    }
    const uint32_t *code = g->code + first;
    for (size_t r = 0; r < n; r++)
        eta[r] += by_code[code[r] < most ? code[r] : most];
}

static void predict(const struct slope *s, struct work *w, size_t first, size_t n)
{
    const struct mat_design *x = s->problem->x;
    const double *offset = s->problem->offset;
    for (size_t j = 0; j < x->numerics; j++)
        mat_panel_scale(x->numeric[j].x + first, n, x->numeric[j].mean, x->numeric[j].factor,
            w->z + (1 + j) * MAT_PANEL);
    mat_panel_apply(w->z, s->dense, s->b, s->outputs, s->order, w->link.eta);
    for (size_t k = 0; k < s->outputs; k++) {
        double *eta = w->link.eta + k * MAT_PANEL;
        for (size_t r = 0; offset && r < n; r++)
            eta[r] += offset[k * x->rows + first + r];
        for (size_t g = 0; g < x->groups; g++)
            add_group(&x->group[g], s->by_code + k * s->slots + s->slot[g], first, n, eta);
    }
}

/* ---- the sums ---- */

/* Squares of the panel, and weight p (1 - p) instead of the residuals. */
static void square(const struct slope *s, struct work *w, size_t first, size_t n)
{
    for (size_t i = MAT_PANEL; i < s->dense * MAT_PANEL; i++)
        w->z[i] *= w->z[i];
    for (size_t k = 0; k < s->outputs; k++)
        for (size_t r = 0; r < n; r++) {
            double p = w->link.p[k * MAT_PANEL + r];
            double weight = s->problem->weight ? s->problem->weight[first + r] : 1;
            w->link.residual[k * MAT_PANEL + r] = weight * p * (1 - p);
        }
}

static void panel(const struct slope *s, struct work *w, size_t first, size_t n, double *sum)
{
    predict(s, w, first, n);
    link_panel(s->problem, &w->link, first, n);
    if (s->squares)
        square(s, w, first, n);
    double loss[8] = {0};
    for (size_t r = 0; r < MAT_PANEL; r++)
        loss[r % 8] += w->link.loss[r];
    for (size_t k = 0; k < 8; k++)
        sum[0] += loss[k];
    mat_panel_gradient(w->z, s->dense, w->link.residual, s->outputs, sum + 1, s->dense);
    for (size_t k = 0; s->problem->x->groups && k < s->outputs; k++) {
        const double *residual = w->link.residual + k * MAT_PANEL;
        memcpy(s->residual + k * s->problem->x->rows + first, residual, n * sizeof *residual);
    }
}

static void block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    const struct slope *s = context;
    for (size_t r = 0; r < n; r += MAT_PANEL)
        panel(s, &s->work[thread], first + r, n - r < MAT_PANEL ? n - r : MAT_PANEL, sum);
}

/* One group and predictor: sums by code, then by column. */
static void gather(void *context, size_t i, unsigned thread)
{
    const struct slope *s = context;
    size_t groups = s->problem->x->groups, rows = s->problem->x->rows;
    size_t g = i % groups, k = i / groups;
    const struct mat_group *group = &s->problem->x->group[g];
    const double *residual = s->residual + k * rows;
    double *sum = s->by_code + k * s->slots + s->slot[g];
    double *out = s->gradient + k * s->order + s->first[g];
    (void)thread;
    memset(sum, 0, codes_of(group) * sizeof *sum);
    memset(out, 0, group->width * sizeof *out);
    if (group->value || group->missing) {
        for (size_t r = 0; r < rows; r++) {
            double v = group->value ? value_of(group, r) : 1;
            sum[code_of(group, r)] += (s->squares ? v * v : v) * residual[r];
        }
    } else {
        uint32_t most = group->map ? group->levels : (uint32_t)group->width;
        for (size_t r = 0; r < rows; r++)
            sum[group->code[r] < most ? group->code[r] : most] += residual[r];
    }
    if (group->missing)
        out[0] = sum[0];
    for (size_t c = 0; !group->missing && c < codes_of(group); c++) {
        uint32_t column = column_of(group, c);
        if (column != MAT_NONE)
            out[column] += sum[c];
    }
}

static bool run(struct slope *s, const double *b, double *loss, double *gradient)
{
    const struct mat_design *x = s->problem->x;
    s->b = b;
    s->gradient = gradient;
    par_for(s->problem->jobs, s->outputs * x->groups, lay_out, s);
    struct par_sum job = {
        .rows = x->rows, .len = 1 + s->outputs * s->dense, .block = block, .context = s};
    par_sum(s->problem->jobs, &job, s->sum);
    *loss = s->sum[0];
    for (size_t k = 0; k < s->outputs; k++)
        memcpy(gradient + k * s->order, s->sum + 1 + k * s->dense, s->dense * sizeof *gradient);
    par_for(s->problem->jobs, s->outputs * x->groups, gather, s);
    return isfinite(*loss);
}

bool slope_run(struct slope *s, const double *b, double *loss, double *gradient)
{
    s->squares = false;
    return run(s, b, loss, gradient);
}

void slope_curvature(struct slope *s, const double *b, double *diagonal)
{
    double loss;
    s->squares = true;
    run(s, b, &loss, diagonal);
}
