/* SPDX-License-Identifier: MIT */
/*
 * mem - allocation that cannot fail or overflow
 *
 * Every function ends the program with a message when memory runs out or a size overflows, so
 * callers never check.  This is the only module that calls malloc, realloc and free.
 */
#ifndef PA_MEM_H
#define PA_MEM_H

#include <stddef.h>

/* n objects of size bytes, uninitialised / zeroed / resized (p may be NULL).  n = 0 is allowed. */
void *mem_alloc(size_t n, size_t size);
void *mem_zero(size_t n, size_t size);
void *mem_resize(void *p, size_t n, size_t size);
void mem_free(void *p);

/* Zeroed by writing, for tables whose places are looked at before they are filled: a page that is
 * read before it is written is mapped twice, and then all processors are told. */
void *mem_blank(size_t n, size_t size);

/* A NUL-terminated copy of n bytes. */
char *mem_text(const char *p, size_t n);

/*
 * Room for at least need objects in an array that grows by doubling: returns p, moved if need be,
 * and updates *cap.  Amortised O(1).
 */
void *mem_grow(void *p, size_t *cap, size_t need, size_t size);

/* Objects with one lifetime, freed together.  Zero-initialise; pointers stay valid until release.
 */
struct arena {
    struct arena_block *block;
    size_t bytes; /* handed out so far */
};

void *arena_alloc(struct arena *, size_t n, size_t size);  /* aligned for any type, uninitialised */
char *arena_bytes(struct arena *, size_t n);               /* unaligned, uninitialised */
char *arena_text(struct arena *, const char *p, size_t n); /* NUL-terminated copy, unaligned */
void arena_release(struct arena *);

#endif
