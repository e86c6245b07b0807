/* SPDX-License-Identifier: MIT */
/*
 * labels - the column to be predicted: its classes, and the class of each row
 *
 * Binary labels 0/1, -1/1, no/yes, false/true (the words in any letter case) tell by themselves
 * which is positive.  What cannot be used ends the program with a message.
 */
#ifndef PA_LABELS_H
#define PA_LABELS_H

#include <stdbool.h>
#include <stdint.h>

#include "table.h"

struct labels {
    struct str *class;   /* views of the column's levels */
    size_t classes;      /* binary: {negative, positive}; else all, in byte order */
    uint32_t *y;         /* (rows of the table): class */
    double *class_rows;  /* (classes) */
    uint64_t unlabelled; /* rows taken out of the table because their label is missing */
};

/*
 * Read the labels in this column of the table, of type TABLE_CATEGORY, and take rows without one
 * out of the whole table.  positive NULL: by the words above; many: two classes or more, in byte
 * order (positive must be NULL).  Release with labels_release.
 */
struct labels labels_take(struct table *, size_t column, const char *positive, bool many);
void labels_release(struct labels *);

/* For labels that come one by one.  Do these two tell by themselves that the second is positive?
 * Which side is this one by itself: 1 positive, 0 negative, -1: it does not say.  What the label of
 * a side will probably be, given that of the other side (NULL: not known either). */
bool labels_tell(struct str negative, struct str positive);
int labels_side(struct str);
struct str labels_other(const char *known, size_t side);

#endif
