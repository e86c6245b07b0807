/* SPDX-License-Identifier: MIT */
/*
 * kept - rows of an input put aside compactly, each with a group and a score
 *
 * Rows are appended as they come and brought together by group later, so putting one aside touches
 * no other.  To keep only the best of each group, call kept_best now and then: it is worth its time
 * whenever kept_many says so.
 */
#ifndef PA_KEPT_H
#define PA_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "csv.h"

struct kept_row {
    double score;
    size_t at; /* in bytes */
    uint32_t group;
};

struct kept {
    size_t columns;
    bool only_bytes;
    struct buf bytes;
    struct kept_row *row; /* sorted: group g has row[start[g]] .. row[start[g + 1] - 1] */
    size_t rows, cap, many;
    size_t *start;
    struct str *raw, *text; /* (columns) of the row given out last */
};

/* only_bytes: of a whole row (csv.h) nothing but its bytes are wanted again, not its fields. */
void kept_init(struct kept *, size_t columns, bool only_bytes);
void kept_release(struct kept *);

void kept_add(struct kept *, const struct row *, uint32_t group, double score);

/* Sort by group, rows of a group in the order in which they came; groups: greatest group + 1. */
void kept_sort(struct kept *, size_t groups);

/* Drop all but the best k <= KEPT_BEST rows of each group (of equal scores the earlier), or none
 * when few would go. */
enum { KEPT_BEST = 64 };
bool kept_many(const struct kept *);
void kept_best(struct kept *, size_t groups, size_t k);

/* This sorted group is wanted soon: start bringing its rows into the cache. */
void kept_soon(const struct kept *, size_t group);

/* The same rows for one more thread; only kept_get may be called on it. */
struct kept kept_share(const struct kept *);
void kept_unshare(struct kept *);

/* A row again; its views live until the next call. */
struct row kept_get(struct kept *, const struct kept_row *);

#endif
