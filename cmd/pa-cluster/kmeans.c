/* SPDX-License-Identifier: MIT */
/*
 * Each iteration is one par_sum over blocks of rows: a block finds the nearest centre of its rows
 * and adds them to the sums of their groups, in the order of rows.
 */
#include "kmeans.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "isa.h"
#include "mem.h"
#include "par.h"
#include "plusplus.h"
#include "sample.h"

enum { STEP = 256, NOWHERE = -1 };

const struct kmeans_kernel *kmeans_kernel(void)
{
    static const struct kmeans_kernel *const kernel[] = {
        &kmeans_kernel_portable, &kmeans_kernel_avx2, &kmeans_kernel_avx512};
    return kernel[isa_level()];
}

double *kmeans_pack(const double *centre, size_t k, size_t width, size_t *tiles)
{
    *tiles = (k + KMEANS_TILE - 1) / KMEANS_TILE;
    double *packed = mem_alloc(*tiles * KMEANS_TILE, width * sizeof *packed);
    for (size_t c = 0; c < *tiles * KMEANS_TILE; c++)
        for (size_t j = 0; j < width; j++)
            packed[(c / KMEANS_TILE * width + j) * KMEANS_TILE + c % KMEANS_TILE] =
                c < k ? centre[c * width + j] : INFINITY;
    return packed;
}

/* ---- Lloyd ---- */

/* Sums of a pass over the rows: (k, width) of values, then (k) of rows, then two scalars. */
struct lloyd {
    const struct kmeans_data *data;
    const struct kmeans_kernel *kernel;
    size_t k;
    unsigned jobs;
    double *centre, *packed, *sum;
    size_t tiles;
    uint32_t *group; /* (rows) as of the last pass; UINT32_MAX: none yet */
    double *d2;      /* (rows) squared distances to the centres of that pass */
};

static double *counts(const struct lloyd *l)
{
    return l->sum + l->k * l->data->width;
}

static size_t sum_length(const struct lloyd *l)
{
    return l->k * l->data->width + l->k + 2;
}

static double inertia(const struct lloyd *l)
{
    return counts(l)[l->k];
}

static double changes(const struct lloyd *l)
{
    return counts(l)[l->k + 1];
}

/* The rows of a block to the sums of their groups. */
static void add_rows(const struct lloyd *l, size_t first, size_t n, double *sum)
{
    const struct kmeans_data *x = l->data;
    double *count = sum + l->k * x->width;
    l->kernel->add(x->column, x->width, first, n, l->group + first, sum);
    for (size_t i = first; i < first + n; i++)
        count[l->group[i]]++;
}

/* A row is summed while the cache still holds it: STEP rows are assigned, then added. */
static void assign_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    struct lloyd *l = context;
    const struct kmeans_data *x = l->data;
    uint32_t was[STEP];
    size_t changed = 0;
    (void)thread;
    for (size_t at = first, end = first + n; at < end; at += STEP) {
        size_t m = end - at < STEP ? end - at : STEP;
        uint32_t *group = l->group + at;
        memcpy(was, group, m * sizeof *was);
        l->kernel->nearest(x->column, x->width, at, m, l->packed, l->tiles, group, l->d2 + at);
        for (size_t i = 0; i < m; i++)
            changed += was[i] != group[i];
        add_rows(l, at, m, sum);
    }
    sum[sum_length(l) - 2] = l->kernel->sum(l->d2 + first, n);
    sum[sum_length(l) - 1] = (double)changed;
}

static void recount_block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    (void)thread;
    add_rows(context, first, n, sum);
}

static void pass(struct lloyd *l,
    void (*block)(void *context, size_t first, size_t n, double *sum, unsigned thread))
{
    struct par_sum job = {
        .rows = l->data->rows, .len = sum_length(l), .block = block, .context = l};
    par_sum(l->jobs, &job, l->sum);
}

/* Every row to its nearest centre. */
static void assign(struct lloyd *l)
{
    mem_free(l->packed);
    l->packed = kmeans_pack(l->centre, l->k, l->data->width, &l->tiles);
    pass(l, assign_block);
}

/* The row farthest from its centre among groups that can spare one; -1 when all are at theirs. */
static long farthest(const struct lloyd *l)
{
    long best = NOWHERE;
    double far = 0;
    for (size_t i = 0; i < l->data->rows; i++)
        if (l->d2[i] > far && counts(l)[l->group[i]] > 1) {
            far = l->d2[i];
            best = (long)i;
        }
    return best;
}

