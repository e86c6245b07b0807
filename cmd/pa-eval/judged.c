/* SPDX-License-Identifier: MIT */
#include "judged.h"

#include <math.h>

#include "mem.h"
#include "par.h"

/* Sums of weights and of their squares by label and score; rows of each label that have weight. */
struct work {
    const struct judged *given;
    struct judge judge;
    double *weight[2], *square[2]; /* (scores) */
    double rows[2];
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

static void count_rows(struct work *k)
{
    const struct judged *j = k->given;
    for (size_t i = 0; i < j->n; i++)
        k->rows[j->y[i]] += !j->w || j->w[i] > 0;
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

/* n / (n - 1), where a spread is not around a known mean */
static double correction(double n)
{
    return n > 1 ? n / (n - 1) : NAN;
}

/* The error of rows: by DeLong for the area, of which each class has its own mean; without a
 * correction for what formulas of counts have none. */
static double error_of_rows(const struct work *k, enum judge_measure m, double *const d[2])
{
    double squares[2] = {0, 0};
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < k->judge.n; t++)
            squares[y] += k->square[y][t] * d[y][t] * d[y][t];
    if (m == JUDGE_AUC)
        return sqrt(squares[0] * correction(k->rows[0]) + squares[1] * correction(k->rows[1]));
    bool counts = m == JUDGE_BALANCED || m == JUDGE_MCC;
    return sqrt((squares[0] + squares[1]) * (counts ? 1 : correction(k->rows[0] + k->rows[1])));
}

/* Sums of weight times d; a row without weight is none. */
static struct spread of_clusters(
    const struct judged *j, const struct judge *judge, double *const d[2])
{
    struct cluster_sums s;
    cluster_sums_init(&s, j->clusters.n);
    for (size_t i = 0; i < j->n; i++) {
        double w = j->w ? j->w[i] : 1;
        cluster_sums_add(&s, j->clusters.cluster[i], w * d[j->y[i]][judge->tie[i]], w > 0);
    }
    return cluster_sums_finish(&s);
}

struct estimate judged_share(const struct judged *j, const struct judge *judge, double share,
    double *const d[2], double *const base[2])
{
    double se = spread_error(of_clusters(j, judge, d));
    double rows = se > 0 ? 0 : spread_worth(of_clusters(j, judge, base));
    return estimate_share_se(share, se, rows, j->doubt.level);
}

static struct estimate counted(const struct work *k, enum judge_measure m, double *const d[2])
{
    const struct judged *j = k->given;
    if (!j->clusters.cluster)
        return estimate_weighted(
            judge_share(&k->judge, k->weight, k->square, &j->rule, m), j->doubt.level);
    double *base[2];
    pair_init(base, k->judge.n);
    judge_base(&k->judge, k->weight, &j->rule, m, base);
    struct estimate e = judged_share(j, &k->judge, k->value[m], d, base);
    pair_release(base);
    return e;
}

static struct estimate interval_of(const struct work *k, enum judge_measure m, double *const d[2])
{
    const struct judged *j = k->given;
    if (m < JUDGE_COUNTED)
        return counted(k, m, d);
    double value = k->value[m], se = j->clusters.cluster
                                         ? spread_error(of_clusters(j, &k->judge, d))
                                         : error_of_rows(k, m, d);
    if (m == JUDGE_RATIO)
        return estimate_ratio(value, se, j->doubt.level);
    bool bounded =
        m == JUDGE_BALANCED || m == JUDGE_AUC || m == JUDGE_AP || m == JUDGE_KS || m == JUDGE_MCC;
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
    if (m != JUDGE_F1 && judge_influence(&k->judge, k->weight, &k->given->rule, m, k->value[i], d))
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
        judge_weigh_squares(&k.judge, j->w, k.square);
        count_rows(&k);
        par_for(j->doubt.jobs, JUDGE_MEASURES, by_influence, &k);
        e[JUDGE_F1] = estimate_f1(e[JUDGE_JACCARD]);
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
