/* SPDX-License-Identifier: MIT */
/*
 * The influence of row i on a mean of x is (x_i - mean) / sum of w; on NE it is
 * (l_i + NE log q of its class) / (H sum of w), with the shares as random as the losses.
 */
#include "several.h"

#include <math.h>

#include "exact.h"
#include "fmath.h"
#include "losses.h"
#include "mem.h"

/* Scores of one class against the rest; judge.n is 0 where no row is of it. */
struct rival {
    uint8_t *is; /* (n) */
    struct judge judge;
};

struct work {
    const struct several *given;
    double *log, *brier;  /* (n) losses of rows; NULL: there are none to be told */
    struct rival *rivals; /* (chances), with losses */
    double value[SEVERAL_MEASURES];
};

static double weight_of(const double *w, size_t i)
{
    return w ? w[i] : 1;
}

void several_count(const struct several *s, const double *w, double *count)
{
    for (size_t i = 0; i < s->classes * s->classes; i++)
        count[i] = 0;
    for (size_t i = 0; i < s->n; i++)
        count[s->y[i] * s->classes + s->said[i]] += weight_of(w, i);
}

/* ---- what is told of probabilities ---- */

static struct several_told find_losses(struct work *k)
{
    const struct several *s = k->given;
    struct several_told told = {0, 0};
    if (!s->chances)
        return told;
    k->log = mem_alloc(s->n, sizeof *k->log);
    k->brier = mem_alloc(s->n, sizeof *k->brier);
    for (size_t i = 0; i < s->n; i++) {
        struct class_loss l = losses_of_class(s->p, s->chance[i], i, s->chances);
        k->log[i] = l.log;
        k->brier[i] = l.brier;
        told.outside += l.outside;
        told.clipped += l.clipped;
    }
    return told;
}

static void find_rivals(struct work *k)
{
    const struct several *s = k->given;
    k->rivals = mem_zero(s->chances, sizeof *k->rivals);
    for (size_t c = 0; c < s->chances; c++) {
        struct rival *r = &k->rivals[c];
        size_t rows = 0;
        r->is = mem_alloc(s->n, 1);
        for (size_t i = 0; i < s->n; i++)
            rows += r->is[i] = s->chance[i] == c;
        if (!rows)
            continue;
        judge_init(&r->judge, s->p[c], r->is, s->n, s->doubt.jobs);
        judge_rows(&r->judge, s->p[c], s->doubt.jobs);
    }
}

static void work_release(struct work *k)
{
    for (size_t c = 0; c < k->given->chances && k->rivals; c++) {
        mem_free(k->rivals[c].is);
        judge_release(&k->rivals[c].judge);
    }
    mem_free(k->rivals);
    mem_free(k->log);
    mem_free(k->brier);
}

/* ---- values ---- */

static double mean_of(const double *x, const double *w, size_t n)
{
    struct exact sum = {0}, all = {0};
    for (size_t i = 0; i < n; i++) {
        exact_add_product(&sum, x[i], weight_of(w, i));
        exact_add(&all, weight_of(w, i));
    }
    return exact_value(&sum) / exact_value(&all);
}

/* Weight of the rows of each class that has probabilities; returns that of all. */
static double weigh_classes(const struct several *s, const double *w, double *weight)
{
    double all = 0;
    for (size_t c = 0; c < s->chances; c++)
        weight[c] = 0;
    for (size_t i = 0; i < s->n; i++)
        weight[s->chance[i]] += weight_of(w, i);
    for (size_t c = 0; c < s->chances; c++)
        all += weight[c];
    return all;
}

static double entropy_of(const double *weight, size_t n, double all)
{
    double entropy = 0;
    for (size_t c = 0; c < n; c++)
        entropy -= weight[c] > 0 ? weight[c] / all * fm_log(weight[c] / all) : 0;
    return entropy;
}

