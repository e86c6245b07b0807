/* SPDX-License-Identifier: MIT */
#include "ftrl_many.h"

#include <string.h>

#include "ftrl_many_kernel.h"
#include "isa.h"
#include "mem.h"

#ifdef __x86_64__
static const struct ftrl_many_kernel *const kernels[] = {
    &ftrl_many_kernel_portable, &ftrl_many_kernel_avx2, &ftrl_many_kernel_avx512};
#else
static const struct ftrl_many_kernel *const kernels[] = {&ftrl_many_kernel_portable};
#endif

static const double BETA = 1;

static double *of(const struct ftrl_many *f, size_t i)
{
    return f->at + i * 2 * f->stride;
}

/* Memory comes zeroed, and is not touched before it is used. */
static void move(struct ftrl_many *f, size_t cap, size_t stride)
{
    struct ftrl_many to = *f;
    to.cap = cap;
    to.stride = stride;
    to.at = mem_zero(cap * 2, stride * sizeof *to.at);
    for (size_t i = 0; i < f->coordinates && f->classes; i++) {
        const double *from = of(f, i);
        bool any = false;
        for (size_t k = 0; k < f->classes; k++)
            any = any || from[k] != 0 || from[f->stride + k] > 0;
        if (!any)
            continue;
        memcpy(of(&to, i), from, f->classes * sizeof *from);
        memcpy(of(&to, i) + stride, from + f->stride, f->classes * sizeof *from);
    }
    mem_free(f->at);
    *f = to;
}

void ftrl_many_reach(struct ftrl_many *f, size_t coordinates, size_t classes)
{
    bool wider = classes > f->stride, longer = coordinates > f->cap;
    size_t stride = wider ? (classes + classes / 4 + 3) / 4 * 4 : f->stride;
    if (wider || longer)
        move(f, longer ? coordinates + coordinates / 2 : f->cap, stride);
    f->coordinates = coordinates > f->coordinates ? coordinates : f->coordinates;
    f->classes = classes > f->classes ? classes : f->classes;
}

void ftrl_many_release(struct ftrl_many *f)
{
    mem_free(f->at);
}

struct linear_coordinate ftrl_many_get(const struct ftrl_many *f, size_t i, size_t k)
{
    const double *at = of(f, i);
    return (struct linear_coordinate){at[k], at[f->stride + k]};
}

void ftrl_many_set(struct ftrl_many *f, size_t i, size_t k, struct linear_coordinate c)
{
    double *at = of(f, i);
    at[k] = c.u;
    at[f->stride + k] = c.n;
}

/* What a coordinate's weights are drawn by, and its share of the divisor, times the rate. */
static double most_of(const struct ftrl_many *f, size_t i)
{
    return i ? f->l1 * f->rate : 0;
}

static double plus_of(const struct ftrl_many *f, size_t i)
{
    return (i ? f->l2 * f->rate : 0) + BETA;
}

double ftrl_many_weight(const struct ftrl_many *f, size_t i, size_t k)
{
    double w = 0;
    struct linear_coordinate c = ftrl_many_get(f, i, k);
    kernels[0]->add(&c.u, &c.n, 1, 1, most_of(f, i), plus_of(f, i), &w);
    return w;
}

void ftrl_many_predict(
    const struct ftrl_many *f, const struct design_entry *entry, size_t n, double *eta)
{
    const struct ftrl_many_kernel *kernel = kernels[isa_level()];
    memset(eta, 0, f->classes * sizeof *eta);
    for (size_t e = 0; e < n; e++) {
        size_t i = entry[e].term;
        const double *at = of(f, i);
        kernel->add(
            at, at + f->stride, f->classes, entry[e].value, most_of(f, i), plus_of(f, i), eta);
    }
}

void ftrl_many_learn(
    struct ftrl_many *f, const struct design_entry *entry, size_t n, const double *slope)
{
    const struct ftrl_many_kernel *kernel = kernels[isa_level()];
    for (size_t e = 0; e < n; e++) {
        size_t i = entry[e].term;
        double *at = of(f, i);
        kernel->step(at, at + f->stride, f->classes, slope, entry[e].value, f->rate, most_of(f, i),
            plus_of(f, i));
    }
}

void ftrl_many_fetch(const struct ftrl_many *f, const uint32_t *coordinate, size_t n)
{
    enum { LINE = 8 }; /* doubles */
    for (size_t i = 0; i < n; i++) {
        const double *at = of(f, coordinate[i]);
        for (size_t k = 0; k < 2 * f->stride; k += LINE)
            __builtin_prefetch(at + k, 1);
    }
}
