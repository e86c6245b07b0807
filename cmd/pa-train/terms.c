/* SPDX-License-Identifier: MIT */
#include "terms.h"

#include <math.h>

#include "mem.h"

void terms_init(struct terms *t, size_t most)
{
    *t = (struct terms){.coordinates = 1};
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
    mem_free(t->source);
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

size_t terms_named(const struct terms *t)
{
    return t->coordinates - t->buckets;
}

uint32_t terms_add(struct terms *t)
{
    return (uint32_t)t->coordinates++;
}

struct terms_level *terms_level(struct terms_source *s, struct str level)
{
    if (!s->levels) { /* what was missing before the column turned out to be a category */
        s->levels = dict_new();
        if (s->missing != TERMS_NONE)
            terms_level(s, (struct str){"", 0})->term = s->missing;
        s->missing = TERMS_NONE;
    }
    uint32_t id = dict_add(s->levels, level);
    size_t before = s->cap;
    s->level = mem_grow(s->level, &s->cap, (size_t)id + 1, sizeof *s->level);
    for (size_t i = before; i < s->cap; i++)
        s->level[i] = (struct terms_level){TERMS_NONE, 0};
    return &s->level[id];
}

/* One more row has a level that is rare. */
static uint32_t *count_rare(struct terms *t, struct terms_source *s, struct str text)
{
    uint32_t *other = &terms_level(s, str_of("other"))->term;
    if (*other == TERMS_NONE)
        *other = terms_add(t);
    uint32_t term = *other;
    struct terms_level *level = terms_level(s, text);
    if (level->term == TERMS_NONE && ++level->rows >= t->rare) {
        level->term = terms_add(t);
        t->ripe[t->ripe_n++] = (struct terms_ripe){level->term, term};
    }
    return &terms_level(s, str_of("other"))->term;
}

/* Where the coordinate of a level is, or TERMS_NONE is. */
static uint32_t *term_of_level(struct terms *t, struct terms_source *s, struct str text)
{
    struct terms_level *level = terms_level(s, text);
    if (t->rare <= 1 || !text.n || level->term != TERMS_NONE)
        return &level->term;
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
        term = term_of_level(t, s, prepared_level(p, v));
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

/* A bucket that the row has already counts once more. */
static size_t add_bucket(struct design_entry *entry, size_t n, uint32_t coordinate)
{
    for (size_t i = 1; i < n; i++)
        if (entry[i].term == coordinate) {
            entry[i].value++;
            return n;
        }
    entry[n] = (struct design_entry){.term = coordinate, .value = 1};
    return n + 1;
}

size_t terms_of_row(struct terms *t, const struct prepared *p, size_t row)
{
    size_t n = 1;
    t->ripe_n = 0;
    t->entry[0] = (struct design_entry){.term = 0, .value = 1};
    for (; p->plain[row] && n <= p->sources; n++)
        t->entry[n] = (struct design_entry){.term = p->cell[row * p->sources + n - 1], .value = 1};
    if (n > 1)
        return n;
    for (size_t i = 0; i < p->sources; i++) {
        size_t cell = row * p->sources + i;
        if (p->cell[cell] < CELL_NOTHING)
            n = add_bucket(t->entry, n, p->cell[cell]);
        else if (p->cell[cell] != CELL_NOTHING)
            t->entry[n++] = entry_of(t, i, p, cell);
    }
    return n;
}
