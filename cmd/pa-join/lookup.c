/* SPDX-License-Identifier: MIT */
/*
 * All rows stand one behind the other in one buffer: line, key, with all the place of the next row
 * that has the key, then the values, each behind its length.  So a row that is found costs two
 * misses of the cache: its slot, and itself.
 *
 * Open addressing with linear probing, at most three quarters full.  A slot is 16 bits of the hash
 * and, from 1, the place of the row; with all it is the last row of its key, whose next is the
 * first: a ring, to which a row is added in constant time.
 */
#include "lookup.h"

#include <string.h>

#include "hash.h"
#include "mem.h"

enum { FIRST_BITS = 5, PLACE_BITS = 48 };

struct lookup {
    size_t width, rows, keys;
    bool all, keyed;
    struct buf text;
    struct hash_key secret;
    uint64_t *slot; /* 0: free */
    unsigned bits;  /* 2^bits slots */
};

/* A row as it stands in the buffer. */
struct entry {
    uint64_t line;
    struct str key;
    const char *next, *values; /* next: a size_t, unaligned */
};

struct lookup *lookup_new(size_t width, bool all)
{
    struct lookup *l = mem_zero(1, sizeof *l);
    l->width = width;
    l->all = all;
    l->secret = hash_random_key();
    l->bits = FIRST_BITS;
    l->slot = mem_zero((size_t)1 << l->bits, sizeof *l->slot);
    return l;
}

void lookup_free(struct lookup *l)
{
    buf_release(&l->text);
    mem_free(l->slot);
    mem_free(l);
}

/* Seven bits a byte, the lowest first; the last byte has no eighth. */
static void put_count(struct buf *text, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        buf_char(text, (char)(n | 0x80));
    buf_char(text, (char)n);
}

static inline const char *take_count(const char *p, uint64_t *n)
{
    unsigned char c = (unsigned char)*p++;
    *n = c & 0x7f;
    for (unsigned shift = 7; c & 0x80; shift += 7) {
        c = (unsigned char)*p++;
        *n |= (uint64_t)(c & 0x7f) << shift;
    }
    return p;
}

static inline const char *take_text(const char *p, struct str *text)
{
    uint64_t n;
    text->p = take_count(p, &n);
    text->n = n;
    return text->p + n;
}

static void put_text(struct buf *to, struct str text)
{
    put_count(to, text.n);
    buf_str(to, text);
}

static struct entry entry_at(const struct lookup *l, size_t place)
{
    struct entry e;
    const char *p = take_count(l->text.p + place, &e.line);
    e.next = take_text(p, &e.key);
    e.values = e.next + (l->all ? sizeof(size_t) : 0);
    return e;
}

static size_t next_of(const struct lookup *l, size_t place)
{
    size_t next;
    memcpy(&next, entry_at(l, place).next, sizeof next);
    return next;
}

static void set_next(struct lookup *l, size_t place, size_t next)
{
    memcpy(l->text.p + (entry_at(l, place).next - l->text.p), &next, sizeof next);
}

static inline uint64_t hash_of(const struct lookup *l, struct str key)
{
    return hash_sip13(l->secret, key.p, key.n);
}

static inline size_t home(const struct lookup *l, uint64_t hash)
{
    return (size_t)(hash >> (64 - l->bits));
}

static inline uint64_t slot_of(uint64_t hash, size_t place)
{
    return hash << PLACE_BITS | (place + 1);
}

static inline size_t place_of(uint64_t slot)
{
    return (size_t)(slot & (((uint64_t)1 << PLACE_BITS) - 1)) - 1;
}

/* From a slot on, the first that is free or has the 16 bits of this hash. */
static inline size_t candidate(const struct lookup *l, size_t at, uint64_t hash)
{
    size_t mask = ((size_t)1 << l->bits) - 1;
    while (l->slot[at] && (l->slot[at] ^ hash << PLACE_BITS) >> PLACE_BITS)
        at = (at + 1) & mask;
    return at;
}

