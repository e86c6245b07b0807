/* SPDX-License-Identifier: MIT */
#include "shares.h"

#include <math.h>
#include <stdlib.h>

#include "mem.h"

struct tally {
    double behind; /* of its share of all units so far */
    size_t part;
};

struct division {
    const double *share;
    size_t parts;
    double total;
    size_t seen, *given, *count; /* units so far; those of each part; of this stratum */
    struct tally *tally;
};

static int by_stratum(const void *a, const void *b)
{
    const struct unit *x = a, *y = b;
    if (x->stratum != y->stratum)
        return x->stratum < y->stratum ? -1 : 1;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static int furthest_first(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;
    if (x->behind != y->behind)
        return x->behind > y->behind ? -1 : 1;
    return (x->part > y->part) - (x->part < y->part);
}

static double share_of(const struct division *d, size_t part, size_t units)
{
    return (double)units * d->share[part] / d->total;
}

/* How many of m more units each part gets.  20 times 0.15 is 3, though not in binary. */
static void apportion(struct division *d, size_t m)
{
    size_t left = m;
    d->seen += m;
    for (size_t i = 0; i < d->parts; i++) {
        double exact = share_of(d, i, m), whole = floor(exact * (1 + 0x1p-45));
        size_t n = (size_t)whole;
        d->count[i] = n < left ? n : left;
        left -= d->count[i];
        d->given[i] += d->count[i];
        double behind = share_of(d, i, d->seen) - (double)d->given[i];
        d->tally[i] = (struct tally){exact > whole ? behind : -INFINITY, i};
    }
    if (left)
        qsort(d->tally, d->parts, sizeof *d->tally, furthest_first);
    for (size_t k = 0; k < left; k++) {
        d->count[d->tally[k].part]++;
        d->given[d->tally[k].part]++;
    }
}

void shares_divide(struct unit *unit, size_t n, const double *share, size_t parts, uint32_t *part)
{
    struct division d = {share, parts, .given = mem_zero(parts, sizeof *d.given),
        .count = mem_alloc(parts, sizeof *d.count), .tally = mem_alloc(parts, sizeof *d.tally)};
    for (size_t i = 0; i < parts; i++)
        d.total += share[i];
    qsort(unit, n, sizeof *unit, by_stratum);
    for (size_t at = 0; at < n;) {
        size_t end = at;
        while (end < n && unit[end].stratum == unit[at].stratum)
            end++;
        apportion(&d, end - at);
        for (size_t i = 0; i < parts; i++)
            for (size_t k = 0; k < d.count[i]; k++)
                part[unit[at++].number] = (uint32_t)i;
    }
    mem_free(d.given);
    mem_free(d.count);
    mem_free(d.tally);
}
