/* SPDX-License-Identifier: MIT */
/* bits - a double as the integer that has its bits, and back */
#ifndef PA_BITS_H
#define PA_BITS_H

#include <stdint.h>
#include <string.h>

static inline uint64_t to_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The e with 2^e <= x < 2^(e + 1); -1023 of 0 and of what is below all normal numbers.  x >= 0. */
static inline int exponent_of(double x)
{
    return (int)(to_bits(x) >> 52) - 1023;
}

#endif
