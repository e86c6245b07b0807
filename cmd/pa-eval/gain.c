/* SPDX-License-Identifier: MIT */
#include "gain.h"

#include <math.h>

/* The weight of rows by label and score, the highest of which are dealt already: those above t, and
 * of t - 1 all but a part. */
struct dealt {
    double *const *weight, *const *square;
    size_t t;
    double left, rows, positives; /* weight above t */
};

static double here(const struct dealt *d)
{
    return d->weight[0][d->t - 1] + d->weight[1][d->t - 1];
}

/* This part of the rows of the score at hand is in a bin. */
static void deal(struct dealt *d, double part, struct share *bin)
{
    size_t t = d->t - 1;
    bin->yes += part * d->weight[1][t];
    bin->no += part * d->weight[0][t];
    bin->yes2 += part * d->square[1][t];
    bin->no2 += part * d->square[0][t];
    d->left -= part;
}

static struct gain deal_until(struct dealt *d, double end, bool last)
{
    struct gain g = {.rows = end};
    while (d->t > 0 && (last || d->rows + here(d) <= end)) {
        deal(d, d->left, &g.own);
        d->rows += here(d);
        d->positives += d->weight[1][--d->t];
        d->left = 1;
    }
    g.positives = d->positives;
    if (d->t > 0 && end > d->rows) {
        g.positives += (end - d->rows) * d->weight[1][d->t - 1] / here(d);
        deal(d, d->left - (1 - (end - d->rows) / here(d)), &g.own);
    }
    return g;
}

void gain_of(const struct judge *j, double *const weight[2], double *const square[2], double unit,
    struct gain *gain, size_t m)
{
    struct dealt d = {weight, square, j->n, 1, 0, 0};
    double all = 0;
    for (size_t i = 0; i < j->n; i++)
        all += weight[0][i] + weight[1][i];
    for (size_t b = 0; b < m; b++) {
        double end = all * (double)(b + 1) / (double)m;
        end = unit > 0 ? -floor(-end / unit) * unit : end;
        gain[b] = b + 1 < m ? deal_until(&d, end, false) : deal_until(&d, all, true);
    }
}
