/* SPDX-License-Identifier: MIT */
/*
 * coarsen - numbers and times that tell less
 *
 *   COLS=10       down to a multiple of 10: the greatest that is not above the number
 *   COLS=1d       to the start of the day (of s, m, h, d, w) that the time is in, as --tz counts
 *                 days; weeks begin on Monday
 */
#ifndef PA_COARSEN_H
#define PA_COARSEN_H

#include <stdbool.h>

#include "args.h"
#include "columns.h"
#include "draft.h"
#include "timeform.h"

struct coarsen;

/* One that cannot be read is a usage error.  form is that of the column time's values, if it is
 * not -1; other times are as timestamp.h reads them.  form lives as long. */
struct coarsen *coarsen_parse(const struct arg_list *, const struct header *,
    const struct timeform *form, long time, int32_t tz);

/* Set column[i] for each column i that has a step. */
void coarsen_mark(const struct coarsen *, bool *column);

/* Are the values numbers or times, as they must be?  false when csv_bad rejected the row. */
bool coarsen_check(const struct coarsen *, struct csv_in *, const struct row *);

/* Coarsen what is a number or a time; how many values that changed. */
size_t coarsen_apply(const struct coarsen *, struct draft *, const struct row *);
void coarsen_free(struct coarsen *);

#endif
