/* SPDX-License-Identifier: MIT */
/*
 * mine - the frequent itemsets of many baskets
 *
 *   count(S) = number of baskets that contain every item of S;  frequent: count(S) >= min_count
 *
 * Three methods with identical results:
 *   apriori   candidates of k items from the frequent sets of k - 1, counted in a pass over the
 *             baskets (Agrawal, Srikant, VLDB 1994)
 *   fpgrowth  prefix trees of the baskets, projected item by item (Han, Pei, Yin, SIGMOD 2000)
 *   eclat     depth first by intersecting the lists of baskets (Zaki, IEEE TKDE 12, 2000)
 */
#ifndef PA_MINE_H
#define PA_MINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "itemsets.h"

/* Basket b holds item[start[b]] .. item[start[b + 1] - 1], each once, in any order. */
struct mine_baskets {
    const uint32_t *item;
    const size_t *start; /* (n + 1) */
    size_t n;            /* < 2^32 */
    size_t items;        /* item numbers are below this */
};

enum mine_algo { MINE_APRIORI, MINE_FPGROWTH, MINE_ECLAT };

struct mine_options {
    enum mine_algo algo;
    uint64_t min_count; /* >= 1 */
    size_t max_len;     /* >= 1 */
};

/* MINE_TOO_LONG: a set of more than ITEMSETS_LONGEST items is frequent and max_len allows it. */
enum mine_status { MINE_OK, MINE_TOO_LONG };

/*
 * All frequent sets of 1 to max_len items into found (initialised here, to be released by the
 * caller whatever the status), sorted.  Items there are numbers into frequent, the frequent items
 * ascending, (items) long, of which *frequents are set.
 */
enum mine_status mine(const struct mine_baskets *, const struct mine_options *,
    struct itemsets *found, uint32_t *frequent, size_t *frequents);

/*
 * What a method gets: only the frequent items, numbered from 0 by falling count, ascending in
 * each basket.  id[i] is the number of item i in found.
 */
struct mine_job {
    const uint32_t *item;
    const size_t *start;
    size_t baskets, items;
    const uint32_t *count, *id; /* (items) */
    uint32_t min_count;
    size_t max_len; /* <= ITEMSETS_LONGEST + 1 */
    struct itemsets *found;
};

/* Each adds all frequent sets of at least one item; false means MINE_TOO_LONG. */
bool mine_apriori(const struct mine_job *);
bool mine_fpgrowth(const struct mine_job *);
bool mine_eclat(const struct mine_job *);

#endif
