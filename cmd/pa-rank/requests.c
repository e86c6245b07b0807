/* SPDX-License-Identifier: MIT */
#include "requests.h"

#include "columns.h"
#include "die.h"
#include "lineup.h"
#include "mem.h"
#include "num.h"

struct answerer {
    const struct requests *how;
    struct csv_in *in;
    struct csv_out *out;
    struct catalogue ads;
    struct scorer *scorer; /* NULL: scores are a column of the catalogue */
    struct lineup *lineup;
    struct draws draws;
    struct str *ad_value;  /* (ads, sources) for the lineup */
    double *score;         /* (ads) */
    double *prob, *draw;   /* (ads), (k) */
    struct choice *choice; /* (k) */
    size_t logged;
    size_t ad, rank, score_at, prob_at, reason, why; /* added columns */
    size_t policy_prob, q, q_policy;
    uint64_t strangers; /* logged ads that are not in the catalogue */
};

/* ---- the catalogue and its scores ---- */

static void read_scores(struct answerer *a)
{
    size_t column = columns_option("score", a->how->score, &a->ads.header);
    for (size_t i = 0; i < a->ads.ads; i++) {
        struct str text = a->ads.value[i * a->ads.header.n + column];
        struct place place = {a->ads.path, a->ads.line[i], a->how->score};
        if (num_double(text, &a->score[i]) != NUM_OK)
            die_at(place, "\"%.*s\" is not a number", STR_ARG(text));
    }
}

static void line_up(struct answerer *a)
{
    const struct scorer *s = a->scorer;
    const struct linear *m = s->model;
    size_t sources = m->design->sources, columns = a->ads.header.n, bad;
    if (m->outputs > 1)
        die("%s: a model of more than two classes has no one score to rank by", s->path);
    a->ad_value = mem_zero(a->ads.ads * sources, sizeof *a->ad_value);
    for (size_t i = 0; i < a->ads.ads; i++)
        for (size_t k = 0; k < sources; k++)
            if (s->of_ad[k])
                a->ad_value[i * sources + k] = a->ads.value[i * columns + s->column[k]];
    a->lineup = lineup_new(m, s->of_ad, a->ad_value, a->ads.ads, &bad);
    if (!a->lineup) {
        struct place place = {
            a->ads.path, a->ads.line[bad / sources], m->design->source[bad % sources].name.p};
        die_at(place, "\"%.*s\" is not a number", STR_ARG(a->ad_value[bad]));
    }
    lineup_unseen(a->lineup, s->unseen);
    if (!lineup_joins(a->lineup))
        warn("no term of %s joins columns of requests and ads, so every request gets the same "
             "order (pa-train --interactions makes such terms)",
            s->path);
}

/* Scores of all ads for a request; false when it cannot be used. */
static bool score_ads(struct answerer *a, const struct row *row)
{
    struct scorer *s = a->scorer;
    size_t bad;
    if (!s)
        return true;
    for (size_t i = 0; i < s->model->design->sources; i++)
        if (!s->of_ad[i]) {
            struct str text = row->text[s->column[i]];
            s->value[i] = csv_missing(a->in, text) ? (struct str){0} : text;
        }
    if (!lineup_score(a->lineup, s->value, a->score, s->unseen, &bad)) {
        csv_bad(a->in, row, E_NUM, s->model->design->source[bad].name.p, "\"%.*s\" is not a number",
            STR_ARG(s->value[bad]));
        return false;
    }
    linear_probabilities(s->model, a->score, a->ads.ads);
    return true;
}

/* ---- answers ---- */

static void add_answer_columns(struct answerer *a)
{
    a->ad = csv_add(a->out, a->ads.key);
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
    csv_set_text(a->out, a->ad, a->ads.name[ad]);
    csv_set_number(a->out, a->score_at, a->score[ad]);
    csv_set_number(a->out, a->prob_at, a->choice[slot].prob);
    if (a->how->explain)
        scorer_explain(a->scorer, a->in, row, a->ads.value + ad * a->ads.header.n,
            &(struct why){a->out, a->why, a->how->explain});
    write_slot(a, row, slot, a->how->policy_name);
}

static void answer(struct answerer *a, const struct row *row)
{
    const struct requests *how = a->how;
    size_t filled = 0;
    if (policy_draws(&how->policy))
        draws_make(&a->draws, draws_of_request(&a->draws, row), a->draw, how->k);
    filled = policy_choose(&how->policy, a->score, a->ads.ads, how->k, a->draw, a->choice);
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
    size_t shown = catalogue_find(&a->ads, row->text[a->logged]);
    double expected = 0;
    policy_probs(&a->how->policy, a->score, a->ads.ads, a->prob);
    for (size_t i = 0; i < a->ads.ads; i++)
        expected += a->prob[i] * a->score[i];
    csv_set_number(a->out, a->policy_prob, shown == SIZE_MAX ? 0 : a->prob[shown]);
    if (shown != SIZE_MAX)
        csv_set_number(a->out, a->q, a->score[shown]);
    else
        a->strangers++;
    csv_set_number(a->out, a->q_policy, expected);
    csv_write(a->out, row);
}

/* ---- all of it ---- */

static void open_all(struct answerer *a, const struct common *common)
{
    const struct requests *how = a->how;
    catalogue_read(&a->ads, common, how->catalogue);
    a->score = mem_zero(a->ads.ads, sizeof *a->score);
    a->prob = mem_alloc(a->ads.ads, sizeof *a->prob);
    a->draw = mem_alloc(how->k, sizeof *a->draw);
    a->choice = mem_alloc(how->k, sizeof *a->choice);
    a->in = csv_open(common, common->file, common->files);
    const struct header *header = csv_header(a->in);
    a->draws = draws_open(&how->draws, header);
    if (how->model) {
        a->scorer = scorer_new(how->model, common, header, &a->ads);
        line_up(a);
    } else {
        read_scores(a);
    }
    csv_keep_bad(a->in);
    a->out = csv_create(common, a->in, NULL);
    if (how->logged)
        add_logged_columns(a, header);
    else
        add_answer_columns(a);
}

static void close_all(struct answerer *a)
{
    if (a->strangers)
        warn("%llu rows show ads that are not in %s: their policy_prob is 0",
            (unsigned long long)a->strangers, a->ads.path);
    csv_close(a->in);
    lineup_free(a->lineup);
    scorer_free(a->scorer);
    mem_free(a->ad_value);
    mem_free(a->score);
    mem_free(a->prob);
    mem_free(a->draw);
    mem_free(a->choice);
    catalogue_release(&a->ads);
}

void requests_answer(const struct common *common, const struct requests *how)
{
    struct answerer a = {.how = how};
    struct row row;
    bool keep = common->on_error == ON_ERROR_KEEP;
    open_all(&a, common);
    while (csv_next(a.in, &row)) {
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
