/* SPDX-License-Identifier: MIT */
/* mat_kernel - the loops of mat, one set per instruction set; for mat.c alone.  See mat.h. */
#ifndef PA_MAT_KERNEL_H
#define PA_MAT_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum { MAT_BLOCK = 8 };

struct mat_kernel {
    double (*dot)(const double *x, const double *y, size_t n);
    void (*axpy)(double a, const double *x, double *y, size_t n);
    /* out (MAT_BLOCK, MAT_BLOCK) = dot products of rows of a with rows of b; n: a multiple of 8 */
    void (*dots)(const double *a, const double *b, size_t stride, size_t n, double *out);
    size_t (*range)(const double *x, size_t n, double *low, double *high);
    void (*scale)(const double *x, size_t n, double mean, double factor, double *out);
    void (*apply)(const double *z, size_t columns, const double *b, size_t outputs, size_t stride,
        double *eta);
    void (*gradient)(
        const double *z, size_t columns, const double *r, size_t outputs, double *g, size_t stride);
    void (*gram)(const double *z, size_t columns, const double *w, double *scratch, double *h);
    void (*scatter)(const double *rows, size_t stride, size_t columns, const uint32_t *code,
        const double *w, size_t n, size_t first, double *h);
};

extern const struct mat_kernel mat_kernel_portable, mat_kernel_avx2, mat_kernel_avx512;

#endif
