/* SPDX-License-Identifier: MIT */
/*
 * columns - lists of columns as options name them
 *
 *   LIST = ITEM{,ITEM};  ITEM = ["!"] ( NAME | GLOB | NAME:NAME | NAME-NAME )
 *
 * A name that exists wins over every other reading; a backslash takes the meaning from the next
 * character.  A GLOB has * ? or [...]; a range runs in the header's order.  An ITEM with "!" takes
 * columns away; a list that begins with one begins from all.  Order is that of the list, globs and
 * ranges in the header's order; no column comes twice.
 */
#ifndef PA_COLUMNS_H
#define PA_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"

enum { COLUMN_NONE = -1 };

struct columns {
    size_t *at;
    size_t n;
};

/* A list given with option (its long name); what matches nothing is a usage error naming the
 * nearest column.  list NULL: no columns.  Release with mem_free(at). */
struct columns columns_parse(const char *option, const char *list, const struct header *);
struct columns columns_all(const struct header *);
bool columns_have(const struct columns *, size_t column);

/* The number of one column by name, or COLUMN_NONE. */
long columns_find(const struct header *, struct str name);

/* One column named by an option: missing it is exit 2 with the nearest name, but exit 1 when the
 * name is the option's default (in a list, too), as it is with columns_need, which is for names
 * that a model or a role asks for. */
size_t columns_option(const char *option, const char *name, const struct header *);
size_t columns_need(struct str name, const struct header *, const char *wanted_by);

/* The name most like this one (Damerau-Levenshtein, at most a third of its length away), or NULL.
 */
const struct str *columns_nearest(struct str name, const struct header *);

/* In byte order of their names, so that their order in the input moves not even the last bits of
 * what is learnt from them. */
void columns_sort(struct columns *, const struct header *);

#endif
