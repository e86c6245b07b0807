/* SPDX-License-Identifier: MIT */
/*
 * num_short - text of up to eight bytes as a number, in registers
 *
 * What num.c reads one by one and num_kernel.c many at a time; and how they come to wait for it.
 */
#ifndef PA_NUM_SHORT_H
#define PA_NUM_SHORT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "bits.h"
#include "num.h"

/* Eight digits that stand in memory as text, or false: three multiplications bring neighbours
 * together, first of one digit, then of two and of four (Lemire, 2018). */
static inline bool eight_digits(uint64_t text, uint64_t *w)
{
    const uint64_t high = 0xf0f0f0f0f0f0f0f0, six = 0x0606060606060606;
    if (((text & high) | ((text + six) & high) >> 4) != 0x3333333333333333)
        return false;
    text = (text & 0x0f0f0f0f0f0f0f0f) * 2561 >> 8;
    text = (text & 0x00ff00ff00ff00ff) * 6553601 >> 16;
    *w = (text & 0x0000ffff0000ffff) * 42949672960001 >> 32;
    return true;
}

/* Text in memory as a number whose lowest byte is the first. */
static inline uint64_t load_eight(const char *p)
{
    uint64_t text;
    memcpy(&text, p, 8);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(text) : text;
}

static inline uint64_t load_four(const char *p)
{
    uint32_t text;
    memcpy(&text, p, 4);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap32(text) : text;
}

/* [n]: the last n of eight bytes. */
static const uint64_t last_bytes[] = {0, 0xff00000000000000, 0xffff000000000000, 0xffffff0000000000,
    0xffffffff00000000, 0xffffffffff000000, 0xffffffffffff0000, 0xffffffffffffff00,
    0xffffffffffffffff};

/* The last n <= 8 bytes of text, with zero digits before them. */
static inline uint64_t with_zeros(uint64_t text, size_t n)
{
    return (text & last_bytes[n]) | (0x3030303030303030 & ~last_bytes[n]);
}

/* Text of 1 to 8 bytes that ends where s does, as the last bytes of eight. */
static inline uint64_t load_last(struct str s, size_t n)
{
    const char *p = s.p + s.n - n;
    if (s.n >= 8)
        return load_eight(s.p + s.n - 8);
    uint64_t text = n >= 4 ? load_four(p) | load_four(p + n - 4) << 8 * (n - 4)
                           : (uint64_t)(unsigned char)p[0] |
                                 (uint64_t)(unsigned char)p[n / 2] << 8 * (n / 2) |
                                 (uint64_t)(unsigned char)p[n - 1] << 8 * (n - 1);
    return text << 8 * (8 - n);
}

/*
 * What logs hold most: a sign, and up to eight bytes of digits and a dot, all at once; false where
 * it is anything else.  The digits before the dot move up over it.
 */
static inline bool read_short(struct str s, double *x)
{
    static const double power[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
    const uint64_t dots = 0x2e2e2e2e2e2e2e2e, low = 0x7f7f7f7f7f7f7f7f;
    if (!s.n)
        return false;
    size_t sign = *s.p == '-' || *s.p == '+', n = s.n - sign;
    if (n - 1 >= 8)
        return false;
    uint64_t text = load_last(s, n), other = text ^ dots, digits;
    uint64_t dot = ~(((other & low) + low) | other | low);
    unsigned decimals = 0;
    if (dot) {
        decimals = 7 - (unsigned)__builtin_ctzll(dot) / 8;
        uint64_t after = last_bytes[decimals], before = ~last_bytes[decimals + 1];
        text = (text & after) | (text & before) << 8;
        n--;
    }
    if (!n || !eight_digits(with_zeros(text, n), &digits))
        return false;
    double value = (double)digits / power[decimals];
    *x = from_bits(to_bits(value) | (uint64_t)(*s.p == '-') << 63); /* no branch on random signs */
    return true;
}

/* Put text into slot i; false: it is not short. */
static inline bool num_batch_put(struct num_batch *b, size_t i, struct str s)
{
    static const double sign[] = {1, -1};
    bool minus = s.n && *s.p == '-';
    size_t n = s.n - minus;
    if (n - 1 >= 8 || *s.p == '+')
        return false;
    b->text[i] = load_last(s, n);
    b->others[i] = ~last_bytes[n];
    b->sign[i] = sign[minus];
    return true;
}

/* The text in slot i again; returns its length. */
enum { NUM_SHORT_TEXT = 9 };
static inline size_t num_batch_text(const struct num_batch *b, size_t i, char out[NUM_SHORT_TEXT])
{
    size_t n = 0;
    if (b->sign[i] < 0)
        out[n++] = '-';
    for (int byte = 0; byte < 8; byte++)
        if (!(b->others[i] >> 8 * byte & 1))
            out[n++] = (char)(b->text[i] >> 8 * byte);
    return n;
}

#endif
