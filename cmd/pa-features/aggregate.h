/* SPDX-License-Identifier: MIT */
/*
 * aggregate - what the rows of each group come to
 *
 * Rows are numbers into plain arrays; a row belongs to group[row], or to none.  A group's rows are
 * brought together, then each aggregate is computed group by group, so that all that is random
 * happens in cache.  Sums are exact, everything else is counting or comparing: the results are the
 * same for any order of the rows, save first and last among rows of equal time, and for any number
 * of threads.  No I/O; only running out of memory ends the program.
 *
 * Over the rows of the group for which where[row] == is (all if where is NULL):
 *
 *   COUNT      rows; with code, rows that have one
 *   SUM        of number (times factor, when given; a missing factor is 1); 0 of nothing
 *   MEAN MIN MAX SD   of number; SD divides by n
 *   DISTINCT   different codes
 *   FIRST LAST code of the earliest, latest row that has one (of equal times the first, last row)
 *   TOP        the most frequent code, of equally frequent ones that of least rank
 *   SHARE      of TOP among the rows that have a code; without code, rows with where == is among
 *              the rows where where is not missing
 *   RECENCY    days from the latest row to the cut-off
 *   FREQUENCY  rows, or with code different codes, a day from the group's earliest row to the
 *              cut-off, which count as one day at least
 *
 * Missing values of number (NaN) and code (AGGREGATE_NONE) are passed over; of nothing, all but
 * COUNT, SUM, DISTINCT and FREQUENCY (0) are NaN.  Results are doubles; codes come as numbers.
 */
#ifndef PA_AGGREGATE_H
#define PA_AGGREGATE_H

#include <stddef.h>
#include <stdint.h>

#define AGGREGATE_NONE UINT32_MAX
#define AGGREGATE_NO_TIME INT64_MIN

enum aggregate_function {
    AGGREGATE_COUNT,
    AGGREGATE_SUM,
    AGGREGATE_MEAN,
    AGGREGATE_MIN,
    AGGREGATE_MAX,
    AGGREGATE_SD,
    AGGREGATE_DISTINCT,
    AGGREGATE_FIRST,
    AGGREGATE_LAST,
    AGGREGATE_TOP,
    AGGREGATE_SHARE,
    AGGREGATE_RECENCY,
    AGGREGATE_FREQUENCY
};

struct aggregate {
    enum aggregate_function function;
    const double *number, *factor; /* (rows) */
    const uint32_t *code;          /* (rows), below levels */
    const uint32_t *rank;          /* (levels): order of codes, TOP and SHARE */
    size_t levels;
    const uint32_t *where; /* (rows) */
    uint32_t is;
};

/* n aggregates; out[j][...] below are the results of at[j]. */
struct aggregates {
    const struct aggregate *at;
    size_t n;
};

struct aggregate_rows {
    size_t rows, groups;   /* both < 2^32 - 1 */
    const uint32_t *group; /* (rows) or NULL: all are of group 0; AGGREGATE_NONE: left out */
    const int64_t *time;   /* (rows) microseconds or AGGREGATE_NO_TIME; NULL: there are no times */
};

/* out[j][g]: aggregate j of group g.  as_of: the cut-off that RECENCY and FREQUENCY look back
 * from; which rows count is the caller's choice, by group[]. */
void aggregate_groups(unsigned jobs, const struct aggregate_rows *, const struct aggregates *,
    int64_t as_of, double *const *out);

/*
 * out[j][q]: aggregate j of group[q], from rows strictly before time[q], which is also the
 * cut-off.  Rows without a time never count.  A question of no group sees no rows; one without a
 * time gets NaN throughout.  Needs rows->time.
 */
struct aggregate_questions {
    size_t n;
    const uint32_t *group; /* or NULL: group 0 */
    const int64_t *time;
};
void aggregate_before(unsigned jobs, const struct aggregate_rows *, const struct aggregates *,
    const struct aggregate_questions *, double *const *out);

#endif
