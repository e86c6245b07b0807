/* SPDX-License-Identifier: MIT */
/*
 * rng - counter-based random numbers
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11):
 * a draw is a function of (seed, purpose, i, j) and of nothing else, so results do not depend on
 * threads, on order or on what was drawn before.  The key is the seed; the counter holds the
 * purpose (32 bits), i (64) and j (32).
 */
#ifndef PA_RNG_H
#define PA_RNG_H

#include <stdint.h>

/* Two uses never share draws.  Values are frozen: outputs depend on them. */
enum rng_purpose {
    RNG_SPLIT = 1,
    RNG_KMEANS = 2,
    RNG_POLICY = 3,
    RNG_SHOP = 4, /* the simulated shop: 4, 5, ... upwards */
    RNG_TRAIN = 1000,
    RNG_BOOTSTRAP = 1001
};

uint64_t rng_bits(uint64_t seed, uint32_t purpose, uint64_t i, uint32_t j);

/* [0, 1), a multiple of 2^-53 */
double rng_uniform(uint64_t seed, uint32_t purpose, uint64_t i, uint32_t j);

/* 0 .. n-1 without bias worth noticing (n << 2^64: multiply-shift of 64 bits); n >= 1 */
uint64_t rng_below(uint64_t seed, uint32_t purpose, uint64_t i, uint32_t j, uint64_t n);

/* standard normal, by the inverse of the distribution function of rng_uniform (never infinite) */
double rng_normal(uint64_t seed, uint32_t purpose, uint64_t i, uint32_t j);

#endif
