/* SPDX-License-Identifier: MIT */
/* nearest - the nearest of fixed centres for one row after another, with the bits of kmeans_fit */
#ifndef PA_NEAREST_H
#define PA_NEAREST_H

#include <stddef.h>
#include <stdint.h>

struct nearest;

/* centre (k, width) is copied */
struct nearest *nearest_new(const double *centre, size_t k, size_t width);

/* Where the row goes: value j at [j * NEAREST_STRIDE]; zeros at first. */
enum { NEAREST_STRIDE = 8 };
double *nearest_row(struct nearest *);

/* The lowest of the nearest centres, and the Euclidean distance to it. */
uint32_t nearest_find(const struct nearest *, double *distance);
void nearest_free(struct nearest *);

#endif
