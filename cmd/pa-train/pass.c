/* SPDX-License-Identifier: MIT */
/*
 * Sums of a block: the loss, the gradient (outputs, order), then for each pair of predictors
 * k >= l a packed triangle over the columns (intercept, numeric, groups).  Rows of the triangle
 * that belong to indicators begin with their products with the numeric columns, contiguous, so a
 * row of data adds itself there as a whole.
 */
#include "pass.h"

#include <math.h>
#include <string.h>

#include "link.h"
#include "mem.h"
#include "par.h"

/* What one thread needs for a panel; arrays of MAT_PANEL rows each. */
struct work {
    void *z_base, *scratch_base;
    double *z, *scratch; /* panel: ones, numeric columns */
    double *rows;        /* the panel transposed; only with groups */
    uint32_t *code;      /* (groups): column of the triangle, or MAT_NONE */
    double *value;       /* (groups) */
    struct link link;
    double *w, *wv;
    double eta_max;
};

struct pass {
    const struct glm_problem *problem;
    const double *b;
    const double *gram_weight;    /* (rows) */
    size_t outputs, order, dense; /* dense: ones and numeric columns */
    size_t triangle, len;
    size_t *first; /* (groups): column of the triangle where a group begins */
    struct work *work;
    double *sum;
};

static void work_init(struct work *w, const struct pass *p)
{
    size_t groups = p->problem->x->groups;
    w->z = mat_panel(p->dense, &w->z_base);
    w->scratch = mat_panel(MAT_TILE, &w->scratch_base);
    for (size_t r = 0; r < MAT_PANEL; r++)
        w->z[r] = 1;
    w->rows = mem_alloc(groups ? p->dense * MAT_PANEL : 0, sizeof *w->rows);
    w->code = mem_alloc(groups * MAT_PANEL, sizeof *w->code);
    w->value = mem_alloc(groups * MAT_PANEL, sizeof *w->value);
    link_init(&w->link, p->outputs);
    w->w = mem_alloc(2 * MAT_PANEL, sizeof *w->w);
    w->wv = w->w + MAT_PANEL;
}

static void work_release(struct work *w)
{
    mem_free(w->z_base);
    mem_free(w->scratch_base);
    mem_free(w->rows);
    mem_free(w->code);
    mem_free(w->value);
    link_release(&w->link);
    mem_free(w->w);
}

struct pass *pass_new(const struct glm_problem *problem)
{
    struct pass *p = mem_zero(1, sizeof *p);
    const struct mat_design *x = problem->x;
    p->problem = problem;
    p->order = 1 + x->width;
    p->outputs = glm_size(problem) / p->order;
    p->dense = 1 + x->numerics;
    p->triangle = mat_packed(p->order);
    p->len = 1 + p->outputs * p->order + mat_packed(p->outputs) * p->triangle;
    p->sum = mem_alloc(p->len, sizeof *p->sum);
    p->first = mem_alloc(x->groups, sizeof *p->first);
    mat_group_first(x->group, x->groups, p->dense, p->first);
    p->work = mem_zero(problem->jobs, sizeof *p->work);
    for (unsigned t = 0; t < problem->jobs; t++)
        work_init(&p->work[t], p);
    return p;
}

void pass_free(struct pass *p)
{
    for (unsigned t = 0; t < p->problem->jobs; t++)
        work_release(&p->work[t]);
    mem_free(p->work);
    mem_free(p->first);
    mem_free(p->sum);
    mem_free(p);
}

static void load_group(const struct pass *p, struct work *w, size_t g, size_t first, size_t n)
{
    const struct mat_group *group = &p->problem->x->group[g];
    uint32_t *code = w->code + g * MAT_PANEL, offset = (uint32_t)p->first[g];
    double *value = w->value + g * MAT_PANEL;
    for (size_t r = 0; r < n; r++) {
        uint32_t c = mat_group_column(group, first + r);
        code[r] = c == MAT_NONE ? c : c + offset;
    }
    for (size_t r = 0; r < n; r++) {
        double v = group->value ? group->value[first + r] : 1;
        value[r] = !group->value ? 1 : group->factor * (isnan(v) ? group->fill : v);
    }
}

