/* SPDX-License-Identifier: MIT */
/*
 * progressive - progressive validation: the loss of each row before it was learnt from
 *
 * Losses are added in the order of the rows, many at a time.
 */
#ifndef PA_PROGRESSIVE_H
#define PA_PROGRESSIVE_H

#include <stdbool.h>

#include "linear.h"

enum { PROGRESSIVE_MARGINS = 256 };

struct progressive {
    struct linear_online *facts; /* rows, weight and wrong, which others count, and loss */
    bool many;                   /* rows that were taken for another class are told, too */
    double margin[PROGRESSIVE_MARGINS], weight[PROGRESSIVE_MARGINS]; /* losses still to be added */
    size_t margins;
    uint64_t next, told_rows; /* rows at which it speaks next, and when it spoke last */
    double told_loss, told_weight, told_wrong;
};

void progressive_begin(struct progressive *, struct linear_online *, bool many);
/* One more row, of loss -weight log(logistic(margin)). */
void progressive_add(struct progressive *, double margin, double weight);
/* Bring the loss in the facts up to the rows. */
void progressive_settle(struct progressive *);
/* Speak, with -v, of all rows and of those since the last time, if the rows have doubled since; at
 * the end if there are any. */
void progressive_tell(struct progressive *, bool end);

#endif
