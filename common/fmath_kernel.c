/* SPDX-License-Identifier: MIT */
/* The array forms of fmath, once per instruction set; fmath.c chooses. */
#include "fmath_core.h"

#define NAME_2(name, isa) name##_##isa
#define NAME_1(name, isa) NAME_2(name, isa)

void NAME_1(fmath_exp, ISA)(const double *x, double *out, unsigned long n)
{
    for (unsigned long i = 0; i < n; i++)
        out[i] = core_exp(x[i]);
}

void NAME_1(fmath_log, ISA)(const double *x, double *out, unsigned long n)
{
    for (unsigned long i = 0; i < n; i++)
        out[i] = core_log(x[i]);
}

void NAME_1(fmath_logistic, ISA)(const double *x, double *out, unsigned long n)
{
    for (unsigned long i = 0; i < n; i++)
        out[i] = core_logistic(x[i]);
}
