/* SPDX-License-Identifier: MIT */
/* Runs of 8 numbers fill a cache line, so taking a share of the rows reads that share of memory. */
#include "pilot.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "mem.h"
#include "par.h"
#include "rng.h"
#include "solver.h"

static const double NEAR = 1e-2; /* tol of the pilot: its rows do not say more, */
static const double NEXT = 1e-1; /* nor with Newton's method, which goes a step beyond its tol */
enum {
    STRIDE = PILOT_RUN * PILOT_SHARE,
    ROWS_LEAST = 2048, /* taken */
    EVENTS_LEAST = 2   /* of each class, for each entry of a row; a metric helps with fewer */
};

struct copy {
    const void *from;
    void *to;
    size_t size; /* of an element */
};

/* A problem of the rows taken, and how it is filled. */
struct sample {
    struct glm_problem problem;
    struct mat_design x;
    double share;  /* that it has of the weight of all rows */
    size_t *first; /* (rows taken / PILOT_RUN): rows where the runs begin */
    struct copy *copy;
    size_t copies;
    struct arena arena;
};

static size_t rows_taken(const struct mat_design *x)
{
    return x->rows / STRIDE * PILOT_RUN;
}

/* Where run k of the rows taken begins among all. */
static size_t run_first(size_t k)
{
    return k * STRIDE + rng_below(0, RNG_TRAIN, k, 1, PILOT_SHARE) * PILOT_RUN;
}

static void take_runs(void *context, size_t i, unsigned thread)
{
    const struct sample *s = context;
    const struct copy *c = &s->copy[i];
    size_t bytes = PILOT_RUN * c->size;
    (void)thread;
    for (size_t k = 0; k < s->x.rows / PILOT_RUN; k++)
        memcpy((char *)c->to + k * bytes, (const char *)c->from + s->first[k] * c->size, bytes);
}

/* Have the rows of an array taken; NULL of NULL. */
static void *taken(struct sample *s, const void *from, size_t size)
{
    if (!from)
        return NULL;
    void *to = arena_alloc(&s->arena, s->x.rows, size);
    s->copy[s->copies++] = (struct copy){from, to, size};
    return to;
}

static void take_columns(struct sample *s, const struct mat_design *x)
{
    struct mat_numeric *numeric = arena_alloc(&s->arena, x->numerics, sizeof *numeric);
    struct mat_group *group = arena_alloc(&s->arena, x->groups, sizeof *group);
    for (size_t j = 0; j < x->numerics; j++) {
        numeric[j] = x->numeric[j];
        numeric[j].x = taken(s, x->numeric[j].x, sizeof *numeric[j].x);
    }
    for (size_t g = 0; g < x->groups; g++) {
        group[g] = x->group[g];
        group[g].code = taken(s, x->group[g].code, sizeof *group[g].code);
        group[g].missing = taken(s, x->group[g].missing, sizeof *group[g].missing);
        group[g].value = taken(s, x->group[g].value, sizeof *group[g].value);
    }
    s->x.numeric = numeric;
    s->x.group = group;
}

/* The offsets of each output follow those of the one before. */
static void take_offsets(struct sample *s, const struct glm_problem *p, size_t outputs)
{
    double *to = arena_alloc(&s->arena, p->offset ? outputs * s->x.rows : 0, sizeof *to);
    for (size_t k = 0; p->offset && k < outputs; k++)
        s->copy[s->copies++] =
            (struct copy){p->offset + k * p->x->rows, to + k * s->x.rows, sizeof *to};
    s->problem.offset = p->offset ? to : NULL;
}

static double total(const double *weight, size_t n)
{
    double sum = 0;
    for (size_t i = 0; weight && i < n; i++)
        sum += weight[i];
    return weight ? sum : (double)n;
}

