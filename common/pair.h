/* SPDX-License-Identifier: MIT */
/*
 * pair - labels of two values that tell by themselves which is positive
 *
 * The pairs are 0/1, -1/1, no/yes and false/true, the words in any letter case (ASCII).
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

/* Are these two a pair, the second positive? */
bool pair_tells(struct str negative, struct str positive);

/* What the label of a side (1: positive) will probably be, given that of the other side (NULL: not
 * known either); empty: it does not say. */
struct str pair_other(const char *known, size_t side);

#endif
