/* SPDX-License-Identifier: MIT */
/*
 * kmeans - groups of near rows: k-means++ beginnings, then Lloyd's iterations on all rows
 *
 *   minimise over centres:  sum_i min_c |x_i - centre_c|^2      (the inertia)
 *
 * Beginnings are tried on the 32,768 rows of smallest hash (all rows of a smaller table): centres
 * are drawn by greedy k-means++ and moved by Lloyd's iterations there; the best beginning goes on
 * with all rows until no row changes its group.  A group that has lost all its rows gets the row
 * that is farthest from its own centre (the lowest of equal ones, from groups of two rows or more).
 *
 * Sources: Arthur, Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007;
 * Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28 (1982).
 *
 * Same data, k, restarts and seed: same bits, for any number of threads and instruction set.
 */
#ifndef PA_KMEANS_H
#define PA_KMEANS_H

#include <stddef.h>
#include <stdint.h>

#include "kmeans_kernel.h"

enum { KMEANS_SAMPLE = 32768 };

/* Rows to be grouped; values finite. */
struct kmeans_data {
    size_t rows, width;
    const double *const *column; /* (width) arrays of (rows) */
};

struct kmeans_options {
    size_t k;          /* 1 .. rows */
    unsigned restarts; /* beginnings tried; >= 1 */
    int max_iter;      /* Lloyd iterations, of each beginning and of the end; >= 1 */
    uint64_t seed;
    unsigned jobs;
};

/* Groups are numbered by falling size, ties by their first row. */
struct kmeans {
    double *centre;   /* (k, width) row-major */
    uint64_t *size;   /* (k) rows of each group */
    uint32_t *group;  /* (rows) the nearest centre, the lowest of equally near ones */
    double *distance; /* (rows) Euclidean, to it */
    double inertia;
    int iterations; /* on all rows */
    size_t found;   /* KMEANS_FEW: distinct rows there are */
};

enum kmeans_status {
    KMEANS_OK,
    KMEANS_MAX_ITER, /* stopped early; the result is whole */
    KMEANS_FEW,      /* fewer distinct rows than k; only found is set */
    KMEANS_RANGE     /* squared distances are beyond the greatest double; nothing is set */
};

/* Release the result with kmeans_release, whatever the status. */
enum kmeans_status kmeans_fit(
    const struct kmeans_data *, const struct kmeans_options *, struct kmeans *);
void kmeans_release(struct kmeans *);

/* The kernel that the machine, or PA_ISA in the environment, chooses. */
const struct kmeans_kernel *kmeans_kernel(void);

/* Centres (k, width) in the tiles that the kernel reads; free with mem_free. */
double *kmeans_pack(const double *centre, size_t k, size_t width, size_t *tiles);

#endif
