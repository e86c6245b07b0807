/* SPDX-License-Identifier: MIT */
#include "judged.h"

#include <math.h>

#include "mem.h"
#include "par.h"

/* Sums of weights and of their squares by label and score. */
struct work {
    const struct judged *given;
    struct judge judge;
    double *weight[2], *square[2]; /* (scores) */
    double value[JUDGE_MEASURES];
    struct estimate *e;
};

static void pair_init(double *pair[2], size_t n)
{
    for (int y = 0; y < 2; y++)
        pair[y] = mem_alloc(n, sizeof *pair[y]);
}

static void pair_release(double *pair[2])
{
    mem_free(pair[0]);
    mem_free(pair[1]);
}

static void sum_squares(struct work *k)
{
    const struct judged *j = k->given;
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < k->judge.n; t++)
            k->square[y][t] = j->w ? 0 : k->weight[y][t];
    for (size_t i = 0; j->w && i < j->n; i++)
        k->square[j->y[i]][k->judge.tie[i]] += j->w[i] * j->w[i];
}

static void work_init(struct work *k, const struct judged *given)
{
    *k = (struct work){.given = given};
    judge_init(&k->judge, given->score, given->y, given->n, given->doubt.jobs);
    if (given->w || given->clusters.cluster || given->doubt.runs)
        judge_rows(&k->judge, given->score, given->doubt.jobs);
    pair_init(k->weight, k->judge.n);
    judge_weigh(&k->judge, given->w, k->weight);
}

static void work_release(struct work *k)
{
    judge_release(&k->judge);
    pair_release(k->weight);
    pair_release(k->square);
}

static void resampled(void *context, const double *w, double *value)
{
    const struct work *k = context;
    double *weight[2];
    pair_init(weight, k->judge.n);
    judge_weigh(&k->judge, w, weight);
    judge_values(&k->judge, weight, &k->given->rule, value);
    pair_release(weight);
}

/* Sums over rows, or over clusters of the sum in each, of weight times d, and of its square. */
struct spread {
    double sum, squares;
    double n; /* of rows or clusters */
};

static struct spread of_rows(const struct work *k, double *const d[2])
{
    struct spread s = {0, 0, (double)k->given->n};
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < k->judge.n; t++) {
            s.sum += k->weight[y][t] * d[y][t];
            s.squares += k->square[y][t] * d[y][t] * d[y][t];
        }
    return s;
}

static struct spread of_clusters(
    const struct judged *j, const struct judge *judge, double *const d[2])
{
    struct spread s = {0, 0, 0};
    double *by = mem_zero(j->clusters.n, sizeof *by);
    uint8_t *seen = mem_zero(j->clusters.n, 1);
    for (size_t i = 0; i < j->n; i++) {
        uint32_t c = j->clusters.cluster[i];
        by[c] += (j->w ? j->w[i] : 1) * d[j->y[i]][judge->tie[i]];
        s.n += !seen[c];
        seen[c] = 1;
    }
    for (size_t c = 0; c < j->clusters.n; c++) {
        s.sum += by[c];
        s.squares += by[c] * by[c];
    }
    mem_free(seen);
    mem_free(by);
    return s;
}

/* Rows of equal weight that would be as sure. */
static double worth_of(struct spread s)
{
    return s.squares > 0 ? s.sum * s.sum / s.squares : 0;
}

/* The error of the number of which s has the influences. */
static double error_of(struct spread s)
{
    return s.n > 1 ? sqrt(s.squares * s.n / (s.n - 1)) : NAN;
}

struct estimate judged_share(const struct judged *j, const struct judge *judge, double share,
    double *const d[2], double *const base[2])
{
    double se = error_of(of_clusters(j, judge, d));
    double rows = se > 0 ? 0 : worth_of(of_clusters(j, judge, base));
    return estimate_share_se(share, se, rows, j->doubt.level);
}

static struct spread spread_of(const struct work *k, double *const d[2])
{
    return k->given->clusters.cluster ? of_clusters(k->given, &k->judge, d) : of_rows(k, d);
}

/* d is overwritten */
static double worth(const struct work *k, enum judge_measure m, double *const d[2])
{
    judge_base(&k->judge, k->weight, &k->given->rule, m, d);
    return worth_of(spread_of(k, d));
}

static struct estimate interval_of(const struct work *k, enum judge_measure m, double *const d[2])
{
    const struct judged *j = k->given;
    struct spread s = spread_of(k, d);
    double value = k->value[m], se = error_of(s);
    if (m <= JUDGE_FPR && m != JUDGE_F1) {
        if (!j->clusters.cluster)
            se *= sqrt(((double)j->n - 1) / (double)j->n);
        return estimate_share_se(value, se, se > 0 ? 0 : worth(k, m, d), j->doubt.level);
    }
    if (m == JUDGE_RATIO)
        return estimate_ratio(value, se, j->doubt.level);
    bool bounded = m == JUDGE_F1 || m == JUDGE_BALANCED || m == JUDGE_AUC || m == JUDGE_AP ||
                   m == JUDGE_KS || m == JUDGE_MCC;
    double least = m == JUDGE_MCC ? -1 : m == JUDGE_RIG ? -INFINITY : 0;
    return estimate_normal(
        value, se, least, bounded || m == JUDGE_RIG ? 1 : INFINITY, j->doubt.level);
}

static void by_influence(void *context, size_t i, unsigned thread)
{
    (void)thread;
    const struct work *k = context;
    enum judge_measure m = (enum judge_measure)i;
    double *d[2];
    pair_init(d, k->judge.n);
    if (judge_influence(&k->judge, k->weight, &k->given->rule, m, k->value[i], d))
        k->e[i] = interval_of(k, m, d);
    pair_release(d);
}

void judged_estimates(const struct judged *j, struct estimate *e)
{
    struct work k;
    work_init(&k, j);
    k.e = e;
    judge_values(&k.judge, k.weight, &j->rule, k.value);
    for (int m = 0; m < JUDGE_MEASURES; m++)
        e[m] = estimate_alone(k.value[m]);
    if (j->doubt.runs) {
        struct bootstrap b = {j->doubt.runs, j->doubt.seed, j->doubt.jobs, j->doubt.level,
            resampled, &k, JUDGE_MEASURES};
        resample_bootstrap(&b, &j->clusters, j->w, j->n, e);
    } else {
        pair_init(k.square, k.judge.n);
        sum_squares(&k);
        par_for(j->doubt.jobs, JUDGE_MEASURES, by_influence, &k);
    }
    work_release(&k);
}

double judged_threshold(const struct judged *j)
{
    struct work k;
    work_init(&k, j);
    double t = judge_threshold(&k.judge, k.weight, &j->rule);
    work_release(&k);
    return t;
}
