/* SPDX-License-Identifier: MIT */
/*
 * pa-eval lift: a table of gains, from the rows of highest score down.
 */
#include <math.h>

#include "crowd.h"
#include "drawing.h"
#include "gain.h"
#include "mem.h"

const char *const lift_names[] = {"lift", "gain", "rate", NULL};

/* The numbers of a bin: its own rate of positives, and gain and lift from the top to its end. */
enum { RATE, GAIN, LIFT, NUMBERS };

static const struct gain nothing;

/* One group's scores. */
struct work {
    const struct judged *judged;
    struct judge judge;
    size_t m;
    struct unit unit; /* of weights */
};

static void numbers_of(const struct gain *gain, size_t m, double *value)
{
    const struct gain all = gain[m - 1];
    for (size_t b = 0; b < m; b++) {
        struct gain before = b ? gain[b - 1] : nothing;
        double *v = value + b * NUMBERS;
        v[RATE] = (gain[b].positives - before.positives) / (gain[b].rows - before.rows);
        v[GAIN] = gain[b].positives / all.positives;
        v[LIFT] = v[GAIN] * all.rows / gain[b].rows;
    }
}

static void find_gains(struct work *k, const double *w, struct gain *gain)
{
    double *weight[2], *square[2];
    for (int y = 0; y < 2; y++) {
        weight[y] = mem_alloc(k->judge.n, sizeof *weight[y]);
        square[y] = mem_alloc(k->judge.n, sizeof *square[y]);
    }
    judge_weigh(&k->judge, w, weight);
    judge_weigh_squares(&k->judge, w, square);
    gain_of(&k->judge, weight, square, k->unit.whole ? 1 / k->unit.size : 0, gain, k->m);
    for (int y = 0; y < 2; y++) {
        mem_free(weight[y]);
        mem_free(square[y]);
    }
}

static void resampled(void *context, const double *w, double *value)
{
    struct work *k = context;
    struct gain *gain = mem_alloc(k->m, sizeof *gain);
    find_gains(k, w, gain);
    numbers_of(gain, k->m, value);
    mem_free(gain);
}

/* An interval around the value that is there. */
static void set_interval(struct estimate *e, struct estimate around)
{
    e->low = around.low;
    e->high = around.high;
}

/* The share of the positives that are above each bin's end: sums of what is on either side of it.
 */
static struct share *shares_above(const struct gain *gain, size_t m)
{
    struct share *s = mem_zero(m, sizeof *s);
    for (size_t b = 0; b < m; b++) {
        s[b].yes = gain[b].own.yes + (b ? s[b - 1].yes : 0);
        s[b].yes2 = gain[b].own.yes2 + (b ? s[b - 1].yes2 : 0);
    }
    for (size_t b = m; b-- > 1;) {
        s[b - 1].no = gain[b].own.yes + s[b].no;
        s[b - 1].no2 = gain[b].own.yes2 + s[b].no2;
    }
    return s;
}

/* Wilson's interval of each share; that of lift is the gain's, stretched. */
static void by_formula(const struct gain *gain, size_t m, struct level level, struct estimate *e)
{
    struct share *above = shares_above(gain, m);
    for (size_t b = 0; b < m; b++, e += NUMBERS) {
        double stretch = gain[m - 1].rows / gain[b].rows;
        set_interval(&e[RATE], estimate_weighted(gain[b].own, level));
        set_interval(&e[GAIN], estimate_weighted(above[b], level));
        e[LIFT].low = e[GAIN].low * stretch;
        e[LIFT].high = e[GAIN].high * stretch;
    }
    mem_free(above);
}

/* The part of each score that is among the first rows (weight), from the highest down. */
static void parts_above(const struct work *k, double *const weight[2], double rows, double *part)
{
    for (size_t t = k->judge.n; t-- > 0;) {
        double here = weight[0][t] + weight[1][t];
        part[t] = rows >= here ? 1 : here > 0 ? rows / here : 0;
        rows -= rows < here ? rows : here;
    }
}

/* Room for numbers by label and score. */
static void pairs_init(double *(*pair)[2], size_t pairs, size_t n)
{
    for (size_t i = 0; i < pairs; i++)
        for (int y = 0; y < 2; y++)
            pair[i][y] = mem_alloc(n, sizeof *pair[i][y]);
}

