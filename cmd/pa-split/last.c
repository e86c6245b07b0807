/* SPDX-License-Identifier: MIT */
#include "last.h"

#include "mem.h"

struct last {
    size_t n, groups, moment_cap, count_cap;
    struct moment *moment; /* (groups, n), the latest first */
    uint32_t *count;       /* moments of a group, n + 1: more than n */
};

struct last *last_new(size_t n)
{
    struct last *l = mem_zero(1, sizeof *l);
    l->n = n;
    return l;
}

void last_free(struct last *l)
{
    if (!l)
        return;
    mem_free(l->moment);
    mem_free(l->count);
    mem_free(l);
}

static bool later(struct moment a, struct moment b)
{
    return a.time != b.time ? a.time > b.time : a.row > b.row;
}

void last_add(struct last *l, size_t group, struct moment m)
{
    if (group >= l->groups) {
        l->groups = group + 1;
        l->moment = mem_grow(l->moment, &l->moment_cap, l->groups * l->n, sizeof *l->moment);
        l->count = mem_grow(l->count, &l->count_cap, l->groups, sizeof *l->count);
        l->count[group] = 0;
    }
    struct moment *kept = l->moment + group * l->n;
    size_t have = l->count[group] < l->n ? l->count[group] : l->n, at = have;
    if (l->count[group] <= l->n)
        l->count[group]++;
    while (at > 0 && later(m, kept[at - 1])) {
        if (at < l->n)
            kept[at] = kept[at - 1];
        at--;
    }
    if (at < l->n)
        kept[at] = m;
}

bool last_has(const struct last *l, size_t group, struct moment m)
{
    return l->count[group] <= l->n || !later(l->moment[group * l->n + l->n - 1], m);
}

void last_fetch(const struct last *l, size_t group)
{
    if (group >= l->groups)
        return;
    __builtin_prefetch(&l->count[group]);
    __builtin_prefetch(&l->moment[group * l->n]);
    __builtin_prefetch(&l->moment[group * l->n + l->n - 1]);
}

size_t last_only(const struct last *l)
{
    size_t only = 0;
    for (size_t i = 0; i < l->groups; i++)
        only += l->count[i] <= l->n;
    return only;
}
