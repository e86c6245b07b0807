/* SPDX-License-Identifier: MIT */
/*
 * limits - what stands in for missing values, and how far numbers may go
 *
 *   fill   COLS=mean | median | mode | TEXT      \mean is the word
 *   clip   COLS=LO:HI                            either may be empty
 *          COLS=q.01:q.99                        quantiles, type 7
 *          COLS=mad:K                            median -+ K * 1.4826 * median |x - median|
 *          COLS=iqr:K                            Q1 - K * (Q3 - Q1) to Q3 + K * (Q3 - Q1)
 *
 * Everything is learnt from the values as they come, before any rule is applied; then a missing
 * value is filled, and a number, filled or not, is clipped.  Learning holds 8 bytes a value for
 * medians and quantiles, each distinct value once for modes, nothing for means.
 */
#ifndef PA_LIMITS_H
#define PA_LIMITS_H

#include <stdbool.h>

#include "args.h"
#include "columns.h"
#include "csv.h"

struct limits;

/* The rules of --fill and --clip; one that cannot be read is a usage error. */
struct limits *limits_parse(
    const struct arg_list *fills, const struct arg_list *clips, const struct header *);

/* Must rows be seen before the first can be written? */
bool limits_learn(const struct limits *);

/* Learn from a row; false when csv_bad rejected it (text where a number must be). */
bool limits_see(struct limits *, struct csv_in *, const struct row *);

/* After the last row: settle every rule.  A mean or limit of no values at all is an error. */
void limits_settle(struct limits *);

/* Model of program pa-clean, kind limits. */
void limits_write(const struct limits *, const char *path);
struct limits *limits_read(const char *path, const struct header *);

/* Say with -v what the rules came to. */
void limits_note(const struct limits *);

/* Tie rules to the output, after csv_columns; columns that are not kept are left alone. */
void limits_bind(struct limits *, struct csv_out *, const struct columns *kept);

/* Apply the rules to a row about to be written; false when csv_bad rejected it. */
bool limits_apply(struct limits *, struct csv_in *, const struct row *, struct csv_out *);

/* How many values were filled and clipped so far. */
struct limits_counts {
    uint64_t filled, clipped;
};
struct limits_counts limits_counts(const struct limits *);
void limits_free(struct limits *);

#endif
