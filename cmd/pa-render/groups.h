/* SPDX-License-Identifier: MIT */
/*
 * groups - rows kept in memory, group by group
 *
 * Groups are numbered from 0 in order of first sight, rows keep their order.  Memory: the bytes of
 * the fields, one more for each field, 32 a row, and each key once.
 */
#ifndef PA_GROUPS_H
#define PA_GROUPS_H

#include <stddef.h>

#include "buf.h"

struct groups;

/* Rows of so many fields. */
struct groups *groups_new(size_t fields);
void groups_free(struct groups *);

/* Keep a row, whose fields hold no NUL, and which has these fields as its key; its group. */
size_t groups_add(struct groups *, const struct str *field, const size_t *key, size_t keys);

/* After the last row: how many groups there are; then how many rows one of them has. */
size_t groups_finish(struct groups *);
size_t groups_rows(const struct groups *, size_t group);

/* From here on groups_row gives the rows of this group. */
void groups_turn(struct groups *, size_t group);

/* The fields of row i of the group, valid until the next call; the context is the groups. */
const struct str *groups_row(void *context, size_t i);

#endif
