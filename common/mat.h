/* SPDX-License-Identifier: MIT */
/*
 * mat - dense vectors and matrices, and the design matrix of a regression; no I/O
 *
 * Kernels are compiled once per instruction set and chosen at start; every one gives the same bits:
 * sums run over 8 strided lanes joined by a fixed tree, or over rows in order.
 */
#ifndef PA_MAT_H
#define PA_MAT_H

#include <stddef.h>
#include <stdint.h>

/* x . y over n, 8 strided lanes, ((0+4)+(2+6)) + ((1+5)+(3+7)). */
double mat_dot(const double *x, const double *y, size_t n);
/* y += a x */
void mat_axpy(double a, const double *x, double *y, size_t n);

/* Symmetric matrices of order n are stored whole, row-major, both triangles.  Cholesky of a in
 * place (lower triangle of a becomes L; the upper is left).  Returns n, or the index of the first
 * pivot below limit * (the original diagonal there), with a half overwritten. */
size_t mat_cholesky(double *a, size_t n, double limit);
/* Solve L L' x = b in place; inverse from L into out (n, n). */
void mat_cholesky_solve(const double *l, size_t n, double *b);
void mat_cholesky_inverse(const double *l, size_t n, double *out);

/*
 * A design matrix X (rows, width): numeric columns, and groups of indicator columns of which a row
 * has at most one set.  Columns of X: numeric 0 .. numerics-1, then the groups' in order.
 *   numeric[j] (rows)            values, no NaN
 *   group[g].code (rows)         0 .. width-1, or DESIGN_NONE: all of the group's columns are 0
 *   group[g].value (rows) or NULL  the entry where code is set, 1 if NULL
 */
#define DESIGN_NONE UINT32_MAX
struct design_group {
    const uint32_t *code;
    const double *value;
    size_t width;
};
struct design_matrix {
    size_t rows, numerics, groups, width;
    const double *const *numeric;
    const struct design_group *group;
};

#endif
