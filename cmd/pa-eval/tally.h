/* SPDX-License-Identifier: MIT */
/*
 * tally - bins of calibration counted from ordered scores, for rows that all count 1
 *
 * The same as calibration_of of the same bins, bit by bit, without a pass over rows but one for
 * those whose score a border cuts.
 */
#ifndef PA_TALLY_H
#define PA_TALLY_H

#include "calibration.h"

/* Of m bins of equal mass, or of equal width; scores within [0, 1]. */
struct tally;
struct tally *tally_new(const struct order *, size_t m, bool width, unsigned jobs);
void tally_add(struct tally *, const struct ties *, unsigned thread);

/* score, y (rows) as the order has them; bin (m) is filled.  Frees. */
struct calibration tally_finish(struct tally *, const double *score, const uint8_t *y, struct level,
    struct calibration_bin *bin);

/* All of it. */
struct calibration tally_of(
    struct order *, const struct judged *, bool width, struct calibration_bin *bin, size_t m);

#endif
