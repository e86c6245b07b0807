/* SPDX-License-Identifier: MIT */
/*
 * stream_private - what the two halves of stream share
 */
#ifndef PA_STREAM_PRIVATE_H
#define PA_STREAM_PRIVATE_H

#include "buf.h"

/*
 * If the caller closed descriptor 0, 1 or 2, put there one that fails when used, so that no data
 * file lands on it and a lost output is noticed.  Call before opening anything.
 */
void stream_guard_descriptors(void);

/* The descriptor of a new temporary file that no name leads to. */
int stream_unnamed(void);

/* The bytes that stand for this path (stream_copy_use), or NULL. */
const struct buf *stream_copied(const char *path);

/* For zlib: its memory comes from where all other does. */
void *stream_zip_alloc(void *context, unsigned n, unsigned size);
void stream_zip_free(void *context, void *p);

#endif
