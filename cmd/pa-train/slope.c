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
    enum { SLOPE, SQUARES, PRODUCT } wanted;
    bool sharing; /* groups share columns: from the first gradient on, the sums of coefficient j */
    size_t *begin, *place; /* stand at place[begin[j]] .. place[begin[j+1]-1] of by_code */
    size_t outputs, order, dense;
    size_t *first;    /* (groups): coefficient where a group begins */
    size_t *slot;     /* (groups): where its codes begin in by_code */
    size_t slots;     /* of all groups */
    double *by_code;  /* (outputs, slots): coefficients, then sums, by code */
    double *residual; /* (outputs, rows); before that, what groups add to predictors; only with
                         groups */
    double *p;        /* (outputs, rows): probabilities at the b of the last slope */
    struct work *work;
    double *sum;      /* loss, then (outputs, dense) */
    double *gradient; /* (outputs, order) */
    double *eta;      /* (outputs, rows): slope_predict */
};

static size_t blocks(size_t n)
{
    return (n + PAR_BLOCK - 1) / PAR_BLOCK;
}

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

/* A counting sort of the codes by their coefficients: begin[j + 1] moves from where j begins to
 * where it ends. */
static void set_places(struct slope *s)
{
    const struct mat_design *x = s->problem->x;
    if (s->begin)
        return;
    s->begin = mem_zero(s->order + 2, sizeof *s->begin);
    s->place = mem_alloc(s->slots, sizeof *s->place);
    for (size_t g = 0; g < x->groups; g++)
        for (size_t c = 0; c < codes_of(&x->group[g]); c++) {
            uint32_t column = column_of(&x->group[g], c);
            if (column != MAT_NONE)
                s->begin[s->first[g] + column + 2]++;
        }
    for (size_t j = 0; j < s->order; j++)
        s->begin[j + 2] += s->begin[j + 1];
    for (size_t g = 0; g < x->groups; g++)
        for (size_t c = 0; c < codes_of(&x->group[g]); c++) {
            uint32_t column = column_of(&x->group[g], c);
            if (column != MAT_NONE)
                s->place[s->begin[s->first[g] + column + 1]++] = s->slot[g] + c;
        }
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
    mat_group_first(x->group, x->groups, s->dense, s->first);
    for (size_t g = 0; g < x->groups; g++) {
        s->slot[g] = s->slots;
        s->slots += codes_of(&x->group[g]);
        s->sharing = s->sharing || x->group[g].shared;
    }
    s->by_code = mem_alloc(s->outputs * s->slots, sizeof *s->by_code);
    s->residual = mem_alloc(x->groups ? s->outputs * x->rows : 0, sizeof *s->residual);
    s->p = mem_alloc(s->outputs * x->rows, sizeof *s->p);
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
    mem_free(s->begin);
    mem_free(s->place);
    mem_free(s->by_code);
    mem_free(s->residual);
    mem_free(s->p);
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

/* Codes of a group, and what stands for each: rows of the first n codes from here on. */
struct lookup {
    const uint32_t *code;
    const double *table;
    uint32_t most;
};

static inline double look_up(const struct lookup *l, size_t r)
{
    return l->table[l->code[r] < l->most ? l->code[r] : l->most];
}

/* A group of which several are looked up at once: their tables fit into a cache together. */
static bool is_small(const struct mat_group *g)
{
    enum { FEW = 1 << 14 };
    return !g->missing && !g->value && codes_of(g) <= FEW;
}

/* Four groups at once: their look-ups wait for memory together. */
static void add_four(const struct slope *s, size_t g, size_t k, size_t first, size_t n, double *eta)
{
    struct lookup l[4];
    for (size_t i = 0; i < 4; i++) {
        const struct mat_group *group = &s->problem->x->group[g + i];
        l[i] = (struct lookup){group->code + first, s->by_code + k * s->slots + s->slot[g + i],
            group->map ? group->levels : (uint32_t)group->width};
    }
    for (size_t r = 0; r < n; r++)
        eta[r] += (look_up(&l[0], r) + look_up(&l[1], r)) + (look_up(&l[2], r) + look_up(&l[3], r));
}

static bool four_small(const struct mat_design *x, size_t g)
{
    return g + 4 <= x->groups && is_small(&x->group[g]) && is_small(&x->group[g + 1]) &&
           is_small(&x->group[g + 2]) && is_small(&x->group[g + 3]);
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

/* What the groups add to the predictors of a stretch of rows, so long that a group's table is worth
 * its way into the cache; it stands in residual. */
enum { STRETCH = 1 << 17 };

static size_t stretches(const struct slope *s)
{
    return (s->problem->x->rows + STRETCH - 1) / STRETCH;
}

static void add_groups(void *context, size_t i, unsigned thread)
{
    const struct slope *s = context;
    const struct mat_design *x = s->problem->x;
    size_t k = i / stretches(s), first = i % stretches(s) * STRETCH;
    size_t n = x->rows - first < STRETCH ? x->rows - first : STRETCH;
    double *eta = s->residual + k * x->rows + first;
    (void)thread;
    memset(eta, 0, n * sizeof *eta);
    for (size_t g = 0; g < x->groups;)
        if (four_small(x, g)) {
            add_four(s, g, k, first, n, eta);
            g += 4;
        } else {
            add_group(&x->group[g], s->by_code + k * s->slots + s->slot[g], first, n, eta);
            g++;
        }
}

static void scale(const struct slope *s, struct work *w, size_t first, size_t n)
{
    const struct mat_numeric *numeric = s->problem->x->numeric;
    for (size_t j = 0; j < s->problem->x->numerics; j++)
        mat_panel_scale(numeric[j].x + first, n, numeric[j].mean, numeric[j].factor,
            w->z + (1 + j) * MAT_PANEL);
}

static void predict(const struct slope *s, struct work *w, size_t first, size_t n)
{
    const struct mat_design *x = s->problem->x;
    const double *offset = s->problem->offset;
    mat_panel_apply(w->z, s->dense, s->b, s->outputs, s->order, w->link.eta);
    for (size_t k = 0; k < s->outputs; k++) {
        double *eta = w->link.eta + k * MAT_PANEL;
        for (size_t r = 0; offset && s->wanted != PRODUCT && r < n; r++)
            eta[r] += offset[k * x->rows + first + r];
        const double *groups = x->groups ? s->residual + k * x->rows + first : NULL;
        for (size_t r = 0; x->groups && r < n; r++)
            eta[r] += groups[r];
    }
}

/* ---- the sums ---- */

/* Squares of the panel, and weight p (1 - p) instead of the residuals. */
static void square(const struct slope *s, struct work *w, size_t first, size_t n)
{
    size_t rows = s->problem->x->rows;
    for (size_t i = MAT_PANEL; i < s->dense * MAT_PANEL; i++)
        w->z[i] *= w->z[i];
    for (size_t k = 0; k < s->outputs; k++) {
        double *out = w->link.residual + k * MAT_PANEL;
        for (size_t r = 0; r < n; r++) {
            double p = s->p[k * rows + first + r];
            double weight = s->problem->weight ? s->problem->weight[first + r] : 1;
            out[r] = weight * p * (1 - p);
        }
        for (size_t r = n; r < MAT_PANEL; r++)
            out[r] = 0;
    }
}

/* The predictors are those of a direction: how the residuals change along it. */
static void change(const struct slope *s, struct work *w, size_t first, size_t n)
{
    const double *p = s->p + first, *weight = s->problem->weight;
    size_t rows = s->problem->x->rows;
    double mean[MAT_PANEL] = {0};
    predict(s, w, first, n);
    for (size_t k = 0; k < s->outputs; k++)
        for (size_t r = 0; r < n; r++)
            mean[r] += p[k * rows + r] * w->link.eta[k * MAT_PANEL + r];
    for (size_t k = 0; k < s->outputs; k++) {
        double *out = w->link.residual + k * MAT_PANEL;
        for (size_t r = 0; r < n; r++)
            out[r] = p[k * rows + r] * (w->link.eta[k * MAT_PANEL + r] - mean[r]);
        for (size_t r = 0; weight && r < n; r++)
            out[r] *= weight[first + r];
        for (size_t r = n; r < MAT_PANEL; r++)
            out[r] = 0;
    }
}

/* Losses and residuals. */
static void look(const struct slope *s, struct work *w, size_t first, size_t n, double *sum)
{
    predict(s, w, first, n);
    link_panel(s->problem, &w->link, first, n);
    double loss[8] = {0};
    for (size_t r = 0; r < MAT_PANEL; r++)
        loss[r % 8] += w->link.loss[r];
    for (size_t k = 0; k < 8; k++)
        sum[0] += loss[k];
    for (size_t k = 0; k < s->outputs; k++)
        memcpy(s->p + k * s->problem->x->rows + first, w->link.p + k * MAT_PANEL, n * sizeof *s->p);
}

static void panel(const struct slope *s, struct work *w, size_t first, size_t n, double *sum)
{
    scale(s, w, first, n);
    if (s->wanted == SLOPE)
        look(s, w, first, n, sum);
    else if (s->wanted == SQUARES)
        square(s, w, first, n);
    else
        change(s, w, first, n);
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

/* Sums by code become sums by column, which the group has for itself. */
static void fold(const struct slope *s, size_t g, size_t k)
{
    const struct mat_group *group = &s->problem->x->group[g];
    const double *sum = s->by_code + k * s->slots + s->slot[g];
    double *out = s->gradient + k * s->order + s->first[g];
    memset(out, 0, group->width * sizeof *out);
    for (size_t c = 0; c < codes_of(group); c++) {
        uint32_t column = column_of(group, c);
        if (column != MAT_NONE)
            out[column] += sum[c];
    }
}

/*
 * Rows that have one code follow one another closely, and each sum would wait for the last: the
 * rows go by quarters side by side, each with sums of its own where there are few codes.
 */
static void gather_codes(
    const struct mat_group *group, const double *residual, size_t rows, double *sum)
{
    enum { FEW = 4096 };
    uint32_t most = group->map ? group->levels : (uint32_t)group->width;
    size_t quarter = most < FEW ? rows / 4 : 0, n = (size_t)most + 1;
    double own[3][FEW + 1];
    const uint32_t *code = group->code;
    for (size_t q = 0; quarter && q < 3; q++)
        memset(own[q], 0, n * sizeof(double));
    for (size_t r = 0; r < quarter; r++) {
        size_t a = r + quarter, b = a + quarter, c = b + quarter;
        sum[code[r] < most ? code[r] : most] += residual[r];
        own[0][code[a] < most ? code[a] : most] += residual[a];
        own[1][code[b] < most ? code[b] : most] += residual[b];
        own[2][code[c] < most ? code[c] : most] += residual[c];
    }
    for (size_t q = 0; quarter && q < 3; q++)
        for (size_t i = 0; i < n; i++)
            sum[i] += own[q][i];
    for (size_t r = 4 * quarter; r < rows; r++)
        sum[code[r] < most ? code[r] : most] += residual[r];
}

/* One group and predictor: sums by code. */
static void gather(void *context, size_t i, unsigned thread)
{
    const struct slope *s = context;
    size_t groups = s->problem->x->groups, rows = s->problem->x->rows;
    size_t g = i % groups, k = i / groups;
    const struct mat_group *group = &s->problem->x->group[g];
    const double *residual = s->residual + k * rows;
    double *sum = s->by_code + k * s->slots + s->slot[g];
    (void)thread;
    memset(sum, 0, codes_of(group) * sizeof *sum);
    if (group->value || group->missing) {
        for (size_t r = 0; r < rows; r++) {
            double v = group->value ? value_of(group, r) : 1;
            sum[code_of(group, r)] += (s->wanted == SQUARES ? v * v : v) * residual[r];
        }
    } else {
        gather_codes(group, residual, rows, sum);
    }
    if (!s->sharing)
        fold(s, g, k);
}

/* A block of coefficients of one predictor. */
static void fold_shared(void *context, size_t i, unsigned thread)
{
    const struct slope *s = context;
    size_t k = i / blocks(s->order), first = i % blocks(s->order) * PAR_BLOCK;
    size_t end = first + PAR_BLOCK < s->order ? first + PAR_BLOCK : s->order;
    const double *by_code = s->by_code + k * s->slots;
    (void)thread;
    for (size_t j = first < s->dense ? s->dense : first; j < end; j++) {
        double sum = 0;
        for (size_t at = s->begin[j]; at < s->begin[j + 1]; at++)
            sum += by_code[s->place[at]];
        s->gradient[k * s->order + j] = sum;
    }
}

/* What the groups add to the predictors at b, of all rows. */
static void look_up_groups(struct slope *s, const double *b)
{
    const struct mat_design *x = s->problem->x;
    s->b = b;
    par_for(s->problem->jobs, s->outputs * x->groups, lay_out, s);
    par_for(s->problem->jobs, x->groups ? s->outputs * stretches(s) : 0, add_groups, s);
}

static bool run(struct slope *s, const double *b, double *loss, double *gradient)
{
    const struct mat_design *x = s->problem->x;
    s->gradient = gradient;
    if (s->wanted != SQUARES)
        look_up_groups(s, b);
    struct par_sum job = {
        .rows = x->rows, .len = 1 + s->outputs * s->dense, .block = block, .context = s};
    par_sum(s->problem->jobs, &job, s->sum);
    *loss = s->sum[0];
    for (size_t k = 0; k < s->outputs; k++)
        memcpy(gradient + k * s->order, s->sum + 1 + k * s->dense, s->dense * sizeof *gradient);
    par_for(s->problem->jobs, s->outputs * x->groups, gather, s);
    if (s->sharing) {
        set_places(s);
        par_for(s->problem->jobs, s->outputs * blocks(s->order), fold_shared, s);
    }
    return isfinite(*loss);
}

bool slope_run(struct slope *s, const double *b, double *loss, double *gradient)
{
    s->wanted = SLOPE;
    return run(s, b, loss, gradient);
}

void slope_curvature(struct slope *s, double *diagonal)
{
    double none;
    s->wanted = SQUARES;
    run(s, NULL, &none, diagonal);
}

void slope_product(struct slope *s, const double *v, double *out)
{
    double none;
    s->wanted = PRODUCT;
    run(s, v, &none, out);
}

static void predict_block(void *context, size_t i, unsigned thread)
{
    const struct slope *s = context;
    struct work *w = &s->work[thread];
    size_t rows = s->problem->x->rows,
           end = (i + 1) * PAR_BLOCK < rows ? (i + 1) * PAR_BLOCK : rows;
    for (size_t r = i * PAR_BLOCK; r < end; r += MAT_PANEL) {
        size_t n = end - r < MAT_PANEL ? end - r : MAT_PANEL;
        scale(s, w, r, n);
        predict(s, w, r, n);
        for (size_t k = 0; k < s->outputs; k++)
            memcpy(s->eta + k * rows + r, w->link.eta + k * MAT_PANEL, n * sizeof *s->eta);
    }
}

void slope_predict(struct slope *s, const double *b, double *eta)
{
    s->wanted = SLOPE;
    s->eta = eta;
    look_up_groups(s, b);
    par_for(s->problem->jobs, blocks(s->problem->x->rows), predict_block, s);
}

double *slope_predictors(const struct glm_problem *p, const double *b)
{
    struct slope *s = slope_new(p);
    double *eta = mem_alloc(s->outputs * p->x->rows, sizeof *eta);
    slope_predict(s, b, eta);
    slope_free(s);
    return eta;
}