static void load_panel(const struct pass *p, struct work *w, size_t first, size_t n)
{
    const struct mat_design *x = p->problem->x;
    for (size_t j = 0; j < x->numerics; j++)
        mat_panel_scale(x->numeric[j].x + first, n, x->numeric[j].mean, x->numeric[j].factor,
            w->z + (1 + j) * MAT_PANEL);
    for (size_t g = 0; g < x->groups; g++)
        load_group(p, w, g, first, n);
    if (x->groups)
        mat_panel_transpose(w->z, p->dense, w->rows, p->dense);
}

static void predict(const struct pass *p, struct work *w, size_t first, size_t n)
{
    size_t groups = p->problem->x->groups;
    mat_panel_apply(w->z, p->dense, p->b, p->outputs, p->order, w->link.eta);
    for (size_t k = 0; k < p->outputs; k++) {
        const double *b = p->b + k * p->order, *offset = p->problem->offset;
        double *eta = w->link.eta + k * MAT_PANEL, low, high;
        for (size_t r = 0; offset && r < n; r++)
            eta[r] += offset[k * p->problem->x->rows + first + r];
        for (size_t g = 0; g < groups; g++) {
            const uint32_t *code = w->code + g * MAT_PANEL;
            const double *value = w->value + g * MAT_PANEL;
            for (size_t r = 0; r < n; r++)
                if (code[r] != MAT_NONE)
                    eta[r] += value[r] * b[code[r]];
        }
        mat_range(eta, n, &low, &high);
        double most = high > -low ? high : -low;
        w->eta_max = most > w->eta_max ? most : w->eta_max;
    }
}

static void add_gradient(const struct pass *p, const struct work *w, size_t n, double *sum)
{
    mat_panel_gradient(w->z, p->dense, w->link.residual, p->outputs, sum, p->order);
    for (size_t k = 0; k < p->outputs; k++) {
        const double *residual = w->link.residual + k * MAT_PANEL;
        double *g = sum + k * p->order;
        for (size_t j = 0; j < p->problem->x->groups; j++) {
            const uint32_t *code = w->code + j * MAT_PANEL;
            const double *value = w->value + j * MAT_PANEL;
            for (size_t r = 0; r < n; r++)
                if (code[r] != MAT_NONE)
                    g[code[r]] += value[r] * residual[r];
        }
    }
}

/* Products of two indicators that a row sets; a group's columns follow those of earlier groups, or
 * are the same.  Both orders of a pair that is one column stand on the diagonal. */
static void add_pairs(const struct work *w, size_t g, size_t n, double *h)
{
    const uint32_t *code = w->code + g * MAT_PANEL;
    for (size_t e = 0; e <= g; e++) {
        const uint32_t *other = w->code + e * MAT_PANEL;
        const double *value = w->value + e * MAT_PANEL;
        for (size_t r = 0; r < n; r++) {
            if (code[r] == MAT_NONE || other[r] == MAT_NONE)
                continue;
            uint32_t high = code[r] > other[r] ? code[r] : other[r];
            uint32_t low = code[r] > other[r] ? other[r] : code[r];
            h[mat_packed(high) + low] += (high == low && e < g ? 2 : 1) * (w->wv[r] * value[r]);
        }
    }
}

static void pair_weights(
    const struct pass *p, struct work *w, size_t k, size_t l, size_t first, size_t n)
{
    const double *a = w->link.p + k * MAT_PANEL, *b = w->link.p + l * MAT_PANEL;
    const double *s = p->problem->weight;
    for (size_t r = 0; r < n; r++)
        w->w[r] = k == l ? a[r] * (1 - a[r]) : -(a[r] * b[r]);
    for (size_t r = 0; s && r < n; r++)
        w->w[r] *= s[first + r];
    for (size_t r = n; r < MAT_PANEL; r++)
        w->w[r] = 0;
}

