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

/* Dot products of rows rows of a with columns rows of b, all n apart, over len elements. */
static void block_dots(const double *a, size_t rows, const double *b, size_t columns, size_t n,
    size_t len, double *out)
{
    const struct mat_kernel *k = kernel();
    size_t whole = len - len % MAT_BLOCK;
    bool full = rows == MAT_BLOCK && columns == MAT_BLOCK;
    if (full)
        k->dots(a, b, n, whole, out);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) {
            double *dot = out + r * MAT_BLOCK + c;
            if (!full)
                *dot = k->dot(a + r * n, b + c * n, whole);
            for (size_t i = whole; i < len; i++)
                *dot += a[r * n + i] * b[c * n + i];
        }
}

static size_t block_rows(size_t n, size_t i)
{
    return n - i < MAT_BLOCK ? n - i : MAT_BLOCK;
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
        size_t rows = block_rows(n, i);
        for (size_t j = 0; j <= i; j += MAT_BLOCK) {
            size_t columns = j < i ? MAT_BLOCK : rows;
            block_dots(a + i * n, rows, a + j * n, columns, n, j, dots);
            for (size_t r = 0; r < rows; r++)
                if (!finish_row(a, n, i + r, j, columns, dots + r * MAT_BLOCK, limit))
                    return i + r;
        }
    }
    return n;
}

void mat_cholesky_forward(const double *l, size_t n, double *b)
{
    const struct mat_kernel *k = kernel();
    for (size_t i = 0; i < n; i++)
        b[i] = (b[i] - k->dot(l + i * n, b, i)) / l[i * n + i];
}

void mat_cholesky_back(const double *l, size_t n, double *b)
{
    const struct mat_kernel *k = kernel();
    for (size_t i = n; i-- > 0;) {
        b[i] /= l[i * n + i];
        k->axpy(-b[i], l + i * n, b, i);
    }
}

void mat_cholesky_solve(const double *l, size_t n, double *b)
{
    mat_cholesky_forward(l, n, b);
    mat_cholesky_back(l, n, b);
}

/* Rows j.. of out, in columns k.., become those of the transpose of L^-1; earlier ones are there.
 */
static void invert_block(const double *l, size_t n, size_t j, size_t k, double *out)
{
    double dots[MAT_BLOCK * MAT_BLOCK];
    size_t rows = block_rows(n, k), columns = block_rows(n, j);
    block_dots(l + k * n + j, rows, out + j * n + j, columns, n, k - j, dots);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) {
            const double *row = l + (k + r) * n + k;
            double *to = out + (j + c) * n + k, v = (k + r == j + c) - dots[r * MAT_BLOCK + c];
            for (size_t t = 0; t < r; t++)
                v -= row[t] * to[t];
            to[r] = v / row[r];
        }
}

/*
 * With M = L^-1, the inverse is M' M.  The transpose of M fills the upper triangle of out; element
 * (i, j) of the product, i >= j, needs its rows i and j from column i on, so it can take the free
 * place below the diagonal, and the blocks on the diagonal come last in their row.
 */
void mat_cholesky_inverse(const double *l, size_t n, double *out)
{
    double dots[MAT_BLOCK * MAT_BLOCK];
    memset(out, 0, n * n * sizeof *out);
    for (size_t j = 0; j < n; j += MAT_BLOCK)
        for (size_t k = j; k < n; k += MAT_BLOCK)
            invert_block(l, n, j, k, out);
    for (size_t i = 0; i < n; i += MAT_BLOCK)
        for (size_t j = 0; j <= i; j += MAT_BLOCK) {
            size_t rows = block_rows(n, i), columns = block_rows(n, j);
            block_dots(out + i * n + i, rows, out + j * n + i, columns, n, n - i, dots);
            for (size_t r = 0; r < rows; r++)
                memcpy(out + (i + r) * n + j, dots + r * MAT_BLOCK, columns * sizeof *out);
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

void mat_panel_apply(
    const double *z, size_t columns, const double *b, size_t outputs, size_t stride, double *eta)
{
    kernel()->apply(z, columns, b, outputs, stride, eta);
}

void mat_panel_gradient(
    const double *z, size_t columns, const double *r, size_t outputs, double *g, size_t stride)
{
    kernel()->gradient(z, columns, r, outputs, g, stride);
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

void mat_group_first(const struct mat_group *group, size_t n, size_t from, size_t *first)
{
    for (size_t g = 0; g < n; from += mat_group_new(&group[g++]))
        first[g] = group[g].shared ? first[g - 1] : from;
}

uint32_t mat_group_column(const struct mat_group *g, size_t i)
{
    if (g->missing)
        return isnan(g->missing[i]) ? 0 : MAT_NONE;
    if (!g->map)
        return g->code[i];
    return g->map[g->code[i] < g->levels ? g->code[i] : g->levels];
}
