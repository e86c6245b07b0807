/* SPDX-License-Identifier: MIT */
/*
 * coarsen - numbers and times that tell less
 *
 *   COLS=10       down to a multiple of 10: the greatest that is not above the number
 *   COLS=1d       to the start of the day (of s, m, h, d, w) that the time is in, as --tz counts
 *                 days: steps shorter than a day are counted from each midnight, longer ones from
 *                 1970-01-01, weeks from a Monday
 *
 * Equal values are written alike, also those that are multiples: numbers as num.h writes them,
 * times as timeform.h does, in the kind in which they came, which is one in a file (kinds.h).
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
bool coarsen_check(struct coarsen *, struct csv_in *, const struct row *);

/* Are there columns of times of which no time has been seen yet, which decides their kind? */
bool coarsen_undecided(const struct coarsen *);

/* Coarsen what is a number or a time, and not missing; how many values that changed. */
size_t coarsen_apply(struct coarsen *, const struct csv_in *, struct draft *, const struct row *);

/* The same steps for another thread. */
struct coarsen *coarsen_copy(const struct coarsen *);
void coarsen_free(struct coarsen *);

#endif
