/* SPDX-License-Identifier: MIT */
/*
 * Rows are added in their order to their cluster's sum, sequentially: as cheap as reading them.
 * Products of rows or of clusters are block sums (par.h).
 */
#include "sandwich.h"

#include <string.h>

#include "entries.h"
#include "link.h"
#include "mem.h"
#include "par.h"
#include "slope.h"

struct rows_job {
    const struct glm_problem *problem;
    const double *residual;
    size_t outputs, order;
};

/* One row's products; entries ascend, so those of a pair of outputs k >= l stand below the
 * diagonal. */
static void add_row(
    const struct rows_job *job, const struct entry *entry, size_t n, size_t row, double *sum)
{
    size_t rows = job->problem->x->rows;
    double s = job->problem->weight ? job->problem->weight[row] : 1;
    for (size_t k = 0; k < job->outputs; k++)
        for (size_t l = 0; l <= k; l++) {
            double u = s * job->residual[k * rows + row] * (s * job->residual[l * rows + row]);
            for (size_t i = 0; i < n; i++) {
                double *to = sum + mat_packed(k * job->order + entry[i].column) + l * job->order;
                double v = u * entry[i].value;
                for (size_t j = 0; j < (k == l ? i + 1 : n); j++)
                    to[entry[j].column] += v * entry[j].value;
            }
        }
}

static void rows_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    (void)thread;
    const struct rows_job *job = context;
    struct entry *entry = mem_alloc(entries_most(job->problem->x), sizeof *entry);
    for (size_t i = first; i < first + n; i++)
        add_row(job, entry, entries_of(job->problem->x, i, entry), i, sum);
    mem_free(entry);
}

/* Scores of the clusters: (clusters, N). */
static double *cluster_scores(const struct rows_job *job, const uint32_t *cluster, size_t clusters)
{
    const struct glm_problem *p = job->problem;
    size_t size = job->outputs * job->order;
    double *score = mem_zero(clusters * size, sizeof *score);
    struct entry *entry = mem_alloc(entries_most(p->x), sizeof *entry);
    for (size_t i = 0; i < p->x->rows; i++) {
        size_t n = entries_of(p->x, i, entry);
        double *to = score + cluster[i] * size, s = p->weight ? p->weight[i] : 1;
        for (size_t k = 0; k < job->outputs; k++, to += job->order)
            for (size_t e = 0; e < n; e++)
                to[entry[e].column] += s * job->residual[k * p->x->rows + i] * entry[e].value;
    }
    mem_free(entry);
    return score;
}

struct clusters_job {
    const double *score;
    size_t size;
};

static void clusters_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    (void)thread;
    const struct clusters_job *job = context;
    for (size_t g = first; g < first + n; g++) {
        const double *u = job->score + g * job->size;
        for (size_t i = 0; i < job->size; i++)
            if (u[i] != 0)
                mat_axpy(u[i], u, sum + mat_packed(i), i + 1);
    }
}

double *sandwich_meat(
    const struct glm_problem *p, const double *b, const uint32_t *cluster, size_t clusters)
{
    size_t n = glm_size(p), order = 1 + p->x->width;
    double *residual = slope_predictors(p, b), *packed = mem_zero(mat_packed(n), sizeof *packed);
    link_rows(p, residual, NULL);
    struct rows_job rows = {p, residual, n / order, order};
    struct clusters_job groups = {cluster ? cluster_scores(&rows, cluster, clusters) : NULL, n};
    struct par_sum sum = {.rows = cluster ? clusters : p->x->rows,
        .len = mat_packed(n),
        .block = cluster ? clusters_block : rows_block,
        .context = cluster ? (void *)&groups : (void *)&rows};
    par_sum(p->jobs, &sum, packed);
    double *meat = mem_alloc(n * n, sizeof *meat), g = (double)clusters;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            meat[i * n + j] = packed[mat_packed(i) + j] * (cluster ? g / (g - 1) : 1);
    mem_free((double *)(uintptr_t)groups.score);
    mem_free(packed);
    mem_free(residual);
    return meat;
}

double sandwich_variance(
    const double *meat, const double *inverse, const double *c, size_t n, double *scratch)
{
    double variance = 0;
    memset(scratch, 0, n * sizeof *scratch);
    for (size_t i = 0; i < n; i++)
        if (c[i] != 0)
            mat_axpy(c[i], inverse + i * n, scratch, n);
    for (size_t i = 0; i < n; i++)
        variance +=
            scratch[i] * (2 * mat_dot(meat + i * n, scratch, i) + meat[i * n + i] * scratch[i]);
    return variance;
}
