/* SPDX-License-Identifier: MIT */
#include "divider.h"

#include <assert.h>

#include "csv_batch.h"
#include "dict.h"
#include "die.h"
#include "hash.h"
#include "keys.h"
#include "last.h"
#include "mem.h"
#include "parts.h"
#include "rng.h"
#include "rowkey.h"
#include "units.h"

enum draw { DRAW_RATIO, DRAW_FOLDS, DRAW_NEGATIVES };

struct divider {
    struct division how;
    struct parts parts, thin;
    struct hash_key secret, thin_secret;
    struct buf key;
    struct keys strata;
    struct units *units; /* exact */
    struct last *last;
    struct dict *users; /* of units, and the groups of last */
    struct division_counts counts;
};

static struct hash_key secret(const struct divider *d, enum draw draw)
{
    return (struct hash_key){d->how.seed, (uint64_t)draw << 32 | RNG_SPLIT};
}

struct divider *divider_new(struct division how)
{
    struct divider *d = mem_zero(1, sizeof *d);
    d->how = how;
    d->secret = secret(d, how.folds ? DRAW_FOLDS : DRAW_RATIO);
    d->thin_secret = secret(d, DRAW_NEGATIVES);
    d->thin = parts_of((double[]){how.neg_rate, 1 - how.neg_rate}, 2);
    if (how.share)
        d->parts = parts_of(how.share, how.parts);
    if (how.exact)
        d->units = units_new();
    if (how.last)
        d->last = last_new(how.last);
    if (divider_learns(d))
        d->users = dict_new();
    return d;
}

void divider_free(struct divider *d)
{
    mem_free(d->how.row.at);
    mem_free(d->parts.first);
    mem_free(d->thin.first);
    buf_release(&d->key);
    buf_release(&d->strata.text);
    units_free(d->units);
    last_free(d->last);
    dict_free(d->users);
    mem_free(d);
}

bool divider_learns(const struct divider *d)
{
    return d->units || d->last;
}

static uint64_t hash_of(struct divider *d, const struct item *item)
{
    struct str key = item->user ? *item->user : rowkey_put(&d->key, item->row, &d->how.row);
    return hash_sip24(d->secret, key.p, key.n);
}

static_assert(UNITS_ALONE == DICT_NONE, "nobody has no number");

/* The numbers of the items' users, of which none is new any more once all is settled; and what is
 * known of them is fetched.  DICT_NONE: nobody. */
static void number_users(struct divider *d, const struct item *item, size_t n, uint32_t *user)
{
    struct str name[BATCH_ROWS] = {{0}};
    uint32_t number[BATCH_ROWS];
    size_t names = 0;
    for (size_t i = 0; i < n; i++)
        if (item[i].user)
            name[names++] = *item[i].user;
    dict_add_n(d->users, name, names, number);
    for (size_t i = 0, k = 0; i < n; i++)
        user[i] = item[i].user ? number[k++] : DICT_NONE;
    for (size_t i = 0; i < names; i++)
        if (d->units)
            units_fetch(d->units, number[i]);
        else
            last_fetch(d->last, number[i]);
}

static struct moment moment_of(const struct item *item)
{
    return (struct moment){item->time, item->row->number};
}

static void learn_units(struct divider *d, const struct item *item, size_t n, const uint32_t *user)
{
    struct str name[KEYS_MOST];
    uint32_t stratum[KEYS_MOST];
    keys_clear(&d->strata);
    for (size_t i = 0; i < n; i++) {
        rowkey_append(&d->strata.text, item[i].row, &d->how.value);
        keys_end(&d->strata);
    }
    keys_views(&d->strata, name);
    units_strata(d->units, name, n, stratum);
    for (size_t i = 0; i < n; i++)
        if (!units_add(d->units, user[i], hash_of(d, &item[i]), stratum[i]))
            die("more than %lu rows or users for exact shares", (unsigned long)UINT32_MAX);
}

void divider_learn(struct divider *d, const struct item *item, size_t n)
{
    uint32_t user[BATCH_ROWS];
    number_users(d, item, n, user);
    if (d->units)
        learn_units(d, item, n, user);
    for (size_t i = 0; i < n && d->last; i++)
        if (item[i].user)
            last_add(d->last, user[i], moment_of(&item[i]));
}

void divider_settle(struct divider *d)
{
    if (d->units)
        units_divide(d->units, d->how.share, d->how.parts);
    if (d->last)
        d->counts.few = last_only(d->last);
}

static void learnt_parts(struct divider *d, const struct item *item, size_t n, size_t *part)
{
    uint32_t user[BATCH_ROWS];
    number_users(d, item, n, user);
    for (size_t i = 0; i < n; i++)
        if (d->units)
            part[i] = units_part(d->units, user[i]);
        else
            part[i] = item[i].user && last_has(d->last, user[i], moment_of(&item[i]));
}

void divider_parts(struct divider *d, const struct item *item, size_t n, size_t *part)
{
    for (size_t i = 0; i < n; i++)
        d->counts.without_user += d->how.by_user && !item[i].user;
    if (divider_learns(d)) {
        learnt_parts(d, item, n, part);
        return;
    }
    for (size_t i = 0; i < n; i++)
        part[i] = d->how.cuts ? cuts_find(d->how.cuts, item[i].time)
                              : parts_find(&d->parts, hash_of(d, &item[i]));
}

bool divider_keeps(struct divider *d, const struct item *item)
{
    struct str key = rowkey_put(&d->key, item->row, &d->how.row);
    bool kept =
        d->how.neg_rate == 1 || parts_find(&d->thin, hash_sip24(d->thin_secret, key.p, key.n)) == 0;
    d->counts.negatives++;
    d->counts.kept += kept;
    return kept;
}

struct division_counts divider_counts(const struct divider *d)
{
    return d->counts;
}
