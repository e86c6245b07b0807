/* SPDX-License-Identifier: MIT */
/*
 * pa-eval roc and pa-eval calibration: tables of points, and pictures of them.
 */
#include <math.h>

#include "auc.h"
#include "calibration.h"
#include "die.h"
#include "mem.h"
#include "num.h"
#include "picture.h"
#include "sample.h"
#include "stream.h"

const char *const roc_names[] = {"auc", NULL};
const char *const calibration_names[] = {
    "ece", "mce", "reliability", "resolution", "uncertainty", NULL};

/* The curves of the first groups, for --plot. */
struct drawing {
    const char *path; /* NULL: nothing is drawn */
    struct picture_curve curve[PICTURE_CURVES];
    size_t n, cap;
    double *x, *y, *low, *high; /* of the curve being made */
    size_t points, room;
    double most;
};

static bool is_drawn(const struct drawing *d)
{
    return d->path && d->n < PICTURE_CURVES;
}

static void draw_point(struct drawing *d, double x, double y, double low, double high)
{
    if (d->points == d->room) {
        d->room = 2 * d->room + 64;
        d->x = mem_resize(d->x, d->room, sizeof *d->x);
        d->y = mem_resize(d->y, d->room, sizeof *d->y);
        d->low = mem_resize(d->low, d->room, sizeof *d->low);
        d->high = mem_resize(d->high, d->room, sizeof *d->high);
    }
    d->x[d->points] = x;
    d->y[d->points] = y;
    d->low[d->points] = low;
    d->high[d->points++] = high;
    d->most = x > d->most ? x : d->most;
    d->most = y > d->most ? y : d->most;
}

/* End a curve; the legend has its group, if any, and what. */
static void draw_end(
    struct drawing *d, const struct samples *s, size_t g, const struct buf *what, bool points)
{
    struct buf name = {0};
    groups_name(&s->groups, g, &name);
    if (name.n)
        buf_text(&name, ": ");
    if (name.n || points)
        buf_str(&name, buf_view(what));
    struct str text = {mem_text(buf_cstr(&name), name.n), name.n};
    buf_release(&name);
    d->curve[d->n++] = (struct picture_curve){
        text, d->x, d->y, points ? d->low : NULL, points ? d->high : NULL, d->points, points};
    if (!points) {
        mem_free(d->low);
        mem_free(d->high);
    }
    d->x = d->y = d->low = d->high = NULL;
    d->points = d->room = 0;
}

static void draw(struct drawing *d, const struct samples *s, struct picture *p)
{
    if (!d->path)
        return;
    if (s->groups.n > d->n)
        warn("--plot draws the first %zu of %zu groups", d->n, s->groups.n);
    struct buf svg = {0};
    p->curve = d->curve;
    p->curves = d->n;
    picture_write(p, &svg);
    stream_write(stream_create(d->path, false), svg.p, svg.n);
    buf_release(&svg);
    for (size_t i = 0; i < d->n; i++) {
        mem_free((void *)d->curve[i].name.p);
        mem_free((void *)d->curve[i].x);
        mem_free((void *)d->curve[i].y);
        mem_free((void *)d->curve[i].low);
        mem_free((void *)d->curve[i].high);
    }
}

/* "0.7342": at most four decimals. */
static void put_short(struct buf *b, double x)
{
    if (isnan(x))
        buf_text(b, "undefined");
    else
        num_put(b, floor(x * 1e4 + 0.5) / 1e4);
}

/* ---- roc ---- */

/* Scores from the highest down: order gives them from the lowest up. */
static struct order_tie *ties_of(const struct order *o, size_t *n)
{
    struct order_tie *tie = NULL;
    struct order_cursor c = {0};
    size_t cap = 0;
    *n = 0;
    do
        tie = mem_grow(tie, &cap, *n + 1, sizeof *tie);
    while (order_next(o, &c, &tie[*n]) && ++*n);
    return tie;
}

static void roc_point(const struct samples *s, size_t g, double threshold, double fpr, double tpr)
{
    const struct report *r = &s->report;
    samples_set_group(s, g);
    csv_set_number(r->out, report_column(r, 0), threshold);
    csv_set_number(r->out, report_column(r, 1), fpr);
    csv_set_number(r->out, report_column(r, 2), tpr);
    csv_write(r->out, NULL);
}

/* A point further than half a thousandth from the last one drawn, or the last of all. */
static void roc_draw(struct drawing *d, double x, double y, bool last)
{
    if (!is_drawn(d) || isnan(x) || isnan(y))
        return;
    size_t k = d->points;
    if (last || k == 0 || x - d->x[k - 1] > 5e-4 || y - d->y[k - 1] > 5e-4)
        draw_point(d, x, y, 0, 0);
}

