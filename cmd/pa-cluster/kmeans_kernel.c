/* SPDX-License-Identifier: MIT */
/*
 * A vector of rows at a time against a tile of centres: the sums stay in registers, a column's
 * values are loaded once a tile, and the choice of the nearest is a comparison per lane.
 */
#include "kmeans_kernel.h"

#include <math.h>
#include <string.h>

#if defined __AVX512F__
enum { LANES = 8 };
#elif defined __AVX2__
enum { LANES = 4 };
#else
enum { LANES = 2 };
#endif

enum { AHEAD = 64 }; /* rows: more columns than the processor follows by itself */

typedef double reals __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t ints __attribute__((vector_size(LANES * sizeof(int64_t))));

/* m <= LANES rows from first; inlined with m = LANES, and once more for the last rows. */
static inline void nearest_lanes(const double *const *column, size_t width, size_t first, size_t m,
    const double *packed, size_t tiles, uint32_t *group, double *d2)
{
    reals best = {0}, x = {0};
    ints who = {0};
    best += INFINITY;
    for (size_t j = 0; j < width; j++)
        __builtin_prefetch(column[j] + first + AHEAD);
    for (size_t t = 0; t < tiles; t++) {
        reals s[KMEANS_TILE] = {{0}};
        const double *centre = packed + t * width * KMEANS_TILE;
        for (size_t j = 0; j < width; j++) {
            memcpy(&x, column[j] + first, m * sizeof *d2);
            for (size_t c = 0; c < KMEANS_TILE; c++) {
                reals d = x - centre[j * KMEANS_TILE + c];
                s[c] += d * d;
            }
        }
        for (size_t c = 0; c < KMEANS_TILE; c++) {
            ints less = s[c] < best, number = {0};
            number += (int64_t)(t * KMEANS_TILE + c);
            best = (reals)((less & (ints)s[c]) | (~less & (ints)best));
            who = (less & number) | (~less & who);
        }
    }
    memcpy(d2, &best, m * sizeof *d2);
    for (size_t i = 0; i < m; i++)
        group[i] = (uint32_t)who[i];
}

static void nearest(const double *const *column, size_t width, size_t first, size_t n,
    const double *packed, size_t tiles, uint32_t *group, double *d2)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        nearest_lanes(column, width, first + i, LANES, packed, tiles, group + i, d2 + i);
    if (i < n)
        nearest_lanes(column, width, first + i, n - i, packed, tiles, group + i, d2 + i);
}

static inline void distance_lanes(const double *const *column, size_t width, size_t first, size_t m,
    const double *point, double *d2)
{
    reals s = {0}, x = {0};
    for (size_t j = 0; j < width; j++) {
        memcpy(&x, column[j] + first, m * sizeof *d2);
        reals d = x - point[j];
        s += d * d;
    }
    memcpy(d2, &s, m * sizeof *d2);
}

static void distance(const double *const *column, size_t width, size_t first, size_t n,
    const double *point, double *d2)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        distance_lanes(column, width, first + i, LANES, point, d2 + i);
    if (i < n)
        distance_lanes(column, width, first + i, n - i, point, d2 + i);
}

static void add(const double *const *column, size_t width, size_t first, size_t n,
    const uint32_t *group, double *total)
{
    for (size_t i = 0; i < n; i++) {
        double *s = total + group[i] * width;
        for (size_t j = 0; j < width; j++)
            s[j] += column[j][first + i];
    }
}

static double sum(const double *x, size_t n)
{
    double s[8] = {0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (size_t l = 0; l < 8; l++)
            s[l] += x[i + l];
    for (size_t l = 0; i + l < n; l++)
        s[l] += x[i + l];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static void roots(double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = sqrt(x[i]);
}

/* The name carries the instruction set: kmeans_kernel_avx2. */
#define JOIN_NAMES(a, b) a##_##b
#define NAME_WITH(isa) JOIN_NAMES(kmeans_kernel, isa)
const struct kmeans_kernel NAME_WITH(ISA) = {nearest, distance, add, sum, roots};
