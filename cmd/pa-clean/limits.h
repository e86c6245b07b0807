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
#include "draft.h"

struct limits;

/* The rules of --fill and --clip; one that cannot be read, or a second one of a column, is a usage
 * error. */
struct limits *limits_parse(
    const struct arg_list *fills, const struct arg_list *clips, const struct header *);

/* Must rows be seen before the first can be written? */
bool limits_learn(const struct limits *);

/* Read the numbers of a row, before all that follows; false when csv_bad rejected it (text where a
 * number must be). */
bool limits_check(struct limits *, struct csv_in *, const struct row *);
/* The same of a row that has been checked before. */
void limits_take(struct limits *, const struct csv_in *, const struct row *);

/* Learn from the row. */
void limits_see(struct limits *, const struct csv_in *, const struct row *);

/* After the last row: settle every rule.  What there are no values for is not learnt, and a warning
 * says so: nothing is filled, there are no limits. */
void limits_settle(struct limits *);

/* Model of program pa-clean, kind limits. */
void limits_write(const struct limits *, const char *path);
struct limits *limits_read(const char *path, const struct header *);

/* Say with -v what the rules came to. */
void limits_note(const struct limits *);

/* What becomes of a number beyond its limits: pulled in, its row rejected, or marked in a new last
 * column COL_outlier, 1 or 0.  Before limits_bind, which adds those columns after csv_columns. */
enum outliers { OUTLIERS_CLIP, OUTLIERS_DROP, OUTLIERS_FLAG };
void limits_outliers(struct limits *, enum outliers);
void limits_bind(struct limits *, struct csv_out *);
/* The column that marks the outliers of rule i; empty: there is none. */
struct str limits_flag_name(const struct limits *, size_t i);

/* For each row about to be written, in this order: is it to be dropped, and why (E_RANGE)?  Fill
 * and clip.  Before csv_write, flag. */
bool limits_drop(struct limits *, const struct csv_in *, const struct row *, struct buf *why);
void limits_apply(struct limits *, const struct csv_in *, const struct row *, struct draft *);
void limits_flag(const struct limits *, struct csv_out *);

/* Of rule i, one a column: how many values were filled, and how many were beyond the limits. */
struct limits_counts {
    struct str column;
    uint64_t filled, outliers;
};
size_t limits_count(const struct limits *);
bool limits_have(const struct limits *, size_t column); /* does the column have a rule? */
/* The text that fills the column, as an option or the model gives it; empty: there is none. */
struct str limits_text(const struct limits *, size_t column);
struct limits_counts limits_counts(const struct limits *, size_t i);
/* Set column[i] for each column i that has a rule. */
void limits_mark(const struct limits *, bool *column);

/* The same rules for another thread, once they are settled; limits_join adds its counts and frees
 * it. */
struct limits *limits_copy(const struct limits *);
void limits_join(struct limits *, struct limits *copy);

/*
 * On several threads, where limits_by_numbers says that no rule needs more than numbers: read them
 * into number[limits_count], as limits_check does; learn from them, in any order; and fill and clip
 * a row of an output, whose columns limits_columns ties to the rules.
 */
struct limits_row {
    const struct csv_in *in;
    const struct row *row;
    const size_t *change;         /* [limits_count], of limits_columns */
    double *number;               /* [limits_count], to work in */
    struct limits_counts *counts; /* [limits_count], added to; limits_add adds them up */
};
bool limits_by_numbers(const struct limits *);
/* Of the i-th number that was learnt, once all is settled, where there is one rule, which learns a
 * quantile: is it beyond the limits?  limits_remembers: can that be asked? */
bool limits_remembers(const struct limits *);
bool limits_was_beyond(const struct limits *, size_t i);
bool limits_numbers(const struct limits *, struct csv_in *, const struct row *, double *number);
void limits_see_numbers(struct limits *, const double *number);
void limits_columns(const struct limits *, struct csv_out *, size_t *change);
void limits_set(const struct limits *, const struct limits_row *, struct csv_out *);
void limits_add(struct limits *, const struct limits_counts *);
void limits_free(struct limits *);

#endif
