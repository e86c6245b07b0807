/* SPDX-License-Identifier: MIT */
/*
 * Users of combinations are pairs in one set, kept only until their combination has k of them.
 */
#include "anonymity.h"

#include <string.h>

#include "dict.h"
#include "hash.h"
#include "keys.h"
#include "mem.h"

struct anonymity {
    uint32_t k;
    struct dict *combinations;
    uint32_t *users; /* of a combination, counted up to k */
    size_t cap;
    uint64_t *pair; /* combination << 32 | user, plus 1; 0: an empty place */
    size_t pairs, pairs_cap;
    struct hash_key key;
    struct buf text;
    struct keys keys; /* combinations seen last, which have not been counted yet */
    uint32_t user[KEYS_MOST];
};

struct anonymity *anonymity_new(uint32_t k)
{
    struct anonymity *a = mem_zero(1, sizeof *a);
    a->k = k;
    a->combinations = dict_new();
    a->key = hash_random_key();
    return a;
}

/* The values with their lengths before them. */
static void put_combination(struct buf *text, const struct row *row, const struct columns *columns)
{
    for (size_t i = 0; i < columns->n; i++) {
        struct str field = row->text[columns->at[i]];
        buf_put(text, (const char *)&field.n, sizeof field.n);
        buf_str(text, field);
    }
}

static uint64_t pair_of(uint32_t id, uint32_t user)
{
    return ((uint64_t)id << 32 | user) + 1;
}

/* Where the search for a pair begins. */
static size_t home(const struct anonymity *a, uint64_t pair)
{
    return hash_sip13(a->key, &pair, sizeof pair) & (a->pairs_cap - 1);
}

static uint64_t *place(const struct anonymity *a, uint64_t pair)
{
    size_t mask = a->pairs_cap - 1, i = home(a, pair);
    while (a->pair[i] && a->pair[i] != pair)
        i = (i + 1) & mask;
    return &a->pair[i];
}

static void grow(struct anonymity *a)
{
    uint64_t *old = a->pair;
    size_t n = a->pairs_cap;
    a->pairs_cap = n ? 2 * n : 1024;
    a->pair = mem_blank(a->pairs_cap, sizeof *a->pair);
    for (size_t i = 0; i < n; i++)
        if (old[i])
            *place(a, old[i]) = old[i];
    mem_free(old);
}

static bool add_pair(struct anonymity *a, uint32_t id, uint32_t user)
{
    if (4 * a->pairs >= 3 * a->pairs_cap)
        grow(a);
    uint64_t pair = pair_of(id, user), *p = place(a, pair);
    bool fresh = !*p;
    *p = pair;
    a->pairs += fresh;
    return fresh;
}

static void count(struct anonymity *a)
{
    struct str combination[KEYS_MOST];
    uint32_t id[KEYS_MOST];
    keys_views(&a->keys, combination);
    dict_add_n(a->combinations, combination, a->keys.n, id);
    size_t before = a->cap;
    a->users = mem_grow(a->users, &a->cap, dict_size(a->combinations), sizeof *a->users);
    if (a->cap > before)
        memset(a->users + before, 0, (a->cap - before) * sizeof *a->users);
    for (size_t i = 0; i < a->keys.n && a->pairs_cap; i++)
        if (a->users[id[i]] < a->k)
            __builtin_prefetch(&a->pair[home(a, pair_of(id[i], a->user[i]))]);
    for (size_t i = 0; i < a->keys.n; i++)
        if (a->users[id[i]] < a->k)
            a->users[id[i]] += add_pair(a, id[i], a->user[i]);
    keys_clear(&a->keys);
}

void anonymity_see(
    struct anonymity *a, const struct row *row, const struct columns *columns, uint32_t user)
{
    if (user == UINT32_MAX)
        return;
    a->user[a->keys.n] = user;
    put_combination(&a->keys.text, row, columns);
    if (keys_end(&a->keys))
        count(a);
}

bool anonymity_enough(struct anonymity *a, const struct row *row, const struct columns *columns)
{
    if (a->keys.n)
        count(a);
    buf_clear(&a->text);
    put_combination(&a->text, row, columns);
    uint32_t id = dict_find(a->combinations, buf_view(&a->text));
    return id != DICT_NONE && a->users[id] >= a->k;
}

void anonymity_free(struct anonymity *a)
{
    if (!a)
        return;
    dict_free(a->combinations);
    mem_free(a->users);
    mem_free(a->pair);
    buf_release(&a->text);
    buf_release(&a->keys.text);
    mem_free(a);
}
