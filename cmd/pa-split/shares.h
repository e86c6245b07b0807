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

#include "radix.h"

/* Units of a stratum are taken in the order of their hashes, equal ones by number. */
static inline struct radix shares_unit(uint64_t hash, uint32_t stratum, uint32_t number)
{
    return (struct radix){hash, (uint64_t)stratum << 32 | number};
}

static inline uint32_t shares_stratum(struct radix unit)
{
    return (uint32_t)(unit.index >> 32);
}

static inline uint32_t shares_number(struct radix unit)
{
    return (uint32_t)unit.index;
}

/*
 * part[i] of unit i becomes 0 .. parts-1, for n units in the order of their numbers, 0 .. n-1;
 * strata take their turns by number.  share[parts] > 0 need not add up to 1.  Units are sorted, and
 * their hashes gone.  Memory: 16 bytes a unit.
 */
void shares_divide(struct radix *unit, size_t n, const double *share, size_t parts, uint32_t *part);

#endif
