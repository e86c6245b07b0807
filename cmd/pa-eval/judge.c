/* SPDX-License-Identifier: MIT */
/*
 * Rows are first summed by score and label, in their own order; the rest goes over the distinct
 * scores, so a resample costs one pass over rows and one over scores.
 */
#include "judge.h"

#include <math.h>

#include "fmath.h"
#include "mem.h"
#include "par.h"
#include "stats.h"

enum { SHARE = 65536 };

static const double LEAST = 1e-15, MOST = 1 - 1e-15;

/* Weights of the four cells, and at which score "positive" begins. */
struct table {
    double tp, fp, fn, tn, all;
    size_t from;
};

static size_t below(const double *x, size_t n, double v)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (x[middle] < v)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct search {
    struct judge *judge;
    const double *score;
};

static void search_share(void *context, size_t i, unsigned thread)
{
    (void)thread;
    const struct search *s = context;
    struct judge *j = s->judge;
    size_t end = (i + 1) * SHARE < j->rows ? (i + 1) * SHARE : j->rows;
    for (size_t r = i * SHARE; r < end; r++)
        j->tie[r] = (uint32_t)below(j->score, j->n, s->score[r]);
}

static void set_losses(struct judge *j)
{
    for (int y = 0; y < 2; y++) {
        j->loss[y] = mem_alloc(j->n, sizeof *j->loss[y]);
        for (size_t t = 0; t < j->n; t++) {
            double q = y ? j->score[t] : 1 - j->score[t];
            j->loss[y][t] = -fm_log(q < LEAST ? LEAST : q > MOST ? MOST : q);
        }
    }
}

void judge_init(struct judge *j, const double *score, const uint8_t *y, size_t rows, unsigned jobs)
{
    *j = (struct judge){.rows = rows, .y = y};
    j->score = mem_alloc(rows, sizeof *j->score);
    j->tie = mem_alloc(rows, sizeof *j->tie);
    for (size_t r = 0; r < rows; r++)
        j->score[r] = score[r];
    stats_sort(j->score, rows);
    for (size_t r = 0; r < rows; r++)
        if (j->n == 0 || j->score[r] != j->score[j->n - 1])
            j->score[j->n++] = j->score[r];
    par_for(jobs, (rows + SHARE - 1) / SHARE, search_share, &(struct search){j, score});
    j->probabilities = j->n == 0 || (j->score[0] >= 0 && j->score[j->n - 1] <= 1);
    set_losses(j);
}

void judge_release(struct judge *j)
{
    mem_free(j->tie);
    mem_free(j->score);
    mem_free(j->loss[0]);
    mem_free(j->loss[1]);
    *j = (struct judge){0};
}

void judge_weigh(const struct judge *j, const double *w, double *const weight[2])
{
    for (size_t t = 0; t < j->n; t++)
        weight[0][t] = weight[1][t] = 0;
    for (size_t r = 0; r < j->rows; r++)
        weight[j->y[r]][j->tie[r]] += w ? w[r] : 1;
}

double judge_threshold(
    const struct judge *j, double *const weight[2], const struct judge_rule *rule)
{
    if (!isnan(rule->threshold))
        return rule->threshold;
    double cost = 0, least, threshold = INFINITY;
    for (size_t t = 0; t < j->n; t++)
        cost += rule->false_negative * weight[1][t];
    least = cost;
    for (size_t t = j->n; t-- > 0;) {
        cost += rule->false_positive * weight[0][t] - rule->false_negative * weight[1][t];
        if (cost < least && weight[0][t] + weight[1][t] > 0) {
            least = cost;
            threshold = j->score[t];
        }
    }
    return threshold;
}

static struct table table_of(
    const struct judge *j, double *const weight[2], const struct judge_rule *rule)
{
    struct table m = {.from = below(j->score, j->n, judge_threshold(j, weight, rule))};
    for (size_t t = 0; t < m.from; t++) {
        m.fn += weight[1][t];
        m.tn += weight[0][t];
    }
    for (size_t t = m.from; t < j->n; t++) {
        m.tp += weight[1][t];
        m.fp += weight[0][t];
    }
    m.all = m.tp + m.fp + m.fn + m.tn;
    return m;
}

/* What a row of label y, score number t adds above and below the line of a share. */
struct part {
    double over, under;
};

static struct part part_of(
    const struct judge *j, const struct table *m, enum judge_measure measure, int y, size_t t)
{
    double said = t >= m->from, yes = y, s = j->score[t];
    switch (measure) {
    case JUDGE_ACCURACY:
        return (struct part){said == yes, 1};
    case JUDGE_PRECISION:
        return (struct part){yes * said, said};
    case JUDGE_RECALL:
        return (struct part){yes * said, yes};
    case JUDGE_F1:
        return (struct part){2 * yes * said, yes + said};
    case JUDGE_SPECIFICITY:
        return (struct part){(1 - yes) * (1 - said), 1 - yes};
    case JUDGE_SELECTION:
        return (struct part){said, 1};
    case JUDGE_FPR:
        return (struct part){(1 - yes) * said, 1 - yes};
    case JUDGE_LOG_LOSS:
        return (struct part){j->loss[y][t], 1};
    case JUDGE_BRIER:
        return (struct part){(s - yes) * (s - yes), 1};
    default: /* JUDGE_RATIO */
        return (struct part){s, yes};
    }
}

