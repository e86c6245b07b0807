/* SPDX-License-Identifier: MIT */
#include "units.h"

#include "dict.h"
#include "mem.h"
#include "shares.h"

struct units {
    struct dict *stratum;
    struct radix *unit;
    size_t n, cap;
    /* Of users, and of rows without one, in their order: units, and when these are divided parts.
     */
    uint32_t *user, *loose;
    size_t users, user_cap, loose_n, loose_cap, asked;
};

struct units *units_new(void)
{
    struct units *u = mem_zero(1, sizeof *u);
    u->stratum = dict_new();
    return u;
}

void units_free(struct units *u)
{
    if (!u)
        return;
    dict_free(u->stratum);
    mem_free(u->unit);
    mem_free(u->user);
    mem_free(u->loose);
    mem_free(u);
}

/* A user that is known already: the unit has the greatest stratum. */
static void raise(struct units *u, struct radix *unit, uint32_t stratum)
{
    uint32_t old = shares_stratum(*unit);
    if (old != stratum && str_compare(dict_key(u->stratum, old), dict_key(u->stratum, stratum)) < 0)
        *unit = shares_unit(unit->key, stratum, shares_number(*unit));
}

void units_strata(struct units *u, const struct str *name, size_t n, uint32_t *stratum)
{
    dict_add_n(u->stratum, name, n, stratum);
}

bool units_add(struct units *u, uint32_t user, uint64_t hash, uint32_t stratum)
{
    if (user != UNITS_ALONE && user < u->users) {
        raise(u, &u->unit[u->user[user]], stratum);
        return true;
    }
    if (u->n == UINT32_MAX)
        return false;
    if (user == UNITS_ALONE) {
        u->loose = mem_grow(u->loose, &u->loose_cap, u->loose_n + 1, sizeof *u->loose);
        u->loose[u->loose_n++] = (uint32_t)u->n;
    } else {
        u->user = mem_grow(u->user, &u->user_cap, ++u->users, sizeof *u->user);
        u->user[user] = (uint32_t)u->n;
    }
    u->unit = mem_grow(u->unit, &u->cap, u->n + 1, sizeof *u->unit);
    u->unit[u->n] = shares_unit(hash, stratum, (uint32_t)u->n);
    u->n++;
    return true;
}

/* Number strata in byte order. */
static void rank_strata(struct units *u)
{
    size_t n = dict_size(u->stratum);
    uint32_t *order = mem_alloc(n, sizeof *order), *rank = mem_alloc(n, sizeof *rank);
    dict_sort(u->stratum, order);
    for (size_t i = 0; i < n; i++)
        rank[order[i]] = (uint32_t)i;
    for (size_t i = 0; i < u->n; i++)
        u->unit[i] = shares_unit(u->unit[i].key, rank[shares_stratum(u->unit[i])], (uint32_t)i);
    mem_free(order);
    mem_free(rank);
}

void units_divide(struct units *u, const double *share, size_t parts)
{
    uint32_t *part = mem_alloc(u->n, sizeof *part);
    rank_strata(u);
    if (u->n)
        shares_divide(u->unit, u->n, share, parts, part);
    for (size_t i = 0; i < u->users; i++)
        u->user[i] = part[u->user[i]];
    for (size_t i = 0; i < u->loose_n; i++)
        u->loose[i] = part[u->loose[i]];
    mem_free(part);
    mem_free(u->unit);
    u->unit = NULL;
}

size_t units_part(struct units *u, uint32_t user)
{
    return user == UNITS_ALONE ? u->loose[u->asked++] : u->user[user];
}

void units_fetch(const struct units *u, uint32_t user)
{
    if (user >= u->users)
        return;
    __builtin_prefetch(&u->user[user]);
    if (u->unit)
        __builtin_prefetch(&u->unit[u->user[user]]);
}
