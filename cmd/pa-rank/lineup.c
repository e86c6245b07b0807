/* SPDX-License-Identifier: MIT */
/*
 * Neighbouring terms with the same sources and kinds of factors make a step.  By where its factors
 * come from, a step adds
 *
 *   request only   one number to all ads
 *   ad only        a vector over the ads, made once
 *   both           x * w of the ad's level or number; where the request's factor is a category, its
 *                  level tells which terms count, and where the ad's is, each term knows its ads
 *
 * A row has at most one term of a step, so a step adds to each ad at most once.  Levels that are
 * hashed make no steps: what they add to each ad is found when the ads are read, and what a
 * request's add to all with the request; so it is with crosses, of which those of both are looked
 * up for each ad with the request.
 */
#include "lineup.h"

#include <string.h>

#include "mem.h"
#include "num.h"

enum side { OF_REQUEST, OF_AD, OF_BOTH };

struct step {
    enum side side;
    uint32_t first, end;   /* terms */
    uint8_t factors, mine; /* mine: factor of the request, when OF_BOTH */
    const double *vector;  /* OF_AD (ads) */
    /* The request's factor is a level: terms with level l are term[at[l]] .. term[at[l + 1] - 1].
     * It is not: all are term[at[0]] .. term[at[1] - 1]. */
    uint32_t *at, *term;
};

/* A column of the ads. */
struct ad_column {
    double *number;    /* (ads) or NULL */
    uint32_t *level;   /* (ads) or NULL */
    bool *missing;     /* (ads), of numbers */
    uint32_t *at, *ad; /* ads with level l: ad[at[l]] .. */
};

/* What a request has for a source. */
struct given {
    double number;
    bool missing;
    uint32_t level;
};

struct lineup {
    const struct linear *model;
    const bool *of_ad;
    double hashed;     /* weights of the request's hashed levels and crosses */
    double *base;      /* (ads): the intercept, and the same of the ads */
    struct str **text; /* (sources): what the ads have, (ads), where a cross of both wants it */
    size_t ads, steps;
    struct step *step;
    struct ad_column *column; /* (sources) */
    uint64_t *unseen;         /* (sources) among the ads */
    struct given *given;      /* (sources) */
    struct arena arena;
};

/* ---- ads ---- */

static void group_by_level(struct lineup *l, struct ad_column *c, size_t levels)
{
    c->at = arena_alloc(&l->arena, levels + 2, sizeof *c->at);
    c->ad = arena_alloc(&l->arena, l->ads, sizeof *c->ad);
    memset(c->at, 0, (levels + 2) * sizeof *c->at);
    for (size_t a = 0; a < l->ads; a++)
        if (c->level[a] != DICT_NONE)
            c->at[c->level[a] + 2]++;
    for (size_t k = 0; k < levels; k++)
        c->at[k + 2] += c->at[k + 1];
    for (size_t a = 0; a < l->ads; a++)
        if (c->level[a] != DICT_NONE)
            c->ad[c->at[c->level[a] + 1]++] = (uint32_t)a;
}

/* The weight of a level that is hashed; one unseen adds nothing, and is counted. */
static double hashed_weight(
    const struct lineup *l, size_t source, struct str level, uint64_t *unseen)
{
    uint32_t term = design_bucket_term(l->model->design, source, level);
    unseen[source] += term == DESIGN_NO_TERM;
    return term == DESIGN_NO_TERM ? 0 : l->model->weight[term];
}

static void read_hashed(struct lineup *l, size_t source, const struct str *value)
{
    for (size_t a = 0; a < l->ads; a++)
        l->base[a] +=
            hashed_weight(l, source, value[a * l->model->design->sources + source], l->unseen);
}

/* ---- crosses ---- */

/* What one adds for these texts and numbers; numbers of levels are 1. */
static double cross_weight(
    const struct lineup *l, const struct design_cross *c, struct str a, struct str b, double x)
{
    uint32_t term = x == 0 ? DESIGN_NO_TERM : design_cross_term(l->model->design, c, a, b);
    return term == DESIGN_NO_TERM ? 0 : l->model->weight[term] * x;
}

static double ad_number(const struct lineup *l, uint32_t source, size_t ad)
{
    return l->model->design->source[source].hashed ? 1 : l->column[source].number[ad];
}

static double request_number(const struct lineup *l, uint32_t source)
{
    return l->model->design->source[source].hashed ? 1 : l->given[source].number;
}