/* Penalties are to have the share of those of all that the losses have. */
static void share_penalty(struct sample *s, const struct glm_problem *p)
{
    double *l2 = arena_alloc(&s->arena, p->x->width, sizeof *l2);
    s->share = total(s->problem.weight, s->x.rows) / total(p->weight, p->x->rows);
    for (size_t j = 0; j < p->x->width; j++)
        l2[j] = p->l2 ? p->l2[j] * s->share : 0;
    s->problem.l2 = l2;
}

static void sample_init(struct sample *s, const struct glm_problem *p)
{
    size_t outputs = glm_size(p) / (1 + p->x->width);
    *s = (struct sample){.problem = *p, .x = *p->x};
    s->x.rows = rows_taken(p->x);
    s->copy = mem_alloc(p->x->numerics + 3 * p->x->groups + 2 + outputs, sizeof *s->copy);
    s->first = arena_alloc(&s->arena, s->x.rows / PILOT_RUN, sizeof *s->first);
    for (size_t k = 0; k < s->x.rows / PILOT_RUN; k++)
        s->first[k] = run_first(k);
    take_columns(s, p->x);
    take_offsets(s, p, outputs);
    s->problem.x = &s->x;
    s->problem.y = taken(s, p->y, sizeof *p->y);
    s->problem.weight = taken(s, p->weight, sizeof *p->weight);
    par_for(p->jobs, s->copies, take_runs, s);
    share_penalty(s, p);
}

static void sample_release(struct sample *s)
{
    mem_free(s->copy);
    arena_release(&s->arena);
}

/* Rows taken of the class that has the fewest. */
static size_t fewest(const struct sample *s)
{
    const struct glm_problem *p = &s->problem;
    size_t *rows = mem_zero(p->classes, sizeof *rows), least = SIZE_MAX;
    for (size_t i = 0; i < s->x.rows; i++)
        rows[p->y[i]] += !p->weight || p->weight[i] > 0;
    for (size_t k = 0; k < p->classes; k++)
        least = rows[k] < least ? rows[k] : least;
    mem_free(rows);
    return least;
}

/* The factor of the Hessian of all is about that of the rows taken, times a number. */
static double *metric_of(const struct sample *s, const struct glm_fit *fit)
{
    size_t n = fit->outputs * fit->order;
    double *l = mem_alloc(n * n, sizeof *l), factor = sqrt(1 / s->share);
    if (!glm_factor(&s->problem, fit->b, l)) {
        mem_free(l);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            l[i * n + j] *= factor;
    return l;
}

static struct pilot *fly(const struct sample *s, const char *solver, bool metric)
{
    struct glm_fit fit;
    struct pilot *pilot = NULL;
    if (solver_fit(&(struct solver){.name = solver}, &s->problem, &fit) == GLM_OK) {
        pilot = mem_zero(1, sizeof *pilot);
        pilot->start = fit.b;
        pilot->steepest = fit.steepest / s->share;
        pilot->metric = metric ? metric_of(s, &fit) : NULL;
        fit.b = NULL;
    }
    glm_release(&fit);
    return pilot;
}

static size_t entries(const struct mat_design *x)
{
    return 1 + x->numerics + x->groups;
}

bool pilot_pays(const struct glm_problem *p)
{
    size_t rows = rows_taken(p->x);
    return rows >= ROWS_LEAST && rows >= entries(p->x);
}

struct pilot *pilot_new(const struct glm_problem *p, const char *solver, bool metric)
{
    struct sample s;
    if (!pilot_pays(p))
        return NULL;
    sample_init(&s, p);
    s.problem.tol = metric ? NEAR : NEXT;
    bool enough = fewest(&s) >= (metric ? 1 : EVENTS_LEAST * entries(p->x));
    struct pilot *pilot = enough ? fly(&s, solver, metric) : NULL;
    sample_release(&s);
    return pilot;
}

void pilot_free(struct pilot *p)
{
    if (!p)
        return;
    mem_free(p->start);
    mem_free(p->metric);
    mem_free(p);
}
