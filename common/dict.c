/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing, at most three quarters full.  A slot holds 32 bits of the
 * hash, which are all that probing and growing need, the key's number, and one word.  For a key of
 * up to 7 bytes that is the key itself and its length: such a key is found with one cache miss.
 * For a longer one it is where the key stands, its length before it, which is looked at when the
 * 32 bits agree: two misses.
 */
#include "dict.h"

#include <stdbool.h>
#include <string.h>

#include "die.h"
#include "hash.h"
#include "mem.h"
#include "radix.h"

struct slot {
    uint32_t tag; /* upper half of the hash */
    uint32_t id;  /* number + 1; 0: free */
    uint64_t word;
};

struct dict {
    struct hash_key secret;
    struct slot *slot;
    unsigned bits;    /* 2^bits slots */
    const char **key; /* a size_t, unaligned, and so many bytes */
    size_t n, cap;
    struct arena text;
};

enum { FIRST_BITS = 5, NEAR_BITS = 15, SHORT = 7 };

/* No address has any of the uppermost 8 bits set. */
static const uint64_t LONG = (uint64_t)(SHORT + 1) << 56;

struct dict *dict_new(void)
{
    struct dict *d = mem_zero(1, sizeof *d);
    d->secret = hash_random_key();
    d->bits = FIRST_BITS;
    d->slot = mem_zero((size_t)1 << d->bits, sizeof *d->slot);
    return d;
}

void dict_free(struct dict *d)
{
    if (!d)
        return;
    arena_release(&d->text);
    mem_free(d->key);
    mem_free(d->slot);
    mem_free(d);
}

/* The first n <= 7 bytes of p as a number, in loads that stay within them. */
static inline uint64_t bytes(const char *p, size_t n)
{
    uint32_t low = 0, high = 0;
    if (n >= 4) {
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);
        return low | (uint64_t)high << (8 * (n - 4));
    }
    if (n == 0)
        return 0;
    return (unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 2] << (8 * (n / 2)) |
           (uint64_t)(unsigned char)p[n - 1] << (8 * (n - 1));
}

/* A key of up to 7 bytes and its length; 8 for the length of a longer one, whose place is not known
 * yet. */
static inline uint64_t word_of(struct str key)
{
    return key.n > SHORT ? LONG : bytes(key.p, key.n) | (uint64_t)key.n << 56;
}

static inline struct str text_at(const char *place)
{
    struct str text = {place + sizeof text.n, 0};
    memcpy(&text.n, place, sizeof text.n);
    return text;
}

/* Where the key of a slot stands, which has a longer one. */
static inline const char *place_of(const struct slot *s)
{
    return (const char *)(uintptr_t)(s->word ^ LONG);
}

/* The slot where the search for a hash begins. */
static inline size_t home(const struct dict *d, uint32_t tag)
{
    return (size_t)((uint64_t)tag << 32 >> (64 - d->bits));
}

static inline struct slot digest(const struct dict *d, struct str key)
{
    return (struct slot){(uint32_t)(hash_sip13(d->secret, key.p, key.n) >> 32), 0, word_of(key)};
}

/* From a slot on, the first that is free or may hold such a key: a short one it does hold. */
static inline size_t candidate(const struct dict *d, size_t at, struct slot like)
{
    size_t mask = ((size_t)1 << d->bits) - 1;
    for (;; at = (at + 1) & mask) {
        const struct slot *s = &d->slot[at];
        if (!s->id || (s->tag == like.tag &&
                          (like.word == LONG ? s->word >> 56 == LONG >> 56 : s->word == like.word)))
            return at;
    }
}

/* The slot that holds the key, or the free one where it belongs; at is the first candidate. */
static inline size_t probe(const struct dict *d, size_t at, struct str key, struct slot like)
{
    size_t mask = ((size_t)1 << d->bits) - 1;
    while (like.word == LONG && d->slot[at].id && !str_equal(text_at(place_of(&d->slot[at])), key))
        at = candidate(d, (at + 1) & mask, like);
    return at;
}

static inline size_t search(const struct dict *d, struct str key, struct slot like)
{
    return probe(d, candidate(d, home(d, like.tag), like), key, like);
}

/* Twice the slots: hashes keep their order, so old slots are read and new ones filled in order. */
static void widen(struct dict *d)
{
    size_t slots = (size_t)1 << d->bits, mask = 2 * slots - 1;
    struct slot *wide = mem_blank(2 * slots, sizeof *wide);
    d->bits++;
    for (size_t i = 0; i < slots; i++) {
        if (!d->slot[i].id)
            continue;
        size_t at = home(d, d->slot[i].tag);
        while (wide[at].id)
            at = (at + 1) & mask;
        wide[at] = d->slot[i];
    }
    mem_free(d->slot);
    d->slot = wide;
}

static const char *keep(struct arena *to, struct str key)
{
    char *place = arena_bytes(to, sizeof key.n + key.n + 1);
    memcpy(place, &key.n, sizeof key.n);
    if (key.n)
        memcpy(place + sizeof key.n, key.p, key.n);
    place[sizeof key.n + key.n] = '\0';
    return place;
}