static bool needs_probability(enum judge_measure measure)
{
    return measure == JUDGE_LOG_LOSS || measure == JUDGE_BRIER || measure == JUDGE_RATIO ||
           measure == JUDGE_NE || measure == JUDGE_RIG;
}

static struct part total_of(const struct judge *j, double *const weight[2], const struct table *m,
    enum judge_measure measure)
{
    struct part sum = {0, 0};
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++) {
            struct part p = part_of(j, m, measure, y, t);
            sum.over += weight[y][t] * p.over;
            sum.under += weight[y][t] * p.under;
        }
    return sum;
}

static double mcc_root(const struct table *m)
{
    return sqrt(m->tp + m->fn) * sqrt(m->tn + m->fp) * sqrt(m->tp + m->fp) * sqrt(m->tn + m->fn);
}

static double entropy(double q)
{
    return -q * fm_log(q) - (1 - q) * fm_log1p(-q);
}

/* Area, average precision and KS in one walk from the highest score down. */
static void walk(const struct judge *j, double *const weight[2], double positives, double negatives,
    double *value)
{
    double tp = 0, fp = 0, area = 0, ap = 0, ks = 0;
    for (size_t t = j->n; t-- > 0;) {
        double p = weight[1][t], n = weight[0][t];
        area += n * (tp + p / 2);
        tp += p;
        fp += n;
        ap += p > 0 ? p * tp / (tp + fp) : 0;
        double apart = tp / positives - fp / negatives;
        ks = apart > ks ? apart : ks;
    }
    value[JUDGE_AUC] = area / (positives * negatives);
    value[JUDGE_AP] = ap / positives;
    value[JUDGE_KS] = isnan(value[JUDGE_AUC]) ? NAN : ks;
}

void judge_values(
    const struct judge *j, double *const weight[2], const struct judge_rule *rule, double *value)
{
    struct table m = table_of(j, weight, rule);
    for (int i = 0; i < JUDGE_SHARES; i++) {
        struct part sum = total_of(j, weight, &m, (enum judge_measure)i);
        value[i] = sum.under > 0 ? sum.over / sum.under : NAN;
    }
    double q = (m.tp + m.fn) / m.all, root = mcc_root(&m);
    value[JUDGE_NE] = q > 0 && q < 1 ? value[JUDGE_LOG_LOSS] / entropy(q) : NAN;
    value[JUDGE_RIG] = 1 - value[JUDGE_NE];
    value[JUDGE_BALANCED] = (value[JUDGE_RECALL] + value[JUDGE_SPECIFICITY]) / 2;
    value[JUDGE_MCC] = root > 0 ? (m.tp * m.tn - m.fp * m.fn) / root : NAN;
    value[JUDGE_THRESHOLD] = judge_threshold(j, weight, rule);
    walk(j, weight, m.tp + m.fn, m.tn + m.fp, value);
    for (int i = 0; i < JUDGE_MEASURES && !j->probabilities; i++)
        if (needs_probability((enum judge_measure)i))
            value[i] = NAN;
}

/* ---- influence ---- */

static void share_influence(const struct judge *j, double *const weight[2], const struct table *m,
    enum judge_measure measure, double *const d[2])
{
    struct part sum = total_of(j, weight, m, measure);
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++) {
            struct part p = part_of(j, m, measure, y, t);
            d[y][t] = (p.over - sum.over / sum.under * p.under) / sum.under;
        }
}

static void ne_influence(
    const struct judge *j, const struct table *m, double value, double sign, double *const d[2])
{
    double q = (m->tp + m->fn) / m->all, h = entropy(q), slope = fm_log((1 - q) / q);
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++)
            d[y][t] = sign * (j->loss[y][t] / h - value - value / h * slope * (y - q)) / m->all;
}

static void balanced_influence(const struct judge *j, const struct table *m, double *const d[2])
{
    double p = m->tp + m->fn, n = m->tn + m->fp;
    for (size_t t = 0; t < j->n; t++) {
        bool said = t >= m->from;
        d[1][t] = (said - m->tp / p) / p / 2;
        d[0][t] = (!said - m->tn / n) / n / 2;
    }
}

static void mcc_influence(
    const struct judge *j, const struct table *m, double mcc, double *const d[2])
{
    double root = mcc_root(m), p = m->tp + m->fn, n = m->tn + m->fp;
    double said = m->tp + m->fp, not = m->tn + m->fn;
    for (size_t t = 0; t < j->n; t++) {
        bool is = t >= m->from;
        d[1][t] = (is ? m->tn : -m->fp) / root - mcc / 2 * (1 / p + 1 / (is ? said : not ));
        d[0][t] = (is ? -m->fn : m->tp) / root - mcc / 2 * (1 / n + 1 / (is ? said : not ));
    }
}

static void auc_influence(const struct judge *j, double *const weight[2], const struct table *m,
    double auc, double *const d[2])
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
static void ap_influence(const struct judge *j, double *const weight[2], const struct table *m,
    double ap, double *const d[2])
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
    const struct judge *j, double *const weight[2], const struct table *m, double *const d[2])
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
    struct table m = table_of(j, weight, rule);
    if (measure < JUDGE_SHARES)
        share_influence(j, weight, &m, measure, d);
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
    struct table m = table_of(j, weight, rule);
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++)
            b[y][t] = part_of(j, &m, measure, y, t).under;
}
