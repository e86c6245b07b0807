/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include "csv_map.h"
#include "die.h"
#include "mem.h"
#include "scorer.h"
#include "watch.h"

enum { LOOK = 256 }; /* rows from one look at the model's file to the next */

/* Rows whose predictors are known, held until there are some to make probabilities of. */
struct batch {
    size_t n;
    double eta[CSV_MAP_BATCH];
    struct str bytes[CSV_MAP_BATCH];
};

struct scoring {
    const struct common *common;
    const struct rows *how;
    struct watch *watch; /* or NULL */
    unsigned jobs;       /* 1 when there is a watch */
    struct csv_in *in;
    struct csv_out *out;
    struct scorer **scorer; /* (jobs) */
    const struct linear *model;
    bool classes;              /* the model is a softmax */
    size_t class, score, each; /* added columns; each: the first score=CLASS */
    bool all;
    size_t why, whys;    /* why1, and how many */
    struct batch *batch; /* (jobs), or NULL: rows are written one by one */
};

/* Columns score=CLASS, in the order of the model; returns the number of the first. */
static size_t add_classes(struct scoring *s)
{
    const struct linear *m = s->model;
    struct buf name = {0};
    size_t first = 0;
    for (size_t k = 0; k < m->classes; k++) {
        buf_clear(&name);
        buf_print(&name, "score=%.*s", STR_ARG(m->class[k]));
        size_t column = csv_add(s->out, buf_view(&name));
        first = k ? first : column;
    }
    buf_release(&name);
    return first;
}

static void open_all(struct scoring *s, const struct common *common, const struct rows *how)
{
    s->common = common;
    s->how = how;
    s->in = csv_open(common, common->file, common->files);
    csv_keep_bad(s->in);
    if (how->watch)
        s->watch = watch_new(&how->model, 1, LOOK);
    s->jobs = how->watch ? 1 : common->jobs;
    s->scorer = mem_alloc(s->jobs, sizeof(struct scorer *));
    s->scorer[0] = scorer_new(how->model, common, csv_header(s->in), NULL);
    for (unsigned t = 1; t < s->jobs; t++)
        s->scorer[t] = scorer_share(s->scorer[0]);
    s->model = s->scorer[0]->model;
    s->classes = s->model->outputs > 1;
    s->all = how->all_classes;
    if (s->all && !s->classes)
        die("%s: a model of two classes, whose score is that of the second (--all-classes is for "
            "softmax)",
            how->model);
    s->out = csv_create(common, s->in, NULL);
    s->class = s->classes ? csv_add(s->out, str_of("class")) : 0;
    s->score = csv_add(s->out, str_of("score"));
    s->each = s->all ? add_classes(s) : 0;
    s->why = scorer_add_why(s->out, how->explain);
    s->whys = how->explain;
    /* With another model other columns will be wanted. */
    if (csv_passes(s->out) && !common->lenient && !how->watch)
        csv_use(s->in, s->scorer[0]->column, s->model->design->sources);
    if (!s->classes && !s->whys && csv_passes(s->out))
        s->batch = mem_zero(s->jobs, sizeof *s->batch);
}

static void write_batch(void *context, struct csv_out *out, unsigned thread)
{
    const struct scoring *s = context;
    struct batch *b = &s->batch[thread];
    linear_probabilities(s->model, b->eta, b->n);
    for (size_t i = 0; i < b->n; i++) {
        csv_set_number(out, s->score, b->eta[i]);
        csv_write_bytes(out, b->bytes[i]);
    }
    b->n = 0;
}

static void hold_row(const struct scoring *s, const struct row *row, unsigned thread)
{
    struct batch *b = &s->batch[thread];
    struct scorer *scorer = s->scorer[thread];
    if (!scorer_eta(scorer, s->in, row, NULL))
        return;
    b->eta[b->n] = scorer->eta[0];
    b->bytes[b->n++] = row->bytes;
}

static void score_row(void *context, const struct row *row, struct csv_out *out, unsigned thread)
{
    const struct scoring *s = context;
    struct scorer *scorer = s->scorer[thread];
    struct score score;
    if (row->bad) { /* it has its line, in its place */
        if (s->batch)
            write_batch(context, out, thread);
        csv_write(out, row);
        return;
    }
    if (s->batch && row->whole) {
        hold_row(s, row, thread);
        return;
    }
    if (s->batch)
        write_batch(context, out, thread);
    if (!scorer_row(scorer, s->in, row, NULL, &score))
        return;
    if (s->classes)
        csv_set_text(out, s->class, s->model->class[score.class]);
    csv_set_number(out, s->score, score.score);
    for (size_t k = 0; s->all && k < s->model->outputs; k++)
        csv_set_number(out, s->each + k, scorer_class(scorer, &score, k));
    if (s->whys)
        scorer_explain(scorer, s->in, row, NULL, &(struct why){out, s->why, s->whys});
    csv_write(out, row);
}

/* ---- a new model ---- */

/* The output has the columns of the first model. */
static void check_form(const struct scoring *s, const struct linear *m)
{
    const char *path = s->how->model;
    if (s->classes != (m->outputs > 1))
        die("%s: %s", path,
            s->classes ? "a model of two classes, and the output has columns for more"
                       : "a model of more than two classes, and the output has columns for two");
    bool same = m->classes == s->model->classes;
    for (size_t k = 0; k < m->classes && same; k++)
        same = str_equal(m->class[k], s -> model -> class[k]);
    if (s->all && !same)
        die("%s: its classes are not those that the output has columns for", path);
}

static struct scorer *next_scorer(const struct scoring *s)
{
    struct scorer *next = scorer_new(s->how->model, s->common, csv_header(s->in), NULL);
    check_form(s, next->model);
    return next;
}

static void try_model(void *context)
{
    next_scorer(context);
}

static void take_model(struct scoring *s)
{
    struct scorer *next = next_scorer(s);
    scorer_free(s->scorer[0]);
    s->scorer[0] = next;
    s->model = next->model;
}

static void score_watching(struct scoring *s)
{
    struct row row;
    csv_on_wait(s->in, watch_wait, s->watch);
    while (csv_next(s->in, &row)) {
        if (watch_due(s->watch) && watch_look(s->watch, try_model, s))
            take_model(s);
        score_row(s, &row, s->out, 0);
        if (s->batch)
            write_batch(s, s->out, 0);
    }
}

void rows_score(const struct common *common, const struct rows *how)
{
    struct scoring s = {0};
    open_all(&s, common, how);
    if (s.watch)
        score_watching(&s);
    else
        csv_map(&(struct csv_map){.in = s.in,
            .out = s.out,
            .jobs = s.jobs,
            .row = score_row,
            .batch = s.batch ? write_batch : NULL,
            .context = &s});
    csv_close(s.in);
    for (unsigned t = 1; t < s.jobs; t++)
        scorer_join(s.scorer[0], s.scorer[t]);
    scorer_free(s.scorer[0]);
    mem_free(s.scorer);
    mem_free(s.batch);
    watch_free(s.watch);
}
