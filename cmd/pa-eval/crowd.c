/* SPDX-License-Identifier: MIT */
#include "crowd.h"

#include <string.h>

#include "die.h"
#include "mem.h"

const char crowd_name[] = "(small)";

struct crowd {
    size_t k;
    size_t *users; /* (cells) up to k */
    size_t cells, cap;
    struct dict *known; /* cell and user, of cells that are small */
    struct dict *names; /* of users: crowd_add_row */
};

long crowd_column(const struct header *h)
{
    long user = columns_find(h, str_of("user"));
    if (user == COLUMN_NONE)
        note("--k-anon: there is no column user, so each row is taken as a user of its own");
    return user;
}

struct crowd *crowd_new(size_t k)
{
    struct crowd *c = mem_zero(1, sizeof *c);
    c->k = k;
    c->known = dict_new();
    c->names = dict_new();
    return c;
}

void crowd_free(struct crowd *c)
{
    if (!c)
        return;
    mem_free(c->users);
    dict_free(c->known);
    dict_free(c->names);
    mem_free(c);
}

bool crowd_is_large(const struct crowd *c, size_t cell)
{
    return cell < c->cells && c->users[cell] >= c->k;
}

void crowd_add(struct crowd *c, size_t cell, const uint32_t *user)
{
    if (crowd_is_large(c, cell))
        return;
    c->users = mem_grow(c->users, &c->cap, cell + 1, sizeof *c->users);
    while (c->cells <= cell)
        c->users[c->cells++] = 0;
    size_t before = dict_size(c->known);
    const uint32_t pair[] = {user ? *user : 0, (uint32_t)cell};
    if (user)
        dict_add(c->known, (struct str){(const char *)pair, sizeof pair});
    c->users[cell] += user ? dict_size(c->known) - before : 1;
}

void crowd_add_row(struct crowd *c, size_t cell, const struct row *row, long column)
{
    uint32_t user = column == COLUMN_NONE ? 0 : dict_add(c->names, row->text[column]);
    crowd_add(c, cell, column == COLUMN_NONE ? NULL : &user);
}

/* Users of all small cells together. */
static size_t users_of_small(const struct crowd *c)
{
    struct dict *users = dict_new();
    size_t own = 0, n = dict_size(c->known);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t pair[2];
        memcpy(pair, dict_key(c->known, i).p, sizeof pair);
        if (!crowd_is_large(c, pair[1]))
            dict_add(users, (struct str){(const char *)pair, sizeof *pair});
    }
    for (size_t i = 0; i < c->cells && !n; i++)
        own += crowd_is_large(c, i) ? 0 : c->users[i];
    own += dict_size(users);
    dict_free(users);
    return own;
}

bool crowd_pools(const struct crowd *c, size_t n, uint64_t rows, bool grouped)
{
    size_t small = 0;
    for (size_t i = 0; i < n; i++)
        small += !crowd_is_large(c, i);
    if (small && !grouped)
        warn("--k-anon: nothing is told of fewer than %zu users", c->k);
    if (!small || !grouped)
        return false;
    note("--k-anon: %zu of %zu groups are pooled as %s", small, n, crowd_name);
    if (users_of_small(c) >= c->k)
        return true;
    warn("--k-anon: %llu rows are left out: small groups together have fewer than %zu users",
        (unsigned long long)rows, c->k);
    return false;
}

void crowd_say_bins(size_t bins, size_t k, bool sums)
{
    if (bins)
        warn("--k-anon: %zu bins are left out: they have fewer than %zu users%s", bins, k,
            sums ? ", or sums would tell of one that has" : "");
}
