/* SPDX-License-Identifier: MIT */
#include "losses.h"

#include <math.h>

#include "fmath.h"
#include "mem.h"

enum { BLOCK = 512 };

static const double LEAST = 1e-15, MOST = 1 - 1e-15;

/* Scores that rows of one class have, and how many. */
struct block {
    double p[BLOCK], times[BLOCK];
    size_t n;
};

bool losses_outside(double p)
{
    return p < 0 || p > 1;
}

bool losses_clipped(double p, int y)
{
    double q = y ? p : 1 - p;
    return q < LEAST || q > MOST;
}

static void count_block(struct losses_sums *s, const struct block *b, int y, double threshold)
{
    uint64_t said = 0, outside = 0, clipped = 0, all = 0;
    for (size_t i = 0; i < b->n; i++) {
        double p = b->p[i];
        uint64_t times = (uint64_t)b->times[i];
        all += times;
        said += p >= threshold ? times : 0;
        outside += losses_outside(p) ? times : 0;
        clipped += losses_clipped(p, y) ? times : 0;
    }
    s->count[2 * y] += all - said;
    s->count[2 * y + 1] += said;
    s->outside += outside;
    s->clipped += clipped;
}

static void add_block(struct losses_sums *s, const struct block *b, int y)
{
    double loss[BLOCK], square[BLOCK];
    for (size_t i = 0; i < b->n && y; i++)
        square[i] = b->p[i] * b->p[i];
    if (y)
        exact_add_times(&s->yes2, square, b->times, b->n);
    for (size_t i = 0; i < b->n; i++) {
        double d = b->p[i] - y, q = y ? b->p[i] : 1 - b->p[i];
        loss[i] = q < LEAST ? LEAST : q > MOST ? MOST : q;
        square[i] = d * d;
    }
    exact_add_times(&s->p[y], b->p, b->times, b->n);
    exact_add_times(&s->brier[y], square, b->times, b->n);
    for (size_t i = 0; i < b->n; i++)
        square[i] *= square[i];
    exact_add_times(&s->brier2, square, b->times, b->n);
    fm_log_n(loss, loss, b->n);
    for (size_t i = 0; i < b->n; i++)
        square[i] = loss[i] * loss[i];
    exact_add_times(&s->log[y], loss, b->times, b->n);
    exact_add_times(&s->log2, square, b->times, b->n);
}

void losses_add(struct losses_sums *s, const struct ties *t, double threshold)
{
    struct block b;
    for (int y = 0; y < 2; y++)
        for (size_t i = 0; i < t->n;) {
            for (b.n = 0; i < t->n && b.n < BLOCK; i++) {
                b.p[b.n] = t->score[i];
                b.times[b.n] = t->count[y][i];
                b.n += t->count[y][i] > 0;
            }
            count_block(s, &b, y, threshold);
            add_block(s, &b, y);
        }
}

void losses_merge(struct losses_sums *s, const struct losses_sums *other)
{
    for (int y = 0; y < 2; y++) {
        exact_merge(&s->p[y], &other->p[y]);
        exact_merge(&s->log[y], &other->log[y]);
        exact_merge(&s->brier[y], &other->brier[y]);
    }
    exact_merge(&s->log2, &other->log2);
    exact_merge(&s->brier2, &other->brier2);
    exact_merge(&s->yes2, &other->yes2);
    for (int i = 0; i < 4; i++)
        s->count[i] += other->count[i];
    s->outside += other->outside;
    s->clipped += other->clipped;
}

/* n / (n - 1) times (mean of products - product of means); what only rounding left of it is 0. */
static double covariance(double products, double x, double y, double n)
{
    double c = products - x * y;
    return fabs(c) > 1e-15 * fabs(products) ? c * n / (n - 1) : 0;
}

static struct estimate mean_of(double mean, double square, double n, struct level level)
{
    double v = covariance(square, mean, mean, n);
    if (n < 2)
        return estimate_alone(mean);
    return estimate_normal(mean, sqrt((v > 0 ? v : 0) / n), 0, INFINITY, level);
}

