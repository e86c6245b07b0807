/* SPDX-License-Identifier: MIT */
/*
 * The sorted scores tell where each bin begins: at which score, and after how many rows that have
 * just this score.  Rows then find their bin in one pass in their own order, so ties go by number.
 */
#include "calibration.h"

#include <math.h>

#include "exact.h"
#include "mem.h"

/* Where bin b + 1 begins: the score there, and how many rows of that score are before it. */
struct border {
    double score;
    size_t before;
    size_t seen; /* rows of that score so far; counted at the first border that has it */
};

static void find_borders(const struct order *o, struct border *border, size_t m)
{
    struct order_cursor c = {0};
    struct order_tie tie;
    size_t rank = 0, b = 1;
    while (b < m && order_next(o, &c, &tie)) {
        size_t end = rank + tie.negatives + tie.positives;
        for (; b < m && b * o->rows / m < end; b++)
            border[b - 1] = (struct border){tie.score, b * o->rows / m - rank, 0};
        rank = end;
    }
}

/* Borders with a score below x. */
static size_t borders_below(const struct border *border, size_t n, double x)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (border[middle].score < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t bin_of(struct border *border, size_t n, double x)
{
    size_t b = borders_below(border, n, x);
    if (b == n || border[b].score != x)
        return b;
    size_t number = border[b].seen++;
    while (b < n && border[b].score == x && border[b].before <= number)
        b++;
    return b;
}

static void finish_bin(struct calibration_bin *b, const struct exact *sum)
{
    b->observed = estimate_share((double)b->positives, (double)b->rows);
    b->predicted = b->rows ? exact_value(sum) / (double)b->rows : NAN;
}

static struct calibration summarise(
    const struct calibration_bin *bin, size_t m, double n, double positives)
{
    double y = positives / n;
    struct calibration c = {.uncertainty = y * (1 - y)};
    for (size_t b = 0; b < m; b++) {
        if (!bin[b].rows)
            continue;
        double share = (double)bin[b].rows / n, gap = bin[b].predicted - bin[b].observed.value;
        double apart = bin[b].observed.value - y;
        c.ece += share * fabs(gap);
        c.mce = fabs(gap) > c.mce ? fabs(gap) : c.mce;
        c.reliability += share * gap * gap;
        c.resolution += share * apart * apart;
    }
    return c;
}

struct calibration calibration_of(const struct order *o, const double *score, const uint8_t *label,
    struct calibration_bin *bin, size_t m)
{
    struct border *border = mem_zero(m, sizeof *border);
    struct exact *sum = mem_zero(m, sizeof *sum);
    find_borders(o, border, m);
    for (size_t b = 0; b < m; b++)
        bin[b] = (struct calibration_bin){.least = NAN, .most = NAN};
    for (size_t i = 0; i < o->rows; i++) {
        size_t k = bin_of(border, m - 1, score[i]);
        struct calibration_bin *b = &bin[k];
        b->least = b->rows && b->least <= score[i] ? b->least : score[i];
        b->most = b->rows && b->most >= score[i] ? b->most : score[i];
        b->rows++;
        b->positives += label[i];
        exact_add(&sum[k], score[i]);
    }
    for (size_t b = 0; b < m; b++)
        finish_bin(&bin[b], &sum[b]);
    mem_free(sum);
    mem_free(border);
    return summarise(bin, m, (double)o->rows, (double)o->positives);
}
