/* SPDX-License-Identifier: MIT */
/*
 * dedup - has a row with these fields been here before?
 *
 * A row is known by 128 bits of SipHash of its decoded fields, each with its length before it,
 * under a key of this run: two different rows among 10^9 agree with probability below 10^-20,
 * whoever wrote them.  Memory: 20 to 27 bytes a distinct row.
 */
#ifndef PA_DEDUP_H
#define PA_DEDUP_H

#include <stdbool.h>

#include "columns.h"
#include "csv.h"

struct dedup;

struct dedup *dedup_new(void);

/* Was a row equal to this one in these columns seen before?  From now on it was. */
bool dedup_seen(struct dedup *, const struct row *, const struct columns *);
void dedup_free(struct dedup *);

#endif
