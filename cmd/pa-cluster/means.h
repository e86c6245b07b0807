/* SPDX-License-Identifier: MIT */
/* means - the mean row of each group, by block sums */
#ifndef PA_MEANS_H
#define PA_MEANS_H

#include "kmeans.h"

/* mean (k, width), zeros for an empty group; size (k) rows of each */
void means_of_groups(const struct kmeans_data *, const uint32_t *group, size_t k, unsigned jobs,
    double *mean, double *size);

#endif