static void keep_text(struct lineup *l, uint32_t source, const struct str *value)
{
    size_t sources = l->model->design->sources;
    if (l->text[source] || !l->model->design->source[source].hashed)
        return;
    l->text[source] = arena_alloc(&l->arena, l->ads, sizeof **l->text);
    for (size_t a = 0; a < l->ads; a++) {
        struct str text = value[a * sources + source];
        l->text[source][a] = (struct str){arena_text(&l->arena, text.p, text.n), text.n};
    }
}

/* Those of the ads alone go to the base; of others the texts are kept. */
static void read_crosses(struct lineup *l, const struct str *value)
{
    const struct design *d = l->model->design;
    for (size_t k = 0; k < d->crosses; k++) {
        const struct design_cross *c = &d->cross[k];
        bool both = l->of_ad[c->a] && l->of_ad[c->b];
        for (size_t a = 0; both && a < l->ads; a++)
            l->base[a] += cross_weight(l, c, value[a * d->sources + c->a],
                value[a * d->sources + c->b], ad_number(l, c->a, a) * ad_number(l, c->b, a));
        if (!both && (l->of_ad[c->a] || l->of_ad[c->b]))
            keep_text(l, l->of_ad[c->a] ? c->a : c->b, value);
    }
}

/* One of a request and the ads. */
static void add_cross(
    const struct lineup *l, const struct design_cross *c, const struct str *value, double *eta)
{
    bool first = l->of_ad[c->a];
    uint32_t theirs = first ? c->a : c->b, mine = first ? c->b : c->a;
    double x = request_number(l, mine);
    for (size_t a = 0; a < l->ads; a++) {
        struct str text = l->text[theirs] ? l->text[theirs][a] : (struct str){"", 0};
        eta[a] += cross_weight(l, c, first ? text : value[mine], first ? value[mine] : text,
            x * ad_number(l, theirs, a));
    }
}

static void add_crosses(const struct lineup *l, const struct str *value, double *eta)
{
    const struct design *d = l->model->design;
    for (size_t k = 0; k < d->crosses; k++)
        if (l->of_ad[d->cross[k].a] != l->of_ad[d->cross[k].b])
            add_cross(l, &d->cross[k], value, eta);
}

/* What the request's own add to all ads. */
static double request_crosses(const struct lineup *l, const struct str *value)
{
    const struct design *d = l->model->design;
    double sum = 0;
    for (size_t k = 0; k < d->crosses; k++) {
        const struct design_cross *c = &d->cross[k];
        if (!l->of_ad[c->a] && !l->of_ad[c->b])
            sum += cross_weight(
                l, c, value[c->a], value[c->b], request_number(l, c->a) * request_number(l, c->b));
    }
    return sum;
}

/* ---- columns of the ads ---- */

static void read_levels(struct lineup *l, size_t source, const struct str *value)
{
    const struct design *d = l->model->design;
    struct ad_column *c = &l->column[source];
    c->level = arena_alloc(&l->arena, l->ads, sizeof *c->level);
    for (size_t a = 0; a < l->ads; a++) {
        c->level[a] =
            design_level(&d->source[source], value[a * d->sources + source], &l->unseen[source]);
    }
    group_by_level(l, c, dict_size(d->source[source].levels));
}

/* False when one is text; *ad is then its number. */
static bool read_numbers(struct lineup *l, size_t source, const struct str *value, size_t *ad)
{
    const struct design *d = l->model->design;
    struct ad_column *c = &l->column[source];
    c->number = arena_alloc(&l->arena, l->ads, sizeof *c->number);
    c->missing = arena_alloc(&l->arena, l->ads, sizeof *c->missing);
    for (size_t a = 0; a < l->ads; a++) {
        struct str text = value[a * d->sources + source];
        c->number[a] = d->source[source].mean;
        c->missing[a] = text.n == 0;
        *ad = a;
        if (text.n && num_double(text, &c->number[a]) != NUM_OK)
            return false;
    }
    return true;
}

/* The value of a factor for an ad. */
static double ad_factor(const struct lineup *l, struct design_factor f, size_t ad)
{
    const struct ad_column *c = &l->column[f.source];
    switch (f.kind) {
    case DESIGN_LEVEL:
        return c->level[ad] == f.level;
    case DESIGN_MISSING:
        return c->missing[ad];
    case DESIGN_NUMBER:
    case DESIGN_BUCKET:
        break;
    }
    return c->number[ad];
}

/* ---- steps ---- */

