/* SPDX-License-Identifier: MIT */
#include "scorer.h"

#include <math.h>

#include "columns.h"
#include "die.h"
#include "fmath.h"
#include "mem.h"

/* ---- columns ---- */

static void say_missing(struct buf *text, struct str name, const struct header *h)
{
    const struct str *near = columns_nearest(name, h);
    buf_print(text, "%s%.*s", text->n ? ", " : "", STR_ARG(name));
    if (near)
        buf_print(text, " (is \"%.*s\" meant?)", STR_ARG(*near));
}

static void find_columns(
    struct scorer *s, const struct header *h, const struct catalogue *catalogue)
{
    const struct design *d = s->model->design;
    struct buf missing = {0}, both = {0};
    for (size_t i = 0; i < d->sources; i++) {
        struct str name = d->source[i].name;
        long theirs = catalogue ? columns_find(&catalogue->header, name) : COLUMN_NONE;
        long ours = columns_find(h, name);
        s->of_ad[i] = theirs != COLUMN_NONE;
        s->column[i] = (size_t)(s->of_ad[i] ? theirs : ours);
        if (theirs == COLUMN_NONE && ours == COLUMN_NONE)
            say_missing(&missing, name, h);
        if (theirs != COLUMN_NONE && ours != COLUMN_NONE)
            buf_print(&both, "%s%.*s", both.n ? ", " : "", STR_ARG(name));
    }
    if (missing.n)
        die("columns that %s needs are not there: %s", s->path, buf_cstr(&missing));
    if (both.n)
        warn("columns of both the requests and the catalogue, whose values count: %s",
            buf_cstr(&both));
    buf_release(&missing);
    buf_release(&both);
}

/* What belongs to one thread. */
static void own_parts(struct scorer *s)
{
    const struct design *d = s->model->design;
    s->unseen = mem_zero(d->sources, sizeof *s->unseen);
    s->missing = mem_zero(d->sources, sizeof *s->missing);
    s->value = mem_zero(d->sources, sizeof *s->value);
    s->entry = mem_alloc(design_active_max(d), sizeof *s->entry);
    s->eta = mem_alloc(s->model->outputs, sizeof *s->eta);
    s->odds = mem_alloc(s->model->outputs, sizeof *s->odds);
    s->contribution = mem_alloc(d->sources, sizeof *s->contribution);
    s->order = mem_alloc(d->sources, sizeof *s->order);
}

static void free_parts(struct scorer *s)
{
    mem_free(s->unseen);
    mem_free(s->missing);
    mem_free(s->value);
    mem_free(s->entry);
    mem_free(s->eta);
    mem_free(s->odds);
    mem_free(s->contribution);
    mem_free(s->order);
    mem_free(s);
}

struct scorer *scorer_new(const char *path, const struct common *common, const struct header *h,
    const struct catalogue *catalogue)
{
    struct scorer *s = mem_zero(1, sizeof *s);
    s->model = linear_read(path);
    s->path = path;
    const struct design *d = s->model->design;
    s->column = mem_alloc(d->sources, sizeof *s->column);
    s->of_ad = mem_zero(d->sources, sizeof *s->of_ad);
    own_parts(s);
    find_columns(s, h, catalogue);
    s->na = common->na_n > 0;
    if (!catalogue)
        s->plain = plain_new(s->model, s->column);
    return s;
}

/* ---- counts ---- */

/* Does the model know of missing values of a source? */
static bool knows_missing(const struct design *d, uint32_t source)
{
    const struct design_source *s = &d->source[source];
    if (s->hashed)
        return design_bucket_term(d, source, (struct str){"", 0}) != DESIGN_NO_TERM;
    if (s->category)
        return dict_find(s->levels, (struct str){"", 0}) != DICT_NONE;
    for (size_t t = 0; t < d->named; t++)
        if (d->term[t].factor[0].kind == DESIGN_MISSING && d->term[t].factor[0].source == source)
            return true;
    return false;
}

static void tell_counts(const struct scorer *s, uint32_t i)
{
    const struct design_source *from = &s->model->design->source[i];
    const char *none = from->rare ? "other" : "nothing";
    bool known = knows_missing(s->model->design, i);
    uint64_t missing = s->missing[i];
    uint64_t unseen = s->unseen[i] - (from->category && !known ? missing : 0);
    if (unseen)
        warn("%.*s: %llu values are none of the model's levels and count as %s",
            STR_ARG(from->name), (unsigned long long)unseen, none);
    if (missing && !known)
        warn("%.*s: %llu values are missing, which the model does not know, and count as %s",
            STR_ARG(from->name), (unsigned long long)missing, from->category ? none : "its mean");
    if (missing && known)
        note("%.*s: %llu values are missing", STR_ARG(from->name), (unsigned long long)missing);
}

void scorer_free(struct scorer *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->model->design->sources; i++)
        tell_counts(s, i);
    plain_free(s->plain);
    linear_free(s->model);
    mem_free(s->column);
    mem_free(s->of_ad);
    free_parts(s);
}

