/* SPDX-License-Identifier: MIT */
/*
 * crowd - how many users a figure rests on, up to K: nothing is told of fewer
 *
 * Rows that weigh 0 are of no user, as no figure rests on them: they are not added.
 *
 * Cells are groups or bins, numbered from 0.  Memory: 8 bytes and a key for each user of a cell,
 * but of at most K users in each.
 */
#ifndef PA_CROWD_H
#define PA_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "columns.h"
#include "dict.h"

/* The column user for --k-anon, or COLUMN_NONE: then each row is one, which is said. */
long crowd_column(const struct header *);

struct crowd;
struct crowd *crowd_new(size_t k);
void crowd_free(struct crowd *);

/* A row of a cell, of this user; NULL: of one of its own. */
void crowd_add(struct crowd *, size_t cell, const uint32_t *user);
/* The same where the user is what stands in this column, or COLUMN_NONE; for all rows or none. */
void crowd_add_row(struct crowd *, size_t cell, const struct row *, long column);

/* Has this cell K users or more? */
bool crowd_is_large(const struct crowd *, size_t cell);

/*
 * Say what becomes of groups of fewer than K users among the first n cells, in which so many rows
 * are: true where they are told of as one.  Not grouped: the one cell is all there is.
 */
bool crowd_pools(const struct crowd *, size_t n, uint64_t rows, bool grouped);

/* Say how many bins were left out because they have fewer than k users; with sums, or a neighbour
 * that would have told of such. */
void crowd_say_bins(size_t bins, size_t k, bool sums);

/* The value of every column of the groups that are one. */
extern const char crowd_name[];

#endif
