/* SPDX-License-Identifier: MIT */
#include "judged.h"

#include <math.h>

#include "mem.h"

/* Sums by score of one weighting, and numbers by score. */
struct work {
    const struct judged *given;
    struct judge judge;
    double *weight[2], *d[2]; /* (scores) */
    double *x;                /* (rows) */
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

static void work_init(struct work *k, const struct judged *given)
{
    *k = (struct work){.given = given};
    judge_init(&k->judge, given->score, given->y, given->n, given->doubt.jobs);
    pair_init(k->weight, k->judge.n);
    pair_init(k->d, k->judge.n);
    k->x = mem_alloc(given->n, sizeof *k->x);
    judge_weigh(&k->judge, given->w, k->weight);
}

static void work_release(struct work *k)
{
    judge_release(&k->judge);
    pair_release(k->weight);
    pair_release(k->d);
    mem_free(k->x);
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

/* x = weight times d of the row's label and score. */
static void spread(struct work *k)
{
    const struct judged *j = k->given;
    for (size_t i = 0; i < j->n; i++)
        k->x[i] = (j->w ? j->w[i] : 1) * k->d[j->y[i]][k->judge.tie[i]];
}

/* (sum x)^2 / sum x^2 over rows or clusters: rows of equal weight that would be as sure. */
static double worth(struct work *k, enum judge_measure m)
{
    const struct judged *j = k->given;
    double sum = 0;
    judge_base(&k->judge, k->weight, &j->rule, m, k->d);
    spread(k);
    for (size_t i = 0; i < j->n; i++)
        sum += k->x[i];
    double squares = 0;
    if (j->clusters.cluster) {
        double *by = mem_zero(j->clusters.n, sizeof *by);
        for (size_t i = 0; i < j->n; i++)
            by[j->clusters.cluster[i]] += k->x[i];
        for (size_t c = 0; c < j->clusters.n; c++)
            squares += by[c] * by[c];
        mem_free(by);
    } else {
        for (size_t i = 0; i < j->n; i++)
            squares += k->x[i] * k->x[i];
    }
    return squares > 0 ? sum * sum / squares : 0;
}

static struct estimate by_influence(struct work *k, enum judge_measure m, double value)
{
    const struct judged *j = k->given;
    if (!judge_influence(&k->judge, k->weight, &j->rule, m, value, k->d))
        return estimate_alone(value);
    spread(k);
    double se = resample_error(&j->clusters, k->x, j->n);
    if (m <= JUDGE_FPR && m != JUDGE_F1) {
        if (!j->clusters.cluster)
            se *= sqrt(((double)j->n - 1) / (double)j->n);
        return estimate_share_se(value, se, se > 0 ? 0 : worth(k, m), j->doubt.level);
    }
    bool bounded = m == JUDGE_F1 || m == JUDGE_BALANCED || m == JUDGE_AUC || m == JUDGE_AP ||
                   m == JUDGE_KS || m == JUDGE_MCC;
    double least = m == JUDGE_MCC ? -1 : m == JUDGE_RIG ? -INFINITY : 0;
    return estimate_normal(
        value, se, least, bounded || m == JUDGE_RIG ? 1 : INFINITY, j->doubt.level);
}

void judged_estimates(const struct judged *j, struct estimate *e)
{
    struct work k;
    double value[JUDGE_MEASURES];
    work_init(&k, j);
    judge_values(&k.judge, k.weight, &j->rule, value);
    for (int m = 0; m < JUDGE_MEASURES; m++)
        e[m] = j->doubt.runs ? estimate_alone(value[m])
                             : by_influence(&k, (enum judge_measure)m, value[m]);
    struct bootstrap b = {
        j->doubt.runs, j->doubt.seed, j->doubt.jobs, j->doubt.level, resampled, &k, JUDGE_MEASURES};
    if (b.runs)
        resample_bootstrap(&b, &j->clusters, j->w, j->n, e);
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
