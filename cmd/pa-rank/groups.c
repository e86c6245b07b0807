/* SPDX-License-Identifier: MIT */
#include "groups.h"

#include <string.h>

#include "columns.h"
#include "die.h"
#include "kept.h"
#include "keys.h"
#include "mem.h"
#include "num.h"
#include "par.h"

struct ranking {
    const struct groups *how;
    struct csv_in *in;
    struct csv_out *out;
    struct scorer *scorer;
    struct kept kept;
    struct dict *key; /* NULL: one group */
    struct columns by;
    size_t groups;
    bool bounded;
    struct draws draws;
    uint64_t *draw; /* (groups) see draws.h */
    size_t draw_cap;
    size_t score_column;
    size_t score, rank, prob, why; /* added columns */
    struct keys batch;             /* of the rows put aside last, whose groups are to be found */
    uint64_t unscored;
};

/* ---- taking rows ---- */

/* Give the rows of the batch their groups. */
static void find_groups(struct ranking *r)
{
    struct keys *b = &r->batch;
    struct str key[KEYS_MOST];
    uint32_t number[KEYS_MOST];
    struct kept_row *row = r->kept.row + r->kept.rows - b->n;
    keys_views(b, key);
    dict_add_n(r->key, key, b->n, number);
    for (size_t i = 0; i < b->n; i++)
        row[i].group = number[i];
    r->groups = dict_size(r->key);
    b->n = 0;
}

/* The draws of a new group follow from its first row. */
static void add_draw(struct ranking *r, const struct row *row)
{
    r->draw = mem_grow(r->draw, &r->draw_cap, r->groups, sizeof *r->draw);
    r->draw[r->groups - 1] = draws_of_group(&r->draws, row, buf_view(&r->batch.text));
}

