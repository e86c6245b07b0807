/* SPDX-License-Identifier: MIT */
#include "terms.h"

#include <math.h>
#include <string.h>

#include "mem.h"

void terms_init(struct terms *t, size_t most)
{
    *t = (struct terms){.coordinates = 1, .most = most};
    t->source = mem_zero(most, sizeof *t->source);
    t->entry = mem_alloc(1 + most, sizeof *t->entry);
    t->ripe = mem_alloc(most, sizeof *t->ripe);
}

void terms_release(struct terms *t)
{
    for (size_t i = 0; i < t->sources; i++) {
        mem_free(t->source[i].level);
        dict_free(t->source[i].levels);
    }
    for (size_t k = 0; k < t->products; k++) {
        dict_free(t->product[k].pairs);
        mem_free(t->product[k].term);
    }
    mem_free(t->source);
    mem_free(t->product);
    mem_free(t->entry);
    mem_free(t->ripe);
}

void terms_hash(struct terms *t, unsigned bits)
{
    t->buckets = bits ? (size_t)1 << bits : 0;
    t->coordinates += t->buckets;
}

void terms_add_source(struct terms *t)
{
    t->source[t->sources++] = (struct terms_source){.number = TERMS_NONE, .missing = TERMS_NONE};
}

void terms_add_product(struct terms *t, uint32_t a, uint32_t b)
{
    t->product = mem_resize(t->product, t->products + 1, sizeof *t->product);
    t->product[t->products++] =
        (struct terms_product){.a = a, .b = b, .number = TERMS_NONE, .pairs = dict_new()};
    t->entry = mem_resize(t->entry, 1 + t->most + t->products, sizeof *t->entry);
}

size_t terms_named(const struct terms *t)
{
    return t->coordinates - t->buckets;
}

uint32_t terms_add(struct terms *t)
{
    return (uint32_t)t->coordinates++;
}

static uint32_t add_level(struct terms_source *s, struct str level)
{
    uint32_t id = dict_add(s->levels, level);
    size_t before = s->cap;
    s->level = mem_grow(s->level, &s->cap, (size_t)id + 1, sizeof *s->level);
    for (size_t i = before; i < s->cap; i++)
        s->level[i] = (struct terms_level){TERMS_NONE, 0};
    return id;
}

uint32_t terms_level(struct terms_source *s, struct str level)
{
    if (!s->levels)
        s->levels = dict_new();
    if (s->missing != TERMS_NONE) { /* so it was before the column turned out to be a category */
        uint32_t none = add_level(s, (struct str){"", 0});
        s->level[none].term = s->missing;
        s->missing = TERMS_NONE;
    }
    return add_level(s, level);
}

uint32_t *terms_of_pair(struct terms_product *p, struct terms_pair pair)
{
    uint32_t id = dict_add(p->pairs, (struct str){(const char *)&pair, sizeof pair});
    size_t before = p->cap;
    p->term = mem_grow(p->term, &p->cap, (size_t)id + 1, sizeof *p->term);
    for (size_t i = before; i < p->cap; i++)
        p->term[i] = TERMS_NONE;
    return &p->term[id];
}

struct terms_pair terms_pair(const struct terms_product *p, uint32_t number)
{
    struct terms_pair pair;
    memcpy(&pair, dict_key(p->pairs, number).p, sizeof pair);
    return pair;
}

/* One more row has a level that is rare, which counts as other. */
static uint32_t count_rare(struct terms *t, struct terms_source *s, struct str text)
{
    uint32_t other = terms_level(s, str_of("other")), own = terms_level(s, text);
    struct terms_level *level = &s->level[own];
    if (s->level[other].term == TERMS_NONE)
        s->level[other].term = terms_add(t);
    if (level->term == TERMS_NONE && ++level->rows >= t->rare) {
        level->term = terms_add(t);
        t->ripe[t->ripe_n++] = (struct terms_ripe){level->term, s->level[other].term};
    }
    return other;
}

/* The number of the level that a row counts as. */
static uint32_t level_of(struct terms *t, struct terms_source *s, struct str text)
{
    uint32_t number = terms_level(s, text);
    if (t->rare <= 1 || !text.n || s->level[number].term != TERMS_NONE)
        return number;
    return count_rare(t, s, text);
}

/* The coordinate of a cell, and its value. */
static struct design_entry entry_of(
    struct terms *t, size_t source, const struct prepared *p, size_t cell)
{
    struct terms_source *s = &t->source[source];
    union prepared_value v = p->value[cell];
    struct design_entry entry = {.value = 1};
    uint32_t *term;
    if (p->cell[cell] == CELL_LEVEL) {
        s->now = level_of(t, s, prepared_level(p, v));
        term = &s->level[s->now].term;
    } else if (isnan(v.number)) {
        term = &s->missing;
    } else {
        term = &s->number;
        entry.value = v.number;
    }
    if (*term == TERMS_NONE)
        *term = terms_add(t);
    entry.term = *term;
    return entry;
}

/* A bucket that the row has already has the sum. */
static size_t add_bucket(struct design_entry *entry, size_t n, uint32_t coordinate, double value)
{
    for (size_t i = 1; i < n; i++)
        if (entry[i].term == coordinate) {
            entry[i].value += value;
            return n;
        }
    entry[n] = (struct design_entry){.term = coordinate, .value = value};
    return n + 1;
}

/* The coordinate of a product, whose sources' cells came before. */
static size_t add_product(
    struct terms *t, size_t k, const struct prepared *p, size_t cell, size_t n)
{
    struct terms_product *product = &t->product[k];
    const struct terms_source *a = &t->source[product->a], *b = &t->source[product->b];
    uint32_t what = p->cell[cell];
    double x = p->value[cell].number;
    if (what == CELL_NOTHING)
        return n;
    if (what < CELL_NOTHING)
        return add_bucket(t->entry, n, what, x);
    struct terms_pair pair = {a->levels ? a->now : 0, b->levels ? b->now : 0};
    uint32_t *term = what == CELL_NUMBER ? &product->number : terms_of_pair(product, pair);
    if (*term == TERMS_NONE)
        *term = terms_add(t);
    t->entry[n] = (struct design_entry){.term = *term, .value = x};
    return n + 1;
}

size_t terms_of_row(struct terms *t, const struct prepared *p, size_t row)
{
    size_t n = 1;
    t->ripe_n = 0;
    t->entry[0] = (struct design_entry){.term = 0, .value = 1};
    for (; p->plain[row] && n <= p->cells; n++)
        t->entry[n] = (struct design_entry){.term = p->cell[row * p->cells + n - 1], .value = 1};
    if (n > 1)
        return n;
    for (size_t i = 0; i < p->sources; i++) {
        size_t cell = row * p->cells + i;
        if (p->cell[cell] < CELL_NOTHING)
            n = add_bucket(t->entry, n, p->cell[cell], 1);
        else if (p->cell[cell] != CELL_NOTHING)
            t->entry[n++] = entry_of(t, i, p, cell);
    }
    for (size_t k = 0; k < t->products; k++)
        n = add_product(t, k, p, row * p->cells + p->sources + k, n);
    return n;
}
