/* SPDX-License-Identifier: MIT */
/*
 * export, VW's model.  Its rows have one feature of each column: a number that is there, "column="
 * of one that is missing, or "column=level"; of another one VW knows no weight.  So what a model
 * gives for a number that is missing, its mean, is in the weight of "column="; and where a level
 * that it has not counts as other, the constant has the weight of other, and levels the difference.
 */
#include "export.h"
#include "hash.h"
#include "mem.h"
#include "num.h"
#include "vw.h"

/* Its weight is that of the term + factor times that of the other term; DESIGN_NO_TERM has 0. */
struct feature {
    struct str name, written;
    uint32_t term, other;
    double factor;
};

struct features {
    const struct design *design;
    struct feature *at;
    size_t n, cap;
    uint32_t *common; /* (sources): the term whose weight the constant has */
    struct arena arena;
};

static struct str keep(struct features *f, struct buf *text)
{
    struct str kept = {arena_text(&f->arena, text->p, text->n), text->n};
    buf_clear(text);
    return kept;
}

/* The feature "column", or "column=level". */
static void add(
    struct features *f, struct str column, const struct str *level, struct feature feature)
{
    struct buf text = {0};
    buf_str(&text, column);
    buf_text(&text, level ? "=" : "");
    if (level)
        buf_str(&text, *level);
    feature.name = keep(f, &text);
    vw_put_name(&text, feature.name);
    feature.written = keep(f, &text);
    f->at = mem_grow(f->at, &f->cap, f->n + 1, sizeof *f->at);
    f->at[f->n++] = feature;
    buf_release(&text);
}

/* The number of the next term, *next, if it is this one. */
static uint32_t take_term(
    const struct design *d, uint32_t *next, uint32_t source, enum design_kind kind, uint32_t level)
{
    const struct design_term *t = &d->term[*next];
    bool is = *next < d->named && t->factors == 1 && t->factor[0].source == source &&
              t->factor[0].kind == kind && t->factor[0].level == level;
    return is ? (*next)++ : DESIGN_NO_TERM;
}

static void add_number(struct features *f, uint32_t i, uint32_t *next)
{
    const struct design_source *s = &f->design->source[i];
    uint32_t number = take_term(f->design, next, i, DESIGN_NUMBER, 0);
    uint32_t missing = take_term(f->design, next, i, DESIGN_MISSING, 0);
    add(f, s->name, NULL, (struct feature){.term = number, .other = DESIGN_NO_TERM});
    add(f, s->name, &(struct str){"", 0},
        (struct feature){.term = missing, .other = number, .factor = s->mean});
}

static void add_levels(struct features *f, uint32_t i, uint32_t *next)
{
    const struct design_source *s = &f->design->source[i];
    uint32_t after = *next;
    for (uint32_t k = 0; s->rare && k <= s->other; k++)
        f->common[i] = take_term(f->design, &after, i, DESIGN_LEVEL, k);
    for (uint32_t k = 0; k < dict_size(s->levels); k++) {
        struct str level = dict_key(s->levels, k);
        uint32_t term = take_term(f->design, next, i, DESIGN_LEVEL, k);
        add(f, s->name, &level,
            (struct feature){.term = term, .other = f->common[i], .factor = -1});
    }
}

static struct features features_of(const struct design *d)
{
    struct features f = {.design = d, .common = mem_alloc(d->sources, sizeof *f.common)};
    uint32_t next = 0;
    for (uint32_t i = 0; i < d->sources; i++) {
        f.common[i] = DESIGN_NO_TERM;
        if (d->source[i].category)
            add_levels(&f, i, &next);
        else
            add_number(&f, i, &next);
    }
    return f;
}

static void features_release(struct features *f)
{
    mem_free(f->at);
    mem_free(f->common);
    arena_release(&f->arena);
}

/* VW takes a name of digits as a number. */
static uint32_t hash_name(struct str name)
{
    uint32_t number = 0;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] < '0' || name.p[i] > '9')
            return hash_murmur3(name.p, name.n, 0);
        number = number * 10 + (uint32_t)(name.p[i] - '0');
    }
    return number;
}

enum { VW_CONSTANT = 11650396, VW_BITS = 18, VW_MOST_BITS = 31 };

/* Fewest bits in which no two features have the same hash, nor the constant's; 0: there are none.
 */
static uint32_t bits_for(const struct features *f)
{
    for (uint32_t bits = VW_BITS; bits <= VW_MOST_BITS; bits++) {
        struct dict *seen = dict_new();
        uint32_t mask = (UINT32_C(1) << bits) - 1;
        for (size_t i = 0; i <= f->n; i++) {
            uint32_t masked = (i < f->n ? hash_name(f->at[i].written) : VW_CONSTANT) & mask;
            dict_add(seen, (struct str){(const char *)&masked, sizeof masked});
        }
        bool apart = dict_size(seen) == f->n + 1;
        dict_free(seen);
        if (apart)
            return bits;
    }
    return 0;
}

/* Two features that are written alike; false: there are none. */
static bool find_twins(const struct features *f, size_t *a, size_t *b)
{
    struct dict *seen = dict_new();
    for (*b = 0; *b < f->n; ++*b) {
        *a = dict_add(seen, f->at[*b].written);
        if (*a != *b)
            break;
    }
    dict_free(seen);
    return *b < f->n;
}

bool export_vw_can(const struct design *d, struct buf *why)
{
    struct features f = features_of(d);
    size_t a = 0, b = 0;
    if (find_twins(&f, &a, &b))
        buf_print(why, "\"%.*s\" and \"%.*s\" are both \"%.*s\" there", STR_ARG(f.at[a].name),
            STR_ARG(f.at[b].name), STR_ARG(f.at[b].written));
    else if (!bits_for(&f))
        buf_text(why, "no 31 bits keep the names of the terms apart");
    features_release(&f);
    return !why->n;
}

static double weight_of(const struct linear *m, uint32_t term)
{
    return term == DESIGN_NO_TERM ? 0 : m->weight[term];
}

static void put_feature(struct buf *out, struct str written, uint32_t hash, double weight)
{
    buf_str(out, written);
    buf_print(out, ":%u:", hash);
    num_put(out, weight);
    buf_char(out, '\n');
}

void export_vw(const struct linear *m, struct buf *out)
{
    struct features f = features_of(m->design);
    uint32_t bits = bits_for(&f), mask = (UINT32_C(1) << bits) - 1;
    double constant = m->intercept[0];
    buf_print(out,
        "Version 9.0.0\nId \nMin label:-50\nMax label:50\nbits:%u\nlda:0\n0 ngram:\n0 skip:\n"
        "options:\nChecksum: 0\n:0\n",
        bits);
    for (size_t i = 0; i < f.n; i++) {
        const struct feature *at = &f.at[i];
        put_feature(out, at->written, hash_name(at->written) & mask,
            weight_of(m, at->term) + at->factor * weight_of(m, at->other));
    }
    for (size_t i = 0; i < m->design->sources; i++)
        constant += weight_of(m, f.common[i]);
    put_feature(out, str_of("Constant"), VW_CONSTANT & mask, constant);
    features_release(&f);
}
