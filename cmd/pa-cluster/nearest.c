/* SPDX-License-Identifier: MIT */
/* The kernel takes several rows at once; ours is the first of a run whose others are zeros. */
#include "nearest.h"

#include <math.h>

#include "kmeans.h"
#include "mem.h"

struct nearest {
    const struct kmeans_kernel *kernel;
    size_t width, tiles;
    double *packed, *row;
    const double **column;
};

struct nearest *nearest_new(const double *centre, size_t k, size_t width)
{
    struct nearest *n = mem_zero(1, sizeof *n);
    n->kernel = kmeans_kernel();
    n->width = width;
    n->packed = kmeans_pack(centre, k, width, &n->tiles);
    n->row = mem_zero(width, NEAREST_STRIDE * sizeof *n->row);
    n->column = mem_alloc(width, sizeof *n->column);
    for (size_t j = 0; j < width; j++)
        n->column[j] = n->row + j * NEAREST_STRIDE;
    return n;
}

double *nearest_row(struct nearest *n)
{
    return n->row;
}

uint32_t nearest_find(const struct nearest *n, double *distance)
{
    uint32_t group[NEAREST_STRIDE];
    double d2[NEAREST_STRIDE];
    n->kernel->nearest(n->column, n->width, 0, NEAREST_STRIDE, n->packed, n->tiles, group, d2);
    *distance = sqrt(d2[0]);
    return group[0];
}

void nearest_free(struct nearest *n)
{
    mem_free(n->packed);
    mem_free(n->row);
    mem_free(n->column);
    mem_free(n);
}
