/* SPDX-License-Identifier: MIT */
/* ftrl_kernel - the loops of ftrl_row, one set per instruction set; for ftrl.c alone. */
#ifndef PA_FTRL_KERNEL_H
#define PA_FTRL_KERNEL_H

#include "linear.h"

/* u and m have room for a multiple of 8: what the coordinates hold. */
struct ftrl_kernel {
    double (*sum)(const struct linear_coordinate *, const uint32_t *coordinate, size_t n, double *u,
        double *m);
    /* n += square; u -= by / (add + sqrt(n)) */
    void (*step)(struct linear_coordinate *, const uint32_t *coordinate, size_t n, double square,
        double by, double add, double *u, double *m);
};

extern const struct ftrl_kernel ftrl_kernel_portable, ftrl_kernel_avx2, ftrl_kernel_avx512;

#endif
