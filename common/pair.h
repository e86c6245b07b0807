/* SPDX-License-Identifier: MIT */
/*
 * pair - labels of two values that tell by themselves which is positive
 *
 * The pairs are 0/1, -1/1, no/yes and false/true.  Numbers go by value and words by their letters,
 * in any case (ASCII): "1", "1.0" and "+1" are one label, and so are "no" and "No".
 */
#ifndef PA_PAIR_H
#define PA_PAIR_H

#include <stdbool.h>

#include "buf.h"

/* The pairs that this text is in, as bits: labels are of one pair where the bits of all have one in
 * common. */
unsigned pair_set(struct str);

/* 1: it is the positive one of its pairs, 0: the negative one; -1: it is in none. */
int pair_side(struct str);

/* Are these one label: the same text, number or word? */
bool pair_same(struct str, struct str);

/* Are these two a pair, the second positive? */
bool pair_tells(struct str negative, struct str positive);

/* What the label of a side (1: positive) will probably be, given that of the other side (NULL: not
 * known either); empty: it does not say. */
struct str pair_other(const char *known, size_t side);

#endif
