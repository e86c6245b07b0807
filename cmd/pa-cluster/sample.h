/* SPDX-License-Identifier: MIT */
/*
 * sample - the rows of smallest hash
 *
 * A row's hash is a function of the seed and its number alone, so the sample is the same for any
 * number of threads, and changes little when rows are added at the end.
 */
#ifndef PA_SAMPLE_H
#define PA_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

uint64_t sample_hash(uint64_t seed, size_t row);

/* The m rows (of n, m <= n) of smallest hash, ties by number, into row[m] in ascending order. */
void sample_rows(uint64_t seed, size_t n, size_t m, unsigned jobs, size_t *row);

#endif