/* The slot that holds the key, or the free one where it belongs; at is the first candidate. */
static inline size_t probe(const struct lookup *l, size_t at, uint64_t hash, struct str key)
{
    size_t mask = ((size_t)1 << l->bits) - 1;
    while (l->slot[at] && !str_equal(entry_at(l, place_of(l->slot[at])).key, key))
        at = candidate(l, (at + 1) & mask, hash);
    return at;
}

/* Twice the slots, filled anew. */
static void widen(struct lookup *l)
{
    size_t slots = (size_t)1 << l->bits, mask = 2 * slots - 1;
    uint64_t *old = l->slot;
    l->bits++;
    l->slot = mem_blank(2 * slots, sizeof *l->slot);
    for (size_t i = 0; i < slots; i++) {
        if (!old[i])
            continue;
        size_t place = place_of(old[i]);
        uint64_t hash = hash_of(l, entry_at(l, place).key);
        size_t at = home(l, hash);
        while (l->slot[at])
            at = (at + 1) & mask;
        l->slot[at] = slot_of(hash, place);
    }
    mem_free(old);
}

/* Returns the new row's place. */
static size_t put_row(struct lookup *l, struct str key, const struct str *value, uint64_t line)
{
    size_t place = l->text.n;
    put_count(&l->text, line);
    put_text(&l->text, key);
    if (l->all)
        buf_put(&l->text, (const char *)&place, sizeof place);
    for (size_t i = 0; i < l->width; i++)
        put_text(&l->text, value[i]);
    l->rows++;
    return place;
}

void lookup_add(struct lookup *l, const struct str *value)
{
    put_row(l, (struct str){"", 0}, value, 0);
}

uint64_t lookup_add_key(struct lookup *l, struct str key, const struct str *value, uint64_t line)
{
    uint64_t hash = hash_of(l, key);
    size_t at = probe(l, candidate(l, home(l, hash), hash), hash, key);
    if (l->slot[at] && !l->all)
        return entry_at(l, place_of(l->slot[at])).line;
    size_t place = put_row(l, key, value, line);
    if (l->slot[at]) {
        size_t last = place_of(l->slot[at]);
        set_next(l, place, next_of(l, last));
        set_next(l, last, place);
    }
    l->keyed = true;
    l->keys += !l->slot[at];
    l->slot[at] = slot_of(hash, place);
    if (l->keys > (((size_t)3 << l->bits) >> 2))
        widen(l);
    return 0;
}

size_t lookup_rows(const struct lookup *l)
{
    return l->rows;
}

/* The lines of the cache in which most rows stand. */
static inline void fetch(const struct lookup *l, size_t place)
{
    enum { FURTHER = 63 };
    __builtin_prefetch(l->text.p + place);
    if (place + FURTHER < l->text.n)
        __builtin_prefetch(l->text.p + place + FURTHER);
}

void lookup_find(const struct lookup *l, const struct str *key, size_t n, size_t *place)
{
    uint64_t hash[KEYS_MOST];
    for (size_t i = 0; i < n; i++) {
        hash[i] = hash_of(l, key[i]);
        __builtin_prefetch(&l->slot[home(l, hash[i])]);
    }
    for (size_t i = 0; i < n; i++) {
        place[i] = candidate(l, home(l, hash[i]), hash[i]);
        if (l->slot[place[i]])
            fetch(l, place_of(l->slot[place[i]]));
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t slot = l->slot[probe(l, place[i], hash[i], key[i])];
        place[i] = slot ? place_of(slot) : LOOKUP_NONE;
        if (slot && l->all)
            place[i] = next_of(l, place[i]);
    }
}

size_t lookup_first(const struct lookup *l)
{
    return l->rows ? 0 : LOOKUP_NONE;
}

size_t lookup_values(const struct lookup *l, size_t place, struct str *value)
{
    struct entry e = entry_at(l, place);
    const char *p = e.values;
    for (size_t i = 0; i < l->width; i++)
        p = take_text(p, &value[i]);
    size_t next = (size_t)(p - l->text.p);
    if (!l->keyed)
        return next < l->text.n ? next : LOOKUP_NONE;
    if (!l->all)
        return LOOKUP_NONE;
    memcpy(&next, e.next, sizeof next);
    return next > place ? next : LOOKUP_NONE;
}
