/* SPDX-License-Identifier: MIT */
/*
 * rows - a model's score for each row of the input, which passes on with it
 */
#ifndef PA_ROWS_H
#define PA_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "args.h"

struct rows {
    const char *model;
    size_t explain;   /* columns why1 ... */
    bool all_classes; /* softmax: a column score=CLASS for each class */
    bool watch;       /* take up a new model between two rows */
};

void rows_score(const struct common *, const struct rows *);

#endif
