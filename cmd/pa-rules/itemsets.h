/* SPDX-License-Identifier: MIT */
/*
 * itemsets - the sets that a miner found, with their counts, by size
 *
 * Items are numbers below items.  A set is packed, its items ascending, into words of 64 bits, the
 * first item in the highest bits, so comparing words compares sets item by item.  Memory: 4 bytes
 * for the count and 8 per word; 100 items fit 9 to a word, 1000 items 6.
 */
#ifndef PA_ITEMSETS_H
#define PA_ITEMSETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No set is longer: its 2^48 subsets would be frequent too, and could never be listed. */
enum { ITEMSETS_LONGEST = 48 };

struct itemset_level {
    size_t n, cap, words; /* sets, room, words per set */
    uint64_t *key;        /* (n, words) */
    uint32_t *count;      /* (n) */
    size_t *slot;         /* hash table of itemsets_find: 1 + index, 0 is free */
    size_t slots;
};

struct itemsets {
    unsigned bits;                                    /* of an item */
    size_t per_word;                                  /* items in a word */
    struct itemset_level level[ITEMSETS_LONGEST + 2]; /* by size, from 1 */
    size_t longest;                                   /* greatest size that has sets */
};

void itemsets_init(struct itemsets *, size_t items);
void itemsets_release(struct itemsets *);

/* Add a set of n items in ascending order, 1 <= n <= ITEMSETS_LONGEST. */
void itemsets_add(struct itemsets *, const uint32_t *item, size_t n, uint32_t count);

/* Put every size in order: by the first item, then the second, and so on.  Add no more. */
void itemsets_sort(struct itemsets *);

/* The items of set i of this size, ascending. */
void itemsets_get(const struct itemsets *, size_t size, size_t i, uint32_t *item);

/* The index of a set, which must be there, among those of its size.  itemsets_index before. */
void itemsets_index(struct itemsets *, size_t size);
size_t itemsets_find(const struct itemsets *, const uint32_t *item, size_t n);

/* Copy the n items of from, ascending, with one more in its place. */
void itemset_insert(uint32_t *to, const uint32_t *from, size_t n, uint32_t item);
/* Copy the n items of from without number drop. */
void itemset_without(uint32_t *to, const uint32_t *from, size_t n, size_t drop);

/*
 * Leave only sets of at most max_len items that no larger set with the same count contains
 * (closed), or that no larger frequent set contains (maximal).  The sets must be sorted, and all
 * frequent ones of up to max_len + 1 items be there.
 */
void itemsets_keep_closed(struct itemsets *, size_t max_len);
void itemsets_keep_maximal(struct itemsets *, size_t max_len);

#endif
