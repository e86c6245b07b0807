/* SPDX-License-Identifier: MIT */
/*
 * The body of scan, compiled once per instruction set.  64 bytes are compared with the five
 * characters at once; the bits of the outcome are the positions (Langdale, Lemire, "Parsing
 * gigabytes of JSON per second", 2019).  The last, shorter piece goes through a copy padded with a
 * byte that matches nothing.
 */
#include <string.h>

#include "scan_isa.h"

#define NAMED(name, isa) name##_##isa
#define NAME(name, isa) NAMED(name, isa)

/* What to look for; a byte that is none of it fills the last piece. */
struct wanted {
    unsigned char delim, escape, filler;
};

#if defined __AVX512BW__

#include <immintrin.h>

static inline uint64_t equal(const char *p, unsigned char c)
{
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(p), _mm512_set1_epi8((char)c));
}

static inline uint64_t marks(const char *p, struct wanted w)
{
    __m512i v = _mm512_loadu_si512(p);
    return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)w.delim)) |
           _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)w.escape)) |
           _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n')) |
           _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\r')) | _mm512_testn_epi8_mask(v, v);
}

#elif defined __AVX2__

#include <immintrin.h>

static inline uint64_t movemask(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline uint64_t equal(const char *p, unsigned char c)
{
    __m256i v = _mm256_set1_epi8((char)c);
    return movemask(_mm256_cmpeq_epi8(load(p), v), _mm256_cmpeq_epi8(load(p + 32), v));
}

static inline __m256i half(const char *p, struct wanted w)
{
    __m256i v = load(p);
    __m256i d = _mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)w.delim));
    __m256i e = _mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)w.escape));
    __m256i n = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\n'));
    __m256i r = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\r'));
    __m256i z = _mm256_cmpeq_epi8(v, _mm256_setzero_si256());
    return _mm256_or_si256(_mm256_or_si256(_mm256_or_si256(d, e), _mm256_or_si256(n, r)), z);
}

static inline uint64_t marks(const char *p, struct wanted w)
{
    return movemask(half(p, w), half(p + 32, w));
}

#else

/* The high bit of every byte of x that is 0, exactly; eight bytes at a time. */
static inline uint64_t zero(uint64_t x)
{
    const uint64_t low = 0x7F7F7F7F7F7F7F7FU;
    return ~(((x & low) + low) | x | low);
}

static inline uint64_t same(uint64_t x, unsigned char c)
{
    return zero(x ^ c * 0x0101010101010101U);
}

/* The high bits of eight bytes, gathered in order; bytes are numbered by address. */
static inline uint64_t gather(uint64_t high)
{
    return (high >> 7) * 0x0102040810204080U >> 56;
}

static inline uint64_t load(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    uint64_t x = 0;
    for (int i = 0; i < 8; i++)
        x |= (uint64_t)b[i] << (8 * i);
    return x;
}

static inline uint64_t equal(const char *p, unsigned char c)
{
    uint64_t mask = 0;
    for (int i = 0; i < 8; i++)
        mask |= gather(same(load(p + 8 * i), c)) << (8 * i);
    return mask;
}

static inline uint64_t marks(const char *p, struct wanted w)
{
    uint64_t mask = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t x = load(p + 8 * i);
        uint64_t hit = same(x, w.delim) | same(x, w.escape) | same(x, '\n') | same(x, '\r');
        mask |= gather(hit | zero(x)) << (8 * i);
    }
    return mask;
}

#endif

/* Eight positions are written at once whether they are there or not: at[] has the room. */
static inline uint32_t *put(uint32_t *at, uint64_t mask, uint32_t base)
{
    int n = __builtin_popcountll(mask);
    for (int done = 0; done < n; done += 8)
        for (int i = 0; i < 8; i++) {
            at[done + i] = base + (uint32_t)__builtin_ctzll(mask | 1ULL << 63);
            mask &= mask - 1;
        }
    return at + n;
}

static unsigned char filler(char delim, char escape)
{
    unsigned char c = ' ';
    while (c == (unsigned char)delim || c == (unsigned char)escape)
        c++;
    return c;
}

size_t NAME(scan_index, ISA)(const char *p, size_t n, char delim, char escape, uint32_t *at)
{
    struct wanted w = {(unsigned char)delim, (unsigned char)escape, filler(delim, escape)};
    uint32_t *end = at;
    size_t i = 0;
    for (; i + 64 <= n; i += 64)
        end = put(end, marks(p + i, w), (uint32_t)i);
    if (i < n) {
        char last[64];
        memset(last, w.filler, sizeof last);
        memcpy(last, p + i, n - i);
        end = put(end, marks(last, w), (uint32_t)i);
    }
    return (size_t)(end - at);
}

size_t NAME(scan_count, ISA)(const char *p, size_t n, char c)
{
    size_t count = 0, i = 0;
    for (; i + 64 <= n; i += 64)
        count += (size_t)__builtin_popcountll(equal(p + i, (unsigned char)c));
    for (; i < n; i++)
        count += p[i] == c;
    return count;
}
