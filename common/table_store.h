/* SPDX-License-Identifier: MIT */
/*
 * table_store - the columns of a table while threads fill them
 *
 * Chunks of rows are given their places in the order of their numbers, as soon as it is known how
 * many rows each has, and are then copied there side by side.  A column is there once, and grows
 * by doubling: memory that no row has reached yet is not touched.
 */
#ifndef PA_TABLE_STORE_H
#define PA_TABLE_STORE_H

#include <stddef.h>

struct table_store;

struct table_store *table_store_new(size_t columns);
void table_store_free(struct table_store *); /* with what was not taken */

/*
 * A place for chunk `number` of so many rows: its first row.  Waits until all chunks of lower
 * numbers have theirs.  width[column] is the bytes of a value, 0 where the chunk holds none.  Until
 * table_store_done the chunk may be copied: columns do not move.
 */
size_t table_store_place(
    struct table_store *, size_t number, size_t rows, const unsigned char *width);
void table_store_put(struct table_store *, size_t column, size_t at, const void *values,
    size_t rows, unsigned char width); /* of another width than before: nothing is copied */
void table_store_done(struct table_store *);

size_t table_store_rows(const struct table_store *);
/* The values of a column, which become the caller's; nothing but room where no chunk held any. */
void *table_store_take(struct table_store *, size_t column, unsigned char width);

#endif
