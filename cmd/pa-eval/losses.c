/* SPDX-License-Identifier: MIT */
#include "losses.h"

#include <math.h>

#include "exact.h"
#include "fmath.h"
#include "mem.h"
#include "par.h"

enum { BLOCK = 512, SHARE = 128 * BLOCK };

static const double LEAST = 1e-15, MOST = 1 - 1e-15;

/* log2 and brier2 are sums of squares. */
struct sums {
    struct exact p, log, log2, log_positive, brier, brier2;
    uint64_t count[4], outside, clipped;
};

static void add_block(struct sums *s, const double *p, const uint8_t *y, size_t n, double threshold)
{
    double loss[BLOCK], square[BLOCK], positive[BLOCK];
    for (size_t i = 0; i < n; i++) {
        double t = y[i], d = p[i] - t, q = fabs(1 - t - p[i]); /* p or 1 - p, without a branch */
        s->count[2 * y[i] + (p[i] >= threshold)]++;
        s->outside += p[i] < 0 || p[i] > 1;
        s->clipped += q < LEAST || q > MOST;
        loss[i] = q < LEAST ? LEAST : q > MOST ? MOST : q;
        square[i] = d * d;
    }
    exact_add_n(&s->p, p, n);
    exact_add_n(&s->brier, square, n);
    for (size_t i = 0; i < n; i++)
        square[i] *= square[i];
    exact_add_n(&s->brier2, square, n);
    fm_log_n(loss, loss, n);
    for (size_t i = 0; i < n; i++) {
        square[i] = loss[i] * loss[i];
        positive[i] = y[i] * loss[i];
    }
    exact_add_n(&s->log, loss, n);
    exact_add_n(&s->log2, square, n);
    exact_add_n(&s->log_positive, positive, n);
}

struct work {
    const double *p;
    const uint8_t *y;
    size_t n;
    double threshold;
    struct sums *sums; /* (threads) */
};

static void add_share(void *context, size_t i, unsigned thread)
{
    const struct work *w = context;
    size_t end = (i + 1) * SHARE < w->n ? (i + 1) * SHARE : w->n;
    for (size_t r = i * SHARE; r < end; r += BLOCK) {
        size_t n = end - r < BLOCK ? end - r : BLOCK;
        add_block(&w->sums[thread], w->p + r, w->y + r, n, w->threshold);
    }
}

static void merge(struct sums *s, const struct sums *other)
{
    exact_merge(&s->p, &other->p);
    exact_merge(&s->log, &other->log);
    exact_merge(&s->log2, &other->log2);
    exact_merge(&s->log_positive, &other->log_positive);
    exact_merge(&s->brier, &other->brier);
    exact_merge(&s->brier2, &other->brier2);
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

static struct estimate mean_of(double mean, double square, double n)
{
    double v = covariance(square, mean, mean, n);
    if (n < 2)
        return estimate_alone(mean);
    return estimate_normal(mean, sqrt((v > 0 ? v : 0) / n), 0, INFINITY);
}

static struct estimate entropy_ratio(const struct sums *s, double n, double positives)
{
    double y = positives / n;
    if (!(y > 0 && y < 1)) /* one class only */
        return estimate_none();
    double entropy = -y * fm_log(y) - (1 - y) * fm_log1p(-y);
    double slope = fm_log((1 - y) / y);
    double loss = -exact_value(&s->log) / n;
    double by_loss = 1 / entropy, by_y = -loss * slope / (entropy * entropy);
    double v = by_loss * by_loss * covariance(exact_value(&s->log2) / n, loss, loss, n) +
               2 * by_loss * by_y * covariance(-exact_value(&s->log_positive) / n, loss, y, n) +
               by_y * by_y * covariance(y, y, y, n);
    return estimate_normal(loss / entropy, sqrt((v > 0 ? v : 0) / n), 0, INFINITY);
}

static struct losses finish(const struct sums *s, size_t rows)
{
    double n = (double)rows;
    struct losses l = {.rows = rows, .outside = s->outside, .clipped = s->clipped};
    for (int i = 0; i < 4; i++)
        l.count[i] = s->count[i];
    l.positives = l.count[2] + l.count[3];
    l.log_loss = l.ne = l.brier = l.ratio = estimate_none();
    if (l.outside || rows == 0)
        return l;
    l.log_loss = mean_of(-exact_value(&s->log) / n, exact_value(&s->log2) / n, n);
    l.brier = mean_of(exact_value(&s->brier) / n, exact_value(&s->brier2) / n, n);
    l.ne = entropy_ratio(s, n, (double)l.positives);
    l.ratio = estimate_per_count(exact_value(&s->p), (double)l.positives);
    return l;
}

struct losses losses_of(
    const double *p, const uint8_t *y, size_t n, double threshold, unsigned jobs)
{
    struct work w = {p, y, n, threshold, mem_zero(jobs, sizeof *w.sums)};
    par_for(jobs, (n + SHARE - 1) / SHARE, add_share, &w);
    for (unsigned t = 1; t < jobs; t++)
        merge(&w.sums[0], &w.sums[t]);
    struct losses l = finish(&w.sums[0], n);
    mem_free(w.sums);
    return l;
}

/* NE of several classes: the entropy is that of their shares, its error taken as 0. */
static struct estimate class_entropy_ratio(
    struct estimate loss, const uint64_t *rows, size_t n, size_t classes)
{
    double entropy = 0;
    for (size_t c = 0; c < classes; c++) {
        double share = (double)rows[c] / (double)n;
        entropy -= share > 0 ? share * fm_log(share) : 0;
    }
    if (!(entropy > 0))
        return estimate_none();
    return (struct estimate){loss.value / entropy, loss.low / entropy, loss.high / entropy};
}

struct losses losses_of_classes(const double *const *p, const uint32_t *y, size_t n, size_t classes)
{
    struct sums *s = mem_zero(1, sizeof *s);
    uint64_t *rows = mem_zero(classes, sizeof *rows);
    struct losses l = {.rows = n};
    for (size_t i = 0; i < n; i++) {
        double q = p[y[i]][i], brier = 0;
        rows[y[i]]++;
        for (size_t c = 0; c < classes; c++) {
            double d = p[c][i] - (c == y[i]);
            brier += d * d;
            l.outside += p[c][i] < 0 || p[c][i] > 1;
        }
        l.clipped += q < LEAST || q > MOST;
        double log = fm_log(q < LEAST ? LEAST : q > MOST ? MOST : q);
        exact_add(&s->log, log);
        exact_add_product(&s->log2, log, log);
        exact_add(&s->brier, brier);
        exact_add_product(&s->brier2, brier, brier);
    }
    l.log_loss = l.ne = l.brier = l.ratio = estimate_none();
    if (!l.outside && n > 0) {
        double of = (double)n;
        l.log_loss = mean_of(-exact_value(&s->log) / of, exact_value(&s->log2) / of, of);
        l.brier = mean_of(exact_value(&s->brier) / of, exact_value(&s->brier2) / of, of);
        l.ne = class_entropy_ratio(l.log_loss, rows, n, classes);
    }
    mem_free(rows);
    mem_free(s);
    return l;
}