static bool same_step(const struct design_term *a, const struct design_term *b)
{
    if (a->factors != b->factors)
        return false;
    for (uint8_t k = 0; k < a->factors; k++)
        if (a->factor[k].source != b->factor[k].source || a->factor[k].kind != b->factor[k].kind)
            return false;
    return true;
}

static const double *ad_vector(struct lineup *l, const struct step *s)
{
    double *v = arena_alloc(&l->arena, l->ads, sizeof *v);
    memset(v, 0, l->ads * sizeof *v);
    for (uint32_t t = s->first; t < s->end; t++) {
        const struct design_term *term = &l->model->design->term[t];
        for (size_t a = 0; a < l->ads; a++) {
            double x = ad_factor(l, term->factor[0], a);
            if (term->factors == 2)
                x *= ad_factor(l, term->factor[1], a);
            v[a] += l->model->weight[t] * x;
        }
    }
    return v;
}

/* Which level of the request a term wants; 0 when its factor is not a level. */
static uint32_t wanted_level(const struct lineup *l, const struct step *s, uint32_t term)
{
    const struct design_factor *f = &l->model->design->term[term].factor[s->mine];
    return f->kind == DESIGN_LEVEL ? f->level : 0;
}

static void index_terms(struct lineup *l, struct step *s)
{
    const struct design *d = l->model->design;
    const struct design_factor *f = &d->term[s->first].factor[s->mine];
    size_t levels = f->kind == DESIGN_LEVEL ? dict_size(d->source[f->source].levels) : 1;
    s->at = arena_alloc(&l->arena, levels + 2, sizeof *s->at);
    s->term = arena_alloc(&l->arena, s->end - s->first, sizeof *s->term);
    memset(s->at, 0, (levels + 2) * sizeof *s->at);
    for (uint32_t t = s->first; t < s->end; t++)
        s->at[wanted_level(l, s, t) + 2]++;
    for (size_t k = 0; k < levels; k++)
        s->at[k + 2] += s->at[k + 1];
    for (uint32_t t = s->first; t < s->end; t++)
        s->term[s->at[wanted_level(l, s, t) + 1]++] = t;
}

static void add_step(struct lineup *l, uint32_t first, uint32_t end)
{
    const struct design_term *term = &l->model->design->term[first];
    struct step *s = &l->step[l->steps++];
    *s = (struct step){.first = first, .end = end, .factors = term->factors};
    bool first_of_ad = l->of_ad[term->factor[0].source];
    bool last_of_ad = l->of_ad[term->factor[term->factors - 1].source];
    s->side = first_of_ad != last_of_ad ? OF_BOTH : first_of_ad ? OF_AD : OF_REQUEST;
    s->mine = first_of_ad && !last_of_ad;
    if (s->side == OF_AD)
        s->vector = ad_vector(l, s);
    else
        index_terms(l, s);
}

static void make_steps(struct lineup *l)
{
    const struct design *d = l->model->design;
    l->step = arena_alloc(&l->arena, d->named, sizeof *l->step);
    for (uint32_t t = 0; t < d->named;) {
        uint32_t end = t + 1;
        while (end < d->named && same_step(&d->term[t], &d->term[end]))
            end++;
        add_step(l, t, end);
        t = end;
    }
}

struct lineup *lineup_new(
    const struct linear *model, const bool *of_ad, const struct str *value, size_t ads, size_t *bad)
{
    const struct design *d = model->design;
    struct lineup *l = mem_zero(1, sizeof *l);
    size_t ad;
    *l = (struct lineup){.model = model, .of_ad = of_ad, .ads = ads};
    l->column = mem_zero(d->sources, sizeof *l->column);
    l->unseen = mem_zero(d->sources, sizeof *l->unseen);
    l->given = mem_zero(d->sources, sizeof *l->given);
    l->base = mem_alloc(ads, sizeof *l->base);
    l->text = mem_zero(d->sources, sizeof *l->text);
    for (size_t a = 0; a < ads; a++)
        l->base[a] = model->intercept[0];
    for (size_t i = 0; i < d->sources; i++) {
        if (!of_ad[i])
            continue;
        if (d->source[i].hashed) {
            read_hashed(l, i, value);
        } else if (d->source[i].category) {
            read_levels(l, i, value);
        } else if (!read_numbers(l, i, value, &ad)) {
            *bad = ad * d->sources + i;
            lineup_free(l);
            return NULL;
        }
    }
    read_crosses(l, value);
    make_steps(l);
    return l;
}