/* Give each empty group the farthest row, and sum again. */
static void fill_empty(struct lloyd *l)
{
    bool moved = false;
    for (uint32_t c = 0; c < l->k; c++) {
        long row = counts(l)[c] > 0 ? NOWHERE : farthest(l);
        if (row == NOWHERE)
            continue;
        counts(l)[l->group[row]]--;
        counts(l)[c]++;
        l->group[row] = c;
        l->d2[row] = 0;
        moved = true;
    }
    if (moved)
        pass(l, recount_block);
}

static void move_centres(struct lloyd *l)
{
    size_t width = l->data->width;
    for (size_t c = 0; c < l->k; c++)
        if (counts(l)[c] > 0)
            for (size_t j = 0; j < width; j++)
                l->centre[c * width + j] = l->sum[c * width + j] / counts(l)[c];
}

static struct lloyd lloyd_start(
    const struct kmeans_data *data, size_t k, unsigned jobs, double *centre)
{
    struct lloyd l = {.data = data, .kernel = kmeans_kernel(), .k = k, .jobs = jobs};
    l.centre = centre;
    l.sum = mem_alloc(sum_length(&l), sizeof *l.sum);
    l.group = mem_alloc(data->rows, sizeof *l.group);
    l.d2 = mem_alloc(data->rows, sizeof *l.d2);
    memset(l.group, 0xff, data->rows * sizeof *l.group);
    return l;
}

static void lloyd_release(struct lloyd *l)
{
    mem_free(l->sum);
    mem_free(l->packed);
    mem_free(l->group);
    mem_free(l->d2);
}

/* Iterate until no row changes its group; the iterations, negative when max_iter ended them.
 * Groups and distances are those of the last centres in either case. */
static int lloyd_run(struct lloyd *l, int max_iter)
{
    assign(l);
    for (int iteration = 1;; iteration++) {
        fill_empty(l);
        move_centres(l);
        assign(l);
        if (changes(l) == 0 || !isfinite(inertia(l)))
            return iteration;
        if (iteration == max_iter)
            return -iteration;
    }
}

/* ---- beginnings ---- */

struct begin {
    const struct kmeans_data *sample;
    const struct kmeans_options *opt;
    unsigned jobs;
    double **centre; /* (restarts) of (k, width) */
    double *inertia; /* (restarts) */
    size_t *found;   /* (restarts) */
};

static void begin_one(void *context, size_t r, unsigned thread)
{
    struct begin *b = context;
    (void)thread;
    b->centre[r] = mem_zero(b->opt->k, b->sample->width * sizeof **b->centre);
    b->found[r] = plusplus_draw(b->sample, b->opt->k, b->opt->seed, r, b->centre[r]);
    b->inertia[r] = INFINITY;
    if (b->found[r] < b->opt->k)
        return;
    struct lloyd l = lloyd_start(b->sample, b->opt->k, b->jobs, b->centre[r]);
    lloyd_run(&l, b->opt->max_iter);
    b->inertia[r] = inertia(&l);
    lloyd_release(&l);
}

/* The best beginning's centres into centre; how many it has. */
static size_t begin(
    const struct kmeans_data *sample, const struct kmeans_options *opt, double *centre)
{
    size_t n = opt->restarts, best = 0;
    struct begin b = {.sample = sample, .opt = opt, .jobs = n >= opt->jobs ? 1 : opt->jobs};
    b.centre = mem_alloc(n, sizeof *b.centre);
    b.inertia = mem_alloc(n, sizeof *b.inertia);
    b.found = mem_alloc(n, sizeof *b.found);
    par_for(b.jobs == 1 ? opt->jobs : 1, n, begin_one, &b);
    for (size_t r = 1; r < n; r++)
        if (b.inertia[r] < b.inertia[best])
            best = r;
    size_t found = b.found[best];
    memcpy(centre, b.centre[best], opt->k * sample->width * sizeof *centre);
    for (size_t r = 0; r < n; r++)
        mem_free(b.centre[r]);
    mem_free(b.centre);
    mem_free(b.inertia);
    mem_free(b.found);
    return found;
}

/* The sample's own copy of its rows. */
static double **gather(const struct kmeans_data *data, const size_t *row, size_t n)
{
    double **column = mem_alloc(data->width, sizeof *column);
    for (size_t j = 0; j < data->width; j++) {
        column[j] = mem_alloc(n, sizeof **column);
        for (size_t i = 0; i < n; i++)
            column[j][i] = data->column[j][row[i]];
    }
    return column;
}

