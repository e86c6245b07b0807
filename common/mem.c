/* SPDX-License-Identifier: MIT */
#include "mem.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

static size_t product(size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        die("out of memory: %zu objects of %zu bytes are more than can be addressed", n, size);
    return bytes ? bytes : 1;
}

static void *checked(void *p, size_t bytes)
{
    if (!p)
        die("out of memory: %zu bytes are not to be had", bytes);
    return p;
}

void *mem_alloc(size_t n, size_t size)
{
    size_t bytes = product(n, size);
    return checked(malloc(bytes), bytes);
}

void *mem_zero(size_t n, size_t size)
{
    size_t bytes = product(n, size);
    return checked(calloc(1, bytes), bytes);
}

void *mem_blank(size_t n, size_t size)
{
    void *p = mem_alloc(n, size);
    return memset(p, 0, n * size);
}

void *mem_resize(void *p, size_t n, size_t size)
{
    size_t bytes = product(n, size);
    return checked(realloc(p, bytes), bytes);
}

void mem_free(void *p)
{
    free(p);
}

char *mem_text(const char *p, size_t n)
{
    char *text = mem_alloc(n + 1, 1);
    if (n)
        memcpy(text, p, n);
    text[n] = '\0';
    return text;
}

void *mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return p;
    size_t wide = *cap > SIZE_MAX / 2 ? SIZE_MAX : *cap * 2;
    *cap = wide > need ? wide : need < 8 ? 8 : need;
    return mem_resize(p, *cap, size);
}

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    alignas(max_align_t) char bytes[];
};

/* Of a block, at least: the first is small, each further one twice as large, up to the most. */
enum { FIRST_BLOCK = 256, MOST_BLOCK = 64 << 10 };

static char *arena_room(struct arena *a, size_t bytes, size_t align)
{
    struct arena_block *b = a->block;
    size_t at = b ? (b->used + align - 1) & ~(align - 1) : 0;
    if (!b || at > b->size || bytes > b->size - at) {
        size_t least = !b ? FIRST_BLOCK : b->size < MOST_BLOCK / 2 ? 2 * b->size : MOST_BLOCK;
        size_t size = bytes > least ? bytes : least;
        if (size > SIZE_MAX - sizeof *b)
            die("out of memory: %zu bytes are more than can be addressed", size);
        b = mem_alloc(1, sizeof *b + size);
        b->size = size;
        b->next = a->block;
        a->block = b;
        at = 0;
    }
    b->used = at + bytes;
    a->bytes += bytes;
    return b->bytes + at;
}

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
    return arena_room(a, product(n, size), alignof(max_align_t));
}

char *arena_bytes(struct arena *a, size_t n)
{
    return arena_room(a, n, 1);
}

char *arena_text(struct arena *a, const char *p, size_t n)
{
    char *text = arena_room(a, n + 1, 1);
    if (n)
        memcpy(text, p, n);
    text[n] = '\0';
    return text;
}

void arena_release(struct arena *a)
{
    while (a->block) {
        struct arena_block *next = a->block->next;
        mem_free(a->block);
        a->block = next;
    }
    a->bytes = 0;
}
