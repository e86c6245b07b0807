/* SPDX-License-Identifier: MIT */
/*
 * groups - the input's rows are candidates: those of each group are ranked, or chosen among
 *
 * Rows of a group may stand anywhere.  Output: groups in order of first sight, each with its best k
 * rows and their rank (and prob).  Memory: with policy top the best k rows of each group, otherwise
 * all rows.
 */
#ifndef PA_GROUPS_H
#define PA_GROUPS_H

#include "draws.h"
#include "policy.h"
#include "scorer.h"

struct groups {
    const char *columns;       /* NULL: all rows are one group */
    const char *model, *score; /* model file, or NULL: the column of the score */
    struct policy policy;
    struct draws_options draws;
    size_t k, explain;
    bool with_prob; /* add the column prob */
};

void groups_rank(const struct common *, const struct groups *);

#endif
