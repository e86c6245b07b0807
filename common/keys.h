/* SPDX-License-Identifier: MIT */
/*
 * keys - texts put aside, to be looked up together
 *
 * Looking up one of many keys is mostly waiting for memory; for keys together it is waited once.
 */
#ifndef PA_KEYS_H
#define PA_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

enum { KEYS_MOST = 64 };

/* Zero-initialise; release text. */
struct keys {
    struct buf text; /* the caller appends the bytes of a key, then calls keys_end */
    size_t n, end[KEYS_MOST];
};

/* What was appended since the last key is the next one; true: there is no room for another. */
bool keys_end(struct keys *);

/* The n keys, until text changes. */
void keys_views(const struct keys *, struct str view[KEYS_MOST]);
void keys_clear(struct keys *);

#endif
