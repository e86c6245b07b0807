/* SPDX-License-Identifier: MIT */
/*
 * pa-eval fairness: how groups fare under one threshold, each against the largest group, and
 * how far groups are apart.
 */
#include <math.h>

#include "die.h"
#include "mem.h"
#include "sample.h"

const char *const fairness_names[] = {"rows", "selection_rate", "tpr", "fpr", "calibration_ratio",
    "auc", "selection_difference", "tpr_difference", "fpr_difference",
    "demographic_parity_difference", "demographic_parity_ratio", "equal_opportunity_difference",
    "equalised_odds_difference", NULL};

/* The rates that groups are compared by. */
enum { SELECTION, TPR, FPR, RATES };
static const enum judge_measure rate_measure[RATES] = {JUDGE_SELECTION, JUDGE_RECALL, JUDGE_FPR};

/* Newcombe's interval of a difference, from those of its parts. */
static struct estimate difference(struct estimate a, struct estimate b)
{
    double low_a = a.value - a.low, high_a = a.high - a.value;
    double low_b = b.value - b.low, high_b = b.high - b.value;
    double d = a.value - b.value;
    return (struct estimate){
        d, d - sqrt(low_a * low_a + high_b * high_b), d + sqrt(high_a * high_a + low_b * low_b)};
}

/* One end of the interval of a / b, from an end of each. */
static double ratio_end(double a, double b, double end_a, double end_b, double sign)
{
    double under = end_b * (2 * b - end_b);
    double inside = a * b * a * b - end_a * (2 * a - end_a) * under;
    return under > 0 ? (a * b + sign * sqrt(inside > 0 ? inside : 0)) / under : NAN;
}

/* Donner and Zou's interval of a ratio, from those of its parts. */
static struct estimate ratio(struct estimate a, struct estimate b)
{
    if (!(b.value > 0))
        return estimate_none();
    double low = ratio_end(a.value, b.value, a.low, b.high, -1);
    return (struct estimate){
        a.value / b.value, low > 0 ? low : 0, ratio_end(a.value, b.value, a.high, b.low, 1)};
}

/* All rows in use, whatever their group. */
static double common_threshold(const struct samples *s)
{
    if (!isnan(s->rule.threshold))
        return s->rule.threshold;
    size_t n = s->groups.start[s->groups.n], at = 0;
    double *score = mem_alloc(n, sizeof *score), *w = mem_alloc(n, sizeof *w);
    uint8_t *y = mem_alloc(n, 1);
    for (size_t g = 0; g < s->groups.n; g++)
        for (size_t i = 0; i < samples_size(s, g); i++, at++) {
            size_t r = samples_row(s, g, i);
            score[at] = s->score->number[r];
            w[at] = s->weight ? s->weight->number[r] : 1;
            y[at] = s->labels.y[r];
        }
    sample_unit(w, n);
    struct judged all = {.score = score, .y = y, .w = w, .n = n, .rule = s->rule};
    all.doubt.jobs = s->jobs;
    double threshold = judged_threshold(&all);
    mem_free(y);
    mem_free(w);
    mem_free(score);
    return threshold;
}

static size_t largest_group(const struct samples *s)
{
    size_t best = 0;
    for (size_t g = 1; g < s->groups.n; g++)
        if (samples_size(s, g) > samples_size(s, best))
            best = g;
    return best;
}

static void measure_group(
    const struct samples *s, size_t g, double threshold, struct estimate e[JUDGE_MEASURES])
{
    struct sample m = samples_group(s, g);
    struct judged j = samples_judged(s, &m);
    j.rule.threshold = threshold;
    judged_estimates(&j, e);
    sample_release(&m);
}

static void put(const struct samples *s, size_t g, const char *measure, struct estimate e)
{
    struct report r = s->report;
    if (g < s->groups.n)
        samples_set_group(s, g);
    for (size_t c = 0; c < s->groups.columns && g >= s->groups.n; c++)
        csv_set_text(r.out, r.group[c], str_of("(all)"));
    report_estimate(&r, measure, e);
}

static void put_group(
    const struct samples *s, size_t g, const struct estimate *e, const struct estimate *largest)
{
    static const char *const apart[RATES] = {
        "selection_difference", "tpr_difference", "fpr_difference"};
    put(s, g, "rows", estimate_alone((double)samples_size(s, g)));
    put(s, g, "selection_rate", e[JUDGE_SELECTION]);
    put(s, g, "tpr", e[JUDGE_RECALL]);
    put(s, g, "fpr", e[JUDGE_FPR]);
    put(s, g, "calibration_ratio", e[JUDGE_RATIO]);
    put(s, g, "auc", e[JUDGE_AUC]);
    for (int i = 0; i < RATES; i++)
        put(s, g, apart[i],
            e == largest ? estimate_alone(0)
                         : difference(e[rate_measure[i]], largest[rate_measure[i]]));
    samples_end_group(s, g);
}

/* The groups with the lowest and the highest value of a rate. */
struct extremes {
    struct estimate low, high;
};

static struct extremes extremes_of(
    const struct estimate (*of)[JUDGE_MEASURES], size_t groups, enum judge_measure m)
{
    struct extremes x = {estimate_none(), estimate_none()};
    for (size_t g = 0; g < groups; g++) {
        struct estimate e = of[g][m];
        x.low = isnan(x.low.value) || e.value < x.low.value ? e : x.low;
        x.high = isnan(x.high.value) || e.value > x.high.value ? e : x.high;
    }
    return x;
}

static void put_all(const struct samples *s, const struct estimate (*of)[JUDGE_MEASURES])
{
    size_t n = s->groups.n;
    struct estimate apart[RATES];
    for (int i = 0; i < RATES; i++) {
        struct extremes x = extremes_of(of, n, rate_measure[i]);
        apart[i] = difference(x.high, x.low);
    }
    struct extremes selected = extremes_of(of, n, JUDGE_SELECTION);
    put(s, n, "demographic_parity_difference", apart[SELECTION]);
    put(s, n, "demographic_parity_ratio", ratio(selected.low, selected.high));
    put(s, n, "equal_opportunity_difference", apart[TPR]);
    put(s, n, "equalised_odds_difference",
        apart[FPR].value > apart[TPR].value ? apart[FPR] : apart[TPR]);
    check_group(s->report.check, str_of("all groups"));
}

void fairness_run(const struct job *job)
{
    struct samples s;
    if (!job->options->group)
        die_usage("fairness compares groups: -g names their columns");
    samples_open(
        &s, job, (const char *const[]){"measure", "value", "low", "high", NULL}, SAMPLES_SCORES);
    double threshold = common_threshold(&s);
    struct estimate(*of)[JUDGE_MEASURES] = mem_alloc(s.groups.n, sizeof *of);
    for (size_t g = 0; g < s.groups.n; g++)
        measure_group(&s, g, threshold, of[g]);
    size_t largest = largest_group(&s);
    for (size_t g = 0; g < s.groups.n; g++)
        put_group(&s, g, of[g], of[largest]);
    if (s.groups.n)
        put_all(&s, (const struct estimate(*)[JUDGE_MEASURES])of);
    mem_free(of);
    samples_close(&s);
}
