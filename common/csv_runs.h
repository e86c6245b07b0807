/* SPDX-License-Identifier: MIT */
/*
 * csv_runs - runs of rows worked on side by side and used in their order: what csv_map and
 * csv_ahead are made of
 *
 * Runs of whole rows are taken from the input as they come.  Any thread works on a run; runs are
 * used one at a time in the order of the input, by whichever thread finds the next one ready.
 * Nothing that is ready waits for input that is not, and where the input comes in driblets each is
 * worked on where it is read.  The first error is that of one thread.
 */
#ifndef PA_CSV_RUNS_H
#define PA_CSV_RUNS_H

#include "csv.h"

struct csv_runs {
    struct csv_in *in; /* csv_can_take */
    unsigned jobs;
    size_t runs; /* under way at once, >= jobs */
    /* What comes of a run, one at a time. */
    void *(*room)(void *context);
    void (*free_room)(void *context, void *room);
    /* Work on the rows of a part: how many there were.  thread < jobs. */
    uint64_t (*work)(void *context, struct csv_part *, void *room, unsigned thread);
    /* In order; the room is empty again afterwards.  If the part has failed, the program ends next,
     * with its message. */
    void (*use)(void *context, struct csv_part *, void *room);
    /* A row by itself, longer than a part can be; nothing else is under way then. */
    void (*one)(void *context, const struct row *, unsigned thread);
    void *context;
};

/* All rows of the input that are still to come; they are counted as taken. */
void csv_runs(const struct csv_runs *);

#endif
