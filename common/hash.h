/* SPDX-License-Identifier: MIT */
/*
 * hash - SipHash (Aumasson, Bernstein, "SipHash: a fast short-input PRF", 2012)
 *
 * Keyed, so that nobody who writes into our logs can choose keys that collide.  SipHash-2-4 where
 * the value reaches an output (pa-split, samples), SipHash-1-3 with a random key inside tables,
 * whose order never reaches one.
 */
#ifndef PA_HASH_H
#define PA_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
    uint64_t k0, k1;
};

uint64_t hash_sip24(struct hash_key, const void *p, size_t n);
uint64_t hash_sip13(struct hash_key, const void *p, size_t n);

/* 128 bits of SipHash-1-3 with two independent finalisations: a fingerprint of a row. */
struct hash128 {
    uint64_t lo, hi;
};
struct hash128 hash_sip13_128(struct hash_key, const void *p, size_t n);

/* MurmurHash3_x86_32 (Appleby), unkeyed: what other programs of learning hash names with.  Inline,
 * for names of a few bytes by the million. */
static inline uint32_t hash_rotate(uint32_t x, unsigned bits)
{
    return x << bits | x >> (32 - bits);
}

static inline uint32_t hash_mix(uint32_t k)
{
    return hash_rotate(k * 0xcc9e2d51U, 15) * 0x1b873593U;
}

static inline uint32_t hash_murmur3(const void *p, size_t n, uint32_t seed)
{
    const unsigned char *c = p;
    uint32_t h = seed, k;
    size_t i = 0;
    for (; n - i >= 4; i += 4) {
        k = c[i] | (uint32_t)c[i + 1] << 8 | (uint32_t)c[i + 2] << 16 | (uint32_t)c[i + 3] << 24;
        h = hash_rotate(h ^ hash_mix(k), 13) * 5 + 0xe6546b64U;
    }
    k = 0;
    for (size_t j = 0; i + j < n; j++)
        k |= (uint32_t)c[i + j] << (8 * j);
    h ^= hash_mix(k) ^ (uint32_t)n;
    h = (h ^ h >> 16) * 0x85ebca6bU;
    h = (h ^ h >> 13) * 0xc2b2ae35U;
    return h ^ h >> 16;
}

/* From the system's generator; another one in every run. */
struct hash_key hash_random_key(void);

#endif