static struct estimate entropy_ratio(
    const struct losses_sums *s, double loss, double n, double positives, struct level level)
{
    double y = positives / n;
    if (!(y > 0 && y < 1)) /* one class only */
        return estimate_none();
    double entropy = -y * fm_log(y) - (1 - y) * fm_log1p(-y);
    double slope = fm_log((1 - y) / y);
    double by_loss = 1 / entropy, by_y = -loss * slope / (entropy * entropy);
    double v = by_loss * by_loss * covariance(exact_value(&s->log2) / n, loss, loss, n) +
               2 * by_loss * by_y * covariance(-exact_value(&s->log[1]) / n, loss, y, n) +
               by_y * by_y * covariance(y, y, y, n);
    return estimate_normal(loss / entropy, sqrt((v > 0 ? v : 0) / n), 0, INFINITY, level);
}

/* Of both labels. */
static double sum_of(const struct exact by_label[2])
{
    struct exact sum = by_label[0];
    exact_merge(&sum, &by_label[1]);
    return exact_value(&sum);
}

/* Predicted over observed: (p - R y)^2 of positive rows is taken around their mean. */
static struct estimate calibration_ratio(
    const struct losses_sums *s, double n, double positives, struct level level)
{
    if (!(positives > 0))
        return estimate_none();
    double ratio = sum_of(s->p) / positives, mean = exact_value(&s->p[1]) / positives;
    double spread = exact_value(&s->yes2) - positives * mean * mean;
    double squares = exact_value(&s->brier[0]) + (spread > 0 ? spread : 0) +
                     positives * (mean - ratio) * (mean - ratio);
    double se = n > 1 ? sqrt(squares * n / (n - 1)) / positives : NAN;
    return estimate_ratio(ratio, se, level);
}

struct losses losses_finish(const struct losses_sums *s, struct level level)
{
    struct losses l = {.outside = s->outside, .clipped = s->clipped};
    for (int i = 0; i < 4; i++) {
        l.count[i] = s->count[i];
        l.rows += s->count[i];
    }
    l.positives = l.count[2] + l.count[3];
    l.log_loss = l.ne = l.brier = l.ratio = estimate_none();
    if (l.outside || l.rows == 0)
        return l;
    double n = (double)l.rows, loss = -sum_of(s->log) / n;
    l.log_loss = mean_of(loss, exact_value(&s->log2) / n, n, level);
    l.brier = mean_of(sum_of(s->brier) / n, exact_value(&s->brier2) / n, n, level);
    l.ne = entropy_ratio(s, loss, n, (double)l.positives, level);
    l.ratio = calibration_ratio(s, n, (double)l.positives, level);
    return l;
}

struct work {
    struct losses_sums *sums; /* (threads) */
    double threshold;
};

static void add(void *context, const struct ties *t, unsigned thread)
{
    const struct work *w = context;
    losses_add(&w->sums[thread], t, w->threshold);
}

struct losses losses_of(struct order *o, double threshold, struct level level, unsigned jobs)
{
    struct work w = {mem_zero(jobs, sizeof *w.sums), threshold};
    order_each(o, jobs, add, &w);
    for (unsigned t = 1; t < jobs; t++)
        losses_merge(&w.sums[0], &w.sums[t]);
    struct losses l = losses_finish(&w.sums[0], level);
    mem_free(w.sums);
    return l;
}

struct class_loss losses_of_class(const double *const *p, uint32_t y, size_t row, size_t classes)
{
    double q = p[y][row];
    struct class_loss l = {.clipped = q < LEAST || q > MOST};
    for (size_t c = 0; c < classes; c++) {
        double x = p[c][row], d = x - (c == y);
        l.brier += d * d;
        l.outside |= losses_outside(x);
    }
    l.log = -fm_log(q < LEAST ? LEAST : q > MOST ? MOST : q);
    return l;
}
