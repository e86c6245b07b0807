/* SPDX-License-Identifier: MIT */
/*
 * space - where rows are compared: scaled numbers, and an indicator for each level of a category
 *
 *   z       (x - mean) / population sd          robust  (x - median) / (q75 - q25), type 7
 *   minmax  (x - min) / (max - min)             log1p   log(1 + x), x > -1
 *   none    x
 *
 * A divisor of 0 counts as 1.  A missing number stands at the mean of its column (before scaling).
 * Indicators are 0 or 1, not scaled; missing is a level of its own, "", when learning has seen it;
 * an unseen level has all indicators 0.
 */
#ifndef PA_SPACE_H
#define PA_SPACE_H

#include <stdbool.h>

#include "dict.h"
#include "kmeans.h"
#include "table.h"

enum space_method { SPACE_Z, SPACE_MINMAX, SPACE_ROBUST, SPACE_LOG1P, SPACE_NONE, SPACE_METHODS };

/* "z", "minmax", ...; SPACE_METHODS when it is none of them. */
enum space_method space_method_of(struct str word);
const char *space_method_name(enum space_method);

/* One column; terms [first, first + 1) of a number, [first, first + levels) of a category. */
struct space_column {
    struct str name;
    bool category;
    enum space_method method;
    double mean, shift, scale;
    struct dict *levels; /* of a category, numbered in byte order */
    size_t first;
};

struct space {
    struct space_column *column;
    size_t columns, width; /* width: terms */
};

/* Why a column cannot be scaled. */
enum space_status { SPACE_OK, SPACE_LOG, SPACE_RANGE };

/* Learn columns [0, n) of the table, scaled by method[n]; on failure *column is the one at fault
 * and the result is NULL. */
struct space *space_learn(const struct table *, const enum space_method *method, unsigned jobs,
    enum space_status *status, size_t *column);

/* The table's rows in the space.  Numbers are scaled where the table has them; indicators are
 * new.  Release before the table. */
struct space_rows {
    struct kmeans_data data;
    double **column;
    const struct space *space;
};
struct space_rows space_apply(const struct space *, struct table *, unsigned jobs);
void space_rows_release(struct space_rows *);

/* One row by the text of its columns (n = 0: missing) into x[term * stride].  Returns columns, or
 * the number of a column that should be a number and is not (x is then half written).  Unseen
 * levels are counted in unseen[column]. */
size_t space_row(
    const struct space *, const struct str *text, double *x, size_t stride, uint64_t *unseen);

/* The name of a term: "column" or "column=level"; appended to a buffer. */
void space_term(const struct space *, size_t term, struct buf *);
void space_free(struct space *);

#endif
