/* SPDX-License-Identifier: MIT */
/*
 * entries - the rows of a design matrix one at a time
 *
 * For work that pass.h does not do by panels: scores of single rows, their leverage.
 */
#ifndef PA_ENTRIES_H
#define PA_ENTRIES_H

#include "glm.h"

/* What is not 0 in row i of (1, X): columns from 0, the constant, ascending. */
struct entry {
    uint32_t column;
    double value;
};

/* Room for entries_most() of them; returns how many. */
size_t entries_most(const struct mat_design *);
size_t entries_of(const struct mat_design *, size_t row, struct entry *);

#endif
