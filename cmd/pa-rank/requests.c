/* SPDX-License-Identifier: MIT */
#include "requests.h"

#include "columns.h"
#include "die.h"
#include "lineup.h"
#include "mem.h"
#include "num.h"
#include "watch.h"

/* A catalogue, and a model if there is one, made ready; replaced as a whole. */
struct stock {
    struct catalogue ads;
    struct scorer *scorer; /* NULL: scores are a column of the catalogue */
    struct lineup *lineup;
    struct str *ad_value; /* (ads, sources) for the lineup */
    double *score, *prob; /* (ads) */
};

struct answerer {
    const struct common *common;
    const struct requests *how;
    struct csv_in *in;
    struct csv_out *out;
    struct watch *watch; /* or NULL */
    struct stock *stock;
    struct draws draws;
    double *draw;          /* (k) */
    struct choice *choice; /* (k) */
    struct str key;        /* the catalogue's column whose name the output has */
    size_t logged;
    size_t ad, rank, score_at, prob_at, reason, why; /* added columns */
    size_t policy_prob, q, q_policy;
    uint64_t strangers; /* logged ads that are not in the catalogue */
};

enum { LOOK = 16 }; /* requests from one look at the files to the next */

/* ---- the catalogue and its scores ---- */

static void read_scores(struct stock *s, const char *name)
{
    size_t column = columns_option("score", name, &s->ads.header);
    for (size_t i = 0; i < s->ads.ads; i++) {
        struct str text = s->ads.value[i * s->ads.header.n + column];
        struct place place = {s->ads.path, s->ads.line[i], name};
        if (num_double(text, &s->score[i]) != NUM_OK)
            die_at(place, "\"%.*s\" is not a number", STR_ARG(text));
    }
}

static void line_up(struct stock *st)
{
    const struct scorer *s = st->scorer;
    const struct catalogue *ads = &st->ads;
    const struct linear *m = s->model;
    size_t sources = m->design->sources, columns = ads->header.n, bad;
    if (m->outputs > 1)
        die("%s: a model of more than two classes has no one score to rank by", s->path);
    st->ad_value = mem_zero(ads->ads * sources, sizeof *st->ad_value);
    for (size_t i = 0; i < ads->ads; i++)
        for (size_t k = 0; k < sources; k++)
            if (s->of_ad[k]) {
                struct str text = ads->value[i * columns + s->column[k]];
                st->ad_value[i * sources + k] = text;
                s->missing[k] += !text.n;
            }
    st->lineup = lineup_new(m, s->of_ad, st->ad_value, ads->ads, &bad);
    if (!st->lineup) {
        struct place place = {
            ads->path, ads->line[bad / sources], m->design->source[bad % sources].name.p};
        die_at(place, "\"%.*s\" is not a number", STR_ARG(st->ad_value[bad]));
    }
    lineup_unseen(st->lineup, s->unseen);
    if (!lineup_joins(st->lineup))
        warn("no term of %s joins columns of requests and ads, so every request gets the same "
             "order (pa-train --interactions makes such terms)",
            s->path);
}

static struct stock *stock_new(const struct answerer *a)
{
    struct stock *s = mem_zero(1, sizeof *s);
    catalogue_read(&s->ads, a->common, a->how->catalogue);
    s->score = mem_zero(s->ads.ads, sizeof *s->score);
    s->prob = mem_alloc(s->ads.ads, sizeof *s->prob);
    return s;
}

/* Once the columns of the requests are known. */
static void score_stock(const struct answerer *a, struct stock *s)
{
    const struct requests *how = a->how;
    if (how->model) {
        s->scorer = scorer_new(how->model, a->common, csv_header(a->in), &s->ads);
        line_up(s);
    } else {
        read_scores(s, how->score);
    }
}

static void stock_free(struct stock *s)
{
    lineup_free(s->lineup);
    scorer_free(s->scorer);
    mem_free(s->ad_value);
    mem_free(s->score);
    mem_free(s->prob);
    catalogue_release(&s->ads);
    mem_free(s);
}

/* Of new files; the output has the column of the first catalogue. */
static struct stock *next_stock(const struct answerer *a)
{
    struct stock *s = stock_new(a);
    if (!str_equal(s->ads.key, a->key))
        die("%s: names its ads in the column \"%.*s\", and the output has \"%.*s\"", s->ads.path,
            STR_ARG(s->ads.key), STR_ARG(a->key));
    score_stock(a, s);
    return s;
}

static void try_stock(void *context)
{
    next_stock(context);
}

static void look(struct answerer *a)
{
    if (!watch_due(a->watch) || !watch_look(a->watch, try_stock, a))
        return;
    struct stock *next = next_stock(a);
    stock_free(a->stock);
    a->stock = next;
}

/* Scores of all ads for a request; false when it cannot be used. */
static bool score_ads(struct answerer *a, const struct row *row)
{
    struct stock *st = a->stock;
    struct scorer *s = st->scorer;
    size_t bad;
    if (!s)
        return true;
    for (size_t i = 0; i < s->model->design->sources; i++)
        if (!s->of_ad[i]) {
            struct str text = row->text[s->column[i]];
            s->value[i] = csv_missing(a->in, text) ? (struct str){0} : text;
        }
    if (!lineup_score(st->lineup, s->value, st->score, s->unseen, &bad)) {
        csv_bad(a->in, row, E_NUM, s->model->design->source[bad].name.p, "\"%.*s\" is not a number",
            STR_ARG(s->value[bad]));
        return false;
    }
    scorer_count_missing(s);
    linear_probabilities(s->model, st->score, st->ads.ads);
    return true;
}

