/* SPDX-License-Identifier: MIT */
/*
 * rowkey - the text by which a row is known: its decoded fields, each followed by a NUL
 *
 * No field holds a NUL, so no two lists of fields look alike.
 */
#ifndef PA_SPLIT_ROWKEY_H
#define PA_SPLIT_ROWKEY_H

#include "columns.h"
#include "csv.h"

/* All columns but those called one of without[n], by name in byte order, so that their order in
 * the file changes nothing.  Release with mem_free(at). */
struct columns rowkey_columns(const struct header *, const char *const *without, size_t n);

void rowkey_append(struct buf *, const struct row *, const struct columns *);

/* Replaces what is in key; the view lives as long as key is not changed. */
struct str rowkey_put(struct buf *key, const struct row *, const struct columns *);

/* A key without its last NUL, for people: commas for NULs.  Lives as long as text. */
struct str rowkey_show(struct str key, struct buf *text);

#endif
