# SPDX-License-Identifier: MIT
"""Writes common/num_pow10.h: python3 tests/ref/num_pow10.py >common/num_pow10.h

The 128 leading bits of 10^q, from which num.c reads and writes doubles.  Rounded down, except for
-27 <= q < 0, where they are rounded up: what Lemire's proof of exact halfway cases wants.  Python's
integers are exact, so nothing here is rounded but by the two lines that say so.
"""

LEAST, MOST = -342, 324
EXACT = 55  # 5^55 is the last power that fits 128 bits


def leading(q):
    """10^q as c * 2^e with 2^127 <= c < 2^128"""
    power = 5 ** abs(q)
    if q >= 0:
        bits = power.bit_length()
        return power << (128 - bits) if bits <= 128 else power >> (bits - 128)
    up = 128 + power.bit_length() - 1
    c = (1 << up) // power
    assert c >> 127 == 1
    return c + 1 if q >= -27 else c


print(
    """/* SPDX-License-Identifier: MIT */
/* The 128 leading bits of 10^q, q = NUM_POW10_LEAST .. NUM_POW10_MOST, the higher 64 first; made by
 * tests/ref/num_pow10.py.  Exact for 0 <= q <= 55, rounded up for -27 <= q < 0, else down. */
#ifndef PA_NUM_POW10_H
#define PA_NUM_POW10_H

#include <stdint.h>

enum { NUM_POW10_LEAST = %d, NUM_POW10_MOST = %d };

static const uint64_t num_pow10[NUM_POW10_MOST - NUM_POW10_LEAST + 1][2] = {"""
    % (LEAST, MOST)
)
for q in range(LEAST, MOST + 1):
    c = leading(q)
    assert c >> 127 == 1 and c >> 128 == 0
    assert -27 <= q <= EXACT or c & (2**64 - 1) != 2**64 - 1, "room to round up"
    print("    {0x%016x, 0x%016x}," % (c >> 64, c & (2**64 - 1)))
print("};\n\n#endif")
