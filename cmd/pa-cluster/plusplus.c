/* SPDX-License-Identifier: MIT */
#include "plusplus.h"

#include <math.h>

#include "mem.h"
#include "rng.h"

enum { TRIALS = 4 };

struct seeding {
    const struct kmeans_data *data;
    const struct kmeans_kernel *kernel;
    uint64_t seed, restart;
    double *d2, *cumulative, *trial, *best; /* (rows) each */
    double *point;                          /* (width) */
};

void plusplus_point(const struct kmeans_data *x, size_t row, double *point)
{
    for (size_t j = 0; j < x->width; j++)
        point[j] = x->column[j][row];
}

/* Where u falls when row i is d2[i] long: a row with d2 > 0. */
static size_t pick(const struct seeding *s, double u)
{
    size_t low = 0, high = s->data->rows - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->cumulative[middle] > u)
            high = middle;
        else
            low = middle + 1;
    }
    while (low && s->d2[low] == 0)
        low--;
    return low;
}

/* Squared distances if row became a centre too, into trial; their sum. */
static double try_row(struct seeding *s, size_t row)
{
    const struct kmeans_data *x = s->data;
    plusplus_point(x, row, s->point);
    s->kernel->distance(x->column, x->width, 0, x->rows, s->point, s->trial);
    for (size_t i = 0; i < x->rows; i++)
        s->trial[i] = s->trial[i] < s->d2[i] ? s->trial[i] : s->d2[i];
    return s->kernel->sum(s->trial, x->rows);
}

static void swap(double **a, double **b)
{
    double *was = *a;
    *a = *b;
    *b = was;
}

/* Centre number c: the best of TRIALS candidates, whose new distances become d2. */
static size_t draw_one(struct seeding *s, size_t c)
{
    double total = 0, least = INFINITY;
    size_t chosen = 0;
    for (size_t i = 0; i < s->data->rows; i++)
        s->cumulative[i] = total += s->d2[i];
    for (uint32_t t = 0; t < TRIALS; t++) {
        double u = rng_uniform(s->seed, RNG_KMEANS, s->restart, 1 + (uint32_t)c * TRIALS + t);
        size_t row = pick(s, u * total);
        double sum = try_row(s, row);
        if (sum < least) {
            least = sum;
            chosen = row;
            swap(&s->best, &s->trial);
        }
    }
    swap(&s->d2, &s->best);
    return chosen;
}

static size_t draw_all(struct seeding *s, size_t k, double *centre)
{
    const struct kmeans_data *x = s->data;
    plusplus_point(x, rng_below(s->seed, RNG_KMEANS, s->restart, 1, x->rows), centre);
    s->kernel->distance(x->column, x->width, 0, x->rows, centre, s->d2);
    for (size_t c = 1; c < k; c++) {
        double sum = s->kernel->sum(s->d2, x->rows);
        if (sum == 0 || !isfinite(sum))
            return c;
        plusplus_point(x, draw_one(s, c), centre + c * x->width);
    }
    return k;
}

size_t plusplus_draw(
    const struct kmeans_data *data, size_t k, uint64_t seed, uint64_t restart, double *centre)
{
    size_t n = data->rows;
    double *room = mem_alloc(n, 4 * sizeof *room);
    struct seeding s = {.data = data, .kernel = kmeans_kernel(), .seed = seed, .restart = restart};
    s.d2 = room;
    s.cumulative = room + n;
    s.trial = room + 2 * n;
    s.best = room + 3 * n;
    s.point = mem_alloc(data->width, sizeof *s.point);
    size_t found = draw_all(&s, k, centre);
    mem_free(s.point);
    mem_free(room);
    return found;
}
