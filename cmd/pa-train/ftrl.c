/* SPDX-License-Identifier: MIT */
#include "ftrl.h"

#include <math.h>
#include <string.h>

#include "fmath.h"
#include "ftrl_kernel.h"
#include "isa.h"
#include "mem.h"

#ifdef __x86_64__
static const struct ftrl_kernel *const kernels[] = {
    &ftrl_kernel_portable, &ftrl_kernel_avx2, &ftrl_kernel_avx512};
#else
static const struct ftrl_kernel *const kernels[] = {&ftrl_kernel_portable};
#endif

static const double BETA = 1;

/* Memory comes zeroed, and is not touched before it is used. */
void ftrl_reach(struct ftrl *f, size_t n)
{
    if (n <= f->coordinates)
        return;
    if (n > f->cap) {
        f->cap = n + n / 2;
        struct linear_coordinate *at = mem_zero(f->cap, sizeof *at);
        if (f->coordinates)
            memcpy(at, f->at, f->coordinates * sizeof *at);
        mem_free(f->at);
        f->at = at;
    }
    f->coordinates = n;
}

void ftrl_release(struct ftrl *f)
{
    mem_free(f->at);
    mem_free(f->scratch);
}

/* D(n) times the rate. */
static double divisor(const struct ftrl *f, uint32_t i, double n)
{
    double l2 = f->free && i == 0 ? 0 : f->l2;
    return l2 * f->rate + BETA + sqrt(n);
}

double ftrl_weight(const struct ftrl *f, uint32_t i)
{
    const struct linear_coordinate *c = &f->at[i];
    if (f->l1 == 0 || (f->free && i == 0))
        return c->u;
    double most = f->l1 * f->rate / divisor(f, i, c->n);
    return c->u > most ? c->u - most : c->u < -most ? c->u + most : 0;
}

double ftrl_predict(const struct ftrl *f, const struct design_entry *entry, size_t n, double *w)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        w[i] = ftrl_weight(f, entry[i].term);
        sum += w[i] * entry[i].value;
    }
    return sum;
}

void ftrl_learn(
    struct ftrl *f, const struct design_entry *entry, size_t n, const double *w, double slope)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t k = entry[i].term;
        struct linear_coordinate *c = &f->at[k];
        double g = slope * entry[i].value, more = c->n + g * g;
        double back = (sqrt(more) - sqrt(c->n)) * (c->u - w[i]);
        c->u -= (g * f->rate + back) / divisor(f, k, more);
        c->n = more;
    }
}

void ftrl_fetch(const struct ftrl *f, const uint32_t *coordinate, size_t n)
{
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(&f->at[coordinate[i]], 1);
}

double ftrl_row(struct ftrl *f, const uint32_t *coordinate, size_t n, const struct ftrl_outcome *o)
{
    const struct ftrl_kernel *kernel = kernels[isa_level()];
    size_t whole = (n + 7) / 8 * 8;
    if (f->scratch_cap < 2 * whole) {
        f->scratch = mem_resize(f->scratch, 2 * whole, sizeof *f->scratch);
        f->scratch_cap = 2 * whole;
    }
    double *u = f->scratch, *m = u + whole;
    double sum = f->at[0].u + kernel->sum(f->at, coordinate, n, u, m) + o->offset;
    double g = (fm_logistic(sum) - o->y) * o->weight;
    kernel->step(f->at, coordinate, n, g * g, g * f->rate, f->l2 * f->rate + BETA, u, m);
    if (!f->constant)
        return sum;
    f->at[0].n += g * g;
    f->at[0].u -= g * f->rate / divisor(f, 0, f->at[0].n);
    return sum;
}