/* ---- answers ---- */

static void add_answer_columns(struct answerer *a)
{
    a->ad = csv_add(a->out, a->key);
    a->rank = csv_add(a->out, str_of("rank"));
    a->score_at = csv_add(a->out, str_of("score"));
    a->prob_at = csv_add(a->out, str_of("prob"));
    a->reason = csv_add(a->out, str_of("reason"));
    a->why = scorer_add_why(a->out, a->how->explain);
}

static void write_slot(struct answerer *a, const struct row *row, size_t slot, const char *reason)
{
    csv_set_int(a->out, a->rank, (int64_t)slot + 1);
    csv_set_text(a->out, a->reason, str_of(reason));
    csv_write(a->out, row);
}

static void write_chosen(struct answerer *a, const struct row *row, size_t slot)
{
    size_t ad = a->choice[slot].candidate;
    csv_set_text(a->out, a->ad, a->stock->ads.name[ad]);
    csv_set_number(a->out, a->score_at, a->stock->score[ad]);
    csv_set_number(a->out, a->prob_at, a->choice[slot].prob);
    if (a->how->explain)
        scorer_explain(a->stock->scorer, a->in, row,
            a->stock->ads.value + ad * a->stock->ads.header.n,
            &(struct why){a->out, a->why, a->how->explain});
    write_slot(a, row, slot, a->how->policy_name);
}

static void answer(struct answerer *a, const struct row *row)
{
    const struct requests *how = a->how;
    size_t filled = 0;
    if (policy_draws(&how->policy))
        draws_make(&a->draws, draws_of_request(&a->draws, row), a->draw, how->k);
    filled =
        policy_choose(&how->policy, a->stock->score, a->stock->ads.ads, how->k, a->draw, a->choice);
    for (size_t slot = 0; slot < how->k; slot++)
        if (slot < filled)
            write_chosen(a, row, slot);
        else
            write_slot(a, row, slot, "no-ad");
}

/* A request that cannot be used but is kept has its answer all the same. */
static void answer_bad(struct answerer *a, const struct row *row)
{
    for (size_t slot = 0; slot < a->how->k; slot++)
        write_slot(a, row, slot, "bad-request");
}

/* ---- logged requests ---- */

static void add_logged_columns(struct answerer *a, const struct header *h)
{
    a->logged = columns_option("logged", a->how->logged, h);
    a->policy_prob = csv_add(a->out, str_of("policy_prob"));
    a->q = csv_add(a->out, str_of("q"));
    a->q_policy = csv_add(a->out, str_of("q_policy"));
}

static void judge(struct answerer *a, const struct row *row)
{
    size_t shown = catalogue_find(&a->stock->ads, row->text[a->logged]);
    double expected = 0;
    policy_probs(&a->how->policy, a->stock->score, a->stock->ads.ads, a->stock->prob);
    for (size_t i = 0; i < a->stock->ads.ads; i++)
        expected += a->stock->prob[i] * a->stock->score[i];
    csv_set_number(a->out, a->policy_prob, shown == SIZE_MAX ? 0 : a->stock->prob[shown]);
    if (shown != SIZE_MAX)
        csv_set_number(a->out, a->q, a->stock->score[shown]);
    else
        a->strangers++;
    csv_set_number(a->out, a->q_policy, expected);
    csv_write(a->out, row);
}

/* ---- all of it ---- */

static struct watch *watch_files(const struct requests *how)
{
    const char *const path[] = {how->catalogue, how->model};
    return watch_new(path, how->model ? 2 : 1, LOOK);
}

static void open_all(struct answerer *a)
{
    const struct requests *how = a->how;
    if (how->watch)
        a->watch = watch_files(how);
    a->stock = stock_new(a);
    a->key = (struct str){mem_text(a->stock->ads.key.p, a->stock->ads.key.n), a->stock->ads.key.n};
    a->draw = mem_alloc(how->k, sizeof *a->draw);
    a->choice = mem_alloc(how->k, sizeof *a->choice);
    a->in = csv_open(a->common, a->common->file, a->common->files);
    const struct header *header = csv_header(a->in);
    a->draws = draws_open(&how->draws, header);
    score_stock(a, a->stock);
    csv_keep_bad(a->in);
    if (a->watch)
        csv_on_wait(a->in, watch_wait, a->watch);
    a->out = csv_create(a->common, a->in, NULL);
    if (how->logged)
        add_logged_columns(a, header);
    else
        add_answer_columns(a);
}

static void close_all(struct answerer *a)
{
    if (a->strangers)
        warn("%llu rows show ads that are not in %s: their policy_prob is 0",
            (unsigned long long)a->strangers, a->how->catalogue);
    csv_close(a->in);
    stock_free(a->stock);
    watch_free(a->watch);
    mem_free((char *)(uintptr_t)a->key.p);
    mem_free(a->draw);
    mem_free(a->choice);
}

void requests_answer(const struct common *common, const struct requests *how)
{
    struct answerer a = {.common = common, .how = how};
    struct row row;
    bool keep = common->on_error == ON_ERROR_KEEP;
    open_all(&a);
    while (csv_next(a.in, &row)) {
        look(&a);
        bool good = !row.bad && score_ads(&a, &row);
        if (good && how->logged)
            judge(&a, &row);
        else if (good)
            answer(&a, &row);
        else if (keep && how->logged)
            csv_write(a.out, &row);
        else if (keep)
            answer_bad(&a, &row);
    }
    close_all(&a);
}
