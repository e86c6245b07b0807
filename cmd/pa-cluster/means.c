/* SPDX-License-Identifier: MIT */
#include "means.h"

#include <string.h>

#include "mem.h"
#include "par.h"

struct summing {
    const struct kmeans_data *data;
    const struct kmeans_kernel *kernel;
    const uint32_t *group;
    size_t k;
};

/* sum: (k, width) of values, then (k) of rows */
static void add_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    const struct summing *s = context;
    const struct kmeans_data *x = s->data;
    (void)thread;
    s->kernel->add(x->column, x->width, first, n, s->group + first, sum);
    for (size_t i = first; i < first + n; i++)
        sum[s->k * x->width + s->group[i]]++;
}

void means_of_groups(const struct kmeans_data *data, const uint32_t *group, size_t k, unsigned jobs,
    double *mean, double *size)
{
    size_t width = data->width;
    struct summing s = {data, kmeans_kernel(), group, k};
    struct par_sum job = {data->rows, k * (width + 1), add_block, &s};
    double *total = mem_alloc(k, (width + 1) * sizeof *total);
    par_sum(jobs, &job, total);
    memcpy(mean, total, k * width * sizeof *mean);
    memcpy(size, total + k * width, k * sizeof *size);
    for (size_t c = 0; c < k; c++)
        for (size_t j = 0; j < width && size[c] > 0; j++)
            mean[c * width + j] /= size[c];
    mem_free(total);
}
