/* SPDX-License-Identifier: MIT */
/*
 * shares - exact shares of units, within each stratum and in the whole
 *
 * Of the m units of a stratum a part of share p gets m p, rounded down or up.  What is left over
 * when all are rounded down goes to the parts, of those that are not whole, which are furthest
 * behind their share of all units so far, one to each: so small strata, too, add up to what the
 * whole should be.
 */
#ifndef PA_SPLIT_SHARES_H
#define PA_SPLIT_SHARES_H

#include <stddef.h>
#include <stdint.h>

struct unit {
    uint64_t hash; /* units of a stratum are taken in this order, equal ones by number */
    uint32_t stratum, number;
};

/*
 * part[unit.number] for n units, whose numbers are 0 .. n-1, becomes 0 .. parts-1; strata take
 * their turns by number.  share[parts] > 0 need not add up to 1.  Units are sorted.
 */
void shares_divide(struct unit *, size_t n, const double *share, size_t parts, uint32_t *part);

#endif