/* Gain and rate are shares, of the positives and of the bin; borders are taken as fixed. */
static void by_clusters(const struct work *k, const struct gain *gain, struct estimate *e)
{
    enum { WEIGHT, SLOPE, BASE, PART, PAIRS };
    double *p[PAIRS][2];
    struct gain before = nothing;
    pairs_init(p, PAIRS, k->judge.n);
    judge_weigh(&k->judge, k->judged->w, p[WEIGHT]);
    parts_above(k, p[WEIGHT], 0, p[PART][0]);
    for (size_t b = 0; b < k->m; before = gain[b++], e += NUMBERS) {
        double share = e[GAIN].value, rate = e[RATE].value, rows = gain[b].rows - before.rows;
        parts_above(k, p[WEIGHT], gain[b].rows, p[PART][1]);
        for (size_t t = 0; t < k->judge.n; t++) {
            p[SLOPE][0][t] = p[BASE][0][t] = 0;
            p[SLOPE][1][t] = (p[PART][1][t] - share) / gain[k->m - 1].positives;
            p[BASE][1][t] = 1;
        }
        e[GAIN] = judged_share(k->judged, &k->judge, share, p[SLOPE], p[BASE]);
        for (int y = 0; y < 2; y++)
            for (size_t t = 0; t < k->judge.n; t++) {
                p[BASE][y][t] = p[PART][1][t] - p[PART][0][t];
                p[SLOPE][y][t] = p[BASE][y][t] * (y - rate) / rows;
            }
        e[RATE] = judged_share(k->judged, &k->judge, rate, p[SLOPE], p[BASE]);
        double stretch = gain[k->m - 1].rows / gain[b].rows, *above = p[PART][0];
        e[LIFT].low = e[GAIN].low * stretch;
        e[LIFT].high = e[GAIN].high * stretch;
        p[PART][0] = p[PART][1];
        p[PART][1] = above;
    }
    for (int i = 0; i < PAIRS; i++)
        for (int y = 0; y < 2; y++)
            mem_free(p[i][y]);
}

static void estimate_all(struct work *k, const struct gain *gain, struct estimate *e)
{
    const struct judged *j = k->judged;
    double *value = mem_alloc(k->m * NUMBERS, sizeof *value);
    numbers_of(gain, k->m, value);
    for (size_t i = 0; i < k->m * NUMBERS; i++)
        e[i] = estimate_alone(value[i]);
    mem_free(value);
    struct bootstrap b = {
        j->doubt.runs, j->doubt.seed, j->doubt.jobs, j->doubt.level, resampled, k, k->m * NUMBERS};
    if (b.runs)
        resample_bootstrap(&b, &j->clusters, j->w, j->n, e);
    else if (j->clusters.cluster)
        by_clusters(k, gain, e);
    else
        by_formula(gain, k->m, j->doubt.level, e);
}

/* The bins that the rows of each score are in, or share in: from first to last. */
static void find_bins(const struct work *k, const struct gain *gain, size_t *first, size_t *last)
{
    double *weight[2], above = 0;
    for (int y = 0; y < 2; y++)
        weight[y] = mem_alloc(k->judge.n, sizeof *weight[y]);
    judge_weigh(&k->judge, k->judged->w, weight);
    for (size_t t = k->judge.n, b = 0; t-- > 0;) {
        while (b + 1 < k->m && gain[b].rows <= above)
            b++;
        above += weight[0][t] + weight[1][t];
        first[t] = b;
        while (b + 1 < k->m && gain[b].rows < above)
            b++;
        last[t] = b;
    }
    mem_free(weight[0]);
    mem_free(weight[1]);
}

/* Rows by score: those of number t are row[start[t]] .. row[start[t + 1] - 1]. */
static size_t *rows_by_score(const struct judge *j, uint32_t *row)
{
    size_t *start = mem_zero(j->n + 2, sizeof *start);
    for (size_t i = 0; i < j->rows; i++)
        start[j->tie[i] + 2]++;
    for (size_t t = 0; t < j->n; t++)
        start[t + 2] += start[t + 1];
    for (size_t i = 0; i < j->rows; i++)
        row[start[j->tie[i] + 1]++] = (uint32_t)i;
    return start;
}

/* Runs of bins: which run each bin is in, and how many bins with rows each run has. */
struct runs {
    size_t *run, *bins; /* (m) */
    size_t n;
};

static bool has_rows(const struct gain *gain, size_t b)
{
    return gain[b].rows > (b ? gain[b - 1].rows : 0);
}

/* A run ends with the bin with which it has users enough; a row that a border cuts is in all of its
 * bins.  What is left at the end goes with the run before. */
static void cut_runs(const struct work *k, const struct gain *gain, struct crowd *crowd,
    const struct samples *s, size_t g, struct runs *r)
{
    const struct judge *j = &k->judge;
    size_t *first = mem_alloc(j->n, sizeof *first), *last = mem_alloc(j->n, sizeof *last);
    uint32_t *row = mem_alloc(j->rows, sizeof *row);
    size_t *start = rows_by_score(j, row), t = j->n;
    find_bins(k, gain, first, last);
    for (size_t b = 0; b < k->m; b++) {
        while (t > 0 && first[t - 1] <= b) {
            for (size_t i = start[t - 1]; i < start[t]; i++)
                samples_add_user(s, crowd, r->n, g, row[i]);
            if (last[t - 1] > b)
                break;
            t--;
        }
        r->run[b] = r->n;
        r->bins[r->n] += has_rows(gain, b);
        r->n += crowd_is_large(crowd, r->n);
    }
    for (size_t b = k->m; b-- > 0 && r->n && r->run[b] == r->n;) {
        r->run[b]--;
        r->bins[r->n - 1] += has_rows(gain, b);
    }
    mem_free(start);
    mem_free(row);
    mem_free(last);
    mem_free(first);
}

