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
    double intercept;
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
    w->model.weight[t] = ftrl_weight(&l->ftrl, k);
    w->model.state[1 + t] = l->ftrl.at[k];
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
        dict_add(to->levels, dict_key(s->levels, order[k]));
    for (size_t k = 0; k < n; k++)
        write_term(w, l, factor_of(i, DESIGN_LEVEL, (uint32_t)k), s->level[order[k]]);
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

/* Weights of the buckets, where the threshold makes them others than u; mem_free. */
static double *bucket_weights(const struct learnt *l)
{
    if (!l->columns.hash_bits || l->ftrl.l1 == 0)
        return NULL;
    size_t n = (size_t)1 << l->columns.hash_bits;
    double *w = mem_alloc(n, sizeof *w);
    for (size_t b = 0; b < n; b++)
        w[b] = ftrl_weight(&l->ftrl, (uint32_t)(1 + b));
    return w;
}

/* A model as it is to be written. */
static struct linear model_of(struct learnt *l, struct writing *w, struct str *class)
{
    size_t terms = terms_named(&l->terms), sources = l->columns.sources;
    prepared_name_classes(&l->columns);
    for (size_t side = 0; side < 2; side++)
        class[side] = str_of(l->columns.class[side]);
    w->intercept = ftrl_weight(&l->ftrl, 0);
    w->design.sources = sources;
    w->design.hash_bits = l->columns.hash_bits;
    w->design.source = mem_zero(sources, sizeof *w->design.source);
    w->design.term = mem_zero(terms, sizeof *w->design.term);
    return (struct linear){.design = &w->design,
        .label = str_of(l->options->label),
        .class = class,
        .classes = 2,
        .outputs = 1,
        .intercept = &w->intercept,
        .weight = mem_alloc(terms, sizeof(double)),
        .state = mem_alloc(terms, sizeof(struct linear_coordinate))};
}

static void release_writing(struct writing *w)
{
    for (size_t i = 0; i < w->design.sources; i++)
        dict_free(w->design.source[i].levels);
    arena_release(&w->design.arena);
    mem_free(w->design.source);
    mem_free(w->design.term);
    mem_free(w->model.weight);
    mem_free(w->model.state);
}

void learnt_write(struct learnt *l, const char *path, unsigned jobs, bool publish)
{
    struct writing w = {0};
    struct str class[2];
    struct linear_buckets buckets = {l->ftrl.at + 1, bucket_weights(l), jobs};
    w.model = model_of(l, &w, class);
    w.model.state[0] = l->ftrl.at[0];
    for (size_t i = 0; i < l->columns.sources; i++)
        write_source(&w, l, i);
    w.design.terms = w.design.named;
    linear_write_online(&w.model, l->columns.hash_bits ? &buckets : NULL, &l->facts, path, publish);
    mem_free((double *)(uintptr_t)buckets.weight);
    release_writing(&w);
}

/* ---- read ---- */

static void restore_term(struct learnt *l, const struct linear *m, size_t t)
{
    const struct design_term *term = &m->design->term[t];
    const struct design_factor *f = &term->factor[0];
    if (f->kind == DESIGN_BUCKET) {
        l->ftrl.at[1 + f->level] = m->state[1 + t];
        return;
    }
    struct terms_source *s = &l->terms.source[f->source];
    uint32_t k = terms_add(&l->terms);
    ftrl_reach(&l->ftrl, l->terms.coordinates);
    l->ftrl.at[k] = m->state[1 + t];
    if (term->factors > 1)
        die("%s: products are not learnt online", l->options->start);
    if (f->kind == DESIGN_NUMBER)
        s->number = k;
    else if (f->kind == DESIGN_MISSING)
        s->missing = k;
    else
        *terms_level(s, dict_key(m->design->source[f->source].levels, f->level)) = k;
    if (f->kind == DESIGN_NUMBER)
        l->columns.source[f->source].type = TABLE_NUMBER;
}

static void restore_labels(struct learnt *l, const struct linear *m)
{
    const struct online_options *options = l->options;
    if (!str_is(m->label, options->label))
        die("%s: its label is %.*s, not %s (-l)", options->start, STR_ARG(m->label),
            options->label);
    for (size_t side = 0; side < 2; side++) {
        prepared_keep_class(&l->columns, side, m->class[side]);
        l->columns.known[side] = l->facts.class_rows[side] > 0;
    }
}

void learnt_read(struct learnt *l, const struct header *header)
{
    const struct online_options *options = l->options;
    struct linear *m = linear_read_online(options->start, &l->facts);
    restore_labels(l, m);
    if (options->hash_bits && options->hash_bits != m->design->hash_bits)
        die_usage(
            "--hash-bits %u: %s has %u", options->hash_bits, options->start, m->design->hash_bits);
    learnt_hash(l, m->design->hash_bits);
    for (size_t i = 0; i < m->design->sources; i++) {
        const struct design_source *from = &m->design->source[i];
        learnt_add_source(l, from->name, columns_need(from->name, header, "the model"));
        l->terms.source[i].missing_rows =
            (uint64_t)floor(from->share_missing * (double)l->facts.rows + 0.5);
        if (from->category)
            l->columns.source[i].type = TABLE_CATEGORY;
    }
    l->ftrl.at[0] = m->state[0];
    for (size_t t = 0; t < m->design->terms; t++)
        restore_term(l, m, t);
    linear_free(m);
}
