/* SPDX-License-Identifier: MIT */
/*
 * label - outcomes as numbers
 *
 * A yes-or-no label is of a pair (pair.h), one of the two may be all there is; any other set of
 * values makes classes.
 */
#ifndef PA_LABEL_H
#define PA_LABEL_H

#include <stdbool.h>
#include <stdint.h>

#include "num.h"
#include "table.h"

enum { LABEL_MISSING = 2 };

struct labels {
    bool binary;
    uint8_t *y;          /* binary: (rows) 0, 1 or LABEL_MISSING */
    uint32_t *code;      /* classes: (rows) number in levels, or TABLE_MISSING */
    struct dict *levels; /* classes: numbers as num_write has them */
};

/* A column read by value; with positive (else NULL) this value is 1 and any other 0.  Release with
 * labels_release. */
void labels_init(
    struct labels *, const struct table_column *, size_t rows, const char *positive, unsigned jobs);
void labels_release(struct labels *);

/* Without positive: the first row whose label is of no pair with those before, SIZE_MAX: none; and
 * its text, for which there must be room. */
size_t labels_stranger(
    const struct table_column *, size_t rows, char room[NUM_WIDTH], struct str *text);

/* One outcome of a row, as text: 0, 1, -1 (taken as 0) or a word of a pair; else -1.  With
 * positive, 1 for it and 0 for any other. */
int label_read(struct str, const char *positive);

#endif
