/* SPDX-License-Identifier: MIT */
/* silhouette - mean silhouette of all rows, or of a sample that includes every group (quality.h) */
#ifndef PA_SILHOUETTE_H
#define PA_SILHOUETTE_H

#include "kmeans.h"

/* At most about `most` rows are compared with one another; *used says how many were. */
double silhouette_mean(const struct kmeans_data *, const uint32_t *group, size_t k, size_t most,
    uint64_t seed, unsigned jobs, size_t *used);

#endif
