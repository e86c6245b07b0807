/* SPDX-License-Identifier: MIT */
#include "mat.h"

#include "mem.h"
#include "t.h"

/* Uniform on [-1/2, 1/2), a function of its arguments. */
static double draw(uint64_t i, uint64_t j)
{
    uint64_t x = (i * 1000 + j + 1) * 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 32) * 0xd6e8feb86659fd93u;
    return ldexp((double)(x >> 11), -53) - 0.5;
}

/* The promised order of additions, spelt out. */
static double lanes(const double *x, const double *y, size_t n)
{
    double l[8] = {0};
    for (size_t i = 0; i < n; i++)
        l[i % 8] += x[i] * y[i];
    return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
}

static void dots(void)
{
    double x[100], y[100];
    int equal = 1;
    for (uint32_t i = 0; i < 100; i++) {
        x[i] = draw(i, 0);
        y[i] = draw(i, 1) * 1e3;
    }
    for (size_t n = 0; n <= 100; n++)
        equal &= mat_dot(x, y, n) == lanes(x, y, n);
    ok_named(equal, "dot has the promised bits at every length");
    double z[3] = {1, 2, 3};
    mat_axpy(2, (double[]){10, 20, 30}, z, 3);
    ok(z[0] == 21 && z[1] == 42 && z[2] == 63);
}

static void ranges(void)
{
    double x[21], low, high;
    for (size_t i = 0; i < 21; i++)
        x[i] = i % 5 ? draw(i, 0) : NAN;
    x[13] = -7;
    x[19] = 8;
    ok(mat_range(x, 21, &low, &high) == 16 && low == -7 && high == 8);
    ok(mat_range(x, 1, &low, &high) == 0 && low == INFINITY && high == -INFINITY);
    double zero[40] = {0};
    zero[3] = -0.0;
    ok(mat_range(zero, 40, &low, &high) == 40 && !signbit(low) && !signbit(high));
    int equal = 1;
    double y[100];
    for (size_t n = 1; n <= 100; n++) {
        double least = INFINITY, most = -INFINITY;
        for (size_t i = 0; i < n; i++) {
            y[i] = draw(i, n);
            least = y[i] < least ? y[i] : least;
            most = y[i] > most ? y[i] : most;
        }
        equal &= mat_range(y, n, &low, &high) == n && low == least && high == most;
    }
    ok_named(equal, "range finds both ends at every length");
}

/* A panel of 11 columns, its Gram matrix, predictors and gradient against plain sums. */
static void panels(void)
{
    enum { COLUMNS = 11, N = 200 };
    void *base[2];
    double *z = mat_panel(COLUMNS, &base[0]), *scratch = mat_panel(MAT_TILE, &base[1]);
    double w[MAT_PANEL], b[COLUMNS], eta[MAT_PANEL], g[COLUMNS] = {0}, x[N];
    double h[COLUMNS * (COLUMNS + 1) / 2] = {0}, wz[MAT_PANEL];
    for (uint32_t j = 0; j < COLUMNS; j++) {
        for (uint32_t r = 0; r < N; r++)
            x[r] = r == 5 ? NAN : draw(r, j) * 10;
        mat_panel_scale(x, N, 1, 2, z + j * MAT_PANEL);
        b[j] = draw(j, 99);
        ok(z[j * MAT_PANEL + 5] == 0 && z[j * MAT_PANEL + N] == 0);
        ok(z[j * MAT_PANEL + 6] == (x[6] - 1) * 2);
    }
    for (uint32_t r = 0; r < MAT_PANEL; r++)
        w[r] = r < N ? 0.1 + r % 7 : 0;
    mat_panel_gram(z, COLUMNS, w, scratch, h);
    mat_panel_apply(z, COLUMNS, b, 1, COLUMNS, eta);
    mat_panel_gradient(z, COLUMNS, w, 1, g, COLUMNS);
    int equal = 1;
    for (size_t i = 0; i < COLUMNS; i++) {
        for (size_t r = 0; r < MAT_PANEL; r++)
            wz[r] = w[r] * z[i * MAT_PANEL + r];
        for (size_t j = 0; j <= i; j++)
            equal &= h[mat_packed(i) + j] == lanes(wz, z + j * MAT_PANEL, MAT_PANEL);
        equal &= g[i] == lanes(z + i * MAT_PANEL, w, MAT_PANEL);
    }
    ok_named(equal, "Gram matrix and gradient of a panel have the promised bits");
    for (size_t r = 0; r < MAT_PANEL; r++) {
        double e = 0;
        for (size_t j = 0; j < COLUMNS; j++)
            e += b[j] * z[j * MAT_PANEL + r];
        equal &= e == eta[r];
    }
    ok_named(equal, "predictors of a panel are sums in the order of columns");
    mem_free(base[0]);
    mem_free(base[1]);
}

