/* SPDX-License-Identifier: MIT */
/*
 * Delta method: a function f of the counts n_ij that does not change when all are multiplied has
 * var f = sum_ij n_ij (df / dn_ij)^2.
 */
#include "confusion.h"

#include <math.h>

#include "mem.h"

/* What is above the line of the MCC, and below it in two parts. */
struct mcc {
    double over, truth, said;
};

/* Sums of a table: rows true and predicted of each class, and all. */
struct margins {
    const double *count;
    size_t classes;
    double *hit, *truth, *said; /* (classes) */
    double all, hits, present;  /* present: classes that have rows */
    struct mcc mcc;
};

static struct mcc mcc_of(const struct margins *m)
{
    double s = m->all, cross = 0;
    struct mcc c = {0, s * s, s * s};
    for (size_t i = 0; i < m->classes; i++) {
        cross += m->truth[i] * m->said[i];
        c.truth -= m->truth[i] * m->truth[i];
        c.said -= m->said[i] * m->said[i];
    }
    c.over = s * m->hits - cross;
    return c;
}

static struct margins margins_of(const double *count, size_t k)
{
    double *sums = mem_zero(3 * k, sizeof *sums);
    struct margins m = {
        .count = count, .classes = k, .hit = sums, .truth = sums + k, .said = sums + 2 * k};
    for (size_t i = 0; i < k; i++) {
        m.hit[i] = count[i * k + i];
        m.hits += m.hit[i];
        for (size_t j = 0; j < k; j++) {
            m.truth[i] += count[i * k + j];
            m.said[j] += count[i * k + j];
            m.all += count[i * k + j];
        }
        m.present += m.truth[i] > 0;
    }
    m.mcc = mcc_of(&m);
    return m;
}

static double precision_of(const struct margins *m, size_t c)
{
    return m->hit[c] / m->said[c];
}

static double recall_of(const struct margins *m, size_t c)
{
    return m->hit[c] / m->truth[c];
}

static double f1_of(const struct margins *m, size_t c)
{
    return 2 * m->hit[c] / (m->truth[c] + m->said[c]);
}

static double macro(const struct margins *m, double (*measure)(const struct margins *, size_t))
{
    double sum = 0;
    for (size_t c = 0; c < m->classes; c++)
        sum += measure(m, c);
    return sum / (double)m->classes;
}

static double balanced_of(const struct margins *m)
{
    double sum = 0;
    for (size_t c = 0; c < m->classes; c++)
        sum += m->truth[c] > 0 ? recall_of(m, c) : 0;
    return sum / m->present;
}

static double mcc_value(struct mcc c)
{
    double root = sqrt(c.truth * c.said), mcc = c.over / root;
    return !(root > 0) ? NAN : mcc > 1 ? 1 : mcc < -1 ? -1 : mcc;
}

void confusion_values(const double *count, size_t classes, double *value)
{
    struct margins m = margins_of(count, classes);
    value[CONFUSION_ACCURACY] = m.hits / m.all;
    value[CONFUSION_PRECISION] = macro(&m, precision_of);
    value[CONFUSION_RECALL] = macro(&m, recall_of);
    value[CONFUSION_F1] = macro(&m, f1_of);
    value[CONFUSION_MCC] = mcc_value(m.mcc);
    value[CONFUSION_BALANCED] = balanced_of(&m);
    mem_free(m.hit);
}

static double recall_slope(const struct margins *m, size_t i, size_t j)
{
    return ((i == j) - recall_of(m, i)) / m->truth[i];
}

static double f1_slope(const struct margins *m, size_t i, size_t j)
{
    double truth = -f1_of(m, i) / (m->truth[i] + m->said[i]);
    double said = -f1_of(m, j) / (m->truth[j] + m->said[j]);
    return truth + said + (i == j) * 2 / (m->truth[i] + m->said[i]);
}

static double mcc_slope(const struct margins *m, size_t i, size_t j)
{
    struct mcc c = m->mcc;
    double s = m->all, root = sqrt(c.truth * c.said);
    double up = s * (i == j) + m->hits - m->said[i] - m->truth[j];
    return up / root - c.over / root * ((s - m->said[j]) / c.said + (s - m->truth[i]) / c.truth);
}

static double slope_of(const struct margins *m, enum confusion_measure measure, size_t i, size_t j)
{
    double k = (double)m->classes;
    switch (measure) {
    case CONFUSION_PRECISION:
        return ((i == j) - precision_of(m, j)) / m->said[j] / k;
    case CONFUSION_RECALL:
        return recall_slope(m, i, j) / k;
    case CONFUSION_F1:
        return f1_slope(m, i, j) / k;
    case CONFUSION_MCC:
        return mcc_slope(m, i, j);
    case CONFUSION_BALANCED:
        return recall_slope(m, i, j) / m->present;
    default: /* CONFUSION_ACCURACY */
        return ((i == j) - m->hits / m->all) / m->all;
    }
}

void confusion_slopes(
    const double *count, size_t classes, enum confusion_measure measure, double *slope)
{
    struct margins m = margins_of(count, classes);
    for (size_t i = 0; i < classes; i++)
        for (size_t j = 0; j < classes; j++)
            slope[i * classes + j] = slope_of(&m, measure, i, j);
    mem_free(m.hit);
}

static struct estimate mcc_binary(const struct margins *m, struct level l)
{
    double variance = 0, mcc = mcc_value(m->mcc);
    if (isnan(mcc))
        return estimate_none();
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 2; j++) {
            double slope = mcc_slope(m, i, j);
            variance += m->count[2 * i + j] * slope * slope;
        }
    return estimate_normal(mcc, sqrt(variance), -1, 1, l);
}

/* Both recalls come from rows of their own. */
static struct estimate balanced_binary(const struct margins *m, struct level l)
{
    double no = recall_of(m, 0), yes = recall_of(m, 1);
    double variance = no * (1 - no) / m->truth[0] + yes * (1 - yes) / m->truth[1];
    return estimate_normal((no + yes) / 2, sqrt(variance) / 2, 0, 1, l);
}

struct scores confusion_binary(const uint64_t count[4], struct level l)
{
    const double cells[4] = {
        (double)count[0], (double)count[1], (double)count[2], (double)count[3]};
    struct margins m = margins_of(cells, 2);
    struct scores s = {.accuracy = estimate_share(m.hits, m.all, l),
        .precision = estimate_share(m.hit[1], m.said[1], l),
        .recall = estimate_share(m.hit[1], m.truth[1], l),
        .f1 = estimate_f1(estimate_share(m.hit[1], m.truth[1] + m.said[1] - m.hit[1], l)),
        .mcc = mcc_binary(&m, l),
        .specificity = estimate_share(m.hit[0], m.truth[0], l),
        .balanced = balanced_binary(&m, l)};
    mem_free(m.hit);
    return s;
}
