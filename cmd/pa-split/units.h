/* SPDX-License-Identifier: MIT */
/*
 * units - what is drawn as one, a row or all rows of a user, for exact shares
 *
 * Rows are told one after the other, divided, and then asked for in the same order.  Memory: 40
 * bytes a unit while it is divided (16 of them for sorting), 4 afterwards, and a dict of the
 * strata.
 */
#ifndef PA_SPLIT_UNITS_H
#define PA_SPLIT_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define UNITS_ALONE UINT32_MAX

struct units;

struct units *units_new(void);
void units_free(struct units *); /* NULL is fine */

/* Numbers for n strata. */
void units_strata(struct units *, const struct str *name, size_t n, uint32_t *stratum);

/*
 * The next row, of this user (UNITS_ALONE: by itself), with the hash of its unit.  Users are
 * numbered from 0; a new one is at most one more than the greatest so far.  A user's stratum is the
 * greatest of its rows', in byte order.  False: there are more than 2^32 - 1 units.
 */
bool units_add(struct units *, uint32_t user, uint64_t hash, uint32_t stratum);

/* Give the parts their shares, in each stratum; strata in byte order. */
void units_divide(struct units *, const double *share, size_t parts);

/* The part of the next row, 0 .. parts-1, of a user that was told. */
size_t units_part(struct units *, uint32_t user);

/* What is known of this user will be asked for soon. */
void units_fetch(const struct units *, uint32_t user);

#endif
