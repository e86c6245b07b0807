/* SPDX-License-Identifier: MIT */
#include "strata.h"

#include <string.h>

#include "dict.h"
#include "mem.h"

struct strata {
    size_t parts, cap;
    struct dict *value;
    uint64_t *count; /* (values, parts) */
    uint32_t *order; /* of values */
};

struct strata *strata_new(size_t parts)
{
    struct strata *s = mem_zero(1, sizeof *s);
    s->parts = parts;
    s->value = dict_new();
    return s;
}

void strata_free(struct strata *s)
{
    if (!s)
        return;
    dict_free(s->value);
    mem_free(s->count);
    mem_free(s->order);
    mem_free(s);
}

void strata_add(struct strata *s, struct str value, size_t part)
{
    size_t known = dict_size(s->value), id = dict_add(s->value, value);
    if (id == known) {
        s->count = mem_grow(s->count, &s->cap, (known + 1) * s->parts, sizeof *s->count);
        memset(s->count + known * s->parts, 0, s->parts * sizeof *s->count);
    }
    s->count[id * s->parts + part]++;
}

void strata_sort(struct strata *s)
{
    s->order = mem_resize(s->order, dict_size(s->value), sizeof *s->order);
    dict_sort(s->value, s->order);
}

size_t strata_size(const struct strata *s)
{
    return dict_size(s->value);
}

struct str strata_value(const struct strata *s, size_t i)
{
    return dict_key(s->value, s->order[i]);
}

uint64_t strata_count(const struct strata *s, size_t i, size_t part)
{
    return s->count[s->order[i] * s->parts + part];
}
