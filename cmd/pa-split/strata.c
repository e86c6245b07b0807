/* SPDX-License-Identifier: MIT */
#include "strata.h"

#include <string.h>

#include "dict.h"
#include "keys.h"
#include "mem.h"

struct strata {
    size_t parts, cap;
    struct dict *value;
    uint64_t *count;  /* (values, parts) */
    struct keys keys; /* of the rows added last */
    size_t part[KEYS_MOST];
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
    buf_release(&s->keys.text);
    mem_free(s->order);
    mem_free(s);
}

static void settle(struct strata *s)
{
    struct str value[KEYS_MOST];
    uint32_t id[KEYS_MOST];
    size_t known = dict_size(s->value);
    keys_views(&s->keys, value);
    dict_add_n(s->value, value, s->keys.n, id);
    size_t all = dict_size(s->value);
    s->count = mem_grow(s->count, &s->cap, all * s->parts, sizeof *s->count);
    if (all > known)
        memset(s->count + known * s->parts, 0, (all - known) * s->parts * sizeof *s->count);
    for (size_t i = 0; i < s->keys.n; i++)
        s->count[id[i] * s->parts + s->part[i]]++;
    keys_clear(&s->keys);
}

void strata_add(struct strata *s, struct str value, size_t part)
{
    s->part[s->keys.n] = part;
    buf_str(&s->keys.text, value);
    if (keys_end(&s->keys))
        settle(s);
}

void strata_sort(struct strata *s)
{
    settle(s);
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
