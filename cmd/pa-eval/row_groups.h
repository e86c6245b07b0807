/* SPDX-License-Identifier: MIT */
/*
 * row_groups - groups of the rows as they are read, numbered in order of first sight
 *
 * For measures that keep sums of each group; group.h deals with rows that are kept.  Without
 * columns all rows are group 0.  Memory: the values of each group.
 */
#ifndef PA_ROW_GROUPS_H
#define PA_ROW_GROUPS_H

#include "buf.h"
#include "dict.h"
#include "report.h"

struct row_groups {
    struct columns columns;
    const struct header *header;
    struct dict *keys; /* values of the columns, each ended by a NUL, which no field has */
    struct buf key;
};

/* list: as given with --group, or NULL. */
void row_groups_init(struct row_groups *, const char *list, const struct header *);
void row_groups_release(struct row_groups *);

uint32_t row_groups_of(struct row_groups *, const struct row *);

/* A new group, of those that are told of as one (crowd.h): no row's. */
uint32_t row_groups_add_small(struct row_groups *);

/* The group's values, as columns of the row to be written; and as "ad=a1, slot=2". */
void row_groups_put(const struct row_groups *, uint32_t id, const struct report *);
void row_groups_name(const struct row_groups *, uint32_t id, struct buf *);

#endif
