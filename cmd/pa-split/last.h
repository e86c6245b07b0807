/* SPDX-License-Identifier: MIT */
/*
 * last - the last n moments of each group
 *
 * Moments are ordered by time, those of equal time by row number.  Memory: 16 n + 4 bytes a group.
 */
#ifndef PA_SPLIT_LAST_H
#define PA_SPLIT_LAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct moment {
    int64_t time;
    uint64_t row;
};

struct last;

struct last *last_new(size_t n); /* n >= 1 */
void last_free(struct last *);   /* NULL is fine */

/* Groups are numbered from 0; a new one is at most one more than the greatest so far. */
void last_add(struct last *, size_t group, struct moment);

/* Once all are added: is this moment of the group among its last n? */
bool last_has(const struct last *, size_t group, struct moment);

/* What is known of this group will be looked at soon. */
void last_fetch(const struct last *, size_t group);

/* How many groups have no more than n moments, so all of them are the last. */
size_t last_only(const struct last *);

#endif
