/* SPDX-License-Identifier: MIT */
/*
 * pa-eval accuracy: one long table of measures per group, of a yes-or-no label with its score or
 * of several classes with the class that was predicted.
 */
#include "accuracy.h"

#include <math.h>

#include "auc.h"
#include "confusion.h"
#include "die.h"
#include "losses.h"
#include "precision.h"

const char *const accuracy_names[] = {"rows", "positives", "accuracy", "precision", "recall", "f1",
    "mcc", "auc", "log_loss", "ne", "brier", "calibration_ratio", "specificity",
    "balanced_accuracy", "average_precision", "ks", "rig", "threshold", NULL};

void accuracy_report(const struct samples *s, size_t g, const struct estimate *e)
{
    struct report r = s->report;
    for (size_t i = 0; i < ACCURACY_ROWS; i++) {
        samples_set_group(s, g);
        report_estimate(&r, accuracy_names[i], e[i]);
    }
    samples_end_group(s, g);
}

/* The measures that need rows in order of score. */
static void ordered(const struct samples *s, const struct sample *m, struct estimate *e)
{
    struct order order;
    struct level l = s->doubt.level;
    order_init(&order, m->score, m->y, m->n, s->jobs);
    struct auc a = auc_of(&order, s->jobs);
    struct precision p = precision_of(&order, s->jobs);
    order_release(&order);
    e[ROW_AUC] = estimate_normal(a.value, a.se, 0, 1, l);
    e[ROW_AP] = estimate_normal(p.ap, p.ap_se, 0, 1, l);
    e[ROW_KS] = estimate_normal(p.ks, p.ks_se, 0, 1, l);
}

/* Rows that all count 1: counts, exact sums and the formulas for them. */
static void plain(
    const struct samples *s, const struct sample *m, struct losses l, struct estimate *e)
{
    struct scores c = confusion_binary(l.count, s->doubt.level);
    e[ROW_ACCURACY] = c.accuracy;
    e[ROW_PRECISION] = c.precision;
    e[ROW_RECALL] = c.recall;
    e[ROW_F1] = c.f1;
    e[ROW_MCC] = c.mcc;
    e[ROW_LOG_LOSS] = l.log_loss;
    e[ROW_NE] = l.ne;
    e[ROW_BRIER] = l.brier;
    e[ROW_RATIO] = l.ratio;
    e[ROW_SPECIFICITY] = c.specificity;
    e[ROW_BALANCED] = c.balanced;
    e[ROW_RIG] = (struct estimate){1 - l.ne.value, 1 - l.ne.high, 1 - l.ne.low};
    ordered(s, m, e);
}

/* With weights, clusters or resamples. */
static void judged(const struct judged *j, struct estimate *e)
{
    static const enum judge_measure measure[ACCURACY_ROWS] = {[ROW_ACCURACY] = JUDGE_ACCURACY,
        [ROW_PRECISION] = JUDGE_PRECISION,
        [ROW_RECALL] = JUDGE_RECALL,
        [ROW_F1] = JUDGE_F1,
        [ROW_MCC] = JUDGE_MCC,
        [ROW_AUC] = JUDGE_AUC,
        [ROW_LOG_LOSS] = JUDGE_LOG_LOSS,
        [ROW_NE] = JUDGE_NE,
        [ROW_BRIER] = JUDGE_BRIER,
        [ROW_RATIO] = JUDGE_RATIO,
        [ROW_SPECIFICITY] = JUDGE_SPECIFICITY,
        [ROW_BALANCED] = JUDGE_BALANCED,
        [ROW_AP] = JUDGE_AP,
        [ROW_KS] = JUDGE_KS,
        [ROW_RIG] = JUDGE_RIG,
        [ROW_THRESHOLD] = JUDGE_THRESHOLD};
    struct estimate of[JUDGE_MEASURES];
    judged_estimates(j, of);
    for (int i = ROW_ACCURACY; i < ACCURACY_ROWS; i++)
        e[i] = of[measure[i]];
}

static void binary(const struct samples *s, size_t g, struct remarks *remarks)
{
    struct sample m = samples_group(s, g);
    struct judged j = samples_judged(s, &m);
    struct estimate e[ACCURACY_ROWS];
    double threshold = isnan(s->rule.threshold) ? judged_threshold(&j) : s->rule.threshold;
    struct losses l = losses_of(m.score, m.y, m.n, threshold, s->doubt.level, s->jobs);
    if (samples_are_plain(s))
        plain(s, &m, l, e);
    else
        judged(&j, e);
    e[ROW_ROWS] = estimate_alone((double)l.rows);
    e[ROW_POSITIVES] = estimate_alone((double)l.positives);
    e[ROW_THRESHOLD] = s->doubt.runs ? e[ROW_THRESHOLD] : estimate_alone(threshold);
    remarks->outside += l.outside;
    remarks->clipped += l.outside ? 0 : l.clipped;
    remarks->one_class += isnan(e[ROW_AUC].value) != 0;
    accuracy_report(s, g, e);
    sample_release(&m);
}

static void say(const struct remarks *r, const struct samples *s)
{
    if (r->outside)
        warn("%llu scores are not within [0, 1], so they are no probabilities: log_loss, ne, brier "
             "and calibration_ratio are empty",
            (unsigned long long)r->outside);
    if (r->clipped)
        note("log_loss: %llu probabilities moved to 1e-15 from 0 or 1",
            (unsigned long long)r->clipped);
    if (r->one_class && s->groups.n == 1)
        warn("auc is empty: there is only one class");
    else if (r->one_class)
        warn("auc is empty in %zu of %zu groups: there is only one class", r->one_class,
            s->groups.n);
}

void accuracy_run(const struct job *job)
{
    struct samples s;
    struct remarks remarks = {0, 0, 0};
    samples_open(&s, job, (const char *const[]){"measure", "value", "low", "high", NULL}, true);
    if (s.labels.binary)
        for (size_t g = 0; g < s.groups.n; g++)
            binary(&s, g, &remarks);
    else
        accuracy_of_classes(&s, &remarks);
    say(&remarks, &s);
    samples_close(&s);
}
