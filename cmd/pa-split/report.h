/* SPDX-License-Identifier: MIT */
/*
 * report - what became of the rows, on standard error
 */
#ifndef PA_SPLIT_REPORT_H
#define PA_SPLIT_REPORT_H

#include "buf.h"
#include "strata.h"

struct report {
    const struct str *name; /* (parts) of the files, or NULL */
    size_t parts;
    const uint64_t *rows; /* (parts) written */
    uint64_t in_gap, negatives, negatives_kept;
    uint64_t without_user, few; /* users whose rows are all among their last */
    bool drawn;                 /* by chance */
    struct strata *strata;      /* or NULL */
    const char *stratify;
};

void report_write(const struct report *);

#endif
