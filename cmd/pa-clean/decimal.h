/* SPDX-License-Identifier: MIT */
/*
 * decimal - numbers of any length compared as the decimals that they are written as
 *
 * 12345678901234567890 and 12345678901234567891 differ, though they are the same double; 1.50, 1.5
 * and 15e-1 are equal.
 */
#ifndef PA_DECIMAL_H
#define PA_DECIMAL_H

#include <stdbool.h>

#include "buf.h"

/* A number, read once to be compared often; text is the caller's and lives as long. */
struct decimal {
    struct str text;
    double x; /* the nearest double; infinite beyond the greatest */
};

/* false when it is no number, as num.h has them. */
bool decimal_read(struct str text, struct decimal *);

/* <0, 0, >0 as a is less than, equal to or greater than b. */
int decimal_compare(const struct decimal *a, const struct decimal *b);

#endif