static void add_triangle(const struct pass *p, struct work *w, size_t n, double *h)
{
    mat_panel_gram(w->z, p->dense, w->w, w->scratch, h);
    for (size_t g = 0; g < p->problem->x->groups; g++) {
        const double *value = w->value + g * MAT_PANEL;
        for (size_t r = 0; r < n; r++)
            w->wv[r] = w->w[r] * value[r];
        mat_panel_scatter(w->rows, p->dense, p->dense, w->code + g * MAT_PANEL, w->wv, n, 0, h);
        add_pairs(w, g, n, h);
    }
}

static void panel(const struct pass *p, struct work *w, size_t first, size_t n, double *sum)
{
    load_panel(p, w, first, n);
    predict(p, w, first, n);
    link_panel(p->problem, &w->link, first, n);
    sum[0] += mat_dot(w->z, w->link.loss, MAT_PANEL);
    add_gradient(p, w, n, sum + 1);
    double *h = sum + 1 + p->outputs * p->order;
    for (size_t k = 0; k < p->outputs; k++)
        for (size_t l = 0; l <= k; l++, h += p->triangle) {
            pair_weights(p, w, k, l, first, n);
            add_triangle(p, w, n, h);
        }
}

static void block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    const struct pass *p = context;
    for (size_t r = 0; r < n; r += MAT_PANEL)
        panel(p, &p->work[thread], first + r, n - r < MAT_PANEL ? n - r : MAT_PANEL, sum);
}

bool pass_run(struct pass *p, const double *b)
{
    p->b = b;
    for (unsigned t = 0; t < p->problem->jobs; t++)
        p->work[t].eta_max = 0;
    struct par_sum job = {.rows = p->problem->x->rows, .len = p->len, .block = block, .context = p};
    par_sum(p->problem->jobs, &job, p->sum);
    return isfinite(p->sum[0]);
}

static void gram_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    const struct pass *p = context;
    struct work *w = &p->work[thread];
    for (size_t end = first + n; first < end; first += MAT_PANEL) {
        size_t rows = end - first < MAT_PANEL ? end - first : MAT_PANEL;
        load_panel(p, w, first, rows);
        memcpy(w->w, p->gram_weight + first, rows * sizeof *w->w);
        memset(w->w + rows, 0, (MAT_PANEL - rows) * sizeof *w->w);
        add_triangle(p, w, rows, sum);
    }
}

void pass_gram(struct pass *p, const double *weight, double *square)
{
    p->gram_weight = weight;
    struct par_sum job = {
        .rows = p->problem->x->rows, .len = p->triangle, .block = gram_block, .context = p};
    par_sum(p->problem->jobs, &job, p->sum);
    for (size_t i = 0; i < p->order; i++)
        for (size_t j = 0; j <= i; j++)
            square[i * p->order + j] = square[j * p->order + i] = p->sum[mat_packed(i) + j];
}

double pass_loss(const struct pass *p)
{
    return p->sum[0];
}

double pass_eta_max(const struct pass *p)
{
    double most = 0;
    for (unsigned t = 0; t < p->problem->jobs; t++)
        if (p->work[t].eta_max > most)
            most = p->work[t].eta_max;
    return most;
}

const double *pass_gradient(const struct pass *p)
{
    return p->sum + 1;
}

void pass_hessian(const struct pass *p, double *h)
{
    size_t m = p->order, n = p->outputs * m;
    const double *t = p->sum + 1 + n;
    for (size_t k = 0; k < p->outputs; k++)
        for (size_t l = 0; l <= k; l++, t += p->triangle)
            for (size_t i = 0; i < m; i++)
                for (size_t j = 0; j <= i; j++) {
                    h[(k * m + i) * n + l * m + j] = t[mat_packed(i) + j];
                    h[(k * m + j) * n + l * m + i] = t[mat_packed(i) + j];
                }
}
