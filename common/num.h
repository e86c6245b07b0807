/* SPDX-License-Identifier: MIT */
/*
 * num - decimal text to numbers and back
 *
 *   number = [+-] ( digits [ "." [digits] ] | "." digits ) [ (e|E) [+-] digits ]
 *
 * in the C locale whatever the environment says, the whole field or nothing: no blanks, hex, nan,
 * inf or thousands separators.  Reading rounds correctly, half to even (Lemire, "Number parsing at
 * a gigabyte per second", 2021); writing gives the shortest digits that read back to the same
 * double, the closest of them when several are equally short (Giulietti, "The Schubfach way to
 * render doubles", 2020).
 */
#ifndef PA_NUM_H
#define PA_NUM_H

#include <stdint.h>

#include "buf.h"

enum num_status {
    NUM_OK,
    NUM_NOT,  /* not a number */
    NUM_RANGE /* a number beyond the greatest double, or an integer beyond int64_t */
};

/* *x is set only on NUM_OK.  What is too small to represent is 0 with its sign. */
enum num_status num_double(struct str, double *x);

/*
 * Numbers read many at a time, several times as fast where they are short.  A text is put into slot
 * i < NUM_AT_ONCE (num_short.h), where it waits without its bytes being needed any more; what is
 * empty, begins with "+" or has more than eight bytes behind its sign is not taken.
 */
enum { NUM_AT_ONCE = 64 };
struct num_batch {
    uint64_t text[NUM_AT_ONCE], others[NUM_AT_ONCE]; /* its bytes, last; where there are none */
    double sign[NUM_AT_ONCE];                        /* 1 or -1 */
};

/* Read slots 0 to n - 1: bit i of the result says that x[i] is the number, as num_double gives it.
 * Others are something else (an exponent, a word, an empty slot), and x[i] is nothing. */
uint64_t num_batch_read(const struct num_batch *, size_t n, double *x);

/* num_double of n <= NUM_AT_ONCE texts: bit i says that x[i] is set, the status being NUM_OK. */
uint64_t num_doubles(const struct str *text, size_t n, double *x);

/* Digits with an optional sign, nothing else. */
enum num_status num_int(struct str, int64_t *x);

enum { NUM_WIDTH = 32 }; /* bytes that any number needs at most */

/*
 * Write x to out[NUM_WIDTH], return the length (no NUL is added).  Plain notation for
 * 1e-5 <= |x| < 1e17 and 0, else d.ddde[-]XX without padding; -0 is "-0".  What is not finite has
 * length 0: the empty field, which means missing.
 */
size_t num_write(double x, char *out);
size_t num_write_int(int64_t x, char *out);

/* Append to a buffer. */
void num_put(struct buf *, double x);
void num_put_int(struct buf *, int64_t x);

#endif
