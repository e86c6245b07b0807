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

/* Where each of them stands among 64 bytes. */
struct kinds {
    uint64_t delim, escape, newline, cr, nul;
};

#if defined __AVX512VBMI2__

#include <immintrin.h>

static inline uint64_t equal(const char *p, unsigned char c)
{
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(p), _mm512_set1_epi8((char)c));
}

static inline struct kinds kinds(const char *p, struct wanted w)
{
    __m512i v = _mm512_loadu_si512(p);
    return (struct kinds){_mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)w.delim)),
        _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)w.escape)),
        _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n')),
        _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\r')), _mm512_testn_epi8_mask(v, v)};
}

static inline uint64_t marks(const char *p, struct wanted w)
{
    __m512i v = _mm512_loadu_si512(p);
    return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)w.delim)) |
           _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)w.escape)) |
           _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n')) |
           _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\r')) | _mm512_testn_epi8_mask(v, v);
}

/* Positions are packed together at once, and widened sixteen at a time; at[] has the room for all
 * sixteen. */
static inline uint32_t *put(uint32_t *at, uint64_t mask, uint32_t base)
{
    const __m512i place =
        _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45,
            44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23,
            22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __m512i packed = _mm512_maskz_compress_epi8(mask, place), from = _mm512_set1_epi32((int)base);
    int n = __builtin_popcountll(mask);
    __m128i next = _mm512_castsi512_si128(packed);
    _mm512_storeu_si512(at, _mm512_add_epi32(from, _mm512_cvtepu8_epi32(next)));
    for (int done = 16; done < n; done += 16) {
        packed = _mm512_alignr_epi64(packed, packed, 2);
        next = _mm512_castsi512_si128(packed);
        _mm512_storeu_si512(at + done, _mm512_add_epi32(from, _mm512_cvtepu8_epi32(next)));
    }
    return at + n;
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

static inline struct kinds kinds(const char *p, struct wanted w)
{
    return (struct kinds){
        equal(p, w.delim), equal(p, w.escape), equal(p, '\n'), equal(p, '\r'), equal(p, '\0')};
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

static inline struct kinds kinds(const char *p, struct wanted w)
{
    struct kinds k = {0};
    for (int i = 0; i < 8; i++) {
        uint64_t x = load(p + 8 * i);
        k.delim |= gather(same(x, w.delim)) << (8 * i);
        k.escape |= gather(same(x, w.escape)) << (8 * i);
        k.newline |= gather(same(x, '\n')) << (8 * i);
        k.cr |= gather(same(x, '\r')) << (8 * i);
        k.nul |= gather(zero(x)) << (8 * i);
    }
    return k;
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

#ifndef __AVX512VBMI2__
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

#endif

/* A byte that no mark is. */
static unsigned char filler(char delim)
{
    return delim == ' ' ? '0' : ' ';
}

size_t NAME(scan_index, ISA)(const char *p, size_t n, char delim, char escape, uint32_t *at)
{
    struct wanted w = {(unsigned char)delim, (unsigned char)escape, filler(delim)};
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

/* What a byte stands behind, if not behind the end of a field. */
enum { BEHIND_BYTE = 1, BEHIND_QUOTE = 2, BEHIND_CR = 4 };

/* Bit i: how many of bits 0 to i are set, odd or even. */
static inline uint64_t parity(uint64_t x)
{
#ifdef __PCLMUL__
    __m128i all = _mm_set1_epi8('\xff'), low = _mm_set_epi64x(0, (int64_t)x);
    return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(low, all, 0));
#else
    for (int i = 1; i < 64; i *= 2)
        x ^= x << i;
    return x;
#endif
}

/* Fields and rows that end among 64 bytes, n of which count; false: not regular. */
struct ends {
    uint64_t mark, row, inner;
};

/* A quote opens or closes by how many came before it; in between nothing ends. */
static inline bool find_ends(struct scan_rows *s, struct kinds k, size_t n, struct ends *e)
{
    uint64_t inside = parity(k.escape) ^ (0 - (uint64_t)s->open);
    uint64_t open = k.escape & inside, closed = k.escape & ~inside, cr = k.cr & ~inside;
    *e = (struct ends){(k.delim | k.newline) & ~inside, k.newline & ~inside, k.newline & inside};
    uint64_t behind_end = e->mark << 1 | !(s->behind & BEHIND_BYTE);
    uint64_t behind_quote = closed << 1 | (s->behind & BEHIND_QUOTE) / BEHIND_QUOTE;
    uint64_t behind_cr = cr << 1 | (s->behind & BEHIND_CR) / BEHIND_CR;
    uint64_t wrong = k.nul | (open & ~(behind_end | behind_quote)) |
                     (behind_quote & ~(e->mark | cr | open)) | (behind_cr & ~e->row);
    s->open = inside >> 63;
    s->behind =
        (unsigned)((~e->mark >> (n - 1) & 1) * BEHIND_BYTE +
                   (closed >> (n - 1) & 1) * BEHIND_QUOTE + (cr >> (n - 1) & 1) * BEHIND_CR);
    s->quotes |= k.escape != 0;
    return !(wrong << (64 - n));
}

/* The first row is written whether it is there or not: most blocks hold one or none. */
static inline void put_ends(struct scan_rows *s, const struct ends *e, uint32_t base)
{
    uint64_t row = e->row;
    do {
        uint64_t before = e->mark & ((row & (0 - row)) - 1);
        s->row[s->rows] = (uint32_t)s->marks + (uint32_t)__builtin_popcountll(before);
        s->rows += row != 0;
        row &= row - 1;
    } while (row);
    for (uint64_t inner = e->inner; inner; inner &= inner - 1)
        s->inner[s->inners++] = base + (uint32_t)__builtin_ctzll(inner);
    s->marks = (size_t)(put(s->mark + s->marks, e->mark, base) - s->mark);
}

static inline bool take_block(
    struct scan_rows *s, const char *p, size_t n, struct wanted w, bool tsv, uint32_t base)
{
    struct kinds k = kinds(p, w);
    struct ends e = {k.delim | k.newline, k.newline, 0};
    bool simple = !(k.escape | k.cr | k.nul) && !s->open && s->behind <= BEHIND_BYTE;
    if (simple)
        s->behind = ~e.mark >> (n - 1) & BEHIND_BYTE;
    else if ((tsv && k.escape) || !find_ends(s, k, n, &e))
        return false;
    put_ends(s, &e, base);
    return true;
}

bool NAME(scan_rows, ISA)(
    struct scan_rows *found, const char *p, size_t from, size_t n, char delim, bool tsv)
{
    char escape = tsv ? '\\' : '"';
    struct wanted w = {(unsigned char)delim, (unsigned char)escape, filler(delim)};
    struct scan_rows s = *found;
    size_t i = from;
    bool regular = true;
    for (; i + 64 <= n && regular; i += 64)
        regular = take_block(&s, p + i, 64, w, tsv, (uint32_t)i);
    if (i < n && regular) {
        char last[64];
        memset(last, w.filler, sizeof last);
        memcpy(last, p + i, n - i);
        regular = take_block(&s, last, n - i, w, tsv, (uint32_t)i);
    }
    *found = s;
    return regular;
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

/* Of up to 64 bytes: those behind the last newline that no quotes enclose, or 0; open: is a quote
 * open behind them, and then before them? */
static inline size_t row_end(const char *p, size_t n, bool *open)
{
    char copy[64] = {0};
    if (n < 64)
        p = memcpy(copy, p, n);
    uint64_t quote = equal(p, '"'), newline = equal(p, '\n');
    *open ^= __builtin_popcountll(quote) & 1;
    newline &= ~(parity(quote) ^ (0 - (uint64_t)*open));
    return newline ? 64 - (size_t)__builtin_clzll(newline) : 0;
}

/* The quotes are counted, and then the last bytes looked at until a row ends among them. */
size_t NAME(scan_row_end, ISA)(const char *p, size_t from, size_t n, bool *open)
{
    size_t quotes = NAME(scan_count, ISA)(p + from, n - from, '"'), end = n, found = 0;
    bool behind = *open = *open ^ (quotes & 1);
    while (end > from && !found) {
        size_t step = end - from < 64 ? end - from : 64;
        end -= step;
        found = row_end(p + end, step, &behind);
    }
    return found ? end + found : 0;
}
