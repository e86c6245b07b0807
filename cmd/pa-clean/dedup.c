/* SPDX-License-Identifier: MIT */
/*
 * 256 open-addressing tables, chosen by the fingerprint's last byte, so that growing one moves a
 * small share of all and memory never doubles at once.  A table grows by a quarter when it is 4/5
 * full; the home of a fingerprint is its high word scaled to the table's size.  The fingerprint 0
 * marks an empty place (a real 0 becomes 1).
 */
#include "dedup.h"

#include "hash.h"
#include "mem.h"

enum { TABLES = 256, FIRST = 64 };

__extension__ typedef unsigned __int128 uint128;

struct part {
    struct hash128 *at;
    size_t n, cap;
};

struct dedup {
    struct hash_key key;
    struct part part[TABLES];
    struct buf text;
};

struct dedup *dedup_new(void)
{
    struct dedup *d = mem_zero(1, sizeof *d);
    d->key = hash_random_key();
    return d;
}

static size_t home(const struct part *t, struct hash128 h)
{
    return (size_t)(((uint128)h.hi * t->cap) >> 64);
}

/* The place of h, or the empty one where it belongs. */
static struct hash128 *place(const struct part *t, struct hash128 h)
{
    size_t i = home(t, h);
    while ((t->at[i].lo || t->at[i].hi) && (t->at[i].lo != h.lo || t->at[i].hi != h.hi))
        i = i + 1 == t->cap ? 0 : i + 1;
    return &t->at[i];
}

static void grow(struct part *t)
{
    struct part old = *t;
    t->cap = old.cap ? old.cap + old.cap / 4 : FIRST;
    t->at = mem_zero(t->cap, sizeof *t->at);
    for (size_t i = 0; i < old.cap; i++)
        if (old.at[i].lo || old.at[i].hi)
            *place(t, old.at[i]) = old.at[i];
    mem_free(old.at);
}

static struct hash128 fingerprint(
    struct dedup *d, const struct row *row, const struct columns *columns)
{
    buf_clear(&d->text);
    for (size_t i = 0; i < columns->n; i++) {
        struct str field = row->text[columns->at[i]];
        uint64_t n = field.n;
        buf_put(&d->text, (const char *)&n, sizeof n);
        buf_str(&d->text, field);
    }
    struct hash128 h = hash_sip13_128(d->key, d->text.p, d->text.n);
    h.lo += !h.lo && !h.hi;
    return h;
}

bool dedup_seen(struct dedup *d, const struct row *row, const struct columns *columns)
{
    struct hash128 h = fingerprint(d, row, columns);
    struct part *t = &d->part[h.lo % TABLES];
    if (t->n * 5 >= t->cap * 4)
        grow(t);
    struct hash128 *p = place(t, h);
    if (p->lo || p->hi)
        return true;
    *p = h;
    t->n++;
    return false;
}

void dedup_free(struct dedup *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < TABLES; i++)
        mem_free(d->part[i].at);
    buf_release(&d->text);
    mem_free(d);
}
