/* SPDX-License-Identifier: MIT */
#include "link.h"

#include <stdbool.h>
#include <string.h>

#include "fmath.h"
#include "isa.h"
#include "link_kernel.h"
#include "mem.h"
#include "par.h"

#ifdef __x86_64__
static const struct link_kernel *const kernels[] = {
    &link_kernel_portable, &link_kernel_avx2, &link_kernel_avx512};
#else
static const struct link_kernel *const kernels[] = {&link_kernel_portable};
#endif

void link_init(struct link *w, size_t outputs)
{
    w->outputs = outputs;
    w->eta = mem_zero((3 * outputs + 3) * MAT_PANEL, sizeof *w->eta);
    w->p = w->eta + outputs * MAT_PANEL;
    w->residual = w->p + outputs * MAT_PANEL;
    w->loss = w->residual + outputs * MAT_PANEL;
    w->top = w->loss + MAT_PANEL;
    w->sum = w->top + MAT_PANEL;
}

void link_release(struct link *w)
{
    mem_free(w->eta);
}

/* Losses, probabilities and residuals of the binary form, from the margin of the observed class. */
static void link_binary(const struct glm_problem *p, struct link *w, size_t first, size_t n)
{
    const struct link_kernel *k = kernels[isa_level()];
    const uint32_t *y = p->y + first;
    k->margin(w->eta, y, n, w->top);
    fm_logistic_n(w->top, w->sum, n);
    fm_log_n(w->sum, w->loss, n);
    k->binary(w->top, w->sum, y, n, w->p, w->residual, w->loss);
}

/* The predictor of a class, or outputs: none. */
static size_t output_of(const struct glm_problem *problem, size_t outputs, uint32_t class)
{
    if (problem->form == GLM_SYMMETRIC)
        return class;
    return class == problem->reference ? outputs : class - (class > problem->reference);
}

/* top: the greatest predictor of each row, sum: the sum of exp(eta - top); p: the probabilities. */
static void probabilities(const struct glm_problem *p, struct link *w)
{
    const struct link_kernel *k = kernels[isa_level()];
    bool reference = p->form == GLM_REFERENCE;
    for (size_t r = 0; r < MAT_PANEL; r++)
        w->top[r] = reference ? 0 : w->eta[r];
    k->shift(w->eta, w->outputs, w->top, w->p);
    for (size_t r = 0; r < MAT_PANEL; r++)
        w->sum[r] = reference ? -w->top[r] : 0;
    if (reference)
        fm_exp_n(w->sum, w->sum, MAT_PANEL);
    fm_exp_n(w->p, w->p, w->outputs * MAT_PANEL);
    k->share(w->p, w->outputs, w->sum);
}

static void link_softmax(const struct glm_problem *p, struct link *w, size_t first, size_t n)
{
    probabilities(p, w);
    memcpy(w->residual, w->p, w->outputs * MAT_PANEL * sizeof *w->p);
    fm_log_n(w->sum, w->loss, n);
    for (size_t r = 0; r < n; r++) {
        size_t k = output_of(p, w->outputs, p->y[first + r]);
        double eta = k < w->outputs ? w->eta[k * MAT_PANEL + r] : 0;
        w->loss[r] -= eta - w->top[r];
        if (k < w->outputs)
            w->residual[k * MAT_PANEL + r] -= 1;
    }
}

/* Row weights, and 0 in the rows beyond the data. */
static void weigh(const struct glm_problem *p, struct link *w, size_t first, size_t n)
{
    const double *s = p->weight;
    for (size_t k = 0; k < w->outputs; k++) {
        double *residual = w->residual + k * MAT_PANEL;
        for (size_t r = 0; s && r < n; r++)
            residual[r] *= s[first + r];
        for (size_t r = n; r < MAT_PANEL; r++)
            residual[r] = 0;
    }
    for (size_t r = 0; s && r < n; r++)
        w->loss[r] *= s[first + r];
    for (size_t r = n; r < MAT_PANEL; r++)
        w->loss[r] = 0;
}

void link_panel(const struct glm_problem *p, struct link *w, size_t first, size_t n)
{
    if (p->form == GLM_BINARY)
        link_binary(p, w, first, n);
    else
        link_softmax(p, w, first, n);
    weigh(p, w, first, n);
}

struct all {
    const struct glm_problem *problem;
    struct link *link; /* (jobs) */
    double *eta, *loss;
};

static void link_block(void *context, size_t block, unsigned thread)
{
    const struct all *a = context;
    struct link *w = &a->link[thread];
    size_t rows = a->problem->x->rows, first = block * PAR_BLOCK;
    size_t end = first + PAR_BLOCK < rows ? first + PAR_BLOCK : rows;
    for (; first < end; first += MAT_PANEL) {
        size_t n = end - first < MAT_PANEL ? end - first : MAT_PANEL;
        for (size_t k = 0; k < w->outputs; k++)
            memcpy(w->eta + k * MAT_PANEL, a->eta + k * rows + first, n * sizeof *w->eta);
        link_panel(a->problem, w, first, n);
        for (size_t k = 0; k < w->outputs; k++)
            memcpy(a->eta + k * rows + first, w->residual + k * MAT_PANEL, n * sizeof *w->eta);
        if (a->loss)
            memcpy(a->loss + first, w->loss, n * sizeof *w->loss);
    }
}

void link_rows(const struct glm_problem *p, double *eta, double *loss)
{
    struct glm_problem unweighted = *p;
    struct all a = {&unweighted, mem_alloc(p->jobs, sizeof *a.link), eta, loss};
    unweighted.weight = NULL;
    for (unsigned t = 0; t < p->jobs; t++)
        link_init(&a.link[t], glm_size(p) / (1 + p->x->width));
    par_for(p->jobs, (p->x->rows + PAR_BLOCK - 1) / PAR_BLOCK, link_block, &a);
    for (unsigned t = 0; t < p->jobs; t++)
        link_release(&a.link[t]);
    mem_free(a.link);
}
