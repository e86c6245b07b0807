/* SPDX-License-Identifier: MIT */
/*
 * Sets are sorted word by word from the last to the first, each time by a stable radix sort that
 * moves keys in sequence; most data need one word.  Whether a set is closed or maximal follows from
 * its frequent supersets with one item more, because counts only fall as sets grow: each set marks
 * its subsets with one item less.
 */
#include "itemsets.h"

#include <string.h>

#include "mem.h"
#include "radix.h"

void itemsets_init(struct itemsets *s, size_t items)
{
    memset(s, 0, sizeof *s);
    s->bits = 1;
    while (items > 1 && (uint64_t)(items - 1) >> s->bits)
        s->bits++;
    s->per_word = 64 / s->bits;
    for (size_t size = 1; size <= ITEMSETS_LONGEST + 1; size++)
        s->level[size].words = (size - 1) / s->per_word + 1;
}

static void level_release(struct itemset_level *l)
{
    mem_free(l->key);
    mem_free(l->count);
    mem_free(l->slot);
    l->key = NULL;
    l->count = NULL;
    l->slot = NULL;
    l->n = l->cap = l->slots = 0;
}

void itemsets_release(struct itemsets *s)
{
    for (size_t size = 1; size <= s->longest; size++)
        level_release(&s->level[size]);
    s->longest = 0;
}

static void pack(const struct itemsets *s, const uint32_t *item, size_t n, uint64_t *key)
{
    for (size_t i = 0; i < n;) {
        uint64_t word = 0;
        unsigned shift = 64;
        for (size_t k = 0; k < s->per_word && i < n; k++)
            word |= (uint64_t)item[i++] << (shift -= s->bits);
        *key++ = word;
    }
}

void itemsets_add(struct itemsets *s, const uint32_t *item, size_t n, uint32_t count)
{
    struct itemset_level *l = &s->level[n];
    if (l->n == l->cap) {
        size_t cap = l->cap;
        l->count = mem_grow(l->count, &l->cap, l->n + 1, sizeof *l->count);
        l->key = mem_grow(l->key, &cap, l->cap, l->words * sizeof *l->key);
    }
    pack(s, item, n, l->key + l->n * l->words);
    l->count[l->n++] = count;
    if (n > s->longest)
        s->longest = n;
}

void itemsets_get(const struct itemsets *s, size_t size, size_t i, uint32_t *item)
{
    const struct itemset_level *l = &s->level[size];
    const uint64_t *key = l->key + i * l->words;
    uint64_t mask = ((uint64_t)1 << s->bits) - 1;
    for (size_t k = 0; k < size; key++) {
        unsigned shift = 64;
        for (size_t j = 0; j < s->per_word && k < size; j++)
            item[k++] = (uint32_t)(*key >> (shift -= s->bits) & mask);
    }
}

/* Bring sets into the order of index[]. */
static void rearrange(struct itemset_level *l, const struct radix *order)
{
    uint64_t *key = mem_alloc(l->n * l->words, sizeof *key);
    uint32_t *count = mem_alloc(l->n, sizeof *count);
    for (size_t i = 0; i < l->n; i++) {
        memcpy(key + i * l->words, l->key + order[i].index * l->words, l->words * sizeof *key);
        count[i] = l->count[order[i].index];
    }
    mem_free(l->key);
    mem_free(l->count);
    l->key = key;
    l->count = count;
    l->cap = l->n;
}

static void level_sort(struct itemset_level *l, unsigned used, unsigned used_of_last)
{
    struct radix *order = mem_alloc(2 * l->n, sizeof *order);
    for (size_t i = 0; i < l->n; i++)
        order[i].index = i;
    for (size_t w = l->words; w-- > 0;) {
        unsigned bits = w + 1 < l->words ? used : used_of_last;
        for (size_t i = 0; i < l->n; i++)
            order[i].key = l->key[order[i].index * l->words + w] >> (64 - bits);
        radix_sort(order, order + l->n, l->n, bits);
    }
    rearrange(l, order);
    mem_free(order);
}

