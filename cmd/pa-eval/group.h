/* SPDX-License-Identifier: MIT */
/*
 * group - rows that agree in some columns, groups in order of first sight
 */
#ifndef PA_GROUP_H
#define PA_GROUP_H

#include "buf.h"
#include "crowd.h"
#include "table.h"

struct groups {
    size_t n;
    size_t *start; /* (n + 1) group g has row[start[g]] .. row[start[g+1]-1], ascending */
    uint32_t *row; /* NULL: one group of all rows */
    struct table_column *const *column;
    size_t columns;
    size_t pooled; /* the group that is all small ones together, or SIZE_MAX */
};

/* Of the rows with use[row], at most 2^32; use NULL: all.  columns 0: one group, even if empty. */
void groups_init(struct groups *, size_t rows, const uint8_t *use,
    struct table_column *const *column, size_t columns);

/*
 * Groups with fewer than k distinct users become one, the last, "(small)" in every column; if even
 * that has fewer, its rows are left out.  user (rows of the table), NULL: each row is one; weight
 * (rows), NULL: 1 each: a row of weight 0 is none of a user's.
 */
void groups_pool(struct groups *, const uint32_t *user, const double *weight, size_t k);

/* Its two halves: the users of all groups, crowd_free; and of those with small[group], of which
 * there is one at least, make one, the last. */
struct crowd *groups_crowd(
    const struct groups *, const uint32_t *user, const double *weight, size_t k);
void groups_merge(struct groups *, const uint8_t *small);
void groups_release(struct groups *);

/* The value of column c in group g ("" when missing), and "cluster=g1, slot=2" ("" without
 * columns). */
struct str groups_text(const struct groups *, size_t g, size_t c);
void groups_name(const struct groups *, size_t g, struct buf *);

#endif
