/* SPDX-License-Identifier: MIT */
/* radix - sort numbered keys, and plain numbers */
#ifndef PA_RADIX_H
#define PA_RADIX_H

#include <stddef.h>
#include <stdint.h>

struct radix {
    uint64_t key;
    uint64_t index;
};

/* By key, ascending, stable; only the lowest bits of the keys may be set.  spare has room for n. */
void radix_sort(struct radix *, struct radix *spare, size_t n, unsigned bits);

/* Numbers, ascending. */
void radix_sort_numbers(uint32_t *, size_t n);

#endif
