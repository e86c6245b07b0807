/* SPDX-License-Identifier: MIT */
/*
 * gate - rows that a measure cannot use, seen one by one where they are to be told of
 */
#ifndef PA_GATE_H
#define PA_GATE_H

#include "csv.h"
#include "table.h"

/* A column that must hold a number. */
struct gate_number {
    long column; /* or COLUMN_NONE */
    enum table_type type;
    double least, most; /* what it may be, and what is said of another */
    const char *beyond;
    uint64_t numbers, others, outside;
};

/* Of a weight below 0, and of a score that is no probability where it must be. */
extern const char gate_below[], gate_outside[];

struct gate {
    long label, class, cluster, user; /* columns, or COLUMN_NONE */
    bool outcome;                     /* the label must be one of a pair */
    struct gate_number score, weight;
    uint64_t labels, strangers; /* those that may be, and those that are no outcomes */
    uint64_t missing;           /* rows in which something that is needed is */
    struct row *held; /* copies of those that may be, of their bytes and where they stood */
    size_t holds, held_cap;
};

/* For table_load_past.  A row comes in with its label and all that was asked for: its score, or
 * either of score and class where there are both, as the labels are not known yet; with one of them
 * it is held. */
bool gate_open(void *gate, struct csv_in *, const struct row *);
void gate_release(struct gate *);

/* What is summed as it comes, with its square or times a weight, is at most this; a weight is 0 or
 * at least 1 / this. */
static const double GATE_MOST = 1e150;

/* A weight of a row that is summed as it comes; it is there.  False: the row was left out. */
bool gate_weight(struct csv_in *, const struct row *, size_t column, double *w);

#endif
