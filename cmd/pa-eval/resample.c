/* SPDX-License-Identifier: MIT */
#include "resample.h"

#include <math.h>

#include "mem.h"
#include "par.h"
#include "rng.h"
#include "stats.h"

double resample_settled(double sum, double size)
{
    return fabs(sum) > 1e-12 * size ? sum : 0;
}

void cluster_sums_init(struct cluster_sums *s, size_t n)
{
    *s = (struct cluster_sums){
        mem_zero(n, sizeof *s->sum), mem_zero(n, sizeof *s->size), mem_zero(n, 1), n};
}

void cluster_sums_add(struct cluster_sums *s, size_t cluster, double x, bool present)
{
    s->sum[cluster] += x;
    s->size[cluster] += fabs(x);
    s->seen[cluster] |= present;
}

struct spread cluster_sums_finish(struct cluster_sums *s)
{
    struct spread all = {0, 0, 0};
    for (size_t c = 0; c < s->n; c++) {
        double sum = resample_settled(s->sum[c], s->size[c]);
        all.n += s->seen[c];
        all.sum += sum;
        all.squares += sum * sum;
    }
    mem_free(s->sum);
    mem_free(s->size);
    mem_free(s->seen);
    return all;
}

double spread_error(struct spread s)
{
    return s.n > 1 ? sqrt(s.squares * s.n / (s.n - 1)) : NAN;
}

double spread_worth(struct spread s)
{
    return s.squares > 0 ? s.sum * s.sum / s.squares : 0;
}

static struct spread spread_of(const struct clusters *c, const double *x, size_t rows)
{
    struct cluster_sums s;
    cluster_sums_init(&s, c->cluster ? c->n : rows);
    for (size_t i = 0; i < rows; i++)
        cluster_sums_add(&s, c->cluster ? c->cluster[i] : i, x[i], true);
    return cluster_sums_finish(&s);
}

double resample_error(const struct clusters *c, const double *x, size_t rows)
{
    return spread_error(spread_of(c, x, rows));
}

double resample_worth(const struct clusters *c, const double *w, size_t rows)
{
    return spread_worth(spread_of(c, w, rows));
}

struct work {
    const struct bootstrap *b;
    const struct clusters *clusters;
    const double *weight;
    size_t rows, units;
    const uint32_t *unit; /* of each row; NULL: its number */
    double **w;           /* (threads)(rows) */
    uint32_t **times;     /* (threads)(units) */
    double *value;        /* (m)(runs) */
};

static void resample(void *context, size_t run, unsigned thread)
{
    struct work *k = context;
    uint32_t *times = k->times[thread];
    double *w = k->w[thread];
    for (size_t i = 0; i < k->units; i++)
        times[i] = 0;
    for (size_t i = 0; i < k->units; i++)
        times[rng_below(k->b->seed, RNG_BOOTSTRAP, i, (uint32_t)run, k->units)]++;
    for (size_t i = 0; i < k->rows; i++)
        w[i] = times[k->unit ? k->unit[i] : i] * (k->weight ? k->weight[i] : 1);
    double *value = mem_alloc(k->b->m, sizeof *value);
    k->b->values(k->b->context, w, value);
    for (size_t i = 0; i < k->b->m; i++)
        k->value[i * k->b->runs + run] = value[i];
    mem_free(value);
}

/* Clusters that have rows, numbered without gaps, so that as many are drawn. */
static uint32_t *number_units(const struct clusters *c, size_t rows, size_t *units)
{
    uint32_t *number = mem_alloc(c->n, sizeof *number), *unit = mem_alloc(rows, sizeof *unit);
    for (size_t i = 0; i < c->n; i++)
        number[i] = UINT32_MAX;
    *units = 0;
    for (size_t i = 0; i < rows; i++) {
        uint32_t *n = &number[c->cluster[i]];
        if (*n == UINT32_MAX)
            *n = (uint32_t)(*units)++;
        unit[i] = *n;
    }
    mem_free(number);
    return unit;
}

static void set_interval(struct estimate *e, double *value, size_t runs, struct level level)
{
    size_t n = 0;
    for (size_t i = 0; i < runs; i++)
        if (isfinite(value[i]))
            value[n++] = value[i];
    stats_sort(value, n);
    e->low = n && !isnan(e->value) ? stats_quantile(value, n, level.alpha / 2) : NAN;
    e->high = n && !isnan(e->value) ? stats_quantile(value, n, 1 - level.alpha / 2) : NAN;
}

void resample_bootstrap(const struct bootstrap *b, const struct clusters *c, const double *weight,
    size_t rows, struct estimate *e)
{
    struct work k = {b, c, weight, rows, rows, NULL, mem_alloc(b->jobs, sizeof *k.w),
        mem_alloc(b->jobs, sizeof *k.times), mem_alloc(b->m * b->runs, sizeof *k.value)};
    uint32_t *unit = c->cluster ? number_units(c, rows, &k.units) : NULL;
    k.unit = unit;
    for (unsigned t = 0; t < b->jobs; t++) {
        k.w[t] = mem_alloc(rows, sizeof *k.w[t]);
        k.times[t] = mem_alloc(k.units, sizeof *k.times[t]);
    }
    if (k.units)
        par_for(b->jobs, b->runs, resample, &k);
    for (size_t i = 0; i < b->m && k.units; i++)
        set_interval(&e[i], k.value + i * b->runs, b->runs, b->level);
    for (unsigned t = 0; t < b->jobs; t++) {
        mem_free(k.w[t]);
        mem_free(k.times[t]);
    }
    mem_free(unit);
    mem_free(k.value);
    mem_free(k.times);
    mem_free(k.w);
}
