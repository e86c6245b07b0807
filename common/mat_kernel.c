/* SPDX-License-Identifier: MIT */
/*
 * The loops of mat, once per instruction set.
 *
 * A vector holds as many of the 8 lanes as a register does; where that is fewer than 8, a loop runs
 * once for each share of the lanes, so every lane sees the same additions in the same order.  The
 * weighted Gram matrix goes by tiles of 4 x 4 pairs of columns, whose sums stay in registers.
 */
#include "mat_kernel.h"

#include <math.h>
#include <string.h>

#include "mat.h"

#define NAMED(name, isa) name##_##isa
#define NAME(name, isa) NAMED(name, isa)

enum { LANES = 8, TILE = MAT_TILE };

/* W: lanes in a register; rows of a tile whose sums fit the registers together. */
#if defined __AVX512F__
enum { W = 8, TILE_ROWS = 4 };
#elif defined __AVX__
enum { W = 4, TILE_ROWS = 2 };
#else
enum { W = 2, TILE_ROWS = 2 };
#endif
typedef double vec __attribute__((vector_size(W * sizeof(double)), aligned(8), may_alias));

static inline vec load(const double *p)
{
    return *(const vec *)(const void *)p;
}

static inline void store(double *p, vec v)
{
    *(vec *)(void *)p = v;
}

static inline double join(const double *lane)
{
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) +
           ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static double dot(const double *x, const double *y, size_t n)
{
    double lane[LANES] = {0};
    size_t whole = n - n % LANES;
    for (size_t part = 0; part < LANES; part += W) {
        vec sum = {0};
        for (size_t i = part; i < whole; i += LANES)
            sum += load(x + i) * load(y + i);
        store(lane + part, sum);
    }
    for (size_t i = whole; i < n; i++)
        lane[i - whole] += x[i] * y[i];
    return join(lane);
}

static void axpy(double a, const double *x, double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

static size_t range(const double *x, size_t n, double *low, double *high)
{
    double least[LANES], most[LANES];
    uint64_t present[LANES] = {0}, total = 0;
    for (size_t k = 0; k < LANES; k++) {
        least[k] = INFINITY;
        most[k] = -INFINITY;
    }
    for (size_t i = 0; i < n; i++) { /* comparisons with NaN are false */
        size_t k = i % LANES;
        least[k] = x[i] < least[k] ? x[i] : least[k];
        most[k] = x[i] > most[k] ? x[i] : most[k];
        present[k] += x[i] == x[i];
    }
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t k = 0; k < LANES; k++) {
        *low = least[k] < *low ? least[k] : *low;
        *high = most[k] > *high ? most[k] : *high;
        total += present[k];
    }
    return total;
}

static void scale(const double *x, size_t n, double mean, double factor, double *out)
{
    for (size_t i = 0; i < n; i++) {
        double z = (x[i] - mean) * factor;
        out[i] = x[i] == x[i] ? z : 0.0;
    }
    if (n < MAT_PANEL)
        memset(out + n, 0, (MAT_PANEL - n) * sizeof *out);
}

static void apply(const double *z, size_t columns, const double *b, double *eta)
{
    enum { AT_ONCE = 4 };
    for (size_t r = 0; r < MAT_PANEL; r += AT_ONCE * W) {
        vec sum[AT_ONCE] = {0};
        for (size_t j = 0; j < columns; j++)
            for (size_t k = 0; k < AT_ONCE; k++)
                sum[k] += b[j] * load(z + j * MAT_PANEL + r + k * W);
        for (size_t k = 0; k < AT_ONCE; k++)
            store(eta + r + k * W, sum[k]);
    }
}

/* Vectors of n numbers, a multiple of LANES, at x, x + stride, ... */
struct rows {
    const double *x;
    size_t stride;
};

/* Lanes of the dot products of TILE_ROWS vectors of a with TILE of b. */
static inline void tile_part(
    struct rows a, struct rows b, size_t n, size_t part, double (*lane)[TILE][LANES])
{
    vec sum[TILE_ROWS][TILE] = {{{0}}};
    for (size_t r = part; r < n; r += LANES) {
        vec y[TILE];
        for (size_t j = 0; j < TILE; j++)
            y[j] = load(b.x + j * b.stride + r);
        for (size_t i = 0; i < TILE_ROWS; i++) {
            vec x = load(a.x + i * a.stride + r);
            for (size_t j = 0; j < TILE; j++)
                sum[i][j] += x * y[j];
        }
    }
    for (size_t i = 0; i < TILE_ROWS; i++)
        for (size_t j = 0; j < TILE; j++)
            store(lane[i][j] + part, sum[i][j]);
}

static inline void tile(struct rows a, struct rows b, size_t n, double (*lane)[TILE][LANES])
{
    for (size_t i = 0; i < TILE; i += TILE_ROWS)
        for (size_t part = 0; part < LANES; part += W)
            tile_part((struct rows){a.x + i * a.stride, a.stride}, b, n, part, lane + i);
}

static void dots(const double *a, const double *b, size_t stride, size_t n, double *out)
{
    double lane[TILE][TILE][LANES];
    for (size_t i = 0; i < MAT_BLOCK; i += TILE)
        for (size_t j = 0; j < MAT_BLOCK; j += TILE) {
            tile((struct rows){a + i * stride, stride}, (struct rows){b + j * stride, stride}, n,
                lane);
            for (size_t k = 0; k < TILE; k++)
                for (size_t l = 0; l < TILE; l++)
                    out[(i + k) * MAT_BLOCK + j + l] = join(lane[k][l]);
        }
}

static void gram(const double *z, size_t columns, const double *w, double *scratch, double *h)
{
    double lane[TILE][TILE][LANES];
    for (size_t i = 0; i < columns; i += TILE) {
        for (size_t k = 0; k < TILE; k++)
            for (size_t r = 0; r < MAT_PANEL; r++)
                scratch[k * MAT_PANEL + r] = w[r] * z[(i + k) * MAT_PANEL + r];
        for (size_t j = 0; j <= i; j += TILE) {
            tile((struct rows){scratch, MAT_PANEL}, (struct rows){z + j * MAT_PANEL, MAT_PANEL},
                MAT_PANEL, lane);
            for (size_t k = i; k < i + TILE && k < columns; k++)
                for (size_t l = j; l < j + TILE && l <= k; l++)
                    h[mat_packed(k) + l] += join(lane[k - i][l - j]);
        }
    }
}

static void scatter(const double *rows, size_t stride, size_t columns, const uint32_t *code,
    const double *w, size_t n, size_t first, double *h)
{
    for (size_t r = 0; r < n; r++) {
        if (code[r] == MAT_NONE)
            continue;
        const double *x = rows + r * stride;
        double *y = h + mat_packed(first + code[r]), a = w[r];
        for (size_t j = 0; j < columns; j++)
            y[j] += a * x[j];
    }
}

const struct mat_kernel NAME(mat_kernel, ISA) = {
    dot, axpy, dots, range, scale, apply, gram, scatter};
