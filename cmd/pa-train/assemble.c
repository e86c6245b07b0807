/* SPDX-License-Identifier: MIT */
#include "assemble.h"

#include <math.h>

#include "estimate.h"
#include "mem.h"

/* Column j of the matrix is (value - mean[j]) * factor[j]. */
struct units {
    double *factor, *mean;
};

static struct units units_of(const struct assembly *a)
{
    size_t width = a->view->x.width;
    struct units u = {mem_alloc(width, sizeof *u.factor), mem_alloc(width, sizeof *u.mean)};
    for (size_t j = 0; j < width; j++) {
        const struct design_term *term = &a->design->term[a->view->column_term[j]];
        u.factor[j] = 1 / term->scale;
        u.mean[j] = j < a->view->x.numerics ? a->view->x.numeric[j].mean : 0;
    }
    return u;
}

static void units_release(struct units *u)
{
    mem_free(u->factor);
    mem_free(u->mean);
}

static size_t outputs_of(const struct glm_problem *p)
{
    return p->form == GLM_BINARY ? 1 : p->classes;
}

size_t assemble_reference(const struct assembly *a)
{
    return a->problem->form == GLM_REFERENCE ? a->problem->reference : SIZE_MAX;
}

/* The fit's predictor for output k of the model, which is not the reference. */
static size_t predictor_of(const struct assembly *a, size_t k)
{
    return k - (k > assemble_reference(a));
}

/* Slopes whose sum over the classes is not 0 leave intercepts in input units that have none,
 * either; adding the same to each changes no probability. */
static void centre(double *intercept, size_t n)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += intercept[k];
    for (size_t k = 0; k < n; k++)
        intercept[k] -= sum / (double)n;
}

void assemble_model(const struct assembly *a, struct linear *m)
{
    size_t width = a->view->x.width, outputs = a->fit->outputs;
    struct units u = units_of(a);
    double *intercept = mem_alloc(outputs, sizeof *intercept);
    double *weight = mem_alloc(outputs * width, sizeof *weight);
    estimate_units(a->fit, u.factor, u.mean, intercept, weight);
    m->outputs = outputs_of(a->problem);
    m->intercept = mem_zero(m->outputs, sizeof *m->intercept);
    m->weight = mem_zero(m->outputs * a->design->terms, sizeof *m->weight);
    for (size_t k = 0; k < m->outputs; k++) {
        size_t p = predictor_of(a, k);
        if (k == assemble_reference(a))
            continue;
        m->intercept[k] = intercept[p];
        for (size_t j = 0; j < width; j++)
            m->weight[k * a->design->terms + a->view->column_term[j]] = weight[p * width + j];
    }
    if (a->problem->form == GLM_SYMMETRIC)
        centre(m->intercept, m->outputs);
    mem_free(intercept);
    mem_free(weight);
    units_release(&u);
}

double *assemble_errors(const struct assembly *a)
{
    size_t order = a->fit->order, outputs = outputs_of(a->problem), terms = 1 + a->design->terms;
    struct units u = units_of(a);
    double *fitted = mem_alloc(a->fit->outputs * order, sizeof *fitted);
    double *error = mem_alloc(outputs * terms, sizeof *error);
    for (size_t i = 0; i < a->fit->outputs * order; i++)
        fitted[i] = NAN;
    if (a->fit->factor)
        estimate_errors(a->problem, a->fit, a->meat, u.factor, u.mean, fitted);
    for (size_t k = 0; k < outputs; k++) {
        const double *from = fitted + predictor_of(a, k) * order;
        bool none = k == assemble_reference(a);
        for (size_t j = 0; j < terms; j++)
            error[k * terms + j] = NAN;
        error[k * terms] = none ? NAN : from[0];
        for (size_t j = 0; j + 1 < order; j++)
            error[k * terms + 1 + a->view->column_term[j]] = none ? NAN : from[1 + j];
    }
    mem_free(fitted);
    units_release(&u);
    return error;
}
