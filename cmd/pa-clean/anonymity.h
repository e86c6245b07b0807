/* SPDX-License-Identifier: MIT */
/*
 * anonymity - may a row be written without pointing at too few people?
 *
 * A row may if at least k different users have the same values in the quasi columns, as they would
 * be written.  Memory: each distinct combination once, and 8 to 16 bytes for each of its first k
 * users.
 */
#ifndef PA_ANONYMITY_H
#define PA_ANONYMITY_H

#include <stdbool.h>

#include "columns.h"
#include "csv.h"

struct anonymity;

struct anonymity *anonymity_new(uint32_t k);

/* Count a row of a user; users are numbered by the caller, UINT32_MAX: nobody knows whose it is. */
void anonymity_see(struct anonymity *, const struct row *, const struct columns *, uint32_t user);
bool anonymity_enough(struct anonymity *, const struct row *, const struct columns *);
void anonymity_free(struct anonymity *);

#endif
