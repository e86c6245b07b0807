/* SPDX-License-Identifier: MIT */
/*
 * csv_quoting - where the quoting of a row stands, known from its marks alone
 *
 * Reads as libcsv does when it forgives: a quote opens a field only at its first byte and closes it
 * only before a delimiter or the end of the row; any other is a byte like any other.  While quotes
 * stand where RFC 4180 has them this is the strict reading too, and from there on `broken` is set.
 * It says how far a row reaches and how long its fields are; what they are the referee says.
 */
#ifndef PA_CSV_QUOTING_H
#define PA_CSV_QUOTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A NUL, or a carriage return that ends a row: legal only before the newline. */
struct fault {
    size_t byte;    /* behind it; 0: there is none */
    size_t fields;  /* that have ended before it */
    uint64_t lines; /* newlines before it */
};

/* Zero before the first byte of a row.  Bytes are counted from there. */
struct quoting {
    size_t marks;         /* taken into account */
    bool open;            /* in a quoted field */
    bool broken;          /* strict quoting is */
    size_t ended;         /* byte behind a carriage return that ends it, or 0 */
    size_t quote;         /* byte behind the quote that closes the field if it ends there, or 0 */
    size_t fields, field; /* fields that have ended; where the one after them begins */
    size_t doubled;       /* quotes of that field that stand for others */
    uint64_t lines, line; /* newlines so far; before that field */
    struct fault fault;   /* the first */
};

/* The next mark is c, at byte `at`. */
void quoting_step(struct quoting *, char c, size_t at, char delim);

/* Is byte `at`, which is a newline or the end of all, in a quoted field?  Else the row ends there
 * or has ended, or strict quoting is broken. */
bool quoting_goes_on(const struct quoting *, size_t at, bool lenient);

/* How long the text of the last field is up to byte n, where all marks before it are known.  The
 * row may end there: a carriage return before it is no part of the text. */
size_t quoting_text(const struct quoting *, size_t n, bool row_may_end);

/* The row begins so many marks and bytes later than was thought. */
void quoting_advance(struct quoting *, size_t marks, size_t bytes);

/*
 * In both, the same newline has just been read within a quoted field, so both read alike what
 * follows, and `far` is where `there` comes to.  Moves `here` there; false, and nothing moves, when
 * the field that is open began later for `there`, whose length says too little of that of `here`.
 * `fault` is where `there` meets the first fault behind the newline, and then where `here` does.
 */
bool quoting_leap(struct quoting *here, size_t newline, const struct quoting *there,
    const struct quoting *far, struct quoting *fault);

#endif
