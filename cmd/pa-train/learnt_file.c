/* SPDX-License-Identifier: MIT */
/*
 * learnt, the part of the file.
 *
 * Levels and terms have the order of first sight here and that of a design in the file.  Going on
 * from a file gives them other numbers, but a row's sum runs over the columns in their order, so
 * no bit of it changes.
 */
#include "learnt.h"

#include <math.h>
#include <string.h>

#include "columns.h"
#include "die.h"
#include "mem.h"

/* ---- write ---- */

static struct design_factor factor_of(size_t source, enum design_kind kind, uint32_t level)
{
    return (struct design_factor){(uint32_t)source, kind, level};
}

struct writing {
    struct design design;
    struct linear model;
    struct linear_online facts; /* of classes in the order of the model */
    uint32_t *output;           /* (outputs): the learner's, in the order of the model */
    size_t terms;               /* that there is room for */
    size_t seen_cap;
};

static void write_term(
    struct writing *w, const struct learnt *l, struct design_factor f, uint32_t k)
{
    struct design *d = &w->design;
    struct buf name = {0};
    size_t t = d->named++;
    d->term[t] = (struct design_term){.factor = {f}, .factors = 1, .scale = 1};
    buf_str(&name, d->source[f.source].name);
    if (f.kind != DESIGN_NUMBER)
        buf_char(&name, '=');
    if (f.kind == DESIGN_LEVEL)
        buf_str(&name, dict_key(d->source[f.source].levels, f.level));
    d->term[t].name = (struct str){arena_text(&d->arena, name.p, name.n), name.n};
    buf_release(&name);
    for (size_t c = 0; c < w->model.outputs; c++) {
        size_t output = w->output[c];
        w->model.weight[c * w->terms + t] = learner_weight(&l->learner, k, output);
        w->model.state[(1 + t) * w->model.outputs + c] = learner_get(&l->learner, k, output);
    }
}

/* A level that is still rare. */
static void write_seen(struct writing *w, size_t source, struct str level, uint64_t rows)
{
    struct linear *m = &w->model;
    m->seen = mem_grow(m->seen, &w->seen_cap, m->seen_n + 1, sizeof *m->seen);
    m->seen[m->seen_n++] = (struct linear_seen){source, level, rows};
}

static void write_levels(struct writing *w, const struct learnt *l, size_t i)
{
    const struct terms_source *s = &l->terms.source[i];
    struct design_source *to = &w->design.source[i];
    size_t n = dict_size(s->levels);
    uint32_t *order = mem_alloc(n, sizeof *order);
    dict_sort(s->levels, order);
    to->category = true;
    to->levels = dict_new();
    for (size_t k = 0; k < n; k++)
        if (s->level[order[k]].term != TERMS_NONE)
            dict_add(to->levels, dict_key(s->levels, order[k]));
        else
            write_seen(w, i, dict_key(s->levels, order[k]), s->level[order[k]].rows);
    for (size_t k = 0, level = 0; k < n; k++)
        if (s->level[order[k]].term != TERMS_NONE)
            write_term(
                w, l, factor_of(i, DESIGN_LEVEL, (uint32_t)level++), s->level[order[k]].term);
    to->other = dict_find(to->levels, str_of("other"));
    to->rare = l->terms.rare > 1 && to->other != DICT_NONE ? l->terms.rare : 0;
    mem_free(order);
}

static void write_source(struct writing *w, const struct learnt *l, size_t i)
{
    const struct online_source *s = &l->columns.source[i];
    const struct terms_source *terms = &l->terms.source[i];
    struct design_source *to = &w->design.source[i];
    uint64_t rows = l->facts.rows;
    *to = (struct design_source){.name = s->name_text, .sd = 1};
    to->share_missing = rows ? (double)terms->missing_rows / (double)rows : 0;
    if (s->type == TABLE_CATEGORY && l->columns.hash_bits) {
        to->category = to->hashed = true;
        to->levels = dict_new();
        return;
    }
    if (s->type == TABLE_CATEGORY && terms->levels) {
        write_levels(w, l, i);
        return;
    }
    to->category = s->type == TABLE_CATEGORY;
    to->levels = to->category ? dict_new() : NULL;
    if (terms->number != TERMS_NONE)
        write_term(w, l, factor_of(i, DESIGN_NUMBER, 0), terms->number);
    if (terms->missing != TERMS_NONE)
        write_term(w, l, factor_of(i, DESIGN_MISSING, 0), terms->missing);
}

