/* SPDX-License-Identifier: MIT */
/*
 * kmeans_kernel - the inner loops of k-means, compiled once per instruction set
 *
 * Rows are the lanes: every row's sums run over the columns in order, whatever the width of a
 * vector, so each instruction set gives the same bits.  Distances are sums of squared differences,
 * without the short cut over scalar products, so equal rows are at distance 0 exactly.
 */
#ifndef PA_KMEANS_KERNEL_H
#define PA_KMEANS_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum { KMEANS_TILE = 4 }; /* centres that are measured together */

/*
 * column (width)   the table's columns; rows [first, first + n) of them are used
 * packed           centres in tiles: [tile][column][KMEANS_TILE], padded with +infinity
 * tiles            of centres
 */
struct kmeans_kernel {
    /* group[i] = nearest centre of row first + i, the lowest of equally near ones; d2[i] = its
     * squared distance. */
    void (*nearest)(const double *const *column, size_t width, size_t first, size_t n,
        const double *packed, size_t tiles, uint32_t *group, double *d2);
    /* d2[i] = squared distance of row first + i to point (width) */
    void (*distance)(const double *const *column, size_t width, size_t first, size_t n,
        const double *point, double *d2);
    /* total[group[i] * width + j] += value, rows in order */
    void (*add)(const double *const *column, size_t width, size_t first, size_t n,
        const uint32_t *group, double *total);
    /* of x (n): 8 strided lanes, ((0+4)+(2+6)) + ((1+5)+(3+7)) */
    double (*sum)(const double *x, size_t n);
    /* x (n) to their square roots */
    void (*roots)(double *x, size_t n);
};

/* Those that this machine's kind lacks are not linked, and their address is null. */
extern const struct kmeans_kernel kmeans_kernel_portable;
extern const struct kmeans_kernel kmeans_kernel_avx2 __attribute__((weak));
extern const struct kmeans_kernel kmeans_kernel_avx512 __attribute__((weak));

#endif
