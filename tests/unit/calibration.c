/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-eval/border.c */
/* links: cmd/pa-eval/order.c cmd/pa-eval/calibration.c cmd/pa-eval/estimate.c */
/* links: cmd/pa-eval/resample.c cmd/pa-eval/tally.c cmd/pa-eval/judge.c */
/* Bins against a stable sort done plainly; ties go by row number. */
#include "cmd/pa-eval/calibration.h"

#include <stdbool.h>

#include "cmd/pa-eval/tally.h"
#include "rng.h"
#include "t.h"

enum { ROWS = 500, BINS = 600, MANY = 40000 };

/* Ranks by insertion, stable. */
static void sort_rows(const double *score, size_t n, size_t *rank)
{
    for (size_t i = 0; i < n; i++) {
        size_t j = i;
        for (; j > 0 && score[rank[j - 1]] > score[i]; j--)
            rank[j] = rank[j - 1];
        rank[j] = i;
    }
}

static struct calibration in_bins(
    struct order *o, const double *score, const uint8_t *y, struct calibration_bin *bin, size_t m)
{
    uint32_t place[ROWS];
    struct judged j = {.score = score, .y = y, .n = o->rows, .doubt = {level_of(0.95), 0, 1, 1}};
    calibration_by_mass(o, score, m, place);
    return calibration_of(&j, place, bin, m);
}

static bool agrees(const double *score, const uint8_t *y, size_t n, size_t m)
{
    size_t rank[ROWS];
    struct order o;
    struct calibration_bin bin[BINS];
    sort_rows(score, n, rank);
    order_init(&o, score, y, n, NULL, 1);
    struct calibration c = in_bins(&o, score, y, bin, m);
    order_release(&o);
    double ece = 0, mce = 0;
    bool same = true;
    for (size_t b = 0; b < m; b++) {
        size_t from = b * n / m, to = (b + 1) * n / m, hits = 0;
        double sum = 0;
        for (size_t i = from; i < to; i++) {
            hits += y[rank[i]];
            sum += score[rank[i]];
        }
        same = same && bin[b].rows == to - from && bin[b].positives == (double)hits;
        if (to == from)
            continue;
        double rows = (double)(to - from), gap = fabs(sum - (double)hits) / rows;
        same = same && fabs(bin[b].predicted - sum / rows) < 1e-14;
        same = same && bin[b].least == score[rank[from]] && bin[b].most == score[rank[to - 1]];
        ece += gap * rows / (double)n;
        mce = gap > mce ? gap : mce;
    }
    return same && fabs(c.ece - ece) < 1e-14 && fabs(c.mce - mce) < 1e-14;
}

static void test_random(void)
{
    double score[ROWS];
    uint8_t y[ROWS];
    bool same = true;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        size_t n = 1 + rng_below(seed, 1, 0, 0, ROWS), m = 1 + rng_below(seed, 2, 0, 0, 30);
        uint64_t levels = 1 + rng_below(seed, 5, 0, 0, 40);
        for (size_t i = 0; i < n; i++) {
            score[i] = (double)rng_below(seed, 3, i, 0, levels) / (double)levels;
            y[i] = rng_below(seed, 4, i, 0, 2) == 1;
        }
        same =
            same && agrees(score, y, n, m) && agrees(score, y, n, n) && agrees(score, y, n, n + 50);
    }
    ok_named(same, "bins equal those of a stable sort");
}

static void test_golden(void)
{
    static const uint8_t y[] = {1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0};
    static const double p[] = {.9, .8, .7, .7, .6, .55, .4, .4, .4, .2, .1, .05};
    struct order o;
    struct calibration_bin bin[4];
    order_init(&o, p, y, 12, NULL, 1);
    struct calibration c = in_bins(&o, p, y, bin, 4);
    near(c.ece, 0.175, 1e-16);
    near(c.uncertainty, 2.0 / 9, 1e-16);
    /* one row a bin: the Brier score is reliability - resolution + uncertainty */
    struct calibration_bin each[12];
    c = in_bins(&o, p, y, each, 12);
    near(c.reliability - c.resolution + c.uncertainty, 0.2104166666666666, 1e-15);
    near(c.reliability, 0.2104166666666666, 1e-15);
    order_release(&o);
}

/* Counted from the order, in as many threads, as from the bin of each row: the same bits. */
static bool tallies(const double *score, const uint8_t *y, size_t n, size_t m, bool width)
{
    static uint32_t place[MANY];
    static struct calibration_bin bin[MANY], counted[MANY];
    struct judged j = {.score = score, .y = y, .n = n, .doubt = {level_of(0.95), 0, 1, 3}};
    struct order o;
    order_init(&o, score, y, n, NULL, 3);
    if (width)
        calibration_by_width(score, n, m, place);
    else
        calibration_by_mass(&o, score, m, place);
    struct calibration a = calibration_of(&j, place, bin, m),
                       b = tally_of(&o, &j, width, counted, m);
    order_release(&o);
    return memcmp(&a, &b, sizeof a) == 0 && memcmp(bin, counted, m * sizeof *bin) == 0;
}

static void test_tally(void)
{
    static double score[MANY];
    static uint8_t y[MANY];
    bool same = true;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        size_t n = 1 + rng_below(seed, 1, 0, 0, MANY), m = 1 + rng_below(seed, 2, 0, 0, 40);
        double levels = ldexp(1, (int)(2 * (seed % 9)));
        for (size_t i = 0; i < n; i++) {
            double u = rng_uniform(seed, 3, i, 0);
            score[i] = floor((seed % 2 ? u : u * u * u) * levels) / levels;
            y[i] = rng_uniform(seed, 4, i, 0) < score[i];
        }
        for (int width = 0; width < 2; width++)
            same = same && tallies(score, y, n, m, width) && tallies(score, y, n, 1000, width) &&
                   tallies(score, y, n, n, width);
    }
    ok_named(same, "bins counted from ordered scores are those of rows");
}

int main(void)
{
    test_tally();
    test_random();
    test_golden();
    return done();
}