struct scorer *scorer_share(const struct scorer *s)
{
    struct scorer *other = mem_alloc(1, sizeof *other);
    *other = *s;
    own_parts(other);
    return other;
}

void scorer_join(struct scorer *s, struct scorer *other)
{
    for (size_t i = 0; i < s->model->design->sources; i++) {
        s->unseen[i] += other->unseen[i];
        s->missing[i] += other->missing[i];
    }
    free_parts(other);
}

/* ---- scores ---- */

static struct score likeliest(const struct scorer *s)
{
    size_t best = 0, n = s->model->outputs;
    for (size_t k = 1; k < n; k++)
        if (s->eta[k] > s->eta[best])
            best = k;
    for (size_t k = 0; k < n; k++)
        s->odds[k] = s->eta[k] - s->eta[best];
    fm_exp_n(s->odds, s->odds, n);
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += s->odds[k];
    return (struct score){1 / sum, best, best};
}

static void take_values(
    struct scorer *s, const struct csv_in *in, const struct row *row, const struct str *ad)
{
    for (size_t i = 0; i < s->model->design->sources; i++) {
        struct str text = s->of_ad[i] ? ad[s->column[i]] : row->text[s->column[i]];
        s->value[i] = s->na && csv_missing(in, text) ? (struct str){0} : text;
    }
}

void scorer_count_missing(struct scorer *s)
{
    for (size_t i = 0; i < s->model->design->sources; i++)
        s->missing[i] += !s->of_ad[i] && !s->value[i].n;
}

static struct score score_of(const struct scorer *s)
{
    if (s->model->outputs > 1)
        return likeliest(s);
    return (struct score){linear_probability(s->model, s->eta[0]), 0, 1};
}

bool scorer_eta(struct scorer *s, struct csv_in *in, const struct row *row, const struct str *ad)
{
    const struct design *d = s->model->design;
    size_t bad;
    long active;
    bool lacks;
    if (s->plain && plain_predict(s->plain, row->text, s->na ? in : NULL, s->eta, &lacks)) {
        if (lacks) {
            take_values(s, in, row, ad);
            scorer_count_missing(s);
        }
        return true;
    }
    take_values(s, in, row, ad);
    while ((active = design_row(d, s->value, s->entry, s->unseen, &bad)) < 0) {
        if (!csv_bad(in, row, E_NUM, d->source[bad].name.p, "\"%.*s\" is not a number",
                STR_ARG(s->value[bad])))
            return false;
        s->value[bad] = (struct str){0};
    }
    linear_predict(s->model, s->entry, (size_t)active, s->eta);
    scorer_count_missing(s);
    return true;
}

bool scorer_row(struct scorer *s, struct csv_in *in, const struct row *row, const struct str *ad,
    struct score *score)
{
    if (!scorer_eta(s, in, row, ad))
        return false;
    *score = score_of(s);
    return true;
}

double scorer_class(const struct scorer *s, const struct score *score, size_t class)
{
    return s->odds[class] * score->score;
}

/* ---- reasons ---- */

size_t scorer_add_why(struct csv_out *out, size_t n)
{
    struct buf name = {0};
    size_t first = 0;
    for (size_t k = 1; k <= n; k++) {
        buf_clear(&name);
        buf_print(&name, "why%zu", k);
        size_t column = csv_add(out, buf_view(&name));
        first = k == 1 ? column : first;
        buf_text(&name, "_value");
        csv_add(out, buf_view(&name));
    }
    buf_release(&name);
    return first;
}

/* Sources by the size of their contribution, the n greatest, into order; returns how many. */
static size_t sort_contributions(struct scorer *s, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < s->model->design->sources; i++) {
        size_t at = found < n ? found++ : n;
        double size = fabs(s->contribution[i]);
        for (; at > 0 && size > fabs(s->contribution[s->order[at - 1]]); at--)
            if (at < n)
                s->order[at] = s->order[at - 1];
        if (at < n)
            s->order[at] = i;
    }
    return found;
}

static void set_why(const struct why *why, size_t k, struct str name, double contribution)
{
    csv_set_text(why->out, why->first + 2 * k, name);
    csv_set_number(why->out, why->first + 2 * k + 1, contribution);
}

void scorer_explain(struct scorer *s, const struct csv_in *in, const struct row *row,
    const struct str *ad, const struct why *why)
{
    const struct design *d = s->model->design;
    double base;
    size_t bad;
    long active;
    take_values(s, in, row, ad);
    while ((active = design_row(d, s->value, s->entry, NULL, &bad)) < 0)
        s->value[bad] = (struct str){0};
    linear_predict(s->model, s->entry, (size_t)active, s->eta);
    linear_explain(s->model, score_of(s).output, s->entry, (size_t)active, s->contribution, &base);
    size_t found = sort_contributions(s, why->n);
    for (size_t k = 0; k < found; k++)
        set_why(why, k, d->source[s->order[k]].name, s->contribution[s->order[k]]);
    if (found < why->n)
        set_why(why, found, str_of("(intercept)"), base);
}
