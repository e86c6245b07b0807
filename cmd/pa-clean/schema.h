/* SPDX-License-Identifier: MIT */
/*
 * schema - what values the columns of a table may have
 *
 * A table column,type,required,min,max,regex,enum, one row a column; columns that it does not name
 * may hold anything, and what is empty asks for nothing:
 *
 *   type       text, integer (digits with an optional sign, any number of them), number,
 *              time
 *   required   yes or no: must a value be there?
 *   min, max   the least and the greatest number or time, themselves allowed; numbers are
 *              compared as the decimals that they are (decimal.h)
 *   regex      a POSIX extended regular expression that must match somewhere in the value
 *              (pattern.h)
 *   enum       the values allowed, separated by |; a backslash takes the meaning from the next byte
 */
#ifndef PA_SCHEMA_H
#define PA_SCHEMA_H

#include <stdbool.h>

#include "csv.h"
#include "timeform.h"

struct schema;

/* What is wrong in the file, a column among it that the table has not, is an error of the input.
 * form is that of the column time's values, if it is not -1, and lives as long. */
struct schema *schema_read(const struct common *, const char *path, const struct header *,
    const struct timeform *form, long time);

/* Is every value as it must be?  false when csv_bad rejected the row: E_REQUIRED, E_NUM, E_TIME,
 * E_RANGE, E_ENUM. */
bool schema_check(const struct schema *, struct csv_in *, const struct row *);

/* Set column[i] for each column i that has a rule. */
void schema_mark(const struct schema *, bool *column); /* NULL is fine */

/* The same rules for another thread; it lives no longer than the first. */
struct schema *schema_copy(const struct schema *);
void schema_free(struct schema *); /* NULL is fine */

#endif