void itemsets_sort(struct itemsets *s)
{
    unsigned word = s->bits * (unsigned)s->per_word;
    for (size_t size = 1; size <= s->longest; size++) {
        size_t in_last = (size - 1) % s->per_word + 1;
        level_sort(&s->level[size], word, s->bits * (unsigned)in_last);
    }
}

static size_t hash(const uint64_t *key, size_t words)
{
    uint64_t h = 0;
    for (size_t w = 0; w < words; w++) {
        h = (h ^ key[w]) * 0x9e3779b97f4a7c15;
        h ^= h >> 32;
    }
    h *= 0xd6e8feb86659fd93;
    return (size_t)(h ^ h >> 32);
}

/* The slot that holds this key, or the free one where it belongs. */
static size_t *slot_of(const struct itemset_level *l, const uint64_t *key)
{
    size_t at = hash(key, l->words) & (l->slots - 1);
    while (l->slot[at] &&
           memcmp(l->key + (l->slot[at] - 1) * l->words, key, l->words * sizeof *key) != 0)
        at = (at + 1) & (l->slots - 1);
    return &l->slot[at];
}

void itemsets_index(struct itemsets *s, size_t size)
{
    struct itemset_level *l = &s->level[size];
    if (l->slots)
        return;
    for (l->slots = 16; l->slots < 2 * l->n;)
        l->slots *= 2;
    l->slot = mem_zero(l->slots, sizeof *l->slot);
    for (size_t i = 0; i < l->n; i++)
        *slot_of(l, l->key + i * l->words) = i + 1;
}

size_t itemsets_find(const struct itemsets *s, const uint32_t *item, size_t n)
{
    uint64_t key[ITEMSETS_LONGEST + 1];
    pack(s, item, n, key);
    return *slot_of(&s->level[n], key) - 1;
}

void itemset_insert(uint32_t *to, const uint32_t *from, size_t n, uint32_t item)
{
    size_t i = 0;
    for (; i < n && from[i] < item; i++)
        to[i] = from[i];
    to[i] = item;
    for (; i < n; i++)
        to[i + 1] = from[i];
}

void itemset_without(uint32_t *to, const uint32_t *from, size_t n, size_t drop)
{
    memcpy(to, from, drop * sizeof *to);
    memcpy(to + drop, from + drop + 1, (n - drop - 1) * sizeof *to);
}

/* Mark the sets of size - 1 that a set of this size covers: with_count asks for the same count. */
static void mark_covered(struct itemsets *s, size_t size, bool with_count, bool *covered)
{
    const struct itemset_level *l = &s->level[size], *below = &s->level[size - 1];
    uint32_t item[ITEMSETS_LONGEST + 1], less[ITEMSETS_LONGEST + 1];
    itemsets_index(s, size - 1);
    for (size_t i = 0; i < l->n; i++) {
        itemsets_get(s, size, i, item);
        for (size_t drop = 0; drop < size; drop++) {
            itemset_without(less, item, size, drop);
            size_t at = itemsets_find(s, less, size - 1);
            if (!with_count || below->count[at] == l->count[i])
                covered[at] = true;
        }
    }
}

static void drop_covered(struct itemset_level *l, const bool *covered)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (covered[i])
            continue;
        memmove(l->key + n * l->words, l->key + i * l->words, l->words * sizeof *l->key);
        l->count[n++] = l->count[i];
    }
    l->n = n;
}

static void keep_uncovered(struct itemsets *s, size_t max_len, bool with_count)
{
    for (size_t size = 1; size < s->longest; size++) {
        struct itemset_level *l = &s->level[size];
        bool *covered = mem_zero(l->n, sizeof *covered);
        mark_covered(s, size + 1, with_count, covered);
        drop_covered(l, covered);
        mem_free(covered);
    }
    for (; s->longest > max_len; s->longest--)
        level_release(&s->level[s->longest]);
}

void itemsets_keep_closed(struct itemsets *s, size_t max_len)
{
    keep_uncovered(s, max_len, true);
}

void itemsets_keep_maximal(struct itemsets *s, size_t max_len)
{
    keep_uncovered(s, max_len, false);
}
