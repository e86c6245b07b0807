/* SPDX-License-Identifier: MIT */
/*
 * csv_ahead - rows that are used one after another, but made ready by several threads
 *
 * Runs of whole rows are taken from the input as they come; any thread makes a run ready, and runs
 * are used one at a time in the order of the input.  What comes of it is that of one thread, and
 * so is the first error.  Nothing that is there waits for input that is not.
 */
#ifndef PA_CSV_AHEAD_H
#define PA_CSV_AHEAD_H

#include "csv.h"

struct csv_ahead {
    struct csv_in *in;
    unsigned jobs;
    /* Room for what a run becomes; empty again after use. */
    void *(*room)(void *context);
    void (*empty_room)(void *room);
    void (*free_room)(void *room);
    /* Add a row to the room; thread < jobs.  False: it cannot be done before the rows that come
     * before it are used; then the run's rows are given to take.  csv_bad and csv_missing may be
     * called. */
    bool (*ready)(void *context, void *room, const struct row *, unsigned thread);
    /* False: by what was used since, the rows would become something else now; then they are given
     * to take. */
    bool (*use)(void *context, void *room);
    /* One row, made ready and used. */
    void (*take)(void *context, const struct row *);
    void *context;
};

/* All rows of the input that are still to come. */
void csv_ahead(const struct csv_ahead *);

#endif