/* Several outputs at once are as many single ones, to the bit. */
static void outputs(void)
{
    enum { COLUMNS = 6, STRIDE = 9, MOST = 8 };
    void *base;
    double *z = mat_panel(COLUMNS, &base);
    static double r[MOST * MAT_PANEL], eta[MOST * MAT_PANEL], one[MAT_PANEL];
    int equal = 1;
    for (size_t i = 0; i < COLUMNS * MAT_PANEL; i++)
        z[i] = draw(i, 1);
    for (size_t i = 0; i < MOST * MAT_PANEL; i++)
        r[i] = draw(i, 2);
    for (size_t k = 1; k <= MOST; k++) {
        double b[MOST * STRIDE], g[MOST * STRIDE] = {0}, sum[STRIDE];
        for (size_t i = 0; i < MOST * STRIDE; i++)
            b[i] = draw(i, 3);
        mat_panel_apply(z, COLUMNS, b, k, STRIDE, eta);
        mat_panel_gradient(z, COLUMNS, r, k, g, STRIDE);
        for (size_t l = 0; l < k; l++) {
            memset(sum, 0, sizeof sum);
            mat_panel_apply(z, COLUMNS, b + l * STRIDE, 1, STRIDE, one);
            mat_panel_gradient(z, COLUMNS, r + l * MAT_PANEL, 1, sum, STRIDE);
            equal &= !memcmp(one, eta + l * MAT_PANEL, sizeof one);
            equal &= !memcmp(sum, g + l * STRIDE, sizeof sum);
        }
    }
    ok_named(equal, "predictors and gradients of several outputs are those of each");
    mem_free(base);
}

static void scatters(void)
{
    double rows[3][2] = {{1, 2}, {3, 4}, {5, 6}}, w[3] = {10, 100, 1000}, h[15] = {0};
    uint32_t code[3] = {0, MAT_NONE, 2};
    mat_panel_scatter(rows[0], 2, 2, code, w, 3, 2, h);
    ok(h[mat_packed(2)] == 10 && h[mat_packed(2) + 1] == 20 && h[mat_packed(3)] == 0);
    ok(h[mat_packed(4)] == 5000 && h[mat_packed(4) + 1] == 6000 && h[mat_packed(4) + 2] == 0);
}

static void cholesky(size_t n)
{
    double *m = mem_alloc(n * n, sizeof *m), *a = mem_zero(n * n, sizeof *a);
    double *l = mem_alloc(n * n, sizeof *l), *inverse = mem_alloc(n * n, sizeof *inverse);
    double *b = mem_alloc(n, sizeof *b), worst = 0, product = 0;
    for (size_t i = 0; i < n * n; i++)
        m[i] = draw(i, 3);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < n; k++)
                a[i * n + j] += m[i * n + k] * m[j * n + k] + (i == j);
    memcpy(l, a, n * n * sizeof *l);
    ok(mat_cholesky(l, n, 1e-10) == n);
    memset(b, 0, n * sizeof *b);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            b[i] += a[i * n + j] * (double)(j + 1);
    mat_cholesky_solve(l, n, b);
    for (size_t i = 0; i < n; i++)
        worst = fmax(worst, fabs(b[i] - (double)(i + 1)));
    near(worst, 0, 1e-11); /* well conditioned: about n ulps of n */
    mat_cholesky_inverse(l, n, inverse);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double e = -(double)(i == j);
            for (size_t k = 0; k < n; k++)
                e += a[i * n + k] * inverse[k * n + j];
            product = fmax(product, fabs(e));
        }
    near(product, 0, 1e-12);
    mem_free(m);
    mem_free(a);
    mem_free(l);
    mem_free(inverse);
    mem_free(b);
}

static void pivots(void)
{
    double a[9] = {4, 0, 0, 2, 5, 0, 6, 7, 13}; /* the third is the sum of the others */
    ok_named(mat_cholesky(a, 3, 1e-10) == 2, "a dependent column is told by its number");
    double zero[4] = {1, 0, 0, 0};
    ok(mat_cholesky(zero, 2, 1e-10) == 1);
    double negative[4] = {1, 0, 2, 1};
    ok(mat_cholesky(negative, 2, 0) == 1);
    double nan[4] = {1, 0, NAN, 1};
    ok(mat_cholesky(nan, 2, 0) == 1);
}

int main(void)
{
    dots();
    ranges();
    panels();
    outputs();
    scatters();
    cholesky(1);
    cholesky(7);
    cholesky(9);
    cholesky(40);
    pivots();
    return done();
}
