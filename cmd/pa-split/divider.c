/* SPDX-License-Identifier: MIT */
#include "divider.h"

#include "dict.h"
#include "die.h"
#include "hash.h"
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
    struct buf key, stratum;
    struct units *units; /* exact */
    struct last *last;   /* and whose groups are these: */
    struct dict *users;
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
    if (how.last) {
        d->last = last_new(how.last);
        d->users = dict_new();
    }
    return d;
}

void divider_free(struct divider *d)
{
    mem_free(d->how.row.at);
    mem_free(d->parts.first);
    mem_free(d->thin.first);
    buf_release(&d->key);
    buf_release(&d->stratum);
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

void divider_learn(struct divider *d, const struct item *item)
{
    if (d->units && !units_add(d->units, item->user, hash_of(d, item),
                        rowkey_put(&d->stratum, item->row, &d->how.value)))
        die("more than %lu rows or users for exact shares", (unsigned long)UINT32_MAX);
    if (d->last && item->user)
        last_add(d->last, dict_add(d->users, *item->user),
            (struct moment){item->time, item->row->number});
}

void divider_settle(struct divider *d)
{
    if (d->units)
        units_divide(d->units, d->how.share, d->how.parts);
    if (d->last)
        d->counts.few = last_only(d->last);
}

size_t divider_part(struct divider *d, const struct item *item)
{
    if (d->how.cuts)
        return cuts_find(d->how.cuts, item->time);
    d->counts.without_user += d->how.by_user && !item->user;
    if (d->units)
        return units_part(d->units, item->user);
    if (d->last)
        return item->user && last_has(d->last, dict_find(d->users, *item->user),
                                 (struct moment){item->time, item->row->number});
    return parts_find(&d->parts, hash_of(d, item));
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
