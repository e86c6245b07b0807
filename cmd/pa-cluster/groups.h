/* SPDX-License-Identifier: MIT */
/*
 * groups - what pa-cluster learns, and its model file (program pa-cluster, kind kmeans)
 *
 *   rows N, seed S, iterations I, inertia X                        facts
 *   number NAME METHOD MEAN SHIFT SCALE                            a column, see space.h
 *   category NAME                                                  a column, followed by its
 *   level TEXT                                                     levels in byte order
 *   group NAME ROWS                                                a group, followed by its
 *   centre TERM VALUE                                              centre, a term a line, scaled
 */
#ifndef PA_GROUPS_H
#define PA_GROUPS_H

#include "space.h"

struct groups {
    struct space *space;
    size_t k;
    struct str *name; /* (k) g1, g2, ... */
    uint64_t *size;   /* (k) training rows */
    double *centre;   /* (k, space->width) scaled */
    uint64_t rows, seed;
    int iterations;
    double inertia;
};

/* Take over a space and the centres and sizes of a fit (which loses them). */
struct groups *groups_new(struct space *, struct kmeans *, size_t k);
void groups_write(const struct groups *, const char *path);
/* Dies with a message about the file when it cannot be used. */
struct groups *groups_read(const char *path);
void groups_free(struct groups *);

#endif
