/* SPDX-License-Identifier: MIT */
#include "rng.h"

#include "stats.h"

enum { ROUNDS = 10 };

/* The first 64 of the 128 bits that Philox4x32-10 makes of a counter and a key. */
static uint64_t philox(const uint32_t counter[4], uint64_t key)
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t a = (uint64_t)0xD2511F53 * c0, b = (uint64_t)0xCD9E8D57 * c2;
        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)b;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)a;
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
    return (uint64_t)c1 << 32 | c0;
}

uint64_t rng_bits(uint64_t seed, uint32_t purpose, uint64_t i, uint32_t j)
{
    const uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), j, purpose};
    return philox(counter, seed);
}

double rng_uniform(uint64_t seed, uint32_t purpose, uint64_t i, uint32_t j)
{
    return (double)(rng_bits(seed, purpose, i, j) >> 11) * 0x1p-53;
}

__extension__ typedef unsigned __int128 wide;

uint64_t rng_below(uint64_t seed, uint32_t purpose, uint64_t i, uint32_t j, uint64_t n)
{
    return (uint64_t)((wide)rng_bits(seed, purpose, i, j) * n >> 64);
}

/* The middle of one of 2^53 equal parts of (0, 1), seen from the nearer end, where it is exact. */
double rng_normal(uint64_t seed, uint32_t purpose, uint64_t i, uint32_t j)
{
    const uint64_t half = (uint64_t)1 << 52;
    uint64_t k = rng_bits(seed, purpose, i, j) >> 11;
    if (k < half)
        return stats_normal_quantile((double)(2 * k + 1) * 0x1p-54);
    return -stats_normal_quantile((double)(2 * (2 * half - 1 - k) + 1) * 0x1p-54);
}