/* The area of each class that has weight, else NaN; returns how many have. */
static double find_areas(const struct work *k, const double *w, const double *weight, double *area)
{
    static const struct judge_rule none = {0.5, 1, 1};
    double found = 0;
    for (size_t c = 0; c < k->given->chances; c++) {
        const struct judge *j = &k->rivals[c].judge;
        double value[JUDGE_MEASURES], *pair[2];
        area[c] = NAN;
        if (!(weight[c] > 0))
            continue;
        for (int y = 0; y < 2; y++)
            pair[y] = mem_alloc(j->n, sizeof *pair[y]);
        judge_weigh(j, w, pair);
        judge_values(j, pair, &none, value);
        area[c] = value[JUDGE_AUC];
        found++;
        mem_free(pair[0]);
        mem_free(pair[1]);
    }
    return found;
}

static void find_chances(const struct work *k, const double *w, double *value)
{
    const struct several *s = k->given;
    double *weight = mem_alloc(s->chances, sizeof *weight);
    double *area = mem_alloc(s->chances, sizeof *area), sum = 0;
    double all = weigh_classes(s, w, weight), entropy = entropy_of(weight, s->chances, all);
    double classes = find_areas(k, w, weight, area);
    for (size_t c = 0; c < s->chances; c++)
        sum += weight[c] > 0 ? area[c] : 0;
    value[SEVERAL_AUC] = sum / classes;
    value[SEVERAL_LOG_LOSS] = mean_of(k->log, w, s->n);
    value[SEVERAL_BRIER] = mean_of(k->brier, w, s->n);
    value[SEVERAL_NE] = entropy > 0 ? value[SEVERAL_LOG_LOSS] / entropy : NAN;
    mem_free(area);
    mem_free(weight);
}

static void find_values(void *context, const double *w, double *value)
{
    const struct work *k = context;
    const struct several *s = k->given;
    double *count = mem_alloc(s->classes * s->classes, sizeof *count);
    several_count(s, w, count);
    confusion_values(count, s->classes, value);
    for (int m = CONFUSION_MEASURES; m < SEVERAL_MEASURES; m++)
        value[m] = NAN;
    if (k->rivals)
        find_chances(k, w, value);
    mem_free(count);
}

/* ---- errors ---- */

/* x (n): the weight of each row times its influence. */
static void table_influence(const struct several *s, enum confusion_measure m, double *x)
{
    size_t cells = s->classes * s->classes;
    double *count = mem_alloc(cells, sizeof *count), *slope = mem_alloc(cells, sizeof *slope);
    several_count(s, s->w, count);
    confusion_slopes(count, s->classes, m, slope);
    for (size_t i = 0; i < s->n; i++)
        x[i] = weight_of(s->w, i) * slope[s->y[i] * s->classes + s->said[i]];
    mem_free(slope);
    mem_free(count);
}

static void add_area_influence(const struct work *k, size_t c, double area, double part, double *x)
{
    static const struct judge_rule none = {0.5, 1, 1};
    const struct rival *r = &k->rivals[c];
    double *pair[2], *d[2];
    for (int y = 0; y < 2; y++) {
        pair[y] = mem_alloc(r->judge.n, sizeof *pair[y]);
        d[y] = mem_alloc(r->judge.n, sizeof *d[y]);
    }
    judge_weigh(&r->judge, k->given->w, pair);
    if (judge_influence(&r->judge, pair, &none, JUDGE_AUC, area, d))
        for (size_t i = 0; i < k->given->n; i++)
            x[i] += part * weight_of(k->given->w, i) * d[r->is[i]][r->judge.tie[i]];
    for (int y = 0; y < 2; y++) {
        mem_free(pair[y]);
        mem_free(d[y]);
    }
}

static void area_influence(const struct work *k, double *x)
{
    const struct several *s = k->given;
    double *weight = mem_alloc(s->chances, sizeof *weight);
    double *area = mem_alloc(s->chances, sizeof *area);
    weigh_classes(s, s->w, weight);
    double classes = find_areas(k, s->w, weight, area);
    for (size_t i = 0; i < s->n; i++)
        x[i] = 0;
    for (size_t c = 0; c < s->chances; c++)
        if (weight[c] > 0)
            add_area_influence(k, c, area[c], 1 / classes, x);
    mem_free(area);
    mem_free(weight);
}

