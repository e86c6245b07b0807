/* SPDX-License-Identifier: MIT */
/*
 * tidy - blanks around values taken away, ASCII capitals made small
 */
#ifndef PA_TIDY_H
#define PA_TIDY_H

#include "columns.h"
#include "draft.h"

/* Blanks are space, tab, carriage return and line feed; each returns how many values it changed. */
size_t tidy_trim(struct draft *, const struct row *, const struct columns *);
size_t tidy_lower(struct draft *, const struct row *, const struct columns *);

#endif
