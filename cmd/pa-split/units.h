/* SPDX-License-Identifier: MIT */
/*
 * units - what is drawn as one, a row or all rows of a user, for exact shares
 *
 * Rows are told one after the other, divided, and then asked for in the same order.  Memory: 40
 * bytes a unit while it is divided (16 of them for sorting), 8 afterwards; with users also what a
 * dict needs for them, and a dict of the strata.
 */
#ifndef PA_SPLIT_UNITS_H
#define PA_SPLIT_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct units;

struct units *units_new(void);
void units_free(struct units *); /* NULL is fine */

/*
 * The next row, of this user (NULL: by itself), with the hash of its unit.  A user's stratum is
 * the greatest of its rows', in byte order.  False: there are more than 2^32 - 1 units.
 */
bool units_add(struct units *, const struct str *user, uint64_t hash, struct str stratum);

/* Give the parts their shares, in each stratum; strata in byte order. */
void units_divide(struct units *, const double *share, size_t parts);

/* The part of the next row, 0 .. parts-1. */
size_t units_part(struct units *, const struct str *user);

#endif
