/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include "die.h"
#include "mem.h"
#include "scorer.h"

struct scoring {
    struct csv_in *in;
    struct csv_out *out;
    struct scorer *scorer;
    bool classes;              /* the model is a softmax */
    size_t class, score, each; /* added columns; each: the first score=CLASS */
    bool all;
    struct why why;
};

/* Columns score=CLASS, in the order of the model; returns the number of the first. */
static size_t add_classes(struct scoring *s)
{
    const struct linear *m = s->scorer->model;
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
    s->in = csv_open(common, common->file, common->files);
    s->scorer = scorer_new(how->model, csv_header(s->in), NULL);
    s->classes = s->scorer->model->outputs > 1;
    s->all = how->all_classes;
    if (s->all && !s->classes)
        die("%s: a model of two classes, whose score is that of the second (--all-classes is for "
            "softmax)",
            how->model);
    s->out = csv_create(common, s->in, NULL);
    s->class = s->classes ? csv_add(s->out, str_of("class")) : 0;
    s->score = csv_add(s->out, str_of("score"));
    s->each = s->all ? add_classes(s) : 0;
    s->why = (struct why){s->out, scorer_add_why(s->out, how->explain), how->explain};
}

static void score_row(struct scoring *s, const struct row *row)
{
    struct score score;
    if (!scorer_row(s->scorer, s->in, row, NULL, &score))
        return;
    if (s->classes)
        csv_set_text(s->out, s->class, s->scorer->model->class[score.class]);
    csv_set_number(s->out, s->score, score.score);
    for (size_t k = 0; s->all && k < s->scorer->model->outputs; k++)
        csv_set_number(s->out, s->each + k, scorer_class(s->scorer, &score, k));
    if (s->why.n)
        scorer_explain(s->scorer, s->in, row, NULL, &s->why);
    csv_write(s->out, row);
}

void rows_score(const struct common *common, const struct rows *how)
{
    struct scoring s = {0};
    struct row row;
    open_all(&s, common, how);
    while (csv_next(s.in, &row))
        score_row(&s, &row);
    csv_close(s.in);
    scorer_free(s.scorer);
}
