/* SPDX-License-Identifier: MIT */
#include "parts.h"

#include "buf.h"
#include "die.h"
#include "mem.h"
#include "num.h"

/* floor(x * 2^64) for 0 <= x <= 1, and the greatest number for 1. */
static uint64_t place(double x)
{
    return x < 1 ? (uint64_t)(x * 0x1p64) : UINT64_MAX;
}

double *parts_parse(const char *ratio, size_t *n)
{
    double *share = NULL;
    struct str rest = str_of(ratio);
    for (*n = 0; rest.p; ++*n) {
        struct str text = str_cut(rest, ':', &rest);
        share = mem_resize(share, *n + 1, sizeof *share);
        if (num_double(text, &share[*n]) != NUM_OK || !(share[*n] > 0 && share[*n] < 1e100))
            die_usage("--ratio: \"%.*s\" is not a share (8:2 is right)", STR_ARG(text));
    }
    return share;
}

struct parts parts_of(const double *share, size_t n)
{
    struct parts parts = {mem_alloc(n, sizeof *parts.first), n};
    double total = 0, before = 0;
    for (size_t i = 0; i < n; i++)
        total += share[i];
    for (size_t i = 0; i < n; i++) {
        parts.first[i] = place(before / total);
        before += share[i];
    }
    return parts;
}

size_t parts_find(const struct parts *parts, uint64_t hash)
{
    size_t low = 0, high = parts->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (parts->first[middle] <= hash)
            low = middle;
        else
            high = middle;
    }
    return low;
}
