/* SPDX-License-Identifier: MIT */
/*
 * admit - what a row must have to be learnt from, and rows left out for want of it
 *
 * A row with a label needs a value of each part: a number, 0 or more if it is a weight; a category;
 * a time.  Of two classes its label must go with those of the rows before.
 */
#ifndef PA_ADMIT_H
#define PA_ADMIT_H

#include "classes.h"
#include "csv.h"
#include "table.h"

struct admit_part {
    size_t column;      /* in the header, and then in the table */
    const char *option; /* that needs it; NULL: nobody does */
    enum table_type type;
    bool weight;
};

struct admit {
    size_t label;
    bool many; /* any label goes with any other */
    const struct admit_part *part;
    size_t parts;
    int32_t tz;
    struct classes classes;
    bool new; /* the row that is looked at brings one */
};

/* For table_gate: may the row come in?  It came in. */
bool admit_open(void *admit, struct csv_in *, const struct row *);
void admit_enter(void *admit, const struct row *);

/* End at the first row of a loaded table that may not, but for its label. */
void admit_check(const struct table *, size_t label, const struct admit_part *, size_t n);

#endif
