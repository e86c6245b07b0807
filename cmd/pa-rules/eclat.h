/* SPDX-License-Identifier: MIT */
/* eclat - meeting bitmaps, compiled once per instruction set */
#ifndef PA_ECLAT_H
#define PA_ECLAT_H

#include <stddef.h>
#include <stdint.h>

/* out = a AND b over words; returns the number of bits set in it. */
typedef size_t eclat_meet(const uint64_t *a, const uint64_t *b, uint64_t *out, size_t words);

eclat_meet eclat_meet_portable, eclat_meet_avx2, eclat_meet_avx512;

#endif
