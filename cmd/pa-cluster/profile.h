/* SPDX-License-Identifier: MIT */
/*
 * profile - what the rows of each group are like, in the units of the input
 *
 * A table with a row a group:
 *
 *   group, size, share     its name, its rows, and their share of all rows
 *   mean_COL               of a number: the mean of what is not missing
 *   top_COL, share_COL     of a category: the most frequent level (the first in byte order of
 *                          equally frequent ones) and its share of the group's rows
 *   distinctive            up to three terms in which the group differs most from all rows, by
 *                          |mean - mean of all| / sd of all (the share of a level is the mean of
 *                          its indicator): "price +1.25 sd; category=phone 62% (all 17%)"; below
 *                          0.2 it is not told, and without any it says "near the average"
 *
 * Sums are exact, so the order of rows does not matter.  Memory: 1.1 KB a number and group.
 */
#ifndef PA_PROFILE_H
#define PA_PROFILE_H

#include "args.h"
#include "space.h"

struct profile;

struct profile *profile_new(const struct space *, size_t groups);
/* A row of a group, by the text of the space's columns (n = 0: missing). */
void profile_add(struct profile *, size_t group, const struct str *text);
void profile_write(
    const struct profile *, const struct common *, const struct str *name, const char *path);
void profile_free(struct profile *);

#endif
