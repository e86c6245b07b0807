/* SPDX-License-Identifier: MIT */
#include "units.h"

#include "dict.h"
#include "mem.h"
#include "shares.h"

struct units {
    struct dict *user, *stratum;
    struct unit *unit;
    size_t n, cap;
    uint32_t *of_user; /* unit of each user */
    uint32_t *loose;   /* and of each row without one, in order */
    size_t user_cap, loose_n, loose_cap, asked;
    uint32_t *part;
};

struct units *units_new(void)
{
    struct units *u = mem_zero(1, sizeof *u);
    u->user = dict_new();
    u->stratum = dict_new();
    return u;
}

void units_free(struct units *u)
{
    if (!u)
        return;
    dict_free(u->user);
    dict_free(u->stratum);
    mem_free(u->unit);
    mem_free(u->of_user);
    mem_free(u->loose);
    mem_free(u->part);
    mem_free(u);
}

/* A user that is known already: the unit has the greatest stratum. */
static void raise(struct units *u, struct unit *unit, uint32_t stratum)
{
    if (unit->stratum != stratum &&
        str_compare(dict_key(u->stratum, unit->stratum), dict_key(u->stratum, stratum)) < 0)
        unit->stratum = stratum;
}

bool units_add(struct units *u, const struct str *user, uint64_t hash, struct str stratum)
{
    uint32_t id = dict_add(u->stratum, stratum);
    if (user) {
        size_t known = dict_size(u->user), i = dict_add(u->user, *user);
        if (i < known) {
            raise(u, &u->unit[u->of_user[i]], id);
            return true;
        }
        u->of_user = mem_grow(u->of_user, &u->user_cap, i + 1, sizeof *u->of_user);
        u->of_user[i] = (uint32_t)u->n;
    } else {
        u->loose = mem_grow(u->loose, &u->loose_cap, u->loose_n + 1, sizeof *u->loose);
        u->loose[u->loose_n++] = (uint32_t)u->n;
    }
    if (u->n == UINT32_MAX)
        return false;
    u->unit = mem_grow(u->unit, &u->cap, u->n + 1, sizeof *u->unit);
    u->unit[u->n] = (struct unit){hash, id, (uint32_t)u->n};
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
        u->unit[i].stratum = rank[u->unit[i].stratum];
    mem_free(order);
    mem_free(rank);
}

void units_divide(struct units *u, const double *share, size_t parts)
{
    rank_strata(u);
    u->part = mem_alloc(u->n, sizeof *u->part);
    if (u->n)
        shares_divide(u->unit, u->n, share, parts, u->part);
    mem_free(u->unit);
    u->unit = NULL;
}

size_t units_part(struct units *u, const struct str *user)
{
    return u->part[user ? u->of_user[dict_find(u->user, *user)] : u->loose[u->asked++]];
}
