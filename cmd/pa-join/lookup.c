/* SPDX-License-Identifier: MIT */
/*
 * All rows stand one behind the other in one buffer, each value behind its length, so the values of
 * a row are mostly one miss of the cache.
 */
#include "lookup.h"

#include <string.h>

#include "dict.h"
#include "mem.h"

struct lookup {
    size_t width, rows;
    struct buf text;
    size_t *start; /* of each row in text */
    size_t start_cap;
    struct dict *key; /* the number of a key is its row's */
    uint64_t *line;
    size_t line_cap;
};

struct lookup *lookup_new(size_t width)
{
    struct lookup *l = mem_zero(1, sizeof *l);
    l->width = width;
    l->key = dict_new();
    return l;
}

void lookup_free(struct lookup *l)
{
    dict_free(l->key);
    buf_release(&l->text);
    mem_free(l->start);
    mem_free(l->line);
    mem_free(l);
}

enum { LONG = 255 }; /* a byte for shorter lengths, else this one and a size_t */

static void put_length(struct buf *text, size_t n)
{
    if (n < LONG) {
        buf_char(text, (char)n);
        return;
    }
    buf_char(text, (char)LONG);
    buf_put(text, (const char *)&n, sizeof n);
}

static const char *take_length(const char *p, size_t *n)
{
    *n = (unsigned char)*p++;
    if (*n < LONG)
        return p;
    memcpy(n, p, sizeof *n);
    return p + sizeof *n;
}

void lookup_add(struct lookup *l, const struct str *value)
{
    l->start = mem_grow(l->start, &l->start_cap, l->rows + 1, sizeof *l->start);
    l->start[l->rows++] = l->text.n;
    for (size_t i = 0; i < l->width; i++) {
        put_length(&l->text, value[i].n);
        buf_str(&l->text, value[i]);
    }
}

uint64_t lookup_add_key(struct lookup *l, struct str key, const struct str *value, uint64_t line)
{
    uint32_t id = dict_add(l->key, key);
    if (id < l->rows)
        return l->line[id];
    l->line = mem_grow(l->line, &l->line_cap, l->rows + 1, sizeof *l->line);
    l->line[l->rows] = line;
    lookup_add(l, value);
    return 0;
}

size_t lookup_rows(const struct lookup *l)
{
    return l->rows;
}

size_t lookup_find(const struct lookup *l, struct str key)
{
    uint32_t id = dict_find(l->key, key);
    return id == DICT_NONE ? LOOKUP_NONE : id;
}

void lookup_values(const struct lookup *l, size_t row, struct str *value)
{
    if (!l->width)
        return;
    const char *p = l->text.p + l->start[row];
    for (size_t i = 0; i < l->width; i++) {
        value[i].p = p = take_length(p, &value[i].n);
        p += value[i].n;
    }
}
