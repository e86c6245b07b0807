/* SPDX-License-Identifier: MIT */
/* Two passes of block sums: the means of the groups, then distances to them. */
#include "quality.h"

#include <math.h>
#include <stdbool.h>

#include "means.h"
#include "mem.h"
#include "par.h"
#include "silhouette.h"

enum { STEP = 256 };

struct measuring {
    const struct kmeans_data *data;
    const struct kmeans_kernel *kernel;
    const uint32_t *group;
    size_t k;
    double *mean; /* (k, width) */
    double *size; /* (k) */
    double *near; /* (k) mean distance to the own mean: S */
};

/* Squared distances of n rows to their own mean, and to the nearest other. */
static void own_and_other(
    const struct measuring *m, size_t first, size_t n, double *own, double *other)
{
    const struct kmeans_data *x = m->data;
    double d2[STEP];
    for (size_t i = 0; i < n; i++)
        other[i] = INFINITY;
    for (size_t c = 0; c < m->k; c++) {
        if (m->size[c] == 0)
            continue;
        m->kernel->distance(x->column, x->width, first, n, m->mean + c * x->width, d2);
        for (size_t i = 0; i < n; i++)
            if (m->group[first + i] == c)
                own[i] = d2[i];
            else if (d2[i] < other[i])
                other[i] = d2[i];
    }
}

/* sum: (k) of distances to the own mean, then of their squares, then of simplified silhouettes. */
static void near_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    const struct measuring *m = context;
    double own[STEP], other[STEP];
    (void)thread;
    for (size_t at = first, end = first + n; at < end; at += STEP) {
        size_t rows = end - at < STEP ? end - at : STEP;
        own_and_other(m, at, rows, own, other);
        for (size_t i = 0; i < rows; i++) {
            double a = sqrt(own[i]), b = sqrt(other[i]), greater = a > b ? a : b;
            sum[m->group[at + i]] += a;
            sum[m->k] += own[i];
            sum[m->k + 1] += greater > 0 ? (b - a) / greater : 0;
        }
    }
}

static double distance2(const double *a, const double *b, size_t width)
{
    double s = 0;
    for (size_t j = 0; j < width; j++)
        s += (a[j] - b[j]) * (a[j] - b[j]);
    return s;
}

static double davies_bouldin(const struct measuring *m, size_t groups)
{
    size_t width = m->data->width;
    double sum = 0;
    for (size_t c = 0; c < m->k; c++) {
        double worst = 0;
        for (size_t e = 0; e < m->k && m->size[c] > 0; e++) {
            if (e == c || m->size[e] == 0)
                continue;
            double d = sqrt(distance2(m->mean + c * width, m->mean + e * width, width));
            double ratio = (m->near[c] + m->near[e]) / d;
            worst = ratio > worst ? ratio : worst;
        }
        sum += worst;
    }
    return sum / (double)groups;
}

/* Sum over groups of size * squared distance of its mean to the mean of all. */
static double between(const struct measuring *m)
{
    size_t width = m->data->width;
    double sum = 0, *all = mem_zero(width, sizeof *all);
    for (size_t c = 0; c < m->k; c++)
        for (size_t j = 0; j < width && m->size[c] > 0; j++)
            all[j] += m->size[c] / (double)m->data->rows * m->mean[c * width + j];
    for (size_t c = 0; c < m->k; c++)
        if (m->size[c] > 0)
            sum += m->size[c] * distance2(m->mean + c * width, all, width);
    mem_free(all);
    return sum;
}

/* What the means and distances to them tell. */
static struct quality measure_means(struct measuring *m, unsigned jobs)
{
    size_t groups = 0;
    double *sum = mem_alloc(m->k + 2, sizeof *sum), n = (double)m->data->rows;
    struct par_sum job = {m->data->rows, m->k + 2, near_block, m};
    m->mean = mem_alloc(m->k, m->data->width * sizeof *m->mean);
    m->size = mem_alloc(m->k, sizeof *m->size);
    means_of_groups(m->data, m->group, m->k, jobs, m->mean, m->size);
    par_sum(jobs, &job, sum);
    m->near = sum;
    for (size_t c = 0; c < m->k; c++) {
        groups += m->size[c] > 0;
        m->near[c] = m->size[c] > 0 ? m->near[c] / m->size[c] : 0;
    }
    struct quality q = {sum[m->k], NAN, NAN, NAN, NAN, 0};
    if (groups > 1) {
        q.simplified = sum[m->k + 1] / n;
        q.davies_bouldin = davies_bouldin(m, groups);
        q.calinski_harabasz = between(m) / (double)(groups - 1) / (q.within / (n - (double)groups));
    }
    mem_free(sum);
    mem_free(m->mean);
    mem_free(m->size);
    return q;
}

struct quality quality_measure(
    const struct kmeans_data *data, const uint32_t *group, size_t k, uint64_t seed, unsigned jobs)
{
    struct measuring m = {.data = data, .kernel = kmeans_kernel(), .group = group, .k = k};
    struct quality q = measure_means(&m, jobs);
    q.silhouette = silhouette_mean(data, group, k, QUALITY_ROWS, seed, jobs, &q.silhouette_rows);
    return q;
}
