/* SPDX-License-Identifier: MIT */
/*
 * Cholesky goes by rows, so every inner loop is a dot product or an axpy of contiguous memory, and
 * in blocks of 8 x 8 elements whose dot products share what they load; the columns of L wanted by
 * the backward substitution are met as rows, too.
 */
#include "mat.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "isa.h"
#include "mat_kernel.h"
#include "mem.h"

#ifdef __x86_64__
static const struct mat_kernel *const kernels[] = {
    &mat_kernel_portable, &mat_kernel_avx2, &mat_kernel_avx512};
#else
static const struct mat_kernel *const kernels[] = {&mat_kernel_portable};
#endif

static const struct mat_kernel *kernel(void)
{
    return kernels[isa_level()];
}

double mat_dot(const double *x, const double *y, size_t n)
{
    return kernel()->dot(x, y, n);
}

void mat_axpy(double a, const double *x, double *y, size_t n)
{
    kernel()->axpy(a, x, y, n);
}

size_t mat_range(const double *x, size_t n, double *low, double *high)
{
    return kernel()->range(x, n, low, high);
}

/* Dot products of rows i.. with rows j.. of a over the columns before j. */
static void block_dots(
    const double *a, size_t n, size_t i, size_t rows, size_t j, size_t columns, double *out)
{
    const struct mat_kernel *k = kernel();
    if (rows == MAT_BLOCK && columns == MAT_BLOCK) {
        k->dots(a + i * n, a + j * n, n, j, out);
        return;
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            out[r * MAT_BLOCK + c] = k->dot(a + (i + r) * n, a + (j + c) * n, j);
}

/* Row i of L in columns j .. j + columns - 1, given its dot products before j.  False if a pivot is
 * bad. */
static bool finish_row(
    double *a, size_t n, size_t i, size_t j, size_t columns, const double *dots, double limit)
{
    for (size_t c = 0; c < columns && j + c <= i; c++) {
        const double *other = a + (j + c) * n;
        double *at = a + i * n + j, original = at[c], v = original - dots[c];
        for (size_t k = 0; k < c; k++)
            v -= at[k] * other[j + k];
        if (j + c < i) {
            at[c] = v / other[j + c];
            continue;
        }
        if (!(v > limit * original) || !(v > 0) || v > 1e300)
            return false;
        at[c] = sqrt(v);
    }
    return true;
}

size_t mat_cholesky(double *a, size_t n, double limit)
{
    double dots[MAT_BLOCK * MAT_BLOCK];
    for (size_t i = 0; i < n; i += MAT_BLOCK) {
        size_t rows = n - i < MAT_BLOCK ? n - i : MAT_BLOCK;
        for (size_t j = 0; j <= i; j += MAT_BLOCK) {
            size_t columns = j < i ? MAT_BLOCK : rows;
            block_dots(a, n, i, rows, j, columns, dots);
            for (size_t r = 0; r < rows; r++)
                if (!finish_row(a, n, i + r, j, columns, dots + r * MAT_BLOCK, limit))
                    return i + r;
        }
    }
    return n;
}

/* L x = b, b being 0 before first. */
static void forward(const double *l, size_t n, size_t first, double *b)
{
    const struct mat_kernel *k = kernel();
    for (size_t i = first; i < n; i++)
        b[i] = (b[i] - k->dot(l + i * n + first, b + first, i - first)) / l[i * n + i];
}

static void backward(const double *l, size_t n, double *b)
{
    const struct mat_kernel *k = kernel();
    for (size_t i = n; i-- > 0;) {
        b[i] /= l[i * n + i];
        k->axpy(-b[i], l + i * n, b, i);
    }
}

void mat_cholesky_solve(const double *l, size_t n, double *b)
{
    forward(l, n, 0, b);
    backward(l, n, b);
}

void mat_cholesky_inverse(const double *l, size_t n, double *out)
{
    memset(out, 0, n * n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        out[i * n + i] = 1;
        forward(l, n, i, out + i * n);
        backward(l, n, out + i * n);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            out[j * n + i] = out[i * n + j];
}

double *mat_panel(size_t columns, void **base)
{
    enum { LINE = 64 };
    size_t whole = (columns + MAT_TILE - 1) / MAT_TILE * MAT_TILE;
    *base = mem_zero(whole * MAT_PANEL + LINE / sizeof(double), sizeof(double));
    return (double *)(void *)(((uintptr_t)*base + LINE - 1) & ~(uintptr_t)(LINE - 1));
}

void mat_panel_scale(const double *x, size_t n, double mean, double factor, double *out)
{
    kernel()->scale(x, n, mean, factor, out);
}

void mat_panel_apply(const double *z, size_t columns, const double *b, double *eta)
{
    kernel()->apply(z, columns, b, eta);
}

void mat_panel_gradient(const double *z, size_t columns, const double *r, double *g)
{
    const struct mat_kernel *k = kernel();
    for (size_t j = 0; j < columns; j++)
        g[j] += k->dot(z + j * MAT_PANEL, r, MAT_PANEL);
}

void mat_panel_gram(const double *z, size_t columns, const double *w, double *scratch, double *h)
{
    kernel()->gram(z, columns, w, scratch, h);
}

void mat_panel_transpose(const double *z, size_t columns, double *out, size_t stride)
{
    for (size_t j = 0; j < columns; j++)
        for (size_t r = 0; r < MAT_PANEL; r++)
            out[r * stride + j] = z[j * MAT_PANEL + r];
}

void mat_panel_scatter(const double *rows, size_t stride, size_t columns, const uint32_t *code,
    const double *w, size_t n, size_t first, double *h)
{
    kernel()->scatter(rows, stride, columns, code, w, n, first, h);
}

uint32_t mat_group_column(const struct mat_group *g, size_t i)
{
    if (g->missing)
        return isnan(g->missing[i]) ? 0 : MAT_NONE;
    if (!g->map)
        return g->code[i];
    return g->map[g->code[i] < g->levels ? g->code[i] : g->levels];
}
