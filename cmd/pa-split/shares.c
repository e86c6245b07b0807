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

/* By stratum, hash and number. */
static void sort(struct radix *unit, size_t n)
{
    struct radix *spare = mem_alloc(n, sizeof *spare);
    uint32_t strata = 0;
    radix_sort(unit, spare, n, 64);
    for (size_t i = 0; i < n; i++) {
        unit[i].key = shares_stratum(unit[i]);
        strata |= shares_stratum(unit[i]);
    }
    radix_sort(unit, spare, n, strata ? 32 - (unsigned)__builtin_clz(strata) : 0);
    mem_free(spare);
}

void shares_divide(struct radix *unit, size_t n, const double *share, size_t parts, uint32_t *part)
{
    struct division d = {share, parts, .given = mem_zero(parts, sizeof *d.given),
        .count = mem_alloc(parts, sizeof *d.count), .tally = mem_alloc(parts, sizeof *d.tally)};
    for (size_t i = 0; i < parts; i++)
        d.total += share[i];
    sort(unit, n);
    for (size_t at = 0; at < n;) {
        size_t end = at;
        while (end < n && shares_stratum(unit[end]) == shares_stratum(unit[at]))
            end++;
        apportion(&d, end - at);
        for (size_t i = 0; i < parts; i++)
            for (size_t k = 0; k < d.count[i]; k++)
                part[shares_number(unit[at++])] = (uint32_t)i;
    }
    mem_free(d.given);
    mem_free(d.count);
    mem_free(d.tally);
}
