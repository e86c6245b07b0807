/* SPDX-License-Identifier: MIT */
/*
 * dict - strings to 0, 1, 2, ... in order of first sight, and back
 *
 * Open addressing over SipHash-1-3 with a random key; the numbers, not the table, have the order,
 * so nothing that is written depends on the key.  Keys live in the dict's arena until dict_free.
 */
#ifndef PA_DICT_H
#define PA_DICT_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define DICT_NONE UINT32_MAX

struct dict;

struct dict *dict_new(void);
void dict_free(struct dict *); /* NULL is fine */

/* The number of a key, which is added if new; dies beyond 2^32 - 2 keys. */
uint32_t dict_add(struct dict *, struct str key);
/* The same for n keys in order, several times as fast on a large dict. */
void dict_add_n(struct dict *, const struct str *key, size_t n, uint32_t *id);
/* DICT_NONE if it is not there. */
uint32_t dict_find(const struct dict *, struct str key);
struct str dict_key(const struct dict *, uint32_t id); /* NUL-terminated; lives until dict_free */
size_t dict_size(const struct dict *);
/* Bytes held, for man pages and tests. */
size_t dict_bytes(const struct dict *);

/* Numbers of all keys in byte order: order[rank] = id, n = dict_size. */
void dict_sort(const struct dict *, uint32_t *order);

#endif
