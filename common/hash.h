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

/* MurmurHash3_x86_32 (Appleby), unkeyed: what other programs of learning hash names with. */
uint32_t hash_murmur3(const void *p, size_t n, uint32_t seed);

/* From the system's generator; another one in every run. */
struct hash_key hash_random_key(void);

#endif
