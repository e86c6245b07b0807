/* SPDX-License-Identifier: MIT */
/*
 * key - the columns by which rows of two tables find one another, and the text that they make
 */
#ifndef PA_JOIN_KEY_H
#define PA_JOIN_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"

/* The key's columns in one of the two tables.  Release with mem_free(at). */
struct key {
    size_t *at;
    size_t n;
};

/* KEY[=KEY],... of --on: columns of the rows and (=) of LOOKUP; a backslash takes the meaning from
 * the next character.  A column that is not there, or stands twice in a key, is a usage error. */
void key_parse(const char *on, const struct header *rows, const struct header *other,
    struct key *row_key, struct key *other_key);
bool key_has(const struct key *, size_t column);

/* Append the text by which a row is found.  False: one of its fields is missing, and what is
 * missing equals nothing. */
bool key_put(const struct csv_in *, const struct key *, const struct row *, struct buf *text);

/* Such a text as it is to be read. */
void key_show(struct buf *text);

#endif
