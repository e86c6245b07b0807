/* SPDX-License-Identifier: MIT */
/*
 * The rounds are an inline function over four words, which compilers keep in
 * registers.  The 128-bit form is that of the authors' reference: 0xee into v1 and v2, and a second
 * finalisation after 0xdd into v1.
 */
#include "hash.h"

#include <sys/random.h>

#include "die.h"

struct sip {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static inline void rounds(struct sip *s, int n)
{
    while (n--) {
        s->v0 += s->v1;
        s->v2 += s->v3;
        s->v1 = rotate(s->v1, 13) ^ s->v0;
        s->v3 = rotate(s->v3, 16) ^ s->v2;
        s->v0 = rotate(s->v0, 32) + s->v3;
        s->v2 += s->v1;
        s->v1 = rotate(s->v1, 17) ^ s->v2;
        s->v3 = rotate(s->v3, 21) ^ s->v0;
        s->v2 = rotate(s->v2, 32);
    }
}

static inline uint64_t word(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

/* The last n mod 8 bytes, with n in the highest byte. */
static inline uint64_t last_word(const unsigned char *p, size_t n)
{
    uint64_t w = (uint64_t)n << 56;
    for (size_t i = 0; i < (n & 7); i++)
        w |= (uint64_t)p[i] << (8 * i);
    return w;
}

static inline struct sip begin(struct hash_key key)
{
    return (struct sip){key.k0 ^ 0x736f6d6570736575, key.k1 ^ 0x646f72616e646f6d,
        key.k0 ^ 0x6c7967656e657261, key.k1 ^ 0x7465646279746573};
}

static inline void absorb(struct sip *s, uint64_t w, int c)
{
    s->v3 ^= w;
    rounds(s, c);
    s->v0 ^= w;
}

static inline void absorb_all(struct sip *s, const void *p, size_t n, int c)
{
    const unsigned char *at = p;
    for (size_t left = n; left >= 8; left -= 8, at += 8)
        absorb(s, word(at), c);
    absorb(s, last_word(at, n), c);
}

static inline uint64_t finish(struct sip *s, int d)
{
    rounds(s, d);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

uint64_t hash_sip24(struct hash_key key, const void *p, size_t n)
{
    struct sip s = begin(key);
    absorb_all(&s, p, n, 2);
    s.v2 ^= 0xff;
    return finish(&s, 4);
}

uint64_t hash_sip13(struct hash_key key, const void *p, size_t n)
{
    struct sip s = begin(key);
    absorb_all(&s, p, n, 1);
    s.v2 ^= 0xff;
    return finish(&s, 3);
}

struct hash128 hash_sip13_128(struct hash_key key, const void *p, size_t n)
{
    struct sip s = begin(key);
    s.v1 ^= 0xee;
    absorb_all(&s, p, n, 1);
    s.v2 ^= 0xee;
    uint64_t lo = finish(&s, 3);
    s.v1 ^= 0xdd;
    return (struct hash128){lo, finish(&s, 3)};
}

struct hash_key hash_random_key(void)
{
    struct hash_key key;
    if (getentropy(&key, sizeof key))
        die_errno("no random bytes from the system");
    return key;
}