/* The offset is a term whose coefficient is 1, and not learnt. */
static void write_offset(struct writing *w, const struct learnt *l)
{
    struct design *d = &w->design;
    struct str name = l->facts.offset_column;
    size_t t = d->named;
    if (!name.n)
        return;
    d->source[d->sources] = (struct design_source){.name = name, .sd = 1};
    d->term[d->named++] = (struct design_term){.name = name,
        .factor = {factor_of(d->sources++, DESIGN_NUMBER, 0)},
        .factors = 1,
        .scale = 1};
    w->model.weight[t] = 1;
    w->model.state[1 + t] = (struct linear_coordinate){1, 0};
}

/* What the file says of classes, in its order. */
static void order_classes(struct writing *w, struct learnt *l)
{
    struct classes *c = &l->columns.classes;
    struct linear *m = &w->model;
    m->classes = classes_n(c);
    m->class = mem_alloc(m->classes, sizeof *m->class);
    m->outputs = learner_outputs(&l->learner);
    w->output = mem_zero(m->classes, sizeof *w->output);
    w->facts = l->facts;
    w->facts.class = mem_alloc(m->classes, sizeof *w->facts.class);
    for (size_t i = 0; i < m->classes; i++) {
        uint32_t k = classes_at(c, i);
        m->class[i] = classes_label(c, k);
        w->facts.class[i] = l->facts.class[k];
        w->facts.class[i].factor = learnt_factor_of(l, k);
        w->output[i] = m->outputs > 1 ? k : 0;
    }
}

static void begin_writing(struct writing *w, struct learnt *l)
{
    struct linear *m = &w->model;
    size_t terms = terms_named(&l->terms) + 1, sources = l->columns.sources + 1;
    *w = (struct writing){.terms = terms, .design.hash_bits = l->columns.hash_bits};
    order_classes(w, l);
    m->design = &w->design;
    m->label = str_of(l->options->label);
    m->no_intercept = !l->learner.constant;
    m->intercept = mem_alloc(m->outputs, sizeof *m->intercept);
    m->weight = mem_alloc(m->outputs * terms, sizeof *m->weight);
    m->state = mem_alloc(m->outputs * terms, sizeof *m->state);
    m->moved = l->learner.moved ? mem_alloc(m->outputs, sizeof *m->moved) : NULL;
    w->design.source = mem_zero(sources, sizeof *w->design.source);
    w->design.term = mem_zero(terms, sizeof *w->design.term);
    for (size_t c = 0; c < m->outputs; c++) {
        m->intercept[c] = learner_weight(&l->learner, 0, w->output[c]);
        m->state[c] = learner_get(&l->learner, 0, w->output[c]);
        if (m->moved)
            m->moved[c] = learner_get_moved(&l->learner, w->output[c]);
    }
}

static void release_writing(struct writing *w)
{
    for (size_t i = 0; i < w->design.sources; i++)
        dict_free(w->design.source[i].levels);
    arena_release(&w->design.arena);
    mem_free(w->design.source);
    mem_free(w->design.term);
    mem_free(w->model.class);
    mem_free(w->model.intercept);
    mem_free(w->model.weight);
    mem_free(w->model.state);
    mem_free(w->model.moved);
    mem_free(w->model.seen);
    mem_free(w->facts.class);
    mem_free(w->output);
}

/* The weights of a predictor stand side by side. */
static void close_ranks(struct writing *w)
{
    size_t terms = w->design.named;
    for (size_t c = 1; c < w->model.outputs; c++)
        memmove(w->model.weight + c * terms, w->model.weight + c * w->terms,
            terms * sizeof *w->model.weight);
    w->design.terms = terms;
}

struct bucket_source {
    const struct learnt *learnt;
    const struct writing *writing;
};

static bool get_bucket(
    const void *context, size_t bucket, double *weight, struct linear_coordinate *state)
{
    const struct bucket_source *b = context;
    const struct learner *l = &b->learnt->learner;
    if (!l->many && !(l->two.at[1 + bucket].n > 0)) /* the usual case */
        return false;
    return learner_get_all(l, 1 + bucket, b->writing->output, weight, state);
}

