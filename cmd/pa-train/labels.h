/* SPDX-License-Identifier: MIT */
/*
 * labels - the column to be predicted: its classes, and the class of each row
 *
 * Binary labels of a pair (pair.h) tell by themselves which is positive.  What cannot be used ends
 * the program with a message.
 */
#ifndef PA_LABELS_H
#define PA_LABELS_H

#include <stdbool.h>
#include <stdint.h>

#include "table.h"

struct labels {
    bool many;           /* any number of classes, not two */
    struct str *class;   /* views of the column's levels */
    size_t classes;      /* binary: {negative, positive}; else all, in byte order */
    uint32_t *y;         /* (rows of the table): class */
    double *class_rows;  /* (classes) */
    uint64_t unlabelled; /* rows taken out of the table because their label is missing */
};

/*
 * Read the labels in this column of the table, of type TABLE_CATEGORY, and take rows without
 * one out of the whole table.  positive NULL: by the pair; many: two classes or more, in byte order
 * (positive must be NULL), else spellings of one label (pair_same) are one class, of which the
 * first in byte order is the name.  Release with labels_release.
 */
struct labels labels_take(struct table *, size_t column, const char *positive, bool many);
void labels_release(struct labels *);

#endif
