/* SPDX-License-Identifier: MIT */
/*
 * The sorted scores tell where each bin begins: at which score, and after how many rows that have
 * just this score.  Rows then find their bin in one pass in their own order, so ties go by number.
 */
#include "calibration.h"

#include <math.h>
#include <stdbool.h>

#include "border.h"
#include "exact.h"
#include "mem.h"

struct search {
    struct border *border;
    size_t m;
};

static void find_borders(void *context, const struct ties *t, unsigned thread)
{
    (void)thread;
    const struct search *s = context;
    size_t rows = t->order->rows, rank = t->below[0] + t->below[1];
    size_t b = ((rank + 1) * s->m - 1) / rows; /* the bin of this rank */
    b += b * rows / s->m < rank || b == 0;
    for (size_t i = 0; i < t->n; i++) {
        size_t end = rank + t->count[0][i] + t->count[1][i];
        for (; b < s->m && b * rows / s->m < end; b++)
            s->border[b - 1] = (struct border){t->score[i], b * rows / s->m - rank, 0, b};
        rank = end;
    }
}

static size_t bin_of(struct border *border, size_t n, double x)
{
    size_t b = borders_below(border, n, x);
    return b == n || border[b].score != x ? b : border_next(border, n, b);
}

void calibration_by_mass(struct order *o, const double *score, size_t m, uint32_t *place)
{
    struct border *border = mem_zero(m, sizeof *border);
    order_each(o, 1, find_borders, &(struct search){border, m});
    for (size_t i = 0; i < o->rows; i++)
        place[i] = (uint32_t)bin_of(border, m - 1, score[i]);
    mem_free(border);
}

/* A border that rounded sums of weights only just miss is met. */
static const double CLOSE = 1e-9;

void calibration_by_weight(const struct judge *j, const double *w, size_t m, uint32_t *place)
{
    double *before = mem_zero(j->n + 1, sizeof *before), all = 0;
    for (size_t r = 0; r < j->rows; r++)
        before[j->tie[r]] += w ? w[r] : 1;
    for (size_t t = 0; t < j->n; t++) {
        double here = before[t];
        before[t] = all;
        all += here;
    }
    for (size_t r = 0; r < j->rows; r++) {
        before[j->tie[r]] += w ? w[r] : 1;
        double end = all > 0 ? before[j->tie[r]] * (double)m / all : 0;
        double bin = -floor(CLOSE - end) - 1;
        place[r] = (uint32_t)(bin < 0 ? 0 : bin < (double)m ? bin : (double)(m - 1));
    }
    mem_free(before);
}

size_t calibration_width_bin(double score, size_t m)
{
    double b = floor(score * (double)m);
    return b < (double)m ? (size_t)b : m - 1;
}

void calibration_by_width(const double *score, size_t n, size_t m, uint32_t *place)
{
    for (size_t i = 0; i < n; i++)
        place[i] = (uint32_t)calibration_width_bin(score[i], m);
}

void calibration_place(const struct judged *j, bool width, size_t m, uint32_t *place)
{
    if (width) {
        calibration_by_width(j->score, j->n, m, place);
    } else if (j->w) {
        struct judge judge;
        judge_init(&judge, j->score, j->y, j->n, j->doubt.jobs);
        judge_rows(&judge, j->score, j->doubt.jobs);
        calibration_by_weight(&judge, j->w, m, place);
        judge_release(&judge);
    } else {
        struct order order;
        order_init(&order, j->score, j->y, j->n, NULL, j->doubt.jobs);
        calibration_by_mass(&order, j->score, m, place);
        order_release(&order);
    }
}

static void add_rows(const struct judged *j, const uint32_t *place, struct calibration_bin *bin,
    struct exact *score, struct exact *brier)
{
    for (size_t i = 0; i < j->n; i++) {
        struct calibration_bin *b = &bin[place[i]];
        double s = j->score[i], w = j->w ? j->w[i] : 1, d = s - j->y[i];
        b->least = b->rows && b->least <= s ? b->least : s;
        b->most = b->rows && b->most >= s ? b->most : s;
        b->rows++;
        b->weight += w;
        b->positives += w * j->y[i];
        exact_add(&score[place[i]], w * s);
        exact_add(brier, w * d * d);
    }
}

/* Influences of rows on the share of their bin, times weight. */
static double *influences(
    const struct judged *j, const uint32_t *place, const struct calibration_bin *bin)
{
    double *x = mem_alloc(j->n, sizeof *x);
    for (size_t i = 0; i < j->n; i++) {
        const struct calibration_bin *b = &bin[place[i]];
        x[i] = (j->w ? j->w[i] : 1) * (j->y[i] - b->positives / b->weight) / b->weight;
    }
    return x;
}

/* Rows of bin b are row[start[b]] .. row[start[b + 1] - 1]. */
static size_t *deal(const uint32_t *place, size_t n, size_t m, size_t *row)
{
    size_t *start = mem_zero(m + 2, sizeof *start);
    for (size_t i = 0; i < n; i++)
        start[place[i] + 2]++;
    for (size_t b = 0; b < m; b++)
        start[b + 2] += start[b + 1];
    for (size_t i = 0; i < n; i++)
        row[start[place[i] + 1]++] = i;
    return start;
}

