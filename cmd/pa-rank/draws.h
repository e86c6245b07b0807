/* SPDX-License-Identifier: MIT */
/*
 * draws - the numbers by which a policy chooses, as a function of seed, time, user and slot
 *
 * Number j (the place in the answer, from 0) is draw (seed, RNG_POLICY, i, j) of rng.h, where i is
 * SipHash-2-4 under the key k0 = 0x6b6e61722d6170, k1 = 0 ("pa-rank") of the texts
 *
 *   TIME NUL USER NUL SLOT [NUL GROUP]
 *
 * as they stand in the input; a column that is not there is empty.
 */
#ifndef PA_DRAWS_H
#define PA_DRAWS_H

#include <stdint.h>

#include "csv.h"

struct draws {
    uint64_t seed;
    long time, user, slot; /* columns, or COLUMN_NONE */
};

/* Finds the columns; time and user are options, whose columns must be there when given. */
struct draws_options {
    const char *time, *user;
    bool time_given, user_given, seed_given, draws;
    uint64_t seed;
};
struct draws draws_open(const struct draws_options *, const struct header *);

/*
 * i of a request: requests without a time have their number in its place.  Of a group, whose first
 * row this is: its group columns' text comes last.
 */
uint64_t draws_of_request(const struct draws *, const struct row *);
uint64_t draws_of_group(const struct draws *, const struct row *, struct str group);

/* k numbers in [0, 1). */
void draws_make(const struct draws *, uint64_t i, double *draw, size_t k);

#endif
