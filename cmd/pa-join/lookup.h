/* SPDX-License-Identifier: MIT */
/*
 * lookup - rows in memory, found by a key that no two of them share
 *
 * A row is width values, kept as copies; rows are numbered from 0 as they come.  Memory: the bytes
 * of the values and one more for each (nine more from 255 bytes on), 8 a row, and for rows with a
 * key 8 and what a dict needs.
 */
#ifndef PA_JOIN_LOOKUP_H
#define PA_JOIN_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define LOOKUP_NONE SIZE_MAX

struct lookup;

struct lookup *lookup_new(size_t width);
void lookup_free(struct lookup *);

/* A row that is only ever counted through, never found. */
void lookup_add(struct lookup *, const struct str *value);

/*
 * A row found by key, which stood on this line (>= 1) of its file.  Returns 0, or the line of the
 * row that has the key already, and then adds nothing.  All rows have keys, or none has.
 */
uint64_t lookup_add_key(struct lookup *, struct str key, const struct str *value, uint64_t line);

size_t lookup_rows(const struct lookup *);

/* The row with this key, or LOOKUP_NONE. */
size_t lookup_find(const struct lookup *, struct str key);

/* The width values of a row; they live until the next row is added. */
void lookup_values(const struct lookup *, size_t row, struct str *value);

#endif
