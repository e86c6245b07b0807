/* SPDX-License-Identifier: MIT */
/*
 * baskets - who had what, read from rows or lines
 *
 * Rows: each has a basket (the group columns) and an item; rows of a basket may stand anywhere.
 * Lines: each is one basket, items between separators; empty items are ignored, a line without any
 * item is no basket.  An item counts once per basket.  Memory: 4 bytes an item of each basket (8
 * more while rows are read), and every distinct item and basket name once.
 */
#ifndef PA_BASKETS_H
#define PA_BASKETS_H

#include <stddef.h>
#include <stdint.h>

#include "args.h"
#include "csv.h"
#include "dict.h"

struct baskets {
    struct dict *name; /* of items; numbers are of first sight */
    uint32_t *order;   /* item numbers below are ranks in byte order: order[rank] is in name */
    uint32_t *item;    /* items of basket b: item[start[b]] .. item[start[b + 1] - 1], ascending */
    size_t *start;     /* (n + 1) */
    size_t n, items;
    struct header group; /* columns that name a basket */
    struct dict *groups; /* rows: key b is basket b, its group fields with NULs between */
    uint64_t *line;      /* lines: the line of each basket, counted over all files */
};

/* Rows of in.  item_sep may not stand in an item. */
void baskets_read_rows(struct baskets *, struct csv_in *, const char *group_columns,
    const char *item_column, char item_sep);

/* Lines of the input files. */
void baskets_read_lines(struct baskets *, const struct common *, char separator, char item_sep);

/* The text of an item; lives until baskets_release. */
struct str baskets_item(const struct baskets *, uint32_t item);
/* The number of an item by its text, or DICT_NONE. */
uint32_t baskets_find(const struct baskets *, struct str text);

/* What the group columns have for a basket: value (group.n); views live until baskets_release, or
 * for lines in text. */
void baskets_group(const struct baskets *, size_t basket, struct str *value, struct buf *text);

void baskets_release(struct baskets *);

#endif
