/* SPDX-License-Identifier: MIT */
/*
 * link_kernel - the loops of link, one set per instruction set; for link.c alone
 *
 * Arrays are panels of MAT_PANEL rows, those of one predictor after those of another.
 */
#ifndef PA_LINK_KERNEL_H
#define PA_LINK_KERNEL_H

#include <stddef.h>
#include <stdint.h>

struct link_kernel {
    /* top: the greatest of the predictors and top; shifted: the predictors less top */
    void (*shift)(const double *eta, size_t outputs, double *top, double *shifted);
    /* sum: what is there and all of p; then p: p / sum */
    void (*share)(double *p, size_t outputs, double *sum);
    /* margin of the observed class, y being 0 or 1 */
    void (*margin)(const double *eta, const uint32_t *y, size_t n, double *margin);
    /* from the margin, P(observed class) and its log: P(1), p - y and the loss */
    void (*binary)(const double *margin, const double *observed, const uint32_t *y, size_t n,
        double *p, double *residual, double *loss);
};

extern const struct link_kernel link_kernel_portable, link_kernel_avx2, link_kernel_avx512;

#endif
