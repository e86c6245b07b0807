/* SPDX-License-Identifier: MIT */
/*
 * lookup - rows in memory, found by a key
 *
 * A row is width values, kept as copies; it is known by its place, a number that grows from row to
 * row.  Memory: the bytes of key and values, one more for each (two from 128 bytes on, three from
 * 16384), up to five for the line, 11 to 22 for each distinct key, and with all 8 for each row.
 */
#ifndef PA_JOIN_LOOKUP_H
#define PA_JOIN_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "keys.h"

#define LOOKUP_NONE SIZE_MAX

struct lookup;

/* all: rows that share a key are all kept; else the first of them. */
struct lookup *lookup_new(size_t width, bool all);
void lookup_free(struct lookup *);

/* A row that is only ever counted through, never found.  All rows have keys, or none has. */
void lookup_add(struct lookup *, const struct str *value);

/* A row found by key, which stood on this line (>= 1) of its file.  Returns 0; or without all the
 * line of the row that has the key already, and then adds nothing. */
uint64_t lookup_add_key(struct lookup *, struct str key, const struct str *value, uint64_t line);

/* How many rows were added. */
size_t lookup_rows(const struct lookup *);

/* The first rows with each of n <= KEYS_MOST keys, or LOOKUP_NONE; together they are found
 * several times as fast as one by one. */
void lookup_find(const struct lookup *, const struct str *key, size_t n, size_t *place);

/* The first row of all, or LOOKUP_NONE: how rows without keys are reached. */
size_t lookup_first(const struct lookup *);

/* The width values of a row; they live until the next row is added.  Returns the next row: with
 * the same key, or of all rows where they have none; or LOOKUP_NONE. */
size_t lookup_values(const struct lookup *, size_t place, struct str *value);

#endif
