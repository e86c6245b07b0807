/* SPDX-License-Identifier: MIT */
/*
 * Values are counted by the first 16 bits of a number that orders them as they are ordered.  Only
 * those of the classes in which a wanted rank falls are sorted.
 */
#include "select.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "bits.h"
#include "mem.h"
#include "stats.h"

enum { BITS = 16, CLASSES = 1 << BITS };

/* Negative numbers have all bits the other way round, others the first. */
static inline size_t class_of(double x)
{
    uint64_t bits = to_bits(x);
    bits ^= (uint64_t) - (int64_t)(bits >> 63) | (uint64_t)1 << 63;
    return (size_t)(bits >> (64 - BITS));
}

struct classes {
    size_t *before; /* [class] values in lower ones; [CLASSES]: n */
    bool *wanted;
    double *value; /* those of the wanted classes, in order */
    size_t n;
};

static struct classes classes_of(const double *x, size_t n)
{
    struct classes c = {.before = mem_zero(CLASSES + 1, sizeof *c.before),
        .wanted = mem_zero(CLASSES, sizeof *c.wanted)};
    for (size_t i = 0; i < n; i++)
        c.before[class_of(x[i]) + 1]++;
    for (size_t k = 0; k < CLASSES; k++)
        c.before[k + 1] += c.before[k];
    return c;
}

/* The class in which the value of a rank is: the last before which no more values are. */
static size_t class_at(const struct classes *c, size_t rank)
{
    size_t low = 0, high = CLASSES;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (c->before[middle] <= rank)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void sort_wanted(struct classes *c, const double *x, size_t n)
{
    size_t room = 0;
    for (size_t k = 0; k < CLASSES; k++)
        room += c->wanted[k] ? c->before[k + 1] - c->before[k] : 0;
    c->value = mem_alloc(room, sizeof *c->value);
    for (size_t i = 0; i < n; i++)
        if (c->wanted[class_of(x[i])])
            c->value[c->n++] = x[i];
    stats_sort(c->value, c->n);
}

/* The value of a rank: in the sorted ones it stands behind those of lower wanted classes. */
static double value_at(const struct classes *c, size_t rank)
{
    size_t class = class_at(c, rank), at = rank - c->before[class];
    for (size_t k = 0; k < class; k++)
        at += c->wanted[k] ? c->before[k + 1] - c->before[k] : 0;
    return c->value[at];
}

static size_t rank_of(double q, size_t n)
{
    return (size_t)floor(q * (double)(n - 1));
}

void select_quantiles(const double *x, size_t n, const double *q, double *out, size_t m)
{
    struct classes c = classes_of(x, n);
    for (size_t i = 0; i < m; i++) {
        size_t rank = rank_of(q[i], n);
        c.wanted[class_at(&c, rank)] = true;
        c.wanted[class_at(&c, rank + 1 < n ? rank + 1 : rank)] = true;
    }
    sort_wanted(&c, x, n);
    for (size_t i = 0; i < m; i++) {
        size_t rank = rank_of(q[i], n);
        double two[] = {value_at(&c, rank), value_at(&c, rank + 1 < n ? rank + 1 : rank)};
        out[i] = stats_quantile(two, 2, q[i] * (double)(n - 1) - (double)rank);
    }
    mem_free(c.before);
    mem_free(c.wanted);
    mem_free(c.value);
}
