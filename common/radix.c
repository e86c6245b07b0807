/* SPDX-License-Identifier: MIT */
#include "radix.h"

#include <string.h>

#include "mem.h"

enum { DIGIT = 11, BUCKETS = 1 << DIGIT, FEW = 64 };

static void pass(const struct radix *from, struct radix *to, size_t n, unsigned shift)
{
    size_t at[BUCKETS] = {0}, sum = 0;
    for (size_t i = 0; i < n; i++)
        at[from[i].key >> shift & (BUCKETS - 1)]++;
    for (size_t b = 0; b < BUCKETS; b++) {
        size_t here = at[b];
        at[b] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++)
        to[at[from[i].key >> shift & (BUCKETS - 1)]++] = from[i];
}

/* For few keys, where clearing the buckets would cost more than the work. */
static void insertion(struct radix *r, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct radix x = r[i];
        size_t j = i;
        for (; j > 0 && r[j - 1].key > x.key; j--)
            r[j] = r[j - 1];
        r[j] = x;
    }
}

void radix_sort(struct radix *r, struct radix *spare, size_t n, unsigned bits)
{
    if (n < FEW) {
        insertion(r, n);
        return;
    }
    struct radix *from = r, *to = spare;
    for (unsigned shift = 0; shift < bits; shift += DIGIT) {
        pass(from, to, n, shift);
        struct radix *swap = from;
        from = to;
        to = swap;
    }
    if (from != r)
        memcpy(r, from, n * sizeof *r);
}

void radix_sort_numbers(uint32_t *item, size_t n)
{
    if (n >= FEW) {
        struct radix *r = mem_alloc(2 * n, sizeof *r);
        for (size_t i = 0; i < n; i++)
            r[i] = (struct radix){item[i], i};
        radix_sort(r, r + n, n, 32);
        for (size_t i = 0; i < n; i++)
            item[i] = (uint32_t)r[i].key;
        mem_free(r);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        uint32_t x = item[i];
        size_t j = i;
        for (; j > 0 && item[j - 1] > x; j--)
            item[j] = item[j - 1];
        item[j] = x;
    }
}