void lineup_free(struct lineup *l)
{
    if (!l)
        return;
    arena_release(&l->arena);
    mem_free(l->column);
    mem_free(l->unseen);
    mem_free(l->given);
    mem_free(l->base);
    mem_free(l->text);
    mem_free(l);
}

bool lineup_joins(const struct lineup *l)
{
    for (size_t i = 0; i < l->steps; i++)
        if (l->step[i].side == OF_BOTH)
            return true;
    for (size_t k = 0; k < l->model->design->crosses; k++) {
        const struct design_cross *c = &l->model->design->cross[k];
        if (l->of_ad[c->a] != l->of_ad[c->b])
            return true;
    }
    return false;
}

void lineup_unseen(const struct lineup *l, uint64_t *unseen)
{
    for (size_t i = 0; i < l->model->design->sources; i++)
        unseen[i] += l->unseen[i];
}

/* ---- requests ---- */

static bool read_request(struct lineup *l, const struct str *value, uint64_t *unseen, size_t *bad)
{
    const struct design *d = l->model->design;
    l->hashed = 0;
    for (size_t i = 0; i < d->sources; i++) {
        struct given *g = &l->given[i];
        if (l->of_ad[i])
            continue;
        if (d->source[i].hashed) {
            l->hashed += hashed_weight(l, i, value[i], unseen);
            continue;
        }
        if (d->source[i].category) {
            g->level = design_level(&d->source[i], value[i], &unseen[i]);
            continue;
        }
        g->number = d->source[i].mean;
        g->missing = value[i].n == 0;
        *bad = i;
        if (value[i].n && num_double(value[i], &g->number) != NUM_OK)
            return false;
    }
    l->hashed += request_crosses(l, value);
    return true;
}

static double request_factor(const struct lineup *l, struct design_factor f)
{
    const struct given *g = &l->given[f.source];
    switch (f.kind) {
    case DESIGN_LEVEL:
        return g->level == f.level;
    case DESIGN_MISSING:
        return g->missing;
    case DESIGN_NUMBER:
    case DESIGN_BUCKET:
        break;
    }
    return g->number;
}

static void add_to_all(double *eta, size_t ads, double x)
{
    for (size_t a = 0; a < ads; a++)
        eta[a] += x;
}

static void add_vector(double *eta, size_t ads, const double *v)
{
    for (size_t a = 0; a < ads; a++)
        eta[a] += v[a];
}

/* A term of both: weight times the request's x times what the ads have. */
static void add_joined(
    const struct lineup *l, uint32_t term, struct design_factor ours, double x, double *eta)
{
    const struct ad_column *c = &l->column[ours.source];
    double w = l->model->weight[term];
    if (ours.kind == DESIGN_LEVEL) {
        for (uint32_t k = c->at[ours.level]; k < c->at[ours.level + 1]; k++)
            eta[c->ad[k]] += w * x;
        return;
    }
    for (size_t a = 0; a < l->ads; a++)
        eta[a] += w * (x * ad_factor(l, ours, a));
}

static void add_step_to(const struct lineup *l, const struct step *s, double *eta)
{
    if (s->side == OF_AD) {
        add_vector(eta, l->ads, s->vector);
        return;
    }
    const struct design_term *term = l->model->design->term;
    struct design_factor mine = term[s->first].factor[s->mine];
    uint32_t level = mine.kind == DESIGN_LEVEL ? l->given[mine.source].level : 0;
    if (level == DICT_NONE)
        return;
    for (uint32_t k = s->at[level]; k < s->at[level + 1]; k++) {
        uint32_t t = s->term[k];
        double x = request_factor(l, term[t].factor[s->mine]);
        if (s->side == OF_BOTH) {
            add_joined(l, t, term[t].factor[!s->mine], x, eta);
            continue;
        }
        if (s->factors == 2)
            x *= request_factor(l, term[t].factor[1]);
        if (x != 0)
            add_to_all(eta, l->ads, l->model->weight[t] * x);
    }
}

bool lineup_score(
    struct lineup *l, const struct str *value, double *eta, uint64_t *unseen, size_t *bad)
{
    if (!read_request(l, value, unseen, bad))
        return false;
    for (size_t a = 0; a < l->ads; a++)
        eta[a] = l->base[a] + l->hashed;
    for (size_t i = 0; i < l->steps; i++)
        add_step_to(l, &l->step[i], eta);
    add_crosses(l, value, eta);
    return true;
}
