/* SPDX-License-Identifier: MIT */
/*
 * mat - dense vectors and matrices, panels of rows, and the design matrix of a regression; no I/O
 *
 * Kernels are compiled once per instruction set (isa.h); every one gives the same bits: a sum over
 * n runs in 8 strided lanes, joined as ((0+4) + (2+6)) + ((1+5) + (3+7)).
 */
#ifndef PA_MAT_H
#define PA_MAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* x . y over n. */
double mat_dot(const double *x, const double *y, size_t n);
/* y += a x */
void mat_axpy(double a, const double *x, double *y, size_t n);
/* How many of x are not NaN; the least and the greatest of them (INFINITY, -INFINITY if none;
 * 0 for -0). */
size_t mat_range(const double *x, size_t n, double *low, double *high);

/* Symmetric matrices of order n are stored whole, row-major; only the lower triangle is read.
 * Cholesky in place: the lower triangle becomes L, the upper is left.  Returns n, or the index of
 * the first pivot that is not above limit * (the diagonal as it was), with a half overwritten. */
size_t mat_cholesky(double *a, size_t n, double limit);
/* Solve L x = b, L' x = b, L L' x = b in place; the whole inverse of L L' into out (n, n). */
void mat_cholesky_forward(const double *l, size_t n, double *b);
void mat_cholesky_back(const double *l, size_t n, double *b);
void mat_cholesky_solve(const double *l, size_t n, double *b);
void mat_cholesky_inverse(const double *l, size_t n, double *out);

/* Packed lower triangle: element (i, j), j <= i, stands at mat_packed(i) + j. */
static inline size_t mat_packed(size_t i)
{
    return i * (i + 1) / 2;
}

/*
 * Panels: MAT_PANEL rows of some columns, small enough to stay in cache.  Column j stands at
 * z + j * MAT_PANEL.  A panel has room for a multiple of MAT_TILE columns, those beyond its own
 * are 0; rows beyond the data are finite, and have weight 0.
 */
enum { MAT_PANEL = 256, MAT_TILE = 4 };

/* Room for a panel of so many columns, zeroed and aligned; *base is what mem_free takes. */
double *mat_panel(size_t columns, void **base);

/* out[r] = (x[r] - mean) * factor, 0 where x is NaN and in rows n .. MAT_PANEL-1. */
void mat_panel_scale(const double *x, size_t n, double mean, double factor, double *out);
/* eta_k[r] = sum over columns, in order, of b_k[j] z_j[r], for each output k: eta_k stands at
 * eta + k * MAT_PANEL, b_k at b + k * stride */
void mat_panel_apply(
    const double *z, size_t columns, const double *b, size_t outputs, size_t stride, double *eta);
/* g_k[j] += z_j . r_k, r_k at r + k * MAT_PANEL, g_k at g + k * stride */
void mat_panel_gradient(
    const double *z, size_t columns, const double *r, size_t outputs, double *g, size_t stride);
/* h (packed) += Z' diag(w) Z; scratch has MAT_TILE * MAT_PANEL doubles, aligned as panels are. */
void mat_panel_gram(const double *z, size_t columns, const double *w, double *scratch, double *h);
/* Rows of a panel: row r at out + r * stride, stride >= columns. */
void mat_panel_transpose(const double *z, size_t columns, double *out, size_t stride);
/* For each of n rows r in order with code[r] != MAT_NONE, row code[r] of the packed triangle h from
 * row first on gets w[r] * (row r of the transposed panel) added to its first columns elements. */
void mat_panel_scatter(const double *rows, size_t stride, size_t columns, const uint32_t *code,
    const double *w, size_t n, size_t first, double *h);

/*
 * A design matrix X (rows, width): numeric columns, and groups of indicator columns of which a row
 * has at most one set.  Columns of X: the numeric ones, then the groups' in order.  The matrix is a
 * view of a table's columns, scaled when it is read, so it takes no memory by the row.
 *
 * Numeric: (x - mean) * factor, 0 where x is NaN.
 */
#define MAT_NONE UINT32_MAX
struct mat_numeric {
    const double *x; /* (rows) */
    double mean, factor;
};

/*
 * Group: which of its columns a row sets, and to what.
 *   code (rows)       a row sets column map[min(code, levels)] (map has levels + 1 entries), none
 *                     if that is MAT_NONE; map NULL: column code itself
 *   missing (rows)    instead of code: a row sets column 0 where this is NaN
 *   shared            its columns are those of the group before it, so a row may set one of them
 *                     more than once: its entry is the sum; never with missing or value
 *   value (rows)      the entry is factor * value, fill standing for NaN; NULL: it is 1
 */
struct mat_group {
    const uint32_t *code, *map;
    uint32_t levels;
    const double *missing;
    const double *value;
    double fill, factor;
    size_t width;
    bool shared;
};

/* Columns of a group that groups before it do not have. */
static inline size_t mat_group_new(const struct mat_group *g)
{
    return g->shared ? 0 : g->width;
}

/* Where the columns of each of n groups begin, those of the first at column from. */
void mat_group_first(const struct mat_group *, size_t n, size_t from, size_t *first);

/* The column of a group that row i sets, or MAT_NONE. */
uint32_t mat_group_column(const struct mat_group *, size_t i);

struct mat_design {
    size_t rows, numerics, groups, width;
    const struct mat_numeric *numeric;
    const struct mat_group *group;
};

#endif
