/* SPDX-License-Identifier: MIT */
/*
 * quality - how good a grouping is
 *
 * With m_c the mean of group c, n_c its rows, m the mean of all n rows, d Euclidean distance:
 *
 *   within             W = sum_i d(x_i, m_own)^2
 *   silhouette         mean of (b - a) / max(a, b): a the mean distance of a row to the others of
 *                      its group, b the least mean distance to the rows of another; 0 for a row
 *                      alone in its group                                   (Rousseeuw 1987)
 *   simplified         the same with a and b the distances to means         (Hruschka 2004)
 *   davies_bouldin     mean over c of max over e of (S_c + S_e) / d(m_c, m_e), S_c the mean
 *                      distance of the group's rows to m_c                  (1979)
 *   calinski_harabasz  (sum_c n_c d(m_c, m)^2 / (k - 1)) / (W / (n - k))    (1974)
 *
 * Empty groups do not count; what is undefined is NaN.  The silhouette takes time by the square of
 * the rows: of more than QUALITY_ROWS it is that of a sample, the rows of smallest hash and at
 * least two of each group that has them.
 */
#ifndef PA_QUALITY_H
#define PA_QUALITY_H

#include "kmeans.h"

enum { QUALITY_ROWS = 10000 };

struct quality {
    double within, silhouette, simplified, davies_bouldin, calinski_harabasz;
    size_t silhouette_rows; /* that it was computed of */
};

/* group (rows) < k */
struct quality quality_measure(
    const struct kmeans_data *, const uint32_t *group, size_t k, uint64_t seed, unsigned jobs);

#endif
