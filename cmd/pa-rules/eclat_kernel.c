/* SPDX-License-Identifier: MIT */
#include "eclat.h"

#define NAME_2(name, isa) name##_##isa
#define NAME_1(name, isa) NAME_2(name, isa)

size_t NAME_1(eclat_meet, ISA)(const uint64_t *a, const uint64_t *b, uint64_t *out, size_t words)
{
    size_t n = 0;
    for (size_t i = 0; i < words; i++) {
        out[i] = a[i] & b[i];
        n += (size_t)__builtin_popcountll(out[i]);
    }
    return n;
}
