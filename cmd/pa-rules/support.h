/* SPDX-License-Identifier: MIT */
/* support - from a share of the baskets to a number of them, without rounding */
#ifndef PA_SUPPORT_H
#define PA_SUPPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

/*
 * The least count c >= 1 with c >= share * n, exactly, share being the decimal text (0.01, 1e-3) of
 * a number from 0 to 1 and n < 2^32.  False when the text is no such number.
 */
bool support_count(struct str share, uint64_t n, uint64_t *count);

#endif
