/* SPDX-License-Identifier: MIT */
#include "groups.h"

#include <string.h>

#include "columns.h"
#include "die.h"
#include "kept.h"
#include "mem.h"
#include "num.h"

enum { FEW = 64 }; /* rows of a group that are kept in order by insertion */

struct candidate {
    double score;
    struct kept_row row;
};

struct group {
    struct candidate *at; /* in the order of the input; when bounded: best first */
    size_t n, cap;
    uint64_t draw; /* see draws.h */
};

struct ranking {
    const struct groups *how;
    struct csv_in *in;
    struct csv_out *out;
    struct scorer *scorer;
    struct kept kept;
    struct dict *key; /* NULL: one group */
    struct columns by;
    struct group *group;
    size_t groups, cap;
    bool bounded;
    struct draws draws;
    size_t score_column;
    size_t score, rank, prob, why; /* added columns */
    struct buf text;
    uint64_t unscored;
};

/* ---- taking rows ---- */

static struct group *group_of(struct ranking *r, const struct row *row)
{
    buf_clear(&r->text);
    for (size_t i = 0; i < r->by.n; i++) {
        if (i)
            buf_char(&r->text, '\0');
        buf_str(&r->text, row->text[r->by.at[i]]);
    }
    size_t number = r->key ? dict_add(r->key, buf_view(&r->text)) : 0;
    if (number == r->groups) {
        r->group = mem_grow(r->group, &r->cap, number + 1, sizeof *r->group);
        r->group[r->groups++] =
            (struct group){.draw = draws_of_group(&r->draws, row, buf_view(&r->text))};
    }
    return &r->group[number];
}

static void append(struct ranking *r, struct group *g, double score, const struct row *row)
{
    g->at = mem_grow(g->at, &g->cap, g->n + 1, sizeof *g->at);
    g->at[g->n++] = (struct candidate){score, kept_put(&r->kept, row, &(struct kept_row){0})};
}

/* Keep the best k, best first; of equal scores the earlier row is better. */
static void insert(struct ranking *r, struct group *g, double score, const struct row *row)
{
    size_t k = r->how->k, at;
    struct candidate c = {.score = score};
    if (g->n == k && !(score > g->at[k - 1].score))
        return;
    if (g->n < k) {
        g->at = mem_grow(g->at, &g->cap, g->n + 1, sizeof *g->at);
        g->at[g->n++] = c;
    }
    at = g->n - 1;
    c.row = kept_put(&r->kept, row, &g->at[at].row);
    for (; at > 0 && score > g->at[at - 1].score; at--)
        g->at[at] = g->at[at - 1];
    g->at[at] = c;
}

/* False when the row has no score that could be ranked. */
static bool score_row(struct ranking *r, const struct row *row, double *score)
{
    if (r->scorer) {
        struct score s;
        bool good = scorer_row(r->scorer, r->in, row, NULL, &s);
        *score = s.score;
        return good;
    }
    struct str text = row->text[r->score_column];
    if (!csv_missing(r->in, text)) {
        if (num_double(text, score) == NUM_OK)
            return true;
        if (!csv_bad(r->in, row, E_NUM, r->how->score, "\"%.*s\" is not a number", STR_ARG(text)))
            return false;
    }
    csv_reject(r->in, row, E_REQUIRED, "no score");
    r->unscored++;
    return false;
}

/* ---- writing ---- */

static void write_row(struct ranking *r, const struct candidate *c, size_t rank, double prob)
{
    struct row row = kept_get(&r->kept, &c->row);
    csv_set_int(r->out, r->rank, (int64_t)rank);
    if (r->how->with_prob)
        csv_set_number(r->out, r->prob, prob);
    if (r->scorer)
        csv_set_number(r->out, r->score, c->score);
    if (r->how->explain)
        scorer_explain(
            r->scorer, r->in, &row, NULL, &(struct why){r->out, r->why, r->how->explain});
    csv_write(r->out, &row);
}

static void write_group(struct ranking *r, const struct group *g)
{
    size_t k = r->how->k < g->n ? r->how->k : g->n;
    double *score = mem_alloc(g->n, sizeof *score), *draw = mem_alloc(k, sizeof *draw);
    struct choice *choice = mem_alloc(k, sizeof *choice);
    for (size_t i = 0; i < g->n; i++)
        score[i] = g->at[i].score;
    if (policy_draws(&r->how->policy))
        draws_make(&r->draws, g->draw, draw, k);
    k = policy_choose(&r->how->policy, score, g->n, k, draw, choice);
    for (size_t i = 0; i < k; i++)
        write_row(r, &g->at[choice[i].candidate], i + 1, choice[i].prob);
    mem_free(score);
    mem_free(draw);
    mem_free(choice);
}

/* ---- all of it ---- */

static void open_all(struct ranking *r, const struct common *common)
{
    const struct groups *how = r->how;
    r->in = csv_open(common, common->file, common->files);
    const struct header *header = csv_header(r->in);
    kept_init(&r->kept, header->n);
    r->by = columns_parse("group", how->columns, header);
    r->key = how->columns ? dict_new() : NULL;
    r->bounded = !policy_draws(&how->policy) && how->k <= FEW;
    r->draws = draws_open(&how->draws, header);
    if (how->model)
        r->scorer = scorer_new(how->model, header, NULL);
    else
        r->score_column = columns_option("score", how->score, header);
    if (r->scorer && r->scorer->model->outputs > 1)
        die("%s: a model of more than two classes has no one score to rank by", how->model);
    r->out = csv_create(common, r->in, NULL);
    if (r->scorer)
        r->score = csv_add(r->out, str_of("score"));
    r->rank = csv_add(r->out, str_of("rank"));
    if (how->with_prob)
        r->prob = csv_add(r->out, str_of("prob"));
    r->why = scorer_add_why(r->out, how->explain);
}

static void close_all(struct ranking *r)
{
    if (r->unscored)
        warn("%llu rows without a score are left out", (unsigned long long)r->unscored);
    csv_close(r->in);
    scorer_free(r->scorer);
    for (size_t i = 0; i < r->groups; i++)
        mem_free(r->group[i].at);
    mem_free(r->group);
    mem_free(r->by.at);
    dict_free(r->key);
    kept_release(&r->kept);
    buf_release(&r->text);
}

void groups_rank(const struct common *common, const struct groups *how)
{
    struct ranking r = {.how = how};
    struct row row;
    double score;
    open_all(&r, common);
    while (csv_next(r.in, &row)) {
        if (!score_row(&r, &row, &score))
            continue;
        struct group *g = group_of(&r, &row);
        if (r.bounded)
            insert(&r, g, score, &row);
        else
            append(&r, g, score, &row);
    }
    for (size_t i = 0; i < r.groups; i++)
        write_group(&r, &r.group[i]);
    close_all(&r);
}
