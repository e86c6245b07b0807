/* SPDX-License-Identifier: MIT */
/*
 * pa-eval calibration: predicted against observed shares in bins of the score.
 */
#include <math.h>

#include "crowd.h"
#include "die.h"
#include "drawing.h"
#include "exact.h"
#include "mem.h"
#include "num.h"
#include "tally.h"

const char *const calibration_names[] = {
    "ece", "mce", "reliability", "resolution", "uncertainty", "remainder", NULL};

/* The least and the greatest score are of one user each. */
static void bin_row(const struct samples *s, size_t g, size_t b, const struct calibration_bin *bin)
{
    const struct report *r = &s->report;
    const double value[] = {bin->predicted, bin->observed.value, bin->observed.low,
        bin->observed.high, s->k_anon ? NAN : bin->least, s->k_anon ? NAN : bin->most};
    samples_set_group(s, g);
    csv_set_int(r->out, report_column(r, 0), (int64_t)b + 1);
    csv_set_int(r->out, report_column(r, 1), (int64_t)bin->rows);
    for (size_t i = 0; i < sizeof value / sizeof *value; i++)
        csv_set_number(r->out, report_column(r, 2 + i), value[i]);
    csv_write(r->out, NULL);
}

static void tell(const struct samples *s, size_t g, const struct calibration *c)
{
    const double value[] = {
        c->ece, c->mce, c->reliability, c->resolution, c->uncertainty, c->remainder};
    struct buf b = {0};
    groups_name(&s->groups, g, &b);
    buf_text(&b, b.n ? ": " : "");
    for (size_t i = 0; calibration_names[i]; i++) {
        buf_print(&b, "%s%s ", i ? ", " : "", calibration_names[i]);
        num_put(&b, value[i]);
        check_value(s->report.check, calibration_names[i], value[i]);
    }
    note("%s", buf_cstr(&b));
    buf_release(&b);
    samples_end_group(s, g);
}

static struct calibration plain(const struct sample *m, const struct judged *j, bool width,
    struct calibration_bin *bin, size_t bins)
{
    struct order order;
    order_init(&order, m->score, m->y, m->n, m->room, j->doubt.jobs);
    struct calibration c = tally_of(&order, j, width, bin, bins);
    order_release(&order);
    return c;
}

/* Bins of fewer than K users are emptied; returns how many. */
static size_t forget_small(
    const struct samples *s, size_t g, const uint32_t *place, struct calibration_bin *bin)
{
    struct crowd *crowd = samples_crowd(s);
    size_t forgotten = 0;
    for (size_t i = 0; i < samples_size(s, g); i++)
        samples_add_user(s, crowd, place[i], g, i);
    for (size_t b = 0; b < s->bins; b++)
        if (bin[b].rows && !crowd_is_large(crowd, b)) {
            bin[b].rows = 0;
            bin[b].weight = bin[b].positives = 0;
            forgotten++;
        }
    crowd_free(crowd);
    return forgotten;
}

/* Of the bins that are told of: those of all would tell of the others. */
static struct calibration summary_of(const struct samples *s, const struct judged *j,
    const uint32_t *place, struct calibration_bin *bin)
{
    struct exact brier = {0};
    for (size_t i = 0; i < j->n; i++) {
        double d = j->score[i] - j->y[i];
        if (bin[place[i]].rows)
            exact_add(&brier, (j->w ? j->w[i] : 1) * d * d);
    }
    return calibration_summary(bin, s->bins, exact_value(&brier));
}

static struct calibration calibrate(
    const struct samples *s, size_t g, const struct sample *m, struct calibration_bin *bin)
{
    bool width = s->width;
    size_t bins = s->bins;
    struct judged j = samples_judged(s, m);
    if (samples_are_plain(s) && !s->k_anon)
        return plain(m, &j, width, bin, bins);
    uint32_t *place = mem_alloc(m->n, sizeof *place);
    calibration_place(&j, width, bins, place);
    struct calibration c = calibration_of(&j, place, bin, bins);
    if (s->k_anon) {
        crowd_say_bins(forget_small(s, g, place, bin), s->k_anon, false);
        c = summary_of(s, &j, place, bin);
    }
    mem_free(place);
    return c;
}

static void put_group(const struct samples *s, size_t g, struct drawing *d, struct buf *title)
{
    struct sample m = samples_group(s, g);
    struct calibration_bin *bin = mem_alloc(s->bins, sizeof *bin);
    struct calibration c = calibrate(s, g, &m, bin);
    for (size_t b = 0; b < s->bins; b++) {
        if (!bin[b].rows)
            continue;
        bin_row(s, g, b, &bin[b]);
        if (drawing_is_on(d) && !isnan(bin[b].predicted))
            drawing_point(d, bin[b].predicted, bin[b].observed.value, bin[b].observed.low,
                bin[b].observed.high);
    }
    buf_clear(title);
    buf_text(title, "ECE ");
    drawing_number(title, c.ece);
    if (drawing_is_on(d))
        drawing_end(d, s, g, title, true);
    tell(s, g, &c);
    mem_free(bin);
    sample_release(&m);
}

void calibration_run(const struct job *job)
{
    static const char *const columns[] = {
        "bin", "count", "predicted", "observed", "low", "high", "score_min", "score_max", NULL};
    struct samples s;
    struct drawing d = {.path = job->options->plot};
    struct buf title = {0};
    samples_open(&s, job, columns, SAMPLES_PROBABILITIES);
    for (size_t g = 0; g < s.groups.n; g++)
        put_group(&s, g, &d, &title);
    struct picture p = {"Calibration", "predicted probability", "observed share, with interval",
        picture_round_up(1.02 * d.most), NULL, 0};
    drawing_write(&d, &s, &p);
    buf_release(&title);
    samples_close(&s);
}
