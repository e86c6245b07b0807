/* SPDX-License-Identifier: MIT */
/*
 * where - conditions on the fields of a row: COL op VALUE, op one of == != < <= > >= ~ !~
 *
 * When field and VALUE are both numbers they are compared as the decimals that they are
 * (decimal.h), when both are times as instants, else by bytes.  ~ and !~ match a POSIX extended
 * regular expression anywhere in the field, as pattern.h has it.  A missing field is only == or !=
 * the empty VALUE, or matched as empty text; it is neither less nor greater than anything.
 */
#ifndef PA_WHERE_H
#define PA_WHERE_H

#include <stdbool.h>

#include "args.h"
#include "csv.h"

struct where;

/* All conditions must hold.  The column's name ends at the first operator that no backslash
 * precedes.  What cannot be read is a usage error.  tz as in struct common. */
struct where *where_parse(const struct arg_list *, const struct header *, int32_t tz);
bool where_holds(const struct where *, const struct csv_in *, const struct row *);
/* Set column[i] for each column i that is looked at. */
void where_mark(const struct where *, bool *column);
void where_free(struct where *);

#endif
