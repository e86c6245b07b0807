/* SPDX-License-Identifier: MIT */
/*
 * cleaner - the way of a row through the rules
 *
 * A row meets, in this order: --trim, --lower, --time-in and --time-out; --where; --require,
 * --schema, numbers and times where they must be; --dedup; --max-rate; --fill and --clip;
 * --coarsen; --hmac; --k-anon; --sessionize, which counts by users and times as they were before
 * the two rules for privacy.
 *
 * What cannot be told of a row before all rows have been seen (bots, quantiles, sizes of crowds,
 * the last of repeated rows) is learnt first: the input is read again, and rows go one rule
 * further in each pass, until all is known.  So a rule learns from the rows that the rules before
 * it left.  One bit a row remembers which are left.
 *
 * Where rules look at one row alone (spread), or learn from repeats and numbers only (sift), all
 * threads work; nothing of it shows but the time it takes.
 */
#ifndef PA_CLEANER_H
#define PA_CLEANER_H

#include "args.h"
#include "columns.h"
#include "csv.h"

/* The rules, as options give them. */
struct rules {
    struct arg_list where, fill, clip, coarsen;
    const char *trim, *lower, *require, *schema, *time_in, *time_out;
    const char *dedup_keys, *dedup_window, *dedup_keep, *memory;
    const char *max_rate, *session_gap, *user, *time;
    const char *outliers, *model, *save_model;
    const char *hmac, *key_file, *quasi;
    int64_t k_anon; /* 0: off */
    bool dedup, sessionize, infer_schema;
    bool time_given; /* -T names the column; else it is looked for where a rule needs it */
};

struct cleaner;

/* What is wrong with the rules whatever the input is, a usage error; before the input is opened. */
void cleaner_check(const struct rules *, const struct common *);

/* What cannot be read, or names no column, is a usage error.  The rules must outlive it. */
struct cleaner *cleaner_new(const struct rules *, const struct common *, struct csv_in *);

/* The columns of the output as it is bound: those of the input, then those that rules add.  The
 * names live until the cleaner is freed; the array is the caller's. */
struct header cleaner_columns(struct cleaner *);

/* Where rows go: out, to which the columns that rules add are added, or (out NULL) into a guess of
 * the schema.  Of the input's columns those kept are wanted; kept must outlive it. */
void cleaner_bind(struct cleaner *, struct csv_out *, const struct columns *kept);

/* All rows from first to last. */
void cleaner_run(struct cleaner *);

/* The guess of the schema, and what was learnt, where they were asked for. */
void cleaner_finish(struct cleaner *, const struct common *);

/* The counts: with -v to standard error; a table measure,column,value to a file, which is opened
 * before the rows run, so that what is wrong with its name is said before any output. */
void cleaner_note(const struct cleaner *);
struct csv_out *cleaner_report_open(const struct common *, const char *path);
void cleaner_report(const struct cleaner *, struct csv_out *);
void cleaner_free(struct cleaner *);

#endif