void learnt_write(struct learnt *l, const char *path, unsigned jobs, bool publish)
{
    struct writing w;
    struct bucket_source from = {l, &w};
    struct linear_buckets buckets = {get_bucket, &from, jobs};
    begin_writing(&w, l);
    w.design.sources = l->columns.sources;
    for (size_t i = 0; i < l->columns.sources; i++)
        write_source(&w, l, i);
    write_offset(&w, l);
    close_ranks(&w);
    linear_write_online(&w.model, l->columns.hash_bits ? &buckets : NULL, &w.facts, path, publish);
    release_writing(&w);
}

/* ---- read ---- */

static void restore_term(struct learnt *l, const struct linear *m, size_t t)
{
    const struct design_term *term = &m->design->term[t];
    const struct design_factor *f = &term->factor[0];
    const struct linear_coordinate *state = m->state + (1 + t) * m->outputs;
    size_t k = f->kind == DESIGN_BUCKET ? 1 + f->level : terms_add(&l->terms);
    learner_reach(&l->learner, l->terms.coordinates, m->classes);
    for (size_t c = 0; c < m->outputs; c++)
        learner_set(&l->learner, k, c, state[c]);
    if (f->kind == DESIGN_BUCKET)
        return;
    struct terms_source *s = &l->terms.source[f->source];
    if (term->factors > 1)
        die("%s: products are not learnt online", l->options->start);
    if (f->kind == DESIGN_NUMBER)
        s->number = (uint32_t)k;
    else if (f->kind == DESIGN_MISSING)
        s->missing = (uint32_t)k;
    else
        terms_level(s, dict_key(m->design->source[f->source].levels, f->level))->term = (uint32_t)k;
    if (f->kind == DESIGN_NUMBER)
        l->columns.source[f->source].type = TABLE_NUMBER;
}

static void restore_classes(struct learnt *l, const struct linear *m)
{
    const struct online_options *options = l->options;
    if (!str_is(m->label, options->label))
        die("%s: its label is %.*s, not %s (-l)", options->start, STR_ARG(m->label),
            options->label);
    l->columns.classes.many = l->learner.many = m->outputs > 1;
    for (size_t k = 0; k < m->classes; k++)
        classes_keep(&l->columns.classes, (uint32_t)k, m->class[k], l -> facts.class[k].rows > 0);
    l->classes = m->classes;
}

static void restore_sources(struct learnt *l, const struct linear *m, const struct header *header)
{
    struct str offset = l->facts.offset_column;
    for (size_t i = 0; i < m->design->sources; i++) {
        const struct design_source *from = &m->design->source[i];
        if (offset.n && str_equal(from->name, offset))
            continue;
        learnt_add_source(l, from->name, columns_need(from->name, header, "the model"));
        l->terms.source[i].missing_rows =
            (uint64_t)floor(from->share_missing * (double)l->facts.rows + 0.5);
        if (from->category)
            l->columns.source[i].type = TABLE_CATEGORY;
    }
}

static void restore_intercepts(struct learnt *l, const struct linear *m)
{
    l->learner.constant = !m->no_intercept;
    l->learner.moved = m->moved;
    if (m->moved && m->no_intercept)
        die("%s: intercepts that are moved, of a model without any", l->options->start);
    learner_reach(&l->learner, l->terms.coordinates, m->classes);
    for (size_t c = 0; c < m->outputs; c++) {
        learner_set(&l->learner, 0, c, m->state[c]);
        if (m->moved)
            learner_set_moved(&l->learner, c, m->moved[c]);
    }
}

void learnt_read(struct learnt *l, const struct header *header)
{
    const struct online_options *options = l->options;
    struct linear *m = linear_read_online(options->start, &l->facts);
    restore_classes(l, m);
    learnt_hash(l, m->design->hash_bits);
    restore_sources(l, m, header);
    restore_intercepts(l, m);
    for (size_t t = 0; t < m->design->terms; t++)
        if (m->design->term[t].factor[0].kind == DESIGN_BUCKET ||
            m->design->term[t].factor[0].source < l->columns.sources)
            restore_term(l, m, t);
    for (size_t i = 0; i < m->seen_n; i++)
        if (m->seen[i].source < l->columns.sources)
            terms_level(&l->terms.source[m->seen[i].source], m->seen[i].level)->rows =
                m->seen[i].rows;
    linear_free(m);
}
