/* SPDX-License-Identifier: MIT */
/* The loops of ftrl_row, once per instruction set. */
#include "ftrl_kernel.h"

#include <math.h>

#define NAMED(name, isa) name##_##isa
#define NAME(name, isa) NAMED(name, isa)

enum { LANES = 8 };

static double sum(const struct linear_coordinate *at, const uint32_t *restrict coordinate, size_t n,
    double *restrict u, double *restrict m)
{
    double lane[LANES] = {0};
    size_t whole = (n + LANES - 1) / LANES * LANES;
    for (size_t i = 0; i < n; i++) {
        u[i] = at[coordinate[i]].u;
        m[i] = at[coordinate[i]].n;
    }
    for (size_t i = n; i < whole; i++)
        u[i] = m[i] = 0;
    for (size_t i = 0; i < whole; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            lane[k] += u[i + k];
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) +
           ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static void step(struct linear_coordinate *at, const uint32_t *restrict coordinate, size_t n,
    double square, double by, double add, double *restrict u, double *restrict m)
{
    size_t whole = (n + LANES - 1) / LANES * LANES;
    for (size_t i = 0; i < whole; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            m[i + k] += square;
            u[i + k] -= by / (add + sqrt(m[i + k]));
        }
    for (size_t i = 0; i < n; i++)
        at[coordinate[i]] = (struct linear_coordinate){u[i], m[i]};
}

const struct ftrl_kernel NAME(ftrl_kernel, ISA) = {sum, step};