/* Put a row aside; its group is known once find_groups has been called. */
static void take_row(struct ranking *r, const struct row *row, double score)
{
    struct keys *b = &r->batch;
    bool draws = policy_draws(&r->how->policy);
    size_t before = r->groups;
    kept_add(&r->kept, row, 0, score);
    if (!b->n)
        buf_clear(&b->text);
    for (size_t i = 0; i < r->by.n; i++) {
        if (i)
            buf_char(&b->text, '\0');
        buf_str(&b->text, row->text[r->by.at[i]]);
    }
    bool full = r->key && keys_end(b);
    if (!r->key)
        r->groups = 1;
    if (full || (b->n && draws))
        find_groups(r);
    if (draws && r->groups > before)
        add_draw(r, row);
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

/* Who writes, and to where: this or that thread. */
struct hand {
    const struct ranking *r;
    struct kept kept;
    struct csv_out *out;
};

static void write_row(struct hand *h, const struct kept_row *c, size_t rank, double prob)
{
    const struct ranking *r = h->r;
    struct row row = kept_get(&h->kept, c);
    csv_set_int(h->out, r->rank, (int64_t)rank);
    if (r->how->with_prob)
        csv_set_number(h->out, r->prob, prob);
    if (r->scorer)
        csv_set_number(h->out, r->score, c->score);
    if (r->how->explain)
        scorer_explain(
            r->scorer, r->in, &row, NULL, &(struct why){h->out, r->why, r->how->explain});
    csv_write(h->out, &row);
}

static void write_group(struct hand *h, size_t group)
{
    const struct ranking *r = h->r;
    if (group + 1 < r->groups)
        kept_soon(&r->kept, group + 1);
    const struct kept_row *row = r->kept.row + r->kept.start[group];
    size_t n = r->kept.start[group + 1] - r->kept.start[group];
    size_t k = r->how->k < n ? r->how->k : n;
    double *score = mem_alloc(n, sizeof *score), *draw = mem_alloc(k, sizeof *draw);
    struct choice *choice = mem_alloc(k, sizeof *choice);
    for (size_t i = 0; i < n; i++)
        score[i] = row[i].score;
    if (policy_draws(&r->how->policy))
        draws_make(&r->draws, r->draw[group], draw, k);
    k = policy_choose(&r->how->policy, score, n, k, draw, choice);
    for (size_t i = 0; i < k; i++)
        write_row(h, &row[choice[i].candidate], i + 1, choice[i].prob);
    mem_free(score);
    mem_free(draw);
    mem_free(choice);
}

static void write_in_turn(struct ranking *r)
{
    struct hand h = {r, kept_share(&r->kept), r->out};
    for (size_t group = 0; group < r->groups; group++)
        write_group(&h, group);
    kept_unshare(&h.kept);
}

/* Runs of groups are made into text side by side, some runs at a time, and written in order. */
enum { RUN = 1024, RUNS = 16 };

struct round {
    const struct ranking *r;
    size_t first; /* group */
    struct hand hand[RUNS];
};

static void write_run(void *context, size_t i, unsigned thread)
{
    struct round *round = context;
    size_t first = round->first + i * RUN, end = first + RUN;
    (void)thread;
    for (size_t group = first; group < end && group < round->r->groups; group++)
        write_group(&round->hand[i], group);
}

/* For groups of which few rows are wanted, so that a run is small. */
static void write_side_by_side(struct ranking *r, unsigned jobs)
{
    struct round round = {.r = r};
    for (size_t i = 0; i < RUNS; i++)
        round.hand[i] = (struct hand){r, kept_share(&r->kept), csv_out_copy(r->out)};
    for (; round.first < r->groups; round.first += (size_t)RUN * RUNS) {
        size_t runs = (r->groups - round.first + RUN - 1) / RUN;
        par_for(jobs, runs < RUNS ? runs : RUNS, write_run, &round);
        for (size_t i = 0; i < RUNS; i++)
            csv_out_put(r->out, round.hand[i].out);
    }
    for (size_t i = 0; i < RUNS; i++) {
        kept_unshare(&round.hand[i].kept);
        csv_out_copy_free(round.hand[i].out);
    }
}

/* ---- all of it ---- */

/* Of rows that pass on whole, what groups, scores and draws are made of is enough. */
static void use_columns(struct ranking *r)
{
    const struct draws *d = &r->draws;
    const struct scorer *s = r->scorer;
    const long others[] = {s ? COLUMN_NONE : (long)r->score_column, d->time, d->user, d->slot};
    size_t sources = s ? s->model->design->sources : 0, n = 0;
    size_t *column = mem_alloc(r->by.n + sources + 4, sizeof *column);
    for (size_t i = 0; i < r->by.n; i++)
        column[n++] = r->by.at[i];
    for (size_t i = 0; i < sources; i++)
        column[n++] = s->column[i];
    for (size_t i = 0; i < 4; i++)
        if (others[i] != COLUMN_NONE)
            column[n++] = (size_t)others[i];
    csv_use(r->in, column, n);
    mem_free(column);
}

static void open_all(struct ranking *r, const struct common *common)
{
    const struct groups *how = r->how;
    r->in = csv_open(common, common->file, common->files);
    const struct header *header = csv_header(r->in);
    r->by = columns_parse("group", how->columns, header);
    r->key = how->columns ? dict_new() : NULL;
    r->bounded = !policy_draws(&how->policy) && how->k <= KEPT_BEST;
    r->draws = draws_open(&how->draws, header);
    if (how->model)
        r->scorer = scorer_new(how->model, common, header, NULL);
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
    bool only_bytes = csv_passes(r->out) && !how->explain;
    kept_init(&r->kept, header->n, only_bytes);
    if (only_bytes && !common->lenient)
        use_columns(r);
}

static void close_all(struct ranking *r)
{
    if (r->unscored)
        warn("%llu rows without a score are left out", (unsigned long long)r->unscored);
    csv_close(r->in);
    scorer_free(r->scorer);
    mem_free(r->draw);
    mem_free(r->by.at);
    dict_free(r->key);
    kept_release(&r->kept);
    buf_release(&r->batch.text);
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
        take_row(&r, &row, score);
        if (r.bounded && !r.batch.n && kept_many(&r.kept))
            kept_best(&r.kept, r.groups, how->k);
    }
    if (r.batch.n)
        find_groups(&r);
    kept_sort(&r.kept, r.groups);
    if (r.bounded && r.groups > RUN && common->jobs > 1 && !how->explain)
        write_side_by_side(&r, common->jobs);
    else
        write_in_turn(&r);
    close_all(&r);
}
