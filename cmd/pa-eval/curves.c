/* SPDX-License-Identifier: MIT */
/*
 * pa-eval roc and pa-eval pr: a point for every score, and pictures of them.
 */
#include <math.h>

#include "auc.h"
#include "die.h"
#include "drawing.h"
#include "mem.h"
#include "precision.h"

const char *const roc_names[] = {"auc", NULL};
const char *const pr_names[] = {"average_precision", NULL};

/* What differs between the two. */
struct curve {
    bool precision; /* x is recall, y precision; else false and true positive rate */
    const char *short_name, *measure, *title, *one_title, *x_label, *y_label;
};

static const struct curve roc = {
    false, "AUC", "auc", "ROC curves", "ROC curve, ", "false positive rate", "true positive rate"};
static const struct curve pr = {true, "AP", "average_precision", "Precision and recall",
    "Precision and recall, ", "recall", "precision"};

/* Weight of each label at each score, from the lowest up. */
struct points {
    double *score, *weight[2];
    size_t n, cap;
};

static void points_grow(struct points *p, size_t n)
{
    size_t cap = p->cap;
    p->score = mem_grow(p->score, &p->cap, n, sizeof *p->score);
    for (int y = 0; y < 2; y++) {
        size_t same = cap;
        p->weight[y] = mem_grow(p->weight[y], &same, n, sizeof *p->weight[y]);
    }
}

static void points_release(struct points *p)
{
    mem_free(p->score);
    mem_free(p->weight[0]);
    mem_free(p->weight[1]);
}

/* The stretches of a bucket one after the other. */
static void add_points(void *context, const struct ties *t, unsigned thread)
{
    (void)thread;
    struct points *p = context;
    points_grow(p, p->n + t->n);
    for (size_t i = 0; i < t->n; i++) {
        p->score[p->n] = t->score[i];
        p->weight[0][p->n] = t->count[0][i];
        p->weight[1][p->n++] = t->count[1][i];
    }
}

static void points_of_weights(struct points *p, const struct sample *m, unsigned jobs)
{
    struct judge j;
    judge_init(&j, m->score, m->y, m->n, jobs);
    if (m->w)
        judge_rows(&j, m->score, jobs);
    points_grow(p, j.n);
    p->n = j.n;
    for (size_t i = 0; i < j.n; i++)
        p->score[i] = j.score[i];
    judge_weigh(&j, m->w, p->weight);
    judge_release(&j);
}

static void put_point(const struct samples *s, size_t g, double threshold, double x, double y)
{
    const struct report *r = &s->report;
    samples_set_group(s, g);
    csv_set_number(r->out, report_column(r, 0), threshold);
    csv_set_number(r->out, report_column(r, 1), x);
    csv_set_number(r->out, report_column(r, 2), y);
    csv_write(r->out, NULL);
}

/* A point further than half a thousandth from the last one drawn, or the last of all. */
static void draw_point(struct drawing *d, double x, double y, bool last)
{
    if (!drawing_is_on(d) || isnan(x) || isnan(y))
        return;
    size_t k = d->points;
    if (last || k == 0 || fabs(x - d->x[k - 1]) > 5e-4 || fabs(y - d->y[k - 1]) > 5e-4)
        drawing_point(d, x, y, 0, 0);
}

static void put_points(const struct samples *s, size_t g, const struct curve *c,
    const struct points *p, struct drawing *d)
{
    double positives = 0, negatives = 0, tp = 0, fp = 0;
    for (size_t i = 0; i < p->n; i++) {
        negatives += p->weight[0][i];
        positives += p->weight[1][i];
    }
    if (p->n && !c->precision) {
        put_point(s, g, INFINITY, 0 / negatives, 0 / positives);
        draw_point(d, 0 / negatives, 0 / positives, false);
    }
    for (size_t i = p->n; i-- > 0;) {
        tp += p->weight[1][i];
        fp += p->weight[0][i];
        double recall = tp / positives, precision = tp / (tp + fp), fpr = fp / negatives;
        if (c->precision) {
            put_point(s, g, p->score[i], precision, recall);
            draw_point(d, recall, precision, i == 0);
        } else {
            put_point(s, g, p->score[i], fpr, recall);
            draw_point(d, fpr, recall, i == 0);
        }
    }
}

/* The area under the curve, and its points. */
static struct estimate area(
    const struct samples *s, const struct sample *m, const struct curve *c, struct points *p)
{
    struct level l = s->doubt.level;
    if (!samples_are_plain(s)) {
        struct estimate e[JUDGE_MEASURES];
        struct judged j = samples_judged(s, m);
        judged_estimates(&j, e);
        points_of_weights(p, m, s->jobs);
        return e[c->precision ? JUDGE_AP : JUDGE_AUC];
    }
    struct order order;
    struct estimate e;
    order_init(&order, m->score, m->y, m->n, m->room, s->jobs);
    if (c->precision) {
        struct precision of = precision_of(&order, s->jobs);
        e = estimate_normal(of.ap, of.ap_se, 0, 1, l);
    } else {
        struct auc of = auc_of(&order, s->jobs);
        e = estimate_normal(of.value, of.se, 0, 1, l);
    }
    order_each(&order, 1, add_points, p);
    order_release(&order);
    return e;
}

static void set_title(struct buf *title, const struct curve *c, struct estimate e)
{
    buf_clear(title);
    buf_print(title, "%s ", c->short_name);
    drawing_number(title, e.value);
    if (isnan(e.low))
        return;
    buf_text(title, " (");
    drawing_number(title, e.low);
    buf_text(title, " to ");
    drawing_number(title, e.high);
    buf_char(title, ')');
}

static double put_group(
    const struct samples *s, size_t g, const struct curve *c, struct drawing *d, struct buf *title)
{
    struct sample m = samples_group(s, g);
    struct points points = {0};
    struct estimate e = area(s, &m, c, &points);
    put_points(s, g, c, &points, d);
    set_title(title, c, e);
    if (drawing_is_on(d))
        drawing_end(d, s, g, title, false);
    check_value(s->report.check, c->measure, e.value);
    samples_end_group(s, g);
    points_release(&points);
    sample_release(&m);
    return e.value;
}

static void run(const struct job *job, const struct curve *c, const char *const *own)
{
    struct samples s;
    struct drawing d = {.path = job->options->plot};
    struct buf title = {0}, head = {0};
    size_t empty = 0;
    samples_open(&s, job, own, SAMPLES_SCORES);
    for (size_t g = 0; g < s.groups.n; g++)
        empty += isnan(put_group(&s, g, c, &d, &title)) != 0;
    if (empty)
        warn("%s is undefined in %zu of %zu groups: there is only one class", c->measure, empty,
            s.groups.n);
    else if (s.groups.n == 1)
        note("%s", buf_cstr(&title));
    buf_text(&head, s.groups.columns ? c->title : c->one_title);
    buf_str(&head, s.groups.columns ? str_of(NULL) : buf_view(&title));
    struct picture p = {buf_cstr(&head), c->x_label, c->y_label, 1, NULL, 0};
    drawing_write(&d, &s, &p);
    buf_release(&head);
    buf_release(&title);
    samples_close(&s);
}

void roc_run(const struct job *job)
{
    run(job, &roc, (const char *const[]){"threshold", "fpr", "tpr", NULL});
}

void pr_run(const struct job *job)
{
    run(job, &pr, (const char *const[]){"threshold", "precision", "recall", NULL});
}
