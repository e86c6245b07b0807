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
#include <stdlib.h>
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

/* A term of these factors: coordinate k. */
static void write_term(struct writing *w, const struct learnt *l,
    const struct design_factor *factor, uint8_t factors, uint32_t k)
{
    struct design *d = &w->design;
    struct buf name = {0};
    size_t t = d->named++;
    d->term[t] = (struct design_term){.factors = factors, .scale = 1};
    for (uint8_t i = 0; i < factors; i++)
        d->term[t].factor[i] = factor[i];
    design_name(&name, d, factor, factors);
    d->term[t].name = (struct str){arena_text(&d->arena, name.p, name.n), name.n};
    buf_release(&name);
    for (size_t c = 0; c < w->model.outputs; c++) {
        size_t output = w->output[c];
        w->model.weight[c * w->terms + t] = learner_weight(&l->learner, k, output);
        w->model.state[(1 + t) * w->model.outputs + c] = learner_get(&l->learner, k, output);
    }
}

static void write_single(
    struct writing *w, const struct learnt *l, struct design_factor f, uint32_t k)
{
    write_term(w, l, &f, 1, k);
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
            write_single(
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
        write_single(w, l, factor_of(i, DESIGN_NUMBER, 0), terms->number);
    if (terms->missing != TERMS_NONE)
        write_single(w, l, factor_of(i, DESIGN_MISSING, 0), terms->missing);
}

/* ---- products ---- */

/* A term of a product, by the numbers that the file gives its levels. */
struct pair_term {
    struct terms_pair pair;
    uint32_t term;
};

static int by_levels(const void *a, const void *b)
{
    const struct pair_term *p = a, *q = b;
    int first = (p->pair.a > q->pair.a) - (p->pair.a < q->pair.a);
    return first ? first : (p->pair.b > q->pair.b) - (p->pair.b < q->pair.b);
}

/* A factor of a product; level: its number here. */
static struct design_factor factor_in_file(
    const struct writing *w, const struct learnt *l, size_t source, uint32_t level)
{
    const struct design_source *to = &w->design.source[source];
    if (!to->category)
        return factor_of(source, DESIGN_NUMBER, 0);
    struct str text = dict_key(l->terms.source[source].levels, level);
    return factor_of(source, DESIGN_LEVEL, dict_find(to->levels, text));
}

static void write_pairs(struct writing *w, const struct learnt *l, struct terms_product *p)
{
    uint32_t n = (uint32_t)dict_size(p->pairs);
    struct pair_term *pair = mem_alloc(n, sizeof *pair);
    for (uint32_t i = 0; i < n; i++) {
        struct terms_pair here = terms_pair(p, i);
        pair[i] = (struct pair_term){
            {factor_in_file(w, l, p->a, here.a).level, factor_in_file(w, l, p->b, here.b).level},
            p->term[i]};
    }
    qsort(pair, n, sizeof *pair, by_levels);
    for (uint32_t i = 0; i < n; i++) {
        struct design_factor f[2] = {factor_in_file(w, l, p->a, 0), factor_in_file(w, l, p->b, 0)};
        f[0].level = pair[i].pair.a;
        f[1].level = pair[i].pair.b;
        write_term(w, l, f, 2, pair[i].term);
    }
    mem_free(pair);
}

static void write_product(struct writing *w, const struct learnt *l, size_t k)
{
    struct design *d = &w->design;
    struct terms_product *p = &l->terms.product[k];
    struct design_factor numbers[2] = {
        factor_of(p->a, DESIGN_NUMBER, 0), factor_of(p->b, DESIGN_NUMBER, 0)};
    bool told = l->columns.source[p->a].type != TABLE_BY_VALUE &&
                l->columns.source[p->b].type != TABLE_BY_VALUE;
    if (told && (d->source[p->a].hashed || d->source[p->b].hashed) && p->a != p->b)
        d->cross[d->crosses++] = (struct design_cross){.a = p->a, .b = p->b};
    if (p->number != TERMS_NONE)
        write_term(w, l, numbers, 2, p->number);
    write_pairs(w, l, p);
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

static void name_products(struct writing *w, const struct learnt *l)
{
    size_t n = l->columns.products;
    w->design.cross = mem_alloc(n, sizeof *w->design.cross);
    w->facts.product = mem_alloc(n, sizeof *w->facts.product);
    w->facts.products = n;
    for (size_t k = 0; k < n; k++) {
        const struct online_product *p = &l->columns.product[k];
        w->facts.product[k] = (struct linear_product){
            l->columns.source[p->a].name_text, l->columns.source[p->b].name_text};
    }
}

static void begin_writing(struct writing *w, struct learnt *l)
{
    struct linear *m = &w->model;
    size_t terms = terms_named(&l->terms) + 1, sources = l->columns.sources + 1;
    *w = (struct writing){.terms = terms, .design.hash_bits = l->columns.hash_bits};
    order_classes(w, l);
    name_products(w, l);
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
    mem_free(w->design.cross);
    mem_free(w->design.term);
    mem_free(w->model.class);
    mem_free(w->model.intercept);
    mem_free(w->model.weight);
    mem_free(w->model.state);
    mem_free(w->model.moved);
    mem_free(w->model.seen);
    mem_free(w->facts.class);
    mem_free(w->facts.product);
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
    for (size_t k = 0; k < l->columns.products; k++)
        write_product(&w, l, k);
    write_offset(&w, l);
    close_ranks(&w);
    linear_write_online(&w.model, l->columns.hash_bits ? &buckets : NULL, &w.facts, path, publish);
    release_writing(&w);
}

/* ---- read ---- */

/* The number that a level of the file has here. */
static uint32_t level_here(struct learnt *l, const struct linear *m, struct design_factor f)
{
    struct terms_source *s = &l->terms.source[f.source];
    if (f.kind != DESIGN_LEVEL)
        return 0;
    return terms_level(s, dict_key(m->design->source[f.source].levels, f.level));
}

static uint32_t *term_of_single(struct learnt *l, const struct linear *m, struct design_factor f)
{
    struct terms_source *s = &l->terms.source[f.source];
    if (f.kind == DESIGN_NUMBER)
        return &s->number;
    if (f.kind == DESIGN_MISSING)
        return &s->missing;
    uint32_t level = level_here(l, m, f);
    return &s->level[level].term;
}

static uint32_t *term_of_product(
    struct learnt *l, const struct linear *m, const struct design_factor *f)
{
    size_t k = 0;
    while (k < l->terms.products &&
           (l->terms.product[k].a != f[0].source || l->terms.product[k].b != f[1].source))
        k++;
    if (k == l->terms.products)
        die("%s: a term of a product that it does not name", l->options->start);
    struct terms_product *p = &l->terms.product[k];
    if (f[0].kind == DESIGN_NUMBER && f[1].kind == DESIGN_NUMBER)
        return &p->number;
    return terms_of_pair(p, (struct terms_pair){level_here(l, m, f[0]), level_here(l, m, f[1])});
}

static void restore_term(struct learnt *l, const struct linear *m, size_t t)
{
    const struct design_term *term = &m->design->term[t];
    const struct design_factor *f = &term->factor[0];
    const struct linear_coordinate *state = m->state + (1 + t) * m->outputs;
    uint32_t k = f->kind == DESIGN_BUCKET ? 1 + f->level : terms_add(&l->terms);
    learner_reach(&l->learner, l->terms.coordinates, m->classes);
    for (size_t c = 0; c < m->outputs; c++)
        learner_set(&l->learner, k, c, state[c]);
    if (f->kind == DESIGN_BUCKET)
        return;
    if (term->factors > 1)
        *term_of_product(l, m, f) = k;
    else
        *term_of_single(l, m, *f) = k;
    if (term->factors == 1 && f->kind == DESIGN_NUMBER)
        l->columns.source[f->source].type = TABLE_NUMBER;
}

static uint32_t find_source(const struct learnt *l, struct str name)
{
    uint32_t i = 0;
    while (i < l->columns.sources && !str_equal(l->columns.source[i].name_text, name))
        i++;
    if (i == l->columns.sources)
        die("%s: a product of \"%.*s\", which is no column of it", l->options->start,
            STR_ARG(name));
    return i;
}

static void restore_products(struct learnt *l)
{
    for (size_t i = 0; i < l->facts.products; i++) {
        const struct linear_product *p = &l->facts.product[i];
        learnt_add_product(l, find_source(l, p->a), find_source(l, p->b));
    }
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

/* Each column comes once, and the offset last: then sources have the numbers of the file here. */
static void restore_source(struct learnt *l, const struct design_source *from, size_t column)
{
    size_t i = l->columns.sources;
    for (size_t k = 0; k < i; k++)
        if (l->columns.source[k].column == column)
            die("%s: the source %.*s comes twice", l->options->start, STR_ARG(from->name));
    learnt_add_source(l, from->name, column);
    l->terms.source[i].missing_rows =
        (uint64_t)floor(from->share_missing * (double)l->facts.rows + 0.5);
    if (from->category)
        l->columns.source[i].type = TABLE_CATEGORY;
}

static void restore_sources(struct learnt *l, const struct linear *m, const struct header *header)
{
    struct str offset = l->facts.offset_column;
    for (size_t i = 0; i < m->design->sources; i++) {
        const struct design_source *from = &m->design->source[i];
        bool is_offset = offset.n && str_equal(from->name, offset);
        if (is_offset && i + 1 < m->design->sources)
            die("%s: the offset is not its last source", l->options->start);
        if (!is_offset)
            restore_source(l, from, columns_need(from->name, header, "the model"));
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

static void restore_seen(struct learnt *l, const struct linear_seen *seen)
{
    if (seen->source >= l->columns.sources)
        return;
    struct terms_source *s = &l->terms.source[seen->source];
    uint32_t level = terms_level(s, seen->level);
    s->level[level].rows = seen->rows;
}

void learnt_read(struct learnt *l, const struct header *header)
{
    const struct online_options *options = l->options;
    struct linear *m = linear_read_online(options->start, &l->facts);
    restore_classes(l, m);
    learnt_hash(l, m->design->hash_bits);
    restore_sources(l, m, header);
    restore_products(l);
    restore_intercepts(l, m);
    for (size_t t = 0; t < m->design->terms; t++)
        if (m->design->term[t].factor[0].kind == DESIGN_BUCKET ||
            m->design->term[t].factor[0].source < l->columns.sources)
            restore_term(l, m, t);
    for (size_t i = 0; i < m->seen_n; i++)
        restore_seen(l, &m->seen[i]);
    linear_free(m);
}