/* told (m): which bins stand by themselves and have users enough.  Others are in runs of as many
 * bins as have enough together, so sums from the top, and what they leave, tell of runs alone. */
static void find_told(
    const struct samples *s, size_t g, const struct work *k, const struct gain *gain, uint8_t *told)
{
    struct crowd *crowd = samples_crowd(s);
    struct runs r = {mem_alloc(k->m, sizeof *r.run), mem_zero(k->m + 1, sizeof *r.bins), 0};
    cut_runs(k, gain, crowd, s, g, &r);
    for (size_t b = 0; b < k->m; b++)
        told[b] = r.run[b] < r.n && r.bins[r.run[b]] == 1;
    crowd_free(crowd);
    mem_free(r.run);
    mem_free(r.bins);
}

static void put_bin(const struct samples *s, size_t g, size_t b, const struct gain *gain,
    const struct work *k, const struct estimate *e)
{
    size_t m = k->m;
    double unit = k->unit.size;
    const struct report *r = &s->report;
    struct gain before = b ? gain[b - 1] : nothing;
    const double value[] = {gain[b].rows / gain[m - 1].rows, (gain[b].rows - before.rows) * unit,
        (gain[b].positives - before.positives) * unit, e[RATE].value, e[RATE].low, e[RATE].high,
        e[GAIN].value, e[GAIN].low, e[GAIN].high, e[LIFT].value, e[LIFT].low, e[LIFT].high};
    samples_set_group(s, g);
    csv_set_int(r->out, report_column(r, 0), (int64_t)b + 1);
    for (size_t i = 0; i < sizeof value / sizeof *value; i++)
        csv_set_number(r->out, report_column(r, 1 + i), value[i]);
    csv_write(r->out, NULL);
}

/* Of bins with too few users nothing is told, nor drawn, nor of those that would give them away. */
static void put_bins(const struct samples *s, size_t g, const struct work *k,
    const struct gain *gain, struct estimate *e)
{
    uint8_t *told = mem_alloc(k->m, 1);
    size_t forgotten = 0;
    for (size_t b = 0; b < k->m; b++)
        told[b] = 1;
    if (s->k_anon)
        find_told(s, g, k, gain, told);
    for (size_t b = 0; b < k->m && k->judged->n; b++) {
        for (int i = 0; i < NUMBERS && !told[b]; i++)
            e[b * NUMBERS + (size_t)i] = estimate_none();
        if (has_rows(gain, b) && told[b])
            put_bin(s, g, b, gain, k, e + b * NUMBERS);
        forgotten += has_rows(gain, b) && !told[b];
    }
    mem_free(told);
    crowd_say_bins(forgotten, s->k_anon, true);
}

static void draw_gains(
    struct drawing *d, const struct gain *gain, size_t m, const struct estimate *e)
{
    drawing_point(d, 0, 0, NAN, NAN);
    for (size_t b = 0; b < m; b++)
        if (!isnan(e[b * NUMBERS + GAIN].value))
            drawing_point(d, gain[b].rows / gain[m - 1].rows, e[b * NUMBERS + GAIN].value, 0, 0);
}

static void put_group(const struct samples *s, size_t g, size_t m, struct drawing *d)
{
    struct sample sample = samples_group(s, g);
    struct judged j = samples_judged(s, &sample);
    struct work k = {.judged = &j, .m = m, .unit = sample.unit};
    struct gain *gain = mem_alloc(m, sizeof *gain);
    struct estimate *e = mem_alloc(m * NUMBERS, sizeof *e);
    judge_init(&k.judge, j.score, j.y, j.n, s->jobs);
    if (!samples_are_plain(s) || s->k_anon)
        judge_rows(&k.judge, j.score, s->jobs);
    find_gains(&k, j.w, gain);
    estimate_all(&k, gain, e);
    put_bins(s, g, &k, gain, e);
    check_value(s->report.check, "rate", e[RATE].value);
    check_value(s->report.check, "gain", e[GAIN].value);
    check_value(s->report.check, "lift", e[LIFT].value);
    struct buf title = {0};
    if (drawing_is_on(d)) {
        draw_gains(d, gain, m, e);
        drawing_end(d, s, g, &title, false);
    }
    samples_end_group(s, g);
    buf_release(&title);
    judge_release(&k.judge);
    mem_free(e);
    mem_free(gain);
    sample_release(&sample);
}

void lift_run(const struct job *job)
{
    static const char *const columns[] = {"bin", "share", "rows", "positives", "rate", "low",
        "high", "gain", "gain_low", "gain_high", "lift", "lift_low", "lift_high", NULL};
    struct samples s;
    struct drawing d = {.path = job->options->plot};
    samples_open(&s, job, columns, SAMPLES_SCORES);
    for (size_t g = 0; g < s.groups.n; g++)
        put_group(&s, g, s.bins, &d);
    struct picture p = {"Gains", "share of rows, from the highest score down",
        "share of the positives", 1, NULL, 0};
    drawing_write(&d, &s, &p);
    samples_close(&s);
}
