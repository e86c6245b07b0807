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

typedef double quad __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t bits __attribute__((vector_size(W * sizeof(int64_t))));

/* ((0+4) + (2+6)) + ((1+5) + (3+7)) */
static inline double join(const double *lane)
{
    const quad *half = (const void *)lane;
    quad sum = half[0] + half[1];
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
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

/* a where the mask is set, else b. */
static inline vec choose(bits mask, vec a, vec b)
{
    return (vec)(((bits)a & mask) | ((bits)b & ~mask));
}

/* Least and most of the rows whose number is a multiple of W more than part. */
struct extremes {
    vec least, most;
    bits absent;
};

static inline void extend(struct extremes *e, vec x)
{
    e->least = choose(x < e->least, x, e->least); /* comparisons with NaN are false */
    e->most = choose(x > e->most, x, e->most);
    e->absent += x != x; /* -1 for true */
}

static size_t range(const double *x, size_t n, double *low, double *high)
{
    enum { AT_ONCE = 4, STEP = AT_ONCE * W };
    struct extremes e[AT_ONCE];
    size_t whole = n - n % STEP, present = n;
    for (size_t k = 0; k < AT_ONCE; k++)
        e[k] = (struct extremes){(vec){0} + INFINITY, (vec){0} - INFINITY, {0}};
    for (size_t i = 0; i < whole; i += STEP)
        for (size_t k = 0; k < AT_ONCE; k++)
            extend(&e[k], load(x + i + k * W));
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t k = 0; k < STEP; k++) {
        const struct extremes *f = &e[k / W];
        *low = f->least[k % W] < *low ? f->least[k % W] : *low;
        *high = f->most[k % W] > *high ? f->most[k % W] : *high;
        present += (size_t)f->absent[k % W];
    }
    for (size_t i = whole; i < n; i++) {
        *low = x[i] < *low ? x[i] : *low;
        *high = x[i] > *high ? x[i] : *high;
        present -= x[i] != x[i];
    }
    *low += 0.0; /* not -0, which of the two comes first depends on W */
    *high += 0.0;
    return present;
}

static void scale(const double *x, size_t n, double mean, double factor, double *out)
{
    size_t whole = n - n % LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        __builtin_prefetch(x + i + MAT_PANEL, 0, 2);
        for (size_t k = i; k < i + LANES; k += W) {
            vec v = load(x + k);
            store(out + k, choose(v == v, (v - mean) * factor, (vec){0}));
        }
    }
    for (size_t i = whole; i < n; i++)
        out[i] = x[i] == x[i] ? (x[i] - mean) * factor : 0.0;
    if (n < MAT_PANEL)
        memset(out + n, 0, (MAT_PANEL - n) * sizeof *out);
}

/* Some predictors of 2 W rows, each a sum over the columns in order. */
static inline void apply_tile(
    const double *z, size_t columns, const double *b, size_t stride, size_t outputs, double *eta)
{
    vec sum[TILE][2] = {{{0}}};
    for (size_t j = 0; j < columns; j++) {
        vec x = load(z + j * MAT_PANEL), y = load(z + j * MAT_PANEL + W);
        for (size_t k = 0; k < outputs; k++) {
            sum[k][0] += b[k * stride + j] * x;
            sum[k][1] += b[k * stride + j] * y;
        }
    }
    for (size_t k = 0; k < outputs; k++) {
        store(eta + k * MAT_PANEL, sum[k][0]);
        store(eta + k * MAT_PANEL + W, sum[k][1]);
    }
}

/* The predictor of 4 W rows. */
static inline void apply_one(const double *z, size_t columns, const double *b, double *eta)
{
    enum { AT_ONCE = 4 };
    vec sum[AT_ONCE] = {0};
    for (size_t j = 0; j < columns; j++)
        for (size_t k = 0; k < AT_ONCE; k++)
            sum[k] += b[j] * load(z + j * MAT_PANEL + k * W);
    for (size_t k = 0; k < AT_ONCE; k++)
        store(eta + k * W, sum[k]);
}

static void apply(
    const double *z, size_t columns, const double *b, size_t outputs, size_t stride, double *eta)
{
    for (; outputs >= TILE; outputs -= TILE, b += TILE * stride, eta += TILE * MAT_PANEL)
        for (size_t r = 0; r < MAT_PANEL; r += 2 * W)
            apply_tile(z + r, columns, b, stride, TILE, eta + r);
    for (; outputs >= 2; outputs -= 2, b += 2 * stride, eta += 2 * MAT_PANEL)
        for (size_t r = 0; r < MAT_PANEL; r += 2 * W)
            apply_tile(z + r, columns, b, stride, 2, eta + r);
    for (size_t r = 0; outputs && r < MAT_PANEL; r += 4 * W)
        apply_one(z + r, columns, b, eta + r);
}

/* Vectors of n numbers, a multiple of LANES, at x, x + stride, ... */
struct rows {
    const double *x;
    size_t stride;
};

/* Lanes of the dot products of some vectors of a, at most TILE_ROWS, with TILE of b. */
static inline void tile_part(
    struct rows a, size_t some, struct rows b, size_t n, size_t part, double (*lane)[TILE][LANES])
{
    vec sum[TILE_ROWS][TILE] = {{{0}}};
    for (size_t r = part; r < n; r += LANES) {
        vec y[TILE];
        for (size_t j = 0; j < TILE; j++)
            y[j] = load(b.x + j * b.stride + r);
        for (size_t i = 0; i < some; i++) {
            vec x = load(a.x + i * a.stride + r);
            for (size_t j = 0; j < TILE; j++)
                sum[i][j] += x * y[j];
        }
    }
    for (size_t i = 0; i < some; i++)
        for (size_t j = 0; j < TILE; j++)
            store(lane[i][j] + part, sum[i][j]);
}

static inline void tile(struct rows a, struct rows b, size_t n, double (*lane)[TILE][LANES])
{
    for (size_t i = 0; i < TILE; i += TILE_ROWS)
        for (size_t part = 0; part < LANES; part += W)
            tile_part((struct rows){a.x + i * a.stride, a.stride}, TILE_ROWS, b, n, part, lane + i);
}

/* The same of some vectors of a, 1 or 2. */
static inline void tile_few(
    struct rows a, size_t some, struct rows b, size_t n, double (*lane)[TILE][LANES])
{
    for (size_t part = 0; part < LANES; part += W)
        tile_part(a, some, b, n, part, lane);
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

static void gradient(
    const double *z, size_t columns, const double *r, size_t outputs, double *g, size_t stride)
{
    double lane[TILE][TILE][LANES];
    for (size_t k = 0, some; k < outputs; k += some) {
        some = outputs - k >= TILE ? TILE : outputs - k >= 2 ? 2 : 1;
        struct rows residual = {r + k * MAT_PANEL, MAT_PANEL};
        for (size_t j = 0; j < columns; j += TILE) {
            struct rows x = {z + j * MAT_PANEL, MAT_PANEL};
            if (some == TILE)
                tile(residual, x, MAT_PANEL, lane);
            else if (some == 2)
                tile_few(residual, 2, x, MAT_PANEL, lane);
            else
                tile_few(residual, 1, x, MAT_PANEL, lane);
            for (size_t l = 0; l < some; l++)
                for (size_t i = j; i < j + TILE && i < columns; i++)
                    g[(k + l) * stride + i] += join(lane[l][i - j]);
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
    dot, axpy, dots, range, scale, apply, gradient, gram, scatter};
