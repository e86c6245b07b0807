/* SPDX-License-Identifier: MIT */
/*
 * Rows are first summed by score and label, in their own order; the rest goes over the distinct
 * scores, so a resample costs one pass over rows and one over scores.
 */
#include "judge_private.h"

#include <math.h>

#include "fmath.h"
#include "mem.h"
#include "order.h"
#include "par.h"

enum { SHARE = 65536 };

static const double LEAST = 1e-15, MOST = 1 - 1e-15;

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

/* Distinct scores, as they come from an order. */
struct growing {
    struct judge *judge;
    size_t cap;
};

static void grow(struct growing *g, size_t n)
{
    struct judge *j = g->judge;
    size_t cap = g->cap;
    j->score = mem_grow(j->score, &g->cap, n, sizeof *j->score);
    for (int y = 0; y < 2; y++) {
        size_t same = cap;
        j->count[y] = mem_grow(j->count[y], &same, n, sizeof *j->count[y]);
    }
}

static void add_scores(void *context, const struct ties *t, unsigned thread)
{
    (void)thread;
    struct growing *g = context;
    struct judge *j = g->judge;
    grow(g, j->n + t->n);
    for (size_t i = 0; i < t->n; i++) {
        j->score[j->n] = t->score[i];
        j->count[0][j->n] = t->count[0][i];
        j->count[1][j->n++] = t->count[1][i];
    }
    j->first[t->bucket + 1] = j->n;
}

static void find_scores(struct judge *j, const double *score, unsigned jobs)
{
    struct growing g = {j, 0};
    grow(&g, 1);
    order_init(&j->order, score, j->y, j->rows, NULL, jobs);
    j->first = mem_zero(j->order.buckets + 1, sizeof *j->first);
    order_each(&j->order, 1, add_scores, &g);
    for (size_t b = 0; b < j->order.buckets; b++) /* without rows: it ends where it begins */
        j->first[b + 1] = j->first[b + 1] > j->first[b] ? j->first[b + 1] : j->first[b];
    order_release_scores(&j->order);
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
    for (size_t r = i * SHARE; r < end; r++) {
        const size_t *first = j->first + order_bucket(&j->order, s->score[r]);
        size_t at = below(j->score + first[0], first[1] - first[0], s->score[r]);
        j->tie[r] = (uint32_t)(first[0] + at);
    }
}

void judge_rows(struct judge *j, const double *score, unsigned jobs)
{
    j->tie = mem_alloc(j->rows, sizeof *j->tie);
    par_for(jobs, (j->rows + SHARE - 1) / SHARE, search_share, &(struct search){j, score});
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
    find_scores(j, score, jobs);
    j->probabilities = j->n == 0 || (j->score[0] >= 0 && j->score[j->n - 1] <= 1);
    set_losses(j);
}

void judge_release(struct judge *j)
{
    mem_free(j->tie);
    mem_free(j->score);
    mem_free(j->count[0]);
    mem_free(j->count[1]);
    mem_free(j->first);
    order_release(&j->order);
    mem_free(j->loss[0]);
    mem_free(j->loss[1]);
    *j = (struct judge){0};
}

void judge_weigh(const struct judge *j, const double *w, double *const weight[2])
{
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++)
            weight[y][t] = w ? 0 : j->count[y][t];
    for (size_t r = 0; w && r < j->rows; r++)
        weight[j->y[r]][j->tie[r]] += w[r];
}

void judge_weigh_squares(const struct judge *j, const double *w, double *const square[2])
{
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++)
            square[y][t] = w ? 0 : j->count[y][t];
    for (size_t r = 0; w && r < j->rows; r++)
        square[j->y[r]][j->tie[r]] += w[r] * w[r];
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