static void mean_influence(const struct several *s, const double *of, double mean, double *x)
{
    double *weight = mem_alloc(s->chances, sizeof *weight), all = weigh_classes(s, s->w, weight);
    for (size_t i = 0; i < s->n; i++)
        x[i] = weight_of(s->w, i) * (of[i] - mean) / all;
    mem_free(weight);
}

static void entropy_influence(const struct work *k, double *x)
{
    const struct several *s = k->given;
    double *weight = mem_alloc(s->chances, sizeof *weight), all = weigh_classes(s, s->w, weight);
    double entropy = entropy_of(weight, s->chances, all), ne = k->value[SEVERAL_NE];
    for (size_t i = 0; i < s->n; i++) {
        double w = weight_of(s->w, i);
        x[i] =
            w > 0 ? w * (k->log[i] + ne * fm_log(weight[s->chance[i]] / all)) / (entropy * all) : 0;
    }
    mem_free(weight);
}

static void influence(const struct work *k, int m, double *x)
{
    if (m < CONFUSION_MEASURES)
        table_influence(k->given, (enum confusion_measure)m, x);
    else if (m == SEVERAL_AUC)
        area_influence(k, x);
    else if (m == SEVERAL_NE)
        entropy_influence(k, x);
    else
        mean_influence(k->given, m == SEVERAL_BRIER ? k->brier : k->log, k->value[m], x);
}

static double error_of_rows(const struct several *s, int m, const double *x)
{
    struct exact squares = {0};
    double n = 0;
    for (size_t i = 0; i < s->n; i++) {
        exact_add_product(&squares, x[i], x[i]);
        n += weight_of(s->w, i) > 0;
    }
    double factor = m < CONFUSION_MEASURES ? 1 : n > 1 ? n / (n - 1) : NAN;
    return sqrt(exact_value(&squares) * factor);
}

static struct estimate accuracy(const struct several *s, double value, const double *x)
{
    struct share share = {0, 0, 0, 0};
    double *w = mem_alloc(s->n, sizeof *w);
    for (size_t i = 0; i < s->n; i++) {
        bool right = s->y[i] == s->said[i];
        w[i] = weight_of(s->w, i);
        *(right ? &share.yes : &share.no) += w[i];
        *(right ? &share.yes2 : &share.no2) += w[i] * w[i];
    }
    struct estimate e = s->clusters.cluster
                            ? estimate_share_se(value, resample_error(&s->clusters, x, s->n),
                                  resample_worth(&s->clusters, w, s->n), s->doubt.level)
                            : estimate_weighted(share, s->doubt.level);
    mem_free(w);
    return e;
}

static struct estimate interval_of(const struct work *k, int m, double *x)
{
    const struct several *s = k->given;
    influence(k, m, x);
    if (m == CONFUSION_ACCURACY)
        return accuracy(s, k->value[m], x);
    double se =
        s->clusters.cluster ? resample_error(&s->clusters, x, s->n) : error_of_rows(s, m, x);
    bool loss = m == SEVERAL_LOG_LOSS || m == SEVERAL_NE || m == SEVERAL_BRIER;
    return estimate_normal(
        k->value[m], se, m == CONFUSION_MCC ? -1 : 0, loss ? INFINITY : 1, s->doubt.level);
}

struct several_told several_estimates(const struct several *s, struct estimate *e)
{
    struct work k = {.given = s};
    struct several_told told = find_losses(&k);
    if (s->chances && s->n && !told.outside)
        find_rivals(&k);
    find_values(&k, s->w, k.value);
    for (int m = 0; m < SEVERAL_MEASURES; m++)
        e[m] = estimate_alone(k.value[m]);
    struct bootstrap b = {s->doubt.runs, s->doubt.seed, s->doubt.jobs, s->doubt.level, find_values,
        &k, SEVERAL_MEASURES};
    double *x = mem_alloc(s->n, sizeof *x);
    if (b.runs)
        resample_bootstrap(&b, &s->clusters, s->w, s->n, e);
    for (int m = 0; m < SEVERAL_MEASURES && !b.runs; m++)
        if (!isnan(k.value[m]))
            e[m] = interval_of(&k, m, x);
    mem_free(x);
    work_release(&k);
    return told;
}
