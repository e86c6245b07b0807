/* SPDX-License-Identifier: MIT */
/* The loops of ftrl_many over classes, once per instruction set. */
#include "ftrl_many_kernel.h"

#include <math.h>

#define NAMED(name, isa) name##_##isa
#define NAME(name, isa) NAMED(name, isa)

static double drawn(double u, double by)
{
    double less = u - by, more = u + by;
    return less > 0 ? less : more < 0 ? more : 0;
}

static void add(const double *restrict u, const double *restrict m, size_t classes, double x,
    double most, double plus, double *restrict eta)
{
    if (most == 0)
        for (size_t k = 0; k < classes; k++)
            eta[k] += u[k] * x;
    else
        for (size_t k = 0; k < classes; k++)
            eta[k] += drawn(u[k], most / (plus + sqrt(m[k]))) * x;
}

static void step(double *restrict u, double *restrict m, size_t classes,
    const double *restrict slope, double x, double rate, double most, double plus)
{
    if (most == 0) {
        for (size_t k = 0; k < classes; k++) {
            double g = slope[k] * x, more = m[k] + g * g;
            u[k] -= g * rate / (plus + sqrt(more));
            m[k] = more;
        }
        return;
    }
    for (size_t k = 0; k < classes; k++) {
        double g = slope[k] * x, root = sqrt(m[k]), more = m[k] + g * g;
        double back = (sqrt(more) - root) * (u[k] - drawn(u[k], most / (plus + root)));
        u[k] -= (g * rate + back) / (plus + sqrt(more));
        m[k] = more;
    }
}

const struct ftrl_many_kernel NAME(ftrl_many_kernel, ISA) = {add, step};
