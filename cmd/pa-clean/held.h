/* SPDX-License-Identifier: MIT */
/*
 * held - rows put aside in an unlinked temporary file, and taken back in the order they came
 */
#ifndef PA_HELD_H
#define PA_HELD_H

#include "draft.h"

struct held;

/* columns of a row; the draft is what was made of it, us its time (NULL: it has none). */
struct held *held_new(size_t columns);
void held_put(struct held *, const struct row *, const struct draft *, const int64_t *us);

/* The next row into *row, the draft as it was, and into *timed and *us its time; false at the end.
 * Then nothing may be put. */
bool held_take(struct held *, struct row *, struct draft *, bool *timed, int64_t *us);
void held_free(struct held *); /* NULL is fine */

#endif
