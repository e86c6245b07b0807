/* SPDX-License-Identifier: MIT */
/*
 * parts - which part of a whole a hash falls in
 *
 * The line of all 64-bit numbers is cut into stretches whose lengths are as the shares; a hash
 * belongs to the stretch it falls in.  So a part depends on the hash and the shares alone, and when
 * a cut moves, only hashes between its old and its new place change parts.
 */
#ifndef PA_SPLIT_PARTS_H
#define PA_SPLIT_PARTS_H

#include <stddef.h>
#include <stdint.h>

struct parts {
    uint64_t *first; /* (n) the least hash of each part; first[0] = 0 */
    size_t n;
};

/* The n shares of --ratio, such as 8:1:1; what is no share is a usage error.  Release with
 * mem_free. */
double *parts_parse(const char *ratio, size_t *n);

/* n >= 1 shares > 0, of a finite sum; they need not add up to 1.  Release with mem_free(first). */
struct parts parts_of(const double *share, size_t n);

/* The part of a hash, 0 .. n-1. */
size_t parts_find(const struct parts *, uint64_t hash);

#endif
