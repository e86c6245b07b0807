/* SPDX-License-Identifier: MIT */
/*
 * plusplus - the beginning of k-means: centres drawn by greedy k-means++
 *
 * The first centre is a row drawn evenly; for each further one a few rows are drawn in proportion
 * to their squared distance from the nearest centre so far, and the one that lowers the sum of
 * these distances most is taken (the first of equal ones).
 *
 * Sources: Arthur, Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007; the
 * greedy choice is in section 7 of it.
 */
#ifndef PA_PLUSPLUS_H
#define PA_PLUSPLUS_H

#include "kmeans.h"

/* Row `row` into point (width). */
void plusplus_point(const struct kmeans_data *, size_t row, double *point);

/* Draw k centres (k, width) among the rows; a function of seed and restart.  Returns how many
 * there are: less than k when every row is at a centre before. */
size_t plusplus_draw(
    const struct kmeans_data *, size_t k, uint64_t seed, uint64_t restart, double *centre);

#endif
