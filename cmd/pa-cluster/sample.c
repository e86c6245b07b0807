/* SPDX-License-Identifier: MIT */
/*
 * Hashes are spread evenly, so the m smallest of n lie below about m/n of their range: rows below
 * that (and a margin) are gathered and only they are sorted.
 */
#include "sample.h"

#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "par.h"
#include "rng.h"

struct hashed {
    uint64_t hash;
    size_t row;
};

struct hashing {
    uint64_t seed, *hash;
    size_t n;
};

uint64_t sample_hash(uint64_t seed, size_t row)
{
    return rng_bits(seed, RNG_KMEANS, row, 0);
}

static void hash_block(void *context, size_t block, unsigned thread)
{
    struct hashing *h = context;
    size_t end = (block + 1) * PAR_BLOCK;
    (void)thread;
    for (size_t i = block * PAR_BLOCK; i < end && i < h->n; i++)
        h->hash[i] = sample_hash(h->seed, i);
}

static int by_hash(const void *p, const void *q)
{
    const struct hashed *a = p, *b = q;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static int by_row(const void *p, const void *q)
{
    const size_t *a = p, *b = q;
    return *a < *b ? -1 : *a > *b;
}

static size_t gather(const uint64_t *hash, size_t n, uint64_t limit, struct hashed **found)
{
    size_t cap = 0, k = 0;
    for (size_t i = 0; i < n; i++)
        if (hash[i] <= limit) {
            *found = mem_grow(*found, &cap, k + 1, sizeof **found);
            (*found)[k++] = (struct hashed){hash[i], i};
        }
    return k;
}

static void smallest(const uint64_t *hash, size_t n, size_t m, size_t *row)
{
    struct hashed *found = NULL;
    double share = ((double)m + 8 * sqrt((double)m) + 64) / (double)n;
    size_t k;
    for (;;) {
        k = gather(hash, n, share < 1 ? (uint64_t)ldexp(share, 64) : UINT64_MAX, &found);
        if (k >= m)
            break;
        mem_free(found);
        found = NULL;
        share *= 2;
    }
    qsort(found, k, sizeof *found, by_hash);
    for (size_t i = 0; i < m; i++)
        row[i] = found[i].row;
    qsort(row, m, sizeof *row, by_row);
    mem_free(found);
}

void sample_rows(uint64_t seed, size_t n, size_t m, unsigned jobs, size_t *row)
{
    if (m >= n) {
        for (size_t i = 0; i < n; i++)
            row[i] = i;
        return;
    }
    struct hashing h = {seed, mem_alloc(n, sizeof *h.hash), n};
    par_for(jobs, (n - 1) / PAR_BLOCK + 1, hash_block, &h);
    smallest(h.hash, n, m, row);
    mem_free(h.hash);
}
