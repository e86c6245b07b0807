/* SPDX-License-Identifier: MIT */
/*
 * strata - how many rows of each value fell in each part
 *
 * Memory: what a dict needs for the values, and 8 bytes for each value and part.
 */
#ifndef PA_SPLIT_STRATA_H
#define PA_SPLIT_STRATA_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct strata;

struct strata *strata_new(size_t parts);
void strata_free(struct strata *); /* NULL is fine */

void strata_add(struct strata *, struct str value, size_t part);

/* Values are numbered in byte order once strata_sort has been called; adding ends that. */
void strata_sort(struct strata *);
size_t strata_size(const struct strata *);
struct str strata_value(const struct strata *, size_t i);
uint64_t strata_count(const struct strata *, size_t i, size_t part);

#endif