static uint32_t insert(struct dict *d, struct str key, struct slot like, size_t at)
{
    if (d->n == DICT_NONE - 1)
        die("more than %lu distinct values", (unsigned long)DICT_NONE - 1);
    d->key = mem_grow(d->key, &d->cap, d->n + 1, sizeof *d->key);
    d->key[d->n] = keep(&d->text, key);
    if (like.word == LONG)
        like.word ^= (uintptr_t)d->key[d->n];
    like.id = (uint32_t)++d->n;
    d->slot[at] = like;
    if (d->n > (((size_t)3 << d->bits) >> 2))
        widen(d);
    return like.id - 1;
}

static inline uint32_t add(struct dict *d, struct str key, struct slot like)
{
    size_t at = search(d, key, like);
    uint32_t id = d->slot[at].id;
    return id ? id - 1 : insert(d, key, like, at);
}

uint32_t dict_add(struct dict *d, struct str key)
{
    return add(d, key, digest(d, key));
}

uint32_t dict_find(const struct dict *d, struct str key)
{
    uint32_t id = d->slot[search(d, key, digest(d, key))].id;
    return id ? id - 1 : DICT_NONE;
}

/* Has what the search for n keys will look at brought near, for all of them at once; the texts of
 * a small table are. */
static inline void fetch(const struct dict *d, const struct str *key, size_t n, struct slot *like)
{
    for (size_t i = 0; i < n; i++) {
        like[i] = digest(d, key[i]);
        __builtin_prefetch(&d->slot[home(d, like[i].tag)]);
    }
    for (size_t i = 0; i < n && d->bits > NEAR_BITS; i++) {
        if (like[i].word != LONG)
            continue;
        const struct slot *s = &d->slot[candidate(d, home(d, like[i].tag), like[i])];
        if (s->id) {
            __builtin_prefetch(place_of(s));
            __builtin_prefetch(place_of(s) + sizeof key->n + key[i].n);
        }
    }
}

void dict_add_n(struct dict *d, const struct str *key, size_t n, uint32_t *id)
{
    enum { BATCH = 32 };
    struct slot like[BATCH];
    for (size_t done = 0; done < n; done += BATCH) {
        size_t now = n - done < BATCH ? n - done : BATCH;
        fetch(d, key + done, now, like);
        for (size_t i = 0; i < now; i++)
            id[done + i] = add(d, key[done + i], like[i]);
    }
}

struct str dict_key(const struct dict *d, uint32_t id)
{
    return text_at(d->key[id]);
}

size_t dict_size(const struct dict *d)
{
    return d->n;
}

size_t dict_bytes(const struct dict *d)
{
    return sizeof *d + (sizeof *d->slot << d->bits) + d->cap * sizeof *d->key + d->text.bytes;
}

/* Merges runs [first, middle) and [middle, last) of from into to. */
static void merge(const struct dict *d, const uint32_t *from, uint32_t *to, const size_t run[3])
{
    size_t i = run[0], j = run[1];
    for (size_t k = run[0]; k < run[2]; k++) {
        bool left = j == run[2] ||
                    (i < run[1] && str_compare(dict_key(d, from[i]), dict_key(d, from[j])) < 0);
        to[k] = left ? from[i++] : from[j++];
    }
}

/* n numbers by their whole keys; spare has room for n. */
static void sort_whole(const struct dict *d, uint32_t *order, uint32_t *spare, size_t n)
{
    uint32_t *from = order, *to = spare;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t at = 0; at < n; at += 2 * width) {
            size_t middle = at + width < n ? at + width : n;
            size_t last = at + 2 * width < n ? at + 2 * width : n;
            merge(d, from, to, (size_t[3]){at, middle, last});
        }
        uint32_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != order)
        memcpy(order, from, n * sizeof *order);
}

/* How many bytes all keys begin with alike. */
static size_t common_length(const struct dict *d)
{
    struct str first = d->n ? dict_key(d, 0) : (struct str){"", 0};
    size_t n = first.n;
    for (size_t i = 1; i < d->n; i++) {
        struct str key = dict_key(d, (uint32_t)i);
        size_t k = 0;
        while (k < n && k < key.n && key.p[k] == first.p[k])
            k++;
        n = k;
    }
    return n;
}

/* The 8 bytes from one on, as a number that sorts as they do; zeros where there are none. */
static uint64_t bytes_from(struct str key, size_t at)
{
    uint64_t x = 0;
    for (size_t i = 0; i < 8; i++)
        x = x << 8 | (at + i < key.n ? (unsigned char)key.p[at + i] : 0);
    return x;
}

/* By the 8 bytes in which keys first differ, by digits; those that are alike there as a whole. */
void dict_sort(const struct dict *d, uint32_t *order)
{
    struct radix *r = mem_alloc(2 * d->n, sizeof *r);
    uint32_t *spare = mem_alloc(d->n, sizeof *spare);
    size_t prefix = common_length(d);
    for (size_t i = 0; i < d->n; i++)
        r[i] = (struct radix){bytes_from(dict_key(d, (uint32_t)i), prefix), i};
    radix_sort(r, r + d->n, d->n, 64);
    for (size_t i = 0; i < d->n; i++)
        order[i] = (uint32_t)r[i].index;
    for (size_t at = 0, end; at < d->n; at = end) {
        for (end = at + 1; end < d->n && r[end].key == r[at].key;)
            end++;
        sort_whole(d, order + at, spare, end - at);
    }
    mem_free(r);
    mem_free(spare);
}
