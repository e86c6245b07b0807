/* SPDX-License-Identifier: MIT */
/*
 * The body of num_batch_read, compiled once per instruction set: what num_short does to one text,
 * as loops over many that the compiler turns into vectors.  There are no products of 64 bits here,
 * which are slow in vectors: ten is eight and two.
 */
#include "num_short.h"

#include "num_isa.h"

#define NAMED(name, isa) name##_##isa
#define NAME(name, isa) NAMED(name, isa)

/* What the texts of a batch are: digits / 10^decimals, where they are good. */
struct numbers {
    uint64_t good[NUM_AT_ONCE];
    int32_t digits[NUM_AT_ONCE];
    int64_t decimals[NUM_AT_ONCE];
};

/* Eight digits as a number, neighbours brought together; what is no digit gives anything. */
static inline uint64_t value(uint64_t digits)
{
    uint64_t x = digits & 0x0f0f0f0f0f0f0f0f;
    x = ((x << 3) + (x << 1) + (x >> 8)) & 0x00ff00ff00ff00ff;
    x = ((x << 6) + (x << 5) + (x << 2) + (x >> 16)) & 0x0000ffff0000ffff;
    return (x << 13) + (x << 10) + (x << 9) + (x << 8) + (x << 4) + (x >> 32);
}

/* Text i: its digits, the dot taken out, and how many stand behind it. */
static inline void take_apart(const struct num_batch *b, size_t i, struct numbers *out)
{
    const uint64_t dots = 0x2e2e2e2e2e2e2e2e, low = 0x7f7f7f7f7f7f7f7f, ones = 0x0101010101010101;
    const uint64_t high = 0xf0f0f0f0f0f0f0f0, six = 0x0606060606060606, zeros = 0x3030303030303030;
    uint64_t text = b->text[i], other = text ^ dots, dot = ~(((other & low) + low) | other | low);
    uint64_t first = dot & (0 - dot), before = (first >> 7) - 1, after = ~((first << 1) - 1);
    uint64_t others = b->others[i], decimals = after & ones;
    text = dot ? (text & after) | (text & before) << 8 : text;
    others = dot ? others << 8 | 0xff : others;
    text = (text & ~others) | (zeros & others);
    decimals += decimals >> 32;
    decimals += decimals >> 16;
    decimals += decimals >> 8;
    uint64_t odd = ((text & high) | ((text + six) & high) >> 4) ^ 0x3333333333333333;
    out->good[i] = odd || others == ~(uint64_t)0 ? 0 : 1;
    out->digits[i] = (int32_t)value(text);
    out->decimals[i] = (int64_t)(decimals & 7);
}

uint64_t NAME(num_batch_read, ISA)(const struct num_batch *b, size_t n, double *x)
{
    static const double power[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
    struct numbers out;
    uint64_t mask = 0;
    for (size_t i = 0; i < n; i++)
        take_apart(b, i, &out);
    for (size_t i = 0; i < n; i++)
        x[i] = out.digits[i] / power[out.decimals[i]] * b->sign[i];
    for (size_t i = 0; i < n; i++)
        mask |= out.good[i] << i;
    return mask;
}
