/* SPDX-License-Identifier: MIT */
/* The derivatives of the measures of judge.c by the weight of a row. */
#include <math.h>

#include "fmath.h"
#include "judge_private.h"

static void share_influence(const struct judge *j, double *const weight[2],
    const struct judge_table *m, enum judge_measure measure, double *const d[2])
{
    struct judge_part sum = judge_total_of(j, weight, m, measure);
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++) {
            struct judge_part p = judge_part_of(j, m, measure, y, t);
            d[y][t] = (p.over - sum.over / sum.under * p.under) / sum.under;
        }
}

static void f1_influence(const struct judge *j, double *const weight[2],
    const struct judge_table *m, double f1, double *const d[2])
{
    double slope = (2 - f1) * (2 - f1) / 2; /* dF / dJ = 2 / (1 + J)^2 */
    share_influence(j, weight, m, JUDGE_JACCARD, d);
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++)
            d[y][t] *= slope;
}

static void ne_influence(const struct judge *j, const struct judge_table *m, double value,
    double sign, double *const d[2])
{
    double q = (m->tp + m->fn) / m->all, h = judge_entropy(q), slope = fm_log((1 - q) / q);
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++)
            d[y][t] = sign * (j->loss[y][t] / h - value - value / h * slope * (y - q)) / m->all;
}

static void balanced_influence(
    const struct judge *j, const struct judge_table *m, double *const d[2])
{
    double p = m->tp + m->fn, n = m->tn + m->fp;
    for (size_t t = 0; t < j->n; t++) {
        bool said = t >= m->from;
        d[1][t] = (said - m->tp / p) / p / 2;
        d[0][t] = (!said - m->tn / n) / n / 2;
    }
}

static void mcc_influence(
    const struct judge *j, const struct judge_table *m, double mcc, double *const d[2])
{
    double root = judge_mcc_root(m), p = m->tp + m->fn, n = m->tn + m->fp;
    double said = m->tp + m->fp, not = m->tn + m->fn;
    for (size_t t = 0; t < j->n; t++) {
        bool is = t >= m->from;
        d[1][t] = (is ? m->tn : -m->fp) / root - mcc / 2 * (1 / p + 1 / (is ? said : not ));
        d[0][t] = (is ? -m->fn : m->tp) / root - mcc / 2 * (1 / n + 1 / (is ? said : not ));
    }
}

static void auc_influence(const struct judge *j, double *const weight[2],
    const struct judge_table *m, double auc, double *const d[2])
{
    double p = m->tp + m->fn, n = m->tn + m->fp, lower = 0, higher = p;
    for (size_t t = 0; t < j->n; t++) {
        higher -= weight[1][t];
        d[1][t] = ((lower + weight[0][t] / 2) / n - auc) / p;
        d[0][t] = ((higher + weight[1][t] / 2) / p - auc) / n;
        lower += weight[0][t];
    }
}

/* A row more changes the precision at its own score and at all scores below it. */
static void ap_influence(const struct judge *j, double *const weight[2],
    const struct judge_table *m, double ap, double *const d[2])
{
    double p = m->tp + m->fn, tp = p, all = m->all, once = 0, twice = 0;
    for (size_t t = 0; t < j->n; t++) {
        double here = weight[1][t];
        if (here > 0) {
            once += here / all;
            twice += here * tp / (all * all);
        }
        d[1][t] = ((all > 0 ? tp / all : 0) - ap + once - twice) / p;
        d[0][t] = -twice / p;
        tp -= here;
        all -= here + weight[0][t];
    }
}

/* The score at which classes are furthest apart is taken as fixed. */
static void ks_influence(
    const struct judge *j, double *const weight[2], const struct judge_table *m, double *const d[2])
{
    double p = m->tp + m->fn, n = m->tn + m->fp, tp = 0, fp = 0, most = 0;
    double best_tp = 0, best_fp = 0;
    size_t from = j->n;
    for (size_t t = j->n; t-- > 0;) {
        tp += weight[1][t];
        fp += weight[0][t];
        if (tp / p - fp / n > most) {
            most = tp / p - fp / n;
            best_tp = tp / p;
            best_fp = fp / n;
            from = t;
        }
    }
    for (size_t t = 0; t < j->n; t++) {
        d[1][t] = ((t >= from) - best_tp) / p;
        d[0][t] = -((t >= from) - best_fp) / n;
    }
}

bool judge_influence(const struct judge *j, double *const weight[2], const struct judge_rule *rule,
    enum judge_measure measure, double value, double *const d[2])
{
    if (isnan(value) || measure == JUDGE_THRESHOLD)
        return false;
    struct judge_table m = judge_table_of(j, weight, rule);
    if (measure < JUDGE_SHARES)
        share_influence(j, weight, &m, measure, d);
    else if (measure == JUDGE_F1)
        f1_influence(j, weight, &m, value, d);
    else if (measure == JUDGE_NE)
        ne_influence(j, &m, value, 1, d);
    else if (measure == JUDGE_RIG)
        ne_influence(j, &m, 1 - value, -1, d);
    else if (measure == JUDGE_BALANCED)
        balanced_influence(j, &m, d);
    else if (measure == JUDGE_MCC)
        mcc_influence(j, &m, value, d);
    else if (measure == JUDGE_AUC)
        auc_influence(j, weight, &m, value, d);
    else if (measure == JUDGE_AP)
        ap_influence(j, weight, &m, value, d);
    else
        ks_influence(j, weight, &m, d);
    return true;
}

void judge_base(const struct judge *j, double *const weight[2], const struct judge_rule *rule,
    enum judge_measure measure, double *const b[2])
{
    struct judge_table m = judge_table_of(j, weight, rule);
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++)
            b[y][t] = judge_part_of(j, &m, measure, y, t).under;
}
