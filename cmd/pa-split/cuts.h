/* SPDX-License-Identifier: MIT */
/*
 * cuts - parts of time
 */
#ifndef PA_SPLIT_CUTS_H
#define PA_SPLIT_CUTS_H

#include <stddef.h>
#include <stdint.h>

#define CUTS_GAP SIZE_MAX

struct cuts {
    int64_t *at; /* (n), ascending, in microseconds */
    size_t n;
    int64_t gap; /* >= 0 */
};

/* TIME,... of --at and the duration of --gap (NULL: none); what cannot be read, or is not in order,
 * is a usage error.  tz as in struct common.  Release with mem_free(at). */
struct cuts cuts_parse(const char *at, const char *gap, int32_t tz);

/* The part 0 .. n that a time falls in, the number of cuts at or before it; CUTS_GAP when the last
 * of these is less than gap away. */
size_t cuts_find(const struct cuts *, int64_t time);

#endif
