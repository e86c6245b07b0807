/* SPDX-License-Identifier: MIT */
/* ftrl_many_kernel - its loops over classes, one set per instruction set; for ftrl_many.c alone. */
#ifndef PA_FTRL_MANY_KERNEL_H
#define PA_FTRL_MANY_KERNEL_H

#include <stddef.h>

struct ftrl_many_kernel {
    /* eta += x w, w being u drawn to 0 by most / (add + sqrt(m)); most 0: not drawn */
    void (*add)(const double *u, const double *m, size_t classes, double x, double most, double add,
        double *eta);
    /* With g = slope x: m += g^2, and u as ftrl.h has it. */
    void (*step)(double *u, double *m, size_t classes, const double *slope, double x, double rate,
        double most, double add);
};

extern const struct ftrl_many_kernel ftrl_many_kernel_portable, ftrl_many_kernel_avx2,
    ftrl_many_kernel_avx512;

#endif
