/* SPDX-License-Identifier: MIT */
/*
 * csv_map - rows that pass on one by one, worked on by several threads
 *
 * What becomes of a row depends on that row (and its number) alone.  Runs of whole rows are taken
 * from the input as they come, worked on side by side, and written in the order of the input: the
 * bytes, the counts and the first error are those of one thread.  Nothing that is ready waits for
 * input that is not.  One thread does all where rows cannot be taken in parts (csv_can_take), and
 * where the input comes in driblets.
 */
#ifndef PA_CSV_MAP_H
#define PA_CSV_MAP_H

#include "csv.h"

enum { CSV_MAP_BATCH = 64 };

struct csv_map {
    struct csv_in *in;
    struct csv_out *out; /* complete with its columns */
    unsigned jobs;
    bool numbered; /* row->number counts the rows that are given, from 1; costs a little */
    /*
     * Set values of out, which stands for the output, and csv_write the row to it, or do not.
     * thread < jobs.  csv_bad and csv_missing may be called, csv_reject may not; without numbered,
     * row->number is nothing, and row->line and row->byte are for csv_bad alone.
     */
    void (*row)(void *context, const struct row *, struct csv_out *out, unsigned thread);
    void *context;
    /*
     * NULL, or called after each run of at most CSV_MAP_BATCH calls of row, whose row->bytes stay
     * until then: rows may be written here instead, in their order.
     */
    void (*batch)(void *context, struct csv_out *out, unsigned thread);
};

/* All rows of the input that are still to come. */
void csv_map(const struct csv_map *);

#endif
