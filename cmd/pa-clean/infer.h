/* SPDX-License-Identifier: MIT */
/*
 * infer - the schema (schema.h) that the values of a table suggest
 *
 * A column is integer when every value is one that is written as integers are (007 and +1 are not:
 * they are text), of any length, number when every value is a number and none begins like 007, time
 * when every value is an ISO 8601 time or, in the column of the time, any time that reads; else
 * text.  It is required when no row lacks it.  min and max are those of the values, numbers as they
 * stand there.  enum is given for text of at most 20 different values, each of which came 5 times
 * on average or more.
 */
#ifndef PA_INFER_H
#define PA_INFER_H

#include "columns.h"
#include "csv.h"
#include "timeform.h"

struct infer;

/* form is that of the column time's values, if it is not -1. */
struct infer *infer_new(const struct header *, const struct columns *, const struct timeform *form,
    long time, int32_t tz);
void infer_see(struct infer *, const struct csv_in *, const struct row *);

/* The schema as a table of added columns; releases everything. */
void infer_write(struct infer *, struct csv_out *);

#endif
