/* SPDX-License-Identifier: MIT */
/*
 * wrong - what is said of a value that cannot be used: what it is, and what would be right
 *
 * Each is csv_bad of csv.h, and returns what that returns.
 */
#ifndef PA_WRONG_H
#define PA_WRONG_H

#include "csv.h"
#include "kinds.h"
#include "timeform.h"

bool wrong_number(struct csv_in *, const struct row *, const char *column, struct str text);
bool wrong_time(struct csv_in *, const struct row *, const char *column, struct str text,
    const struct timeform *);
bool wrong_kind(
    struct csv_in *, const struct row *, const char *column, struct str text, const struct kinds *);

#endif
