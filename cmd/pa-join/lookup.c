/* SPDX-License-Identifier: MIT */
/* All values stand one behind the other in one buffer; end[] tells where each of them ends. */
#include "lookup.h"

#include "dict.h"
#include "mem.h"

struct lookup {
    size_t width, rows;
    struct buf text;
    size_t *end; /* (rows, width) */
    size_t end_cap;
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
    mem_free(l->end);
    mem_free(l->line);
    mem_free(l);
}

void lookup_add(struct lookup *l, const struct str *value)
{
    size_t at = l->rows * l->width;
    l->end = mem_grow(l->end, &l->end_cap, at + l->width, sizeof *l->end);
    for (size_t i = 0; i < l->width; i++) {
        buf_str(&l->text, value[i]);
        l->end[at + i] = l->text.n;
    }
    l->rows++;
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

struct str lookup_value(const struct lookup *l, size_t row, size_t i)
{
    size_t at = row * l->width + i, from = at ? l->end[at - 1] : 0;
    return (struct str){l->text.p + from, l->end[at] - from};
}
