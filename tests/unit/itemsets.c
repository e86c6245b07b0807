/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-rules/itemsets.c */
#include "t.h"

#include <stdbool.h>
#include <stdlib.h>

#include "cmd/pa-rules/itemsets.h"
#include "radix.h"
#include "rng.h"

enum { MOST = 3000 };

static uint64_t draw(uint64_t i, uint32_t j, uint64_t n)
{
    return rng_below(7, 101, i, j, n);
}

/* size items below items, ascending, whose bits spell a number that no other i has */
static void set_of(uint32_t *item, size_t size, size_t items, uint64_t i)
{
    uint32_t gap = (uint32_t)(items / size), at = 0;
    for (size_t k = 0; k < size; k++) {
        item[k] = at + (uint32_t)draw(i, (uint32_t)k, gap);
        at += gap;
    }
}

/* Add sets of this size in random order; are all found, sorted, and with their counts? */
static bool survives(size_t size, size_t items)
{
    struct itemsets s;
    uint32_t item[ITEMSETS_LONGEST], got[ITEMSETS_LONGEST], before[ITEMSETS_LONGEST] = {0};
    itemsets_init(&s, items);
    for (uint32_t i = 0; i < MOST; i++) {
        set_of(item, size, items, i);
        itemsets_add(&s, item, size, i);
    }
    itemsets_sort(&s);
    itemsets_index(&s, size);
    bool good = s.longest == size && s.level[size].n == MOST;
    for (size_t i = 0; i < MOST && good; i++) {
        itemsets_get(&s, size, i, got);
        set_of(item, size, items, s.level[size].count[i]);
        good = memcmp(got, item, size * sizeof *item) == 0;
        int order = 0;
        for (size_t k = 0; k < size && !order; k++)
            order = (got[k] > before[k]) - (got[k] < before[k]);
        good = good && order >= 0;
        size_t at = itemsets_find(&s, item, size);
        itemsets_get(&s, size, at, before);
        good = good && memcmp(got, before, size * sizeof *item) == 0;
    }
    itemsets_release(&s);
    return good;
}

static int by_key(const void *a, const void *b)
{
    const struct radix *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static bool sorts(size_t n, unsigned bits)
{
    static struct radix a[MOST], b[MOST], spare[MOST];
    for (size_t i = 0; i < n; i++) {
        a[i] = (struct radix){rng_bits(bits, 102, i, 0) >> (64 - bits), i};
        b[i] = a[i];
    }
    radix_sort(a, spare, n, bits);
    qsort(b, n, sizeof *b, by_key);
    for (size_t i = 0; i < n; i++)
        if (by_key(&a[i], &b[i]) != 0)
            return false;
    return true;
}

static bool sorts_numbers(size_t n)
{
    uint32_t x[200];
    for (size_t i = 0; i < n; i++)
        x[i] = (uint32_t)rng_bits(n, 103, i, 0);
    radix_sort_numbers(x, n);
    for (size_t i = 1; i < n; i++)
        if (x[i] < x[i - 1])
            return false;
    return true;
}

int main(void)
{
    static const size_t items[] = {48, 119, 870, 65536, 65537, 5000000, UINT32_MAX};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        bool good = true;
        for (size_t size = 1; size <= ITEMSETS_LONGEST; size += size < 12 ? 1 : 9)
            good = good && survives(size, items[i]);
        char text[80];
        snprintf(text, sizeof text, "sets of %zu items come back sorted", items[i]);
        ok_named(good, text);
    }
    uint32_t to[3], from[] = {3, 9};
    itemset_insert(to, from, 2, 5);
    ok(to[0] == 3 && to[1] == 5 && to[2] == 9);
    itemset_insert(to, from, 2, 10);
    ok(to[0] == 3 && to[1] == 9 && to[2] == 10);
    itemset_without(from, to, 3, 1);
    ok(from[0] == 3 && from[1] == 10);
    ok(sorts(0, 64) && sorts(1, 64) && sorts(63, 7) && sorts(64, 7) && sorts(MOST, 1));
    ok(sorts(MOST, 11) && sorts(MOST, 12) && sorts(MOST, 33) && sorts(MOST, 64));
    ok(sorts_numbers(0) && sorts_numbers(2) && sorts_numbers(63) && sorts_numbers(200));
    return done();
}
