/* SPDX-License-Identifier: MIT */
/*
 * report - the output table of a measure: group columns first, then its own
 */
#ifndef PA_REPORT_H
#define PA_REPORT_H

#include "check.h"
#include "columns.h"
#include "csv.h"
#include "estimate.h"

struct report {
    struct csv_out *out;
    size_t *group; /* numbers of the group columns for csv_set_* */
    size_t *own;
    size_t owns;
    struct check *check;
};

/* own: names ended by NULL.  Before the first row of in is read.  Release with report_release. */
void report_init(struct report *, const struct common *, struct csv_in *in,
    const struct columns *group, const char *const *own);
void report_release(struct report *);

/* A row measure,value,low,high; the value goes to the check, too.  Group columns are the caller's.
 */
void report_estimate(struct report *, const char *measure, struct estimate);

/* Number of an own column for csv_set_*. */
size_t report_column(const struct report *, size_t own);

#endif
