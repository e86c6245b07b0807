/* SPDX-License-Identifier: MIT */
/*
 * items - rows, and what dividing them needs to know of each: user, time, label
 *
 * A label is 0 or -1 and 1, no and yes, false and true.  A row whose label or time cannot be read
 * follows --on-error; what has no time has no place in time and is left out with keep, too.
 */
#ifndef PA_SPLIT_ITEMS_H
#define PA_SPLIT_ITEMS_H

#include <stdbool.h>
#include <stdint.h>

#include "columns.h"
#include "csv.h"
#include "timestamp.h"

struct items {
    const struct common *common;
    struct csv_in *in;
    long user, time, label;   /* or COLUMN_NONE: not needed */
    enum timestamp_kind kind; /* of the times so far */
};

struct item {
    const struct row *row;
    const struct str *user; /* NULL: none */
    int64_t time;
    bool negative;
};

/* The next row that can be used, which lives in *row until the next call; false at the end. */
bool items_next(struct items *, struct row *, struct item *);

#endif
