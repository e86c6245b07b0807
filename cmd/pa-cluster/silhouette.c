/* SPDX-License-Identifier: MIT */
/*
 * The rows are gathered in order of their groups, so the distances of one row to a group are one
 * run of numbers.
 */
#include "silhouette.h"

#include <math.h>
#include <string.h>

#include "mem.h"
#include "par.h"
#include "sample.h"

enum { RUN = 64 }; /* rows that a thread takes at once */

/* The chosen rows: group c has rows [begin[c], begin[c + 1]) of the columns. */
struct chosen {
    struct kmeans_data data;
    const struct kmeans_kernel *kernel;
    double **column;
    size_t *begin;
    size_t k;
    double *scratch; /* (jobs, rows) */
    double *result;  /* (rows) */
};

/* The two rows of smallest hash of a group, SIZE_MAX where there is none. */
struct pair {
    size_t row[2];
    uint64_t hash[2];
};

static void pair_add(struct pair *p, size_t row, uint64_t hash)
{
    if (p->row[0] == SIZE_MAX || hash < p->hash[0]) {
        p->row[1] = p->row[0];
        p->hash[1] = p->hash[0];
        p->row[0] = row;
        p->hash[0] = hash;
    } else if (p->row[1] == SIZE_MAX || hash < p->hash[1]) {
        p->row[1] = row;
        p->hash[1] = hash;
    }
}

/* Mark two rows of each group of which fewer are marked. */
static void mark_groups(
    const struct kmeans_data *data, const uint32_t *group, size_t k, uint64_t seed, char *marked)
{
    size_t *count = mem_zero(k, sizeof *count);
    struct pair *pair = mem_alloc(k, sizeof *pair);
    for (size_t c = 0; c < k; c++)
        pair[c] = (struct pair){{SIZE_MAX, SIZE_MAX}, {0}};
    for (size_t i = 0; i < data->rows; i++)
        count[group[i]] += marked[i] != 0;
    for (size_t i = 0; i < data->rows; i++)
        if (count[group[i]] < 2)
            pair_add(&pair[group[i]], i, sample_hash(seed, i));
    for (size_t c = 0; c < k; c++)
        for (size_t p = 0; p < 2; p++)
            if (pair[c].row[p] != SIZE_MAX)
                marked[pair[c].row[p]] = 1;
    mem_free(pair);
    mem_free(count);
}

static char *mark_rows(const struct kmeans_data *data, const uint32_t *group, size_t k, size_t most,
    uint64_t seed, unsigned jobs)
{
    char *marked = mem_zero(data->rows, 1);
    if (data->rows <= most) {
        memset(marked, 1, data->rows);
        return marked;
    }
    size_t *row = mem_alloc(most, sizeof *row);
    sample_rows(seed, data->rows, most, jobs, row);
    for (size_t i = 0; i < most; i++)
        marked[row[i]] = 1;
    mem_free(row);
    mark_groups(data, group, k, seed, marked);
    return marked;
}

/* Copy the marked rows, by group, then by number. */
static struct chosen gather(
    const struct kmeans_data *data, const uint32_t *group, size_t k, const char *marked)
{
    struct chosen s = {.kernel = kmeans_kernel(), .k = k};
    s.begin = mem_zero(k + 2, sizeof *s.begin);
    size_t *next = s.begin + 1, n = 0;
    for (size_t i = 0; i < data->rows; i++)
        if (marked[i]) {
            next[group[i] + 1]++;
            n++;
        }
    for (size_t c = 0; c < k; c++)
        next[c + 1] += next[c];
    s.column = mem_alloc(data->width, sizeof *s.column);
    for (size_t j = 0; j < data->width; j++)
        s.column[j] = mem_alloc(n, sizeof **s.column);
    for (size_t i = 0; i < data->rows; i++)
        if (marked[i]) {
            size_t at = next[group[i]]++;
            for (size_t j = 0; j < data->width; j++)
                s.column[j][at] = data->column[j][i];
        }
    s.data = (struct kmeans_data){n, data->width, (const double *const *)s.column};
    return s;
}

/* Row i of group own, its distances to all rows at d. */
static double silhouette(const struct chosen *s, size_t own, const double *d)
{
    double a = 0, b = INFINITY;
    for (size_t c = 0; c < s->k; c++) {
        size_t n = s->begin[c + 1] - s->begin[c];
        double sum = s->kernel->sum(d + s->begin[c], n);
        if (c == own) {
            if (n == 1)
                return 0;
            a = sum / (double)(n - 1);
        } else if (n && sum / (double)n < b) {
            b = sum / (double)n;
        }
    }
    double greater = a > b ? a : b;
    return greater > 0 ? (b - a) / greater : 0;
}

static void measure_run(void *context, size_t run, unsigned thread)
{
    const struct chosen *s = context;
    size_t n = s->data.rows, width = s->data.width, own = 0;
    double *d = s->scratch + thread * n, *point = mem_alloc(width, sizeof *point);
    for (size_t i = run * RUN; i < n && i < (run + 1) * RUN; i++) {
        while (s->begin[own + 1] <= i)
            own++;
        for (size_t j = 0; j < width; j++)
            point[j] = s->column[j][i];
        s->kernel->distance(s->data.column, width, 0, n, point, d);
        s->kernel->roots(d, n);
        s->result[i] = silhouette(s, own, d);
    }
    mem_free(point);
}

static size_t groups_seen(const struct chosen *s)
{
    size_t seen = 0;
    for (size_t c = 0; c < s->k; c++)
        seen += s->begin[c + 1] > s->begin[c];
    return seen;
}

double silhouette_mean(const struct kmeans_data *data, const uint32_t *group, size_t k, size_t most,
    uint64_t seed, unsigned jobs, size_t *used)
{
    char *marked = mark_rows(data, group, k, most, seed, jobs);
    struct chosen s = gather(data, group, k, marked);
    double mean = NAN;
    *used = s.data.rows;
    s.result = mem_alloc(*used, sizeof *s.result);
    s.scratch = mem_alloc(jobs, *used * sizeof *s.scratch);
    if (groups_seen(&s) > 1) {
        par_for(jobs, (*used - 1) / RUN + 1, measure_run, &s);
        mean = s.kernel->sum(s.result, *used) / (double)*used;
    }
    for (size_t j = 0; j < data->width; j++)
        mem_free(s.column[j]);
    mem_free(s.column);
    mem_free(s.begin);
    mem_free(s.result);
    mem_free(s.scratch);
    mem_free(marked);
    return mean;
}
