/* SPDX-License-Identifier: MIT */
/*
 * rows - a table whose rows stay rows: what of it must be seen before, and each row transformed
 *
 * Only columns that transforms learn from, and with --for the group and the time of every row, are
 * held in memory; then the table is read again and rows go out one by one.  When nothing is to be
 * learnt or asked they go out at once.
 */
#ifndef PA_ROWS_H
#define PA_ROWS_H

#include "chain.h"
#include "events.h"
#include "frame.h"
#include "timestamp.h"

struct rows {
    const struct common *common;
    struct csv_in *in;
    const struct header *header;
    const struct events *events; /* --for: where groups are known; else NULL */
    struct table_want *want;
    struct table *table; /* NULL: nothing had to be seen before */
    size_t wants;
    size_t *group;            /* wants of the group columns */
    long time;                /* want of the time, COLUMN_NONE without events */
    long *learnt;             /* (header) want of a column that is read for its form or values */
    long label;               /* want of the label of a sparse form, or COLUMN_NONE */
    long *passing;            /* (header) in a sparse form, of a column that passes; else NULL */
    bool *lenient;            /* (header) --numeric: other text is missing */
    enum timestamp_kind kind; /* of the times read again */
};

/* The options' names are checked. */
struct rows rows_open(const struct common *, const char *const *path, size_t n,
    const struct events *, const struct event_options *);
/* What is needed before the first row is read, and the table stands at its start.  Transforms are
 * those of the options, or of the chain when that has been read from a model. */
void rows_load(struct rows *, const struct arg_list *transforms, const struct chain *,
    const struct event_options *, struct frame *);
/* What the rows ask of the log: groups (mem_free) and times. */
struct aggregate_questions rows_questions(const struct rows *);
void rows_learn(const struct rows *, struct chain *);
/* Writes all rows, their columns and features transformed. */
void rows_write(struct rows *, struct chain *, const struct features *, const struct frame *);
void rows_close(struct rows *);

#endif
