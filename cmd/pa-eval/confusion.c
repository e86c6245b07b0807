/* SPDX-License-Identifier: MIT */
/*
 * Delta method: a function f of the counts n_ij that does not change when all are multiplied has
 * var f = sum_ij n_ij (df / dn_ij)^2.
 */
#include "confusion.h"

#include <math.h>

#include "mem.h"

/* Sums of a table: rows true and predicted of each class, and all. */
struct margins {
    const struct confusion *table;
    double *hit, *truth, *said; /* (classes) */
    double all, hits;
};

static double cell(const struct confusion *t, size_t i, size_t j)
{
    return t->count[i * t->classes + j];
}

static double square(const struct confusion *t, size_t i, size_t j)
{
    return t->squares[i * t->classes + j];
}

static struct estimate accuracy_of(const struct margins *m, struct level l)
{
    struct share s = {m->hits, m->all - m->hits, 0, 0};
    size_t k = m->table->classes;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++)
            *(i == j ? &s.yes2 : &s.no2) += square(m->table, i, j);
    return estimate_weighted(s, l);
}

static struct margins margins_of(const struct confusion *t)
{
    size_t k = t->classes;
    double *sums = mem_zero(3 * k, sizeof *sums);
    struct margins m = {t, sums, sums + k, sums + 2 * k, 0, 0};
    for (size_t i = 0; i < k; i++) {
        m.hit[i] = cell(t, i, i);
        m.hits += m.hit[i];
        for (size_t j = 0; j < k; j++) {
            m.truth[i] += cell(t, i, j);
            m.said[j] += cell(t, i, j);
            m.all += cell(t, i, j);
        }
    }
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

/* d / dn_ij of the sum over classes of the measure. */
static double precision_slope(const struct margins *m, size_t i, size_t j)
{
    return ((i == j) - precision_of(m, j)) / m->said[j];
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

static struct estimate macro(const struct margins *m,
    double (*measure)(const struct margins *, size_t),
    double (*slope)(const struct margins *, size_t, size_t), struct level l)
{
    size_t k = m->table->classes;
    double sum = 0, variance = 0;
    for (size_t c = 0; c < k; c++)
        sum += measure(m, c);
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++)
            if (cell(m->table, i, j) > 0) {
                double s = slope(m, i, j) / (double)k;
                variance += square(m->table, i, j) * s * s;
            }
    return estimate_normal(sum / (double)k, sqrt(variance), 0, 1, l);
}

static struct estimate mcc_of(const struct margins *m, struct level l)
{
    size_t k = m->table->classes;
    double s = m->all, cross = 0, truth = s * s, said = s * s;
    for (size_t c = 0; c < k; c++) {
        cross += m->truth[c] * m->said[c];
        truth -= m->truth[c] * m->truth[c];
        said -= m->said[c] * m->said[c];
    }
    double root = sqrt(truth) * sqrt(said);
    if (!(root > 0))
        return estimate_none();
    double mcc = (s * m->hits - cross) / root, variance = 0;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++) {
            double up = s * (i == j) + m->hits - m->said[i] - m->truth[j];
            double slope = up / root - mcc * ((s - m->said[j]) / said + (s - m->truth[i]) / truth);
            variance += square(m->table, i, j) * slope * slope;
        }
    return estimate_normal(mcc, sqrt(variance), -1, 1, l);
}

struct scores confusion_macro(const struct confusion *t, struct level l)
{
    struct margins m = margins_of(t);
    struct scores s = {.accuracy = accuracy_of(&m, l),
        .precision = macro(&m, precision_of, precision_slope, l),
        .recall = macro(&m, recall_of, recall_slope, l),
        .f1 = macro(&m, f1_of, f1_slope, l),
        .mcc = mcc_of(&m, l),
        .specificity = estimate_none()};
    s.balanced = s.recall;
    mem_free(m.hit);
    return s;
}

/* Both recalls come from rows of their own. */
static struct estimate balanced_of(const struct margins *m, struct level l)
{
    double no = m->hit[0] / m->truth[0], yes = m->hit[1] / m->truth[1];
    double variance = no * (1 - no) / m->truth[0] + yes * (1 - yes) / m->truth[1];
    return estimate_normal((no + yes) / 2, sqrt(variance) / 2, 0, 1, l);
}

struct scores confusion_binary(const uint64_t count[4], struct level l)
{
    const double cells[4] = {
        (double)count[0], (double)count[1], (double)count[2], (double)count[3]};
    struct confusion t = {cells, cells, 2};
    struct margins m = margins_of(&t);
    struct estimate both = estimate_share(m.hit[1], m.truth[1] + m.said[1] - m.hit[1], l);
    struct scores s = {.accuracy = estimate_share(m.hits, m.all, l),
        .precision = estimate_share(m.hit[1], m.said[1], l),
        .recall = estimate_share(m.hit[1], m.truth[1], l),
        .f1 = estimate_f1(both),
        .mcc = mcc_of(&m, l),
        .specificity = estimate_share(m.hit[0], m.truth[0], l),
        .balanced = balanced_of(&m, l)};
    mem_free(m.hit);
    return s;
}