static void by_weights(
    const struct judged *j, const uint32_t *place, struct calibration_bin *bin, size_t m)
{
    struct share *s = mem_zero(m, sizeof *s);
    for (size_t i = 0; i < j->n; i++) {
        double w = j->w ? j->w[i] : 1;
        *(j->y[i] ? &s[place[i]].yes : &s[place[i]].no) += w;
        *(j->y[i] ? &s[place[i]].yes2 : &s[place[i]].no2) += w * w;
    }
    for (size_t b = 0; b < m; b++)
        bin[b].observed = estimate_weighted(s[b], j->doubt.level);
    mem_free(s);
}

static void by_clusters(
    const struct judged *j, const uint32_t *place, struct calibration_bin *bin, size_t m)
{
    double *all = influences(j, place, bin), *x = mem_alloc(j->n, sizeof *x);
    double *w = mem_alloc(j->n, sizeof *w);
    uint32_t *cluster = mem_alloc(j->n, sizeof *cluster);
    size_t *row = mem_alloc(j->n, sizeof *row), *start = deal(place, j->n, m, row);
    for (size_t b = 0; b < m; b++) {
        size_t n = start[b + 1] - start[b];
        for (size_t i = 0; i < n; i++) {
            size_t r = row[start[b] + i];
            w[i] = j->w ? j->w[r] : 1;
            x[i] = all[r];
            cluster[i] = j->clusters.cluster[r];
        }
        struct clusters c = {cluster, j->clusters.n};
        bin[b].observed = estimate_share_se(bin[b].positives / bin[b].weight,
            resample_error(&c, x, n), resample_worth(&c, w, n), j->doubt.level);
    }
    mem_free(start);
    mem_free(row);
    mem_free(cluster);
    mem_free(w);
    mem_free(x);
    mem_free(all);
}

struct resampling {
    const struct judged *judged;
    const uint32_t *place;
    size_t m;
};

static void resampled(void *context, const double *w, double *share)
{
    const struct resampling *k = context;
    double *weight = mem_zero(k->m, sizeof *weight);
    for (size_t b = 0; b < k->m; b++)
        share[b] = 0;
    for (size_t i = 0; i < k->judged->n; i++) {
        weight[k->place[i]] += w[i];
        share[k->place[i]] += w[i] * k->judged->y[i];
    }
    for (size_t b = 0; b < k->m; b++)
        share[b] /= weight[b];
    mem_free(weight);
}

static void bootstrap(
    const struct judged *j, const uint32_t *place, struct calibration_bin *bin, size_t m)
{
    struct resampling k = {j, place, m};
    struct bootstrap b = {
        j->doubt.runs, j->doubt.seed, j->doubt.jobs, j->doubt.level, resampled, &k, m};
    struct estimate *e = mem_alloc(m, sizeof *e);
    for (size_t i = 0; i < m; i++)
        e[i] = estimate_alone(bin[i].positives / bin[i].weight);
    resample_bootstrap(&b, &j->clusters, j->w, j->n, e);
    for (size_t i = 0; i < m; i++)
        bin[i].observed = e[i];
    mem_free(e);
}

struct calibration calibration_summary(const struct calibration_bin *bin, size_t m, double brier)
{
    double n = 0, positives = 0;
    for (size_t b = 0; b < m; b++) {
        n += bin[b].weight;
        positives += bin[b].positives;
    }
    if (!(n > 0))
        return (struct calibration){NAN, NAN, NAN, NAN, NAN, NAN};
    double y = positives / n;
    struct calibration c = {.uncertainty = y * (1 - y)};
    for (size_t b = 0; b < m; b++) {
        if (!(bin[b].weight > 0))
            continue;
        double share = bin[b].weight / n, gap = bin[b].predicted - bin[b].observed.value;
        double apart = bin[b].observed.value - y;
        c.ece += share * fabs(gap);
        c.mce = fabs(gap) > c.mce ? fabs(gap) : c.mce;
        c.reliability += share * gap * gap;
        c.resolution += share * apart * apart;
    }
    c.remainder = brier / n - (c.reliability - c.resolution + c.uncertainty);
    return c;
}

struct calibration calibration_fill(
    const struct judged *j, const uint32_t *place, struct calibration_bin *bin, size_t m)
{
    struct exact *score = mem_zero(m, sizeof *score), brier = {0};
    for (size_t b = 0; b < m; b++)
        bin[b] = (struct calibration_bin){.least = NAN, .most = NAN};
    add_rows(j, place, bin, score, &brier);
    for (size_t b = 0; b < m; b++) {
        bin[b].predicted = exact_value(&score[b]) / bin[b].weight;
        bin[b].observed = estimate_alone(bin[b].positives / bin[b].weight);
    }
    mem_free(score);
    return calibration_summary(bin, m, exact_value(&brier));
}

struct calibration calibration_of(
    const struct judged *j, const uint32_t *place, struct calibration_bin *bin, size_t m)
{
    struct calibration c = calibration_fill(j, place, bin, m);
    if (j->doubt.runs)
        bootstrap(j, place, bin, m);
    else if (j->clusters.cluster)
        by_clusters(j, place, bin, m);
    else
        by_weights(j, place, bin, m);
    return c;
}
