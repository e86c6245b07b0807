/* SPDX-License-Identifier: MIT */
/*
 * scan - where the bytes that matter stand, 64 at a time
 *
 * AVX-512, AVX2 and portable code, chosen once at start by what the CPU has (PA_ISA=portable|avx2|
 * avx512 in the environment forces one that it has), with the same result.  No allocation, no I/O.
 */
#ifndef PA_SCAN_H
#define PA_SCAN_H

#include <stddef.h>
#include <stdint.h>

/*
 * Write to at[] the positions in p[0..n) of every byte that is delim, '\n', '\r', NUL or escape
 * ('"' of CSV, '\\' of TSV), in increasing order; return how many.  at has room for n + 64;
 * n < 2^32.
 */
size_t scan_index(const char *p, size_t n, char delim, char escape, uint32_t *at);

/* How many bytes of p[0..n) are c. */
size_t scan_count(const char *p, size_t n, char c);

/* Name of the instruction set in use: "portable", "avx2", "avx512". */
const char *scan_isa(void);

#endif
