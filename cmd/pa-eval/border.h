/* SPDX-License-Identifier: MIT */
/*
 * border - where bins of equal mass begin, among rows of one score too
 *
 * A border that falls between rows of the same score parts them by their number in the input.
 */
#ifndef PA_BORDER_H
#define PA_BORDER_H

#include <stddef.h>
#include <stdint.h>

/* Where a bin begins: at a score, after so many rows that have just this score. */
struct border {
    double score;
    uint64_t before;
    uint64_t seen; /* rows of that score so far; counted at the first border that has it */
    size_t bin;    /* that begins */
};

/* Borders with a score below x, of n in the order of bins. */
size_t borders_below(const struct border *, size_t n, double x);

/* The bin of the next row that has the score of border i, the first one that has it. */
size_t border_next(struct border *, size_t n, size_t i);

#endif
