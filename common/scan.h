/* SPDX-License-Identifier: MIT */
/*
 * scan - where the bytes that matter stand, 64 at a time
 *
 * AVX-512, AVX2 and portable code, chosen once at start by what the CPU has (PA_ISA=portable|avx2|
 * avx512 in the environment forces one that it has), with the same result.  No allocation, no I/O.
 */
#ifndef PA_SCAN_H
#define PA_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Write to at[] the positions in p[0..n) of every byte that is delim, '\n', '\r', NUL or escape
 * ('"' of CSV, '\\' of TSV), in increasing order; return how many.  at has room for n + 64;
 * n < 2^32.
 */
size_t scan_index(const char *p, size_t n, char delim, char escape, uint32_t *at);

/*
 * Where fields and rows end in bytes whose quoting is strictly regular (RFC 4180: a quoted field
 * begins right behind a delimiter or newline and ends right before one, quotes within are written
 * twice).  Delimiters and newlines in quotes end nothing.
 */
struct scan_rows {
    uint32_t *mark;  /* where a field ends: positions of delimiters and newlines */
    uint32_t *row;   /* where a row ends: which of the marks are newlines */
    uint32_t *inner; /* positions of newlines in quotes */
    size_t marks, rows, inners;
    bool quotes; /* there has been a quote */
    /* what the next byte stands behind; zero before the first of a row */
    bool open;
    unsigned behind;
};

/*
 * Append what p[from..n) holds; bytes before from have been seen.  Each array has room for n + 64
 * more.  False when something is not regular: a stray quote, a carriage return that no newline
 * follows, a NUL, with tsv (there are no quotes) a backslash; what was appended is worth nothing
 * then.  n < 2^32.
 */
bool scan_rows(struct scan_rows *, const char *p, size_t from, size_t n, char delim, bool tsv);

/*
 * Behind the last newline of p[from..n) that no quotes enclose, or 0: where the last row that ends
 * there does.  *open: whether a quote is open before from; it becomes what holds before n.
 */
size_t scan_row_end(const char *p, size_t from, size_t n, bool *open);

/* How many bytes of p[0..n) are c. */
size_t scan_count(const char *p, size_t n, char c);

/* Name of the instruction set in use: "portable", "avx2", "avx512". */
const char *scan_isa(void);

#endif
