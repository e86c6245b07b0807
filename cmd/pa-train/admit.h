/* SPDX-License-Identifier: MIT */
/*
 * admit - rows whose label is neither of two classes, left out where such rows may be
 */
#ifndef PA_ADMIT_H
#define PA_ADMIT_H

#include "classes.h"
#include "csv.h"

struct admit {
    size_t label; /* column */
    struct classes classes;
    bool new; /* the row that is looked at brings one */
};

/* For table_gate: a row comes in with a label that goes with those of the rows before, or with
 * none. */
bool admit_open(void *admit, struct csv_in *, const struct row *);
void admit_enter(void *admit, const struct row *);

#endif