static void roc_points(const struct samples *s, size_t g, const struct order *o, struct drawing *d)
{
    size_t n, tp = 0, fp = 0;
    struct order_tie *tie = ties_of(o, &n);
    double positives = (double)o->positives, negatives = (double)(o->rows - o->positives);
    if (o->rows)
        roc_point(s, g, INFINITY, 0 / negatives, 0 / positives);
    roc_draw(d, 0 / negatives, 0 / positives, false);
    for (size_t i = n; i-- > 0;) {
        tp += tie[i].positives;
        fp += tie[i].negatives;
        double fpr = (double)fp / negatives, tpr = (double)tp / positives;
        roc_point(s, g, tie[i].score, fpr, tpr);
        roc_draw(d, fpr, tpr, i == 0);
    }
    mem_free(tie);
}

static double roc_group(const struct samples *s, size_t g, struct drawing *d, struct buf *title)
{
    struct sample m = samples_group(s, g);
    struct order order;
    order_init(&order, m.score, m.y, m.n, s->jobs);
    struct auc auc = auc_of(&order, s->jobs);
    struct estimate e = estimate_normal(auc.value, auc.se, 0, 1);
    roc_points(s, g, &order, d);
    buf_clear(title);
    buf_text(title, "AUC ");
    put_short(title, e.value);
    if (!isnan(e.low)) {
        buf_text(title, " (");
        put_short(title, e.low);
        buf_text(title, " to ");
        put_short(title, e.high);
        buf_char(title, ')');
    }
    if (is_drawn(d))
        draw_end(d, s, g, title, false);
    check_value(s->report.check, "auc", auc.value);
    samples_end_group(s, g);
    order_release(&order);
    sample_release(&m);
    return auc.value;
}

void roc_run(const struct job *job)
{
    struct samples s;
    struct drawing d = {.path = job->options->plot};
    struct buf title = {0};
    size_t empty = 0;
    samples_open(&s, job, (const char *const[]){"threshold", "fpr", "tpr", NULL}, false);
    for (size_t g = 0; g < s.groups.n; g++)
        empty += isnan(roc_group(&s, g, &d, &title)) != 0;
    if (empty)
        warn("auc is undefined in %zu of %zu groups: there is only one class", empty, s.groups.n);
    else if (s.groups.n == 1)
        note("%s", buf_cstr(&title));
    struct buf head = {0};
    buf_text(&head, s.groups.columns ? "ROC curves" : "ROC curve, ");
    buf_str(&head, s.groups.columns ? str_of(NULL) : buf_view(&title));
    struct picture p = {buf_cstr(&head), "false positive rate", "true positive rate", 1, NULL, 0};
    draw(&d, &s, &p);
    buf_release(&head);
    buf_release(&title);
    samples_close(&s);
}

/* ---- calibration ---- */

static void bin_row(const struct samples *s, size_t g, size_t b, const struct calibration_bin *bin)
{
    const struct report *r = &s->report;
    const double value[] = {bin->predicted, bin->observed.value, bin->observed.low,
        bin->observed.high, bin->least, bin->most};
    samples_set_group(s, g);
    csv_set_int(r->out, report_column(r, 0), (int64_t)b + 1);
    csv_set_int(r->out, report_column(r, 1), (int64_t)bin->rows);
    for (size_t i = 0; i < sizeof value / sizeof *value; i++)
        csv_set_number(r->out, report_column(r, 2 + i), value[i]);
    csv_write(r->out, NULL);
}

static void tell(const struct samples *s, size_t g, const struct calibration *c)
{
    const double value[] = {c->ece, c->mce, c->reliability, c->resolution, c->uncertainty};
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

static void check_range(const struct sample *m)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->score[i] < 0 || m->score[i] > 1)
            die("the score %g is not within [0, 1] (calibration is of probabilities)", m->score[i]);
}

static void calibration_group(
    const struct samples *s, size_t g, size_t bins, struct drawing *d, struct buf *title)
{
    struct sample m = samples_group(s, g);
    struct order order;
    struct calibration_bin *bin = mem_alloc(bins, sizeof *bin);
    check_range(&m);
    order_init(&order, m.score, m.y, m.n, s->jobs);
    struct calibration c = calibration_of(&order, m.score, m.y, bin, bins);
    for (size_t b = 0; b < bins; b++) {
        if (!bin[b].rows)
            continue;
        bin_row(s, g, b, &bin[b]);
        if (is_drawn(d))
            draw_point(d, bin[b].predicted, bin[b].observed.value, bin[b].observed.low,
                bin[b].observed.high);
    }
    buf_clear(title);
    buf_text(title, "ECE ");
    put_short(title, c.ece);
    if (is_drawn(d))
        draw_end(d, s, g, title, true);
    tell(s, g, &c);
    mem_free(bin);
    order_release(&order);
    sample_release(&m);
}

void calibration_run(const struct job *job)
{
    static const char *const columns[] = {
        "bin", "count", "predicted", "observed", "low", "high", "score_min", "score_max", NULL};
    struct samples s;
    struct drawing d = {.path = job->options->plot};
    struct buf title = {0};
    samples_open(&s, job, columns, false);
    for (size_t g = 0; g < s.groups.n; g++)
        calibration_group(&s, g, (size_t)job->options->bins, &d, &title);
    struct picture p = {"Calibration", "predicted probability",
        "observed share, with 95 % interval", picture_round_up(1.02 * d.most), NULL, 0};
    draw(&d, &s, &p);
    buf_release(&title);
    samples_close(&s);
}