static size_t begin_on_sample(
    const struct kmeans_data *data, const struct kmeans_options *opt, double *centre)
{
    if (data->rows <= KMEANS_SAMPLE)
        return begin(data, opt, centre);
    size_t *row = mem_alloc(KMEANS_SAMPLE, sizeof *row);
    sample_rows(opt->seed, data->rows, KMEANS_SAMPLE, opt->jobs, row);
    double **column = gather(data, row, KMEANS_SAMPLE);
    struct kmeans_data sample = {KMEANS_SAMPLE, data->width, (const double *const *)column};
    size_t found = begin(&sample, opt, centre);
    for (size_t j = 0; j < data->width; j++)
        mem_free(column[j]);
    mem_free(column);
    mem_free(row);
    return found;
}

/* The sample has fewer distinct rows than k: further centres are the rows farthest from all. */
static size_t spread(
    const struct kmeans_data *data, const struct kmeans_options *opt, size_t found, double *centre)
{
    while (found < opt->k) {
        struct lloyd l = lloyd_start(data, found, opt->jobs, centre);
        assign(&l);
        long row = farthest(&l);
        lloyd_release(&l);
        if (row == NOWHERE)
            break;
        plusplus_point(data, (size_t)row, centre + found++ * data->width);
    }
    return found;
}

/* ---- the result ---- */

struct rank {
    uint64_t size;
    size_t first;
    uint32_t group;
};

static int by_size(const void *p, const void *q)
{
    const struct rank *a = p, *b = q;
    if (a->size != b->size)
        return a->size > b->size ? -1 : 1;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return a->group < b->group ? -1 : a->group > b->group;
}

static struct rank *rank_groups(const struct lloyd *l)
{
    struct rank *rank = mem_alloc(l->k, sizeof *rank);
    for (uint32_t c = 0; c < l->k; c++)
        rank[c] = (struct rank){0, SIZE_MAX, c};
    for (size_t i = l->data->rows; i-- > 0;) {
        rank[l->group[i]].size++;
        rank[l->group[i]].first = i;
    }
    qsort(rank, l->k, sizeof *rank, by_size);
    return rank;
}

/* Take over the rows of l, its groups renumbered. */
static void finish(struct lloyd *l, struct kmeans *out)
{
    size_t width = l->data->width;
    struct rank *rank = rank_groups(l);
    uint32_t *number = mem_alloc(l->k, sizeof *number);
    out->centre = mem_alloc(l->k, width * sizeof *out->centre);
    out->size = mem_alloc(l->k, sizeof *out->size);
    for (uint32_t c = 0; c < l->k; c++) {
        number[rank[c].group] = c;
        out->size[c] = rank[c].size;
        memcpy(out->centre + c * width, l->centre + rank[c].group * width,
            width * sizeof *out->centre);
    }
    out->inertia = inertia(l);
    out->group = l->group;
    out->distance = l->d2;
    for (size_t i = 0; i < l->data->rows; i++) {
        out->group[i] = number[l->group[i]];
        out->distance[i] = sqrt(l->d2[i]);
    }
    l->group = NULL;
    l->d2 = NULL;
    mem_free(number);
    mem_free(rank);
}

enum kmeans_status kmeans_fit(
    const struct kmeans_data *data, const struct kmeans_options *opt, struct kmeans *out)
{
    *out = (struct kmeans){0};
    double *centre = mem_zero(opt->k, data->width * sizeof *centre);
    out->found = begin_on_sample(data, opt, centre);
    if (out->found < opt->k)
        out->found = spread(data, opt, out->found, centre);
    if (out->found < opt->k) {
        mem_free(centre);
        return KMEANS_FEW;
    }
    struct lloyd l = lloyd_start(data, opt->k, opt->jobs, centre);
    int iterations = lloyd_run(&l, opt->max_iter);
    bool finite = isfinite(inertia(&l));
    if (finite) {
        finish(&l, out);
        out->iterations = abs(iterations);
    }
    lloyd_release(&l);
    mem_free(centre);
    return !finite ? KMEANS_RANGE : iterations < 0 ? KMEANS_MAX_ITER : KMEANS_OK;
}

void kmeans_release(struct kmeans *km)
{
    mem_free(km->centre);
    mem_free(km->size);
    mem_free(km->group);
    mem_free(km->distance);
    *km = (struct kmeans){0};
}
