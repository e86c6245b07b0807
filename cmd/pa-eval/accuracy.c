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
#include "mem.h"
#include "precision.h"
#include "tally.h"

const char *const accuracy_names[] = {"rows", "positives", "accuracy", "precision", "recall", "f1",
    "mcc", "auc", "log_loss", "ne", "brier", "calibration_ratio", "specificity",
    "balanced_accuracy", "average_precision", "ks", "rig", "ece", "threshold", NULL};

void accuracy_report(const struct samples *s, size_t g, const struct estimate *e)
{
    struct report r = s->report;
    for (size_t i = 0; i < ACCURACY_ROWS; i++) {
        samples_set_group(s, g);
        report_estimate(&r, accuracy_names[i], e[i]);
    }
}

/* Rows of one group, of which some are told of. */
struct seen {
    uint64_t positives, outside, clipped;
};

/* All measures of rows that all count 1, in one pass over the ordered scores. */
struct pass {
    struct auc_sums *auc;       /* (threads) */
    struct losses_sums *losses; /* (threads) */
    struct precision_sums *precision;
    struct tally *tally; /* NULL: scores are no probabilities */
    double threshold;
};

static void add(void *context, const struct ties *t, unsigned thread)
{
    const struct pass *p = context;
    auc_add(&p->auc[thread], t);
    losses_add(&p->losses[thread], t, p->threshold);
    precision_add(p->precision, t);
    if (p->tally)
        tally_add(p->tally, t, thread);
}

/* The measures that need rows in order of score; returns the others. */
static struct losses ordered(
    const struct samples *s, const struct sample *m, double threshold, struct estimate *e)
{
    struct order order;
    struct level l = s->doubt.level;
    order_init(&order, m->score, m->y, m->n, m->room, s->jobs);
    e[ROW_ECE] = estimate_none();
    struct pass pass = {mem_zero(s->jobs, sizeof *pass.auc), mem_zero(s->jobs, sizeof *pass.losses),
        precision_new(&order), NULL, threshold};
    if (m->n && order.least >= 0 && order.most <= 1)
        pass.tally = tally_new(&order, s->bins, s->width, s->jobs);
    order_each(&order, s->jobs, add, &pass);
    for (unsigned t = 1; t < s->jobs; t++) {
        auc_merge(&pass.auc[0], &pass.auc[t]);
        losses_merge(&pass.losses[0], &pass.losses[t]);
    }
    struct auc a = auc_finish(&pass.auc[0], &order);
    struct precision p = precision_finish(pass.precision, &order);
    struct losses losses = losses_finish(&pass.losses[0], l);
    e[ROW_AUC] = estimate_normal(a.value, a.se, 0, 1, l);
    e[ROW_AP] = estimate_normal(p.ap, p.ap_se, 0, 1, l);
    e[ROW_KS] = estimate_normal(p.ks, p.ks_se, 0, 1, l);
    if (pass.tally) {
        struct calibration_bin *bin = mem_alloc(s->bins, sizeof *bin);
        e[ROW_ECE] = estimate_alone(tally_finish(pass.tally, m->score, m->y, l, bin).ece);
        mem_free(bin);
    }
    mem_free(pass.auc);
    mem_free(pass.losses);
    order_release(&order);
    return losses;
}

/* Rows that all count 1: counts, exact sums and the formulas for them. */
static void plain(const struct samples *s, const struct sample *m, double threshold,
    struct estimate *e, struct seen *seen)
{
    struct losses l = ordered(s, m, threshold, e);
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
    *seen = (struct seen){l.positives, l.outside, l.clipped};
}

/* With weights, clusters or resamples. */
static void judged(const struct judged *j, struct estimate *e, struct seen *seen)
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
        [ROW_ECE] = JUDGE_MEASURES,
        [ROW_THRESHOLD] = JUDGE_THRESHOLD};
    struct estimate of[JUDGE_MEASURES];
    judged_estimates(j, of);
    for (int i = ROW_ACCURACY; i < ACCURACY_ROWS; i++)
        e[i] = measure[i] < JUDGE_MEASURES ? of[measure[i]] : estimate_none();
    *seen = (struct seen){0, 0, 0};
    for (size_t i = 0; i < j->n; i++) {
        seen->positives += j->y[i];
        seen->outside += losses_outside(j->score[i]);
        seen->clipped += losses_clipped(j->score[i], j->y[i]);
    }
}

static double calibration_error(const struct samples *s, const struct judged *j)
{
    uint32_t *place = mem_alloc(j->n, sizeof *place);
    struct calibration_bin *bin = mem_alloc(s->bins, sizeof *bin);
    calibration_place(j, s->width, s->bins, place);
    double ece = calibration_fill(j, place, bin, s->bins).ece;
    mem_free(bin);
    mem_free(place);
    return ece;
}

static void binary(const struct samples *s, size_t g, struct remarks *remarks)
{
    struct sample m = samples_group(s, g);
    struct judged j = samples_judged(s, &m);
    struct estimate e[ACCURACY_ROWS];
    struct seen seen;
    double threshold = isnan(s->rule.threshold) ? judged_threshold(&j) : s->rule.threshold;
    if (samples_are_plain(s))
        plain(s, &m, threshold, e, &seen);
    else
        judged(&j, e, &seen);
    if (!samples_are_plain(s))
        e[ROW_ECE] = estimate_alone(seen.outside || !m.n ? NAN : calibration_error(s, &j));
    e[ROW_ROWS] = estimate_alone((double)m.n);
    e[ROW_POSITIVES] = estimate_alone((double)seen.positives);
    e[ROW_THRESHOLD] = s->doubt.runs ? e[ROW_THRESHOLD] : estimate_alone(threshold);
    remarks->outside += seen.outside;
    remarks->clipped += seen.outside ? 0 : seen.clipped;
    remarks->one_class += isnan(e[ROW_AUC].value) != 0;
    accuracy_report(s, g, e);
    samples_end_group(s, g);
    sample_release(&m);
}

static void say(const struct remarks *r, const struct samples *s)
{
    if (r->outside)
        warn("%llu scores are not within [0, 1], so they are no probabilities: log_loss, ne, "
             "brier, calibration_ratio, rig and ece are empty",
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
    samples_open(
        &s, job, (const char *const[]){"measure", "value", "low", "high", NULL}, SAMPLES_CLASSES);
    if (s.labels.binary)
        for (size_t g = 0; g < s.groups.n; g++)
            binary(&s, g, &remarks);
    else
        accuracy_of_classes(&s, &remarks);
    say(&remarks, &s);
    samples_close(&s);
}