struct judge_table judge_table_of(
    const struct judge *j, double *const weight[2], const struct judge_rule *rule)
{
    struct judge_table m = {.from = below(j->score, j->n, judge_threshold(j, weight, rule))};
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

struct judge_part judge_part_of(
    const struct judge *j, const struct judge_table *m, enum judge_measure measure, int y, size_t t)
{
    double said = t >= m->from, yes = y, s = j->score[t];
    switch (measure) {
    case JUDGE_ACCURACY:
        return (struct judge_part){said == yes, 1};
    case JUDGE_PRECISION:
        return (struct judge_part){yes * said, said};
    case JUDGE_RECALL:
        return (struct judge_part){yes * said, yes};
    case JUDGE_JACCARD:
        return (struct judge_part){yes * said, yes + said - yes * said};
    case JUDGE_SPECIFICITY:
        return (struct judge_part){(1 - yes) * (1 - said), 1 - yes};
    case JUDGE_SELECTION:
        return (struct judge_part){said, 1};
    case JUDGE_FPR:
        return (struct judge_part){(1 - yes) * said, 1 - yes};
    case JUDGE_LOG_LOSS:
        return (struct judge_part){j->loss[y][t], 1};
    case JUDGE_BRIER:
        return (struct judge_part){(s - yes) * (s - yes), 1};
    default: /* JUDGE_RATIO */
        return (struct judge_part){s, yes};
    }
}

static bool needs_probability(enum judge_measure measure)
{
    return measure == JUDGE_LOG_LOSS || measure == JUDGE_BRIER || measure == JUDGE_RATIO ||
           measure == JUDGE_NE || measure == JUDGE_RIG;
}

struct judge_part judge_total_of(const struct judge *j, double *const weight[2],
    const struct judge_table *m, enum judge_measure measure)
{
    struct judge_part sum = {0, 0};
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++) {
            struct judge_part p = judge_part_of(j, m, measure, y, t);
            sum.over += weight[y][t] * p.over;
            sum.under += weight[y][t] * p.under;
        }
    return sum;
}

struct share judge_share(const struct judge *j, double *const weight[2], double *const square[2],
    const struct judge_rule *rule, enum judge_measure measure)
{
    struct judge_table m = judge_table_of(j, weight, rule);
    struct share s = {0, 0, 0, 0};
    for (int y = 0; y < 2; y++)
        for (size_t t = 0; t < j->n; t++) {
            struct judge_part p = judge_part_of(j, &m, measure, y, t);
            s.yes += weight[y][t] * p.over;
            s.yes2 += square[y][t] * p.over;
            s.no += weight[y][t] * (p.under - p.over);
            s.no2 += square[y][t] * (p.under - p.over);
        }
    return s;
}

double judge_mcc_root(const struct judge_table *m)
{
    double truth = (m->tp + m->fn) * (m->tn + m->fp), said = (m->tp + m->fp) * (m->tn + m->fn);
    return sqrt(truth * said);
}

double judge_entropy(double q)
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
    struct judge_table m = judge_table_of(j, weight, rule);
    for (int i = 0; i < JUDGE_SHARES; i++) {
        struct judge_part sum = judge_total_of(j, weight, &m, (enum judge_measure)i);
        value[i] = sum.under > 0 ? sum.over / sum.under : NAN;
    }
    value[JUDGE_F1] = 2 * value[JUDGE_JACCARD] / (1 + value[JUDGE_JACCARD]);
    double q = (m.tp + m.fn) / m.all, root = judge_mcc_root(&m);
    value[JUDGE_NE] = q > 0 && q < 1 ? value[JUDGE_LOG_LOSS] / judge_entropy(q) : NAN;
    value[JUDGE_RIG] = 1 - value[JUDGE_NE];
    value[JUDGE_BALANCED] = (value[JUDGE_RECALL] + value[JUDGE_SPECIFICITY]) / 2;
    double mcc = (m.tp * m.tn - m.fp * m.fn) / root;
    value[JUDGE_MCC] = !(root > 0) ? NAN : mcc > 1 ? 1 : mcc < -1 ? -1 : mcc;
    value[JUDGE_THRESHOLD] = judge_threshold(j, weight, rule);
    walk(j, weight, m.tp + m.fn, m.tn + m.fp, value);
    for (int i = 0; i < JUDGE_MEASURES && !j->probabilities; i++)
        if (needs_probability((enum judge_measure)i))
            value[i] = NAN;
}
