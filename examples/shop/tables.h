/* SPDX-License-Identifier: MIT */
/* tables - rows of a new table, written field by field in the order of its header */
#ifndef SHOP_TABLES_H
#define SHOP_TABLES_H

#include "args.h"
#include "csv.h"
#include "world.h"

struct table_out {
    struct csv_out *out;
    size_t column[16];
    size_t at; /* fields of this row so far */
};

/* A table folder/name with these columns; gzip and tabs by the name.  Complete at the end of all.
 */
struct table_out table_begin(
    const struct common *, const char *folder, const char *name, const char *columns);

void table_text(struct table_out *, const char *);
void table_number(struct table_out *, double);
void table_int(struct table_out *, int64_t);
void table_missing(struct table_out *);
void table_id(struct table_out *, char letter, size_t number);
/* 2026-01-31T12:34:56Z from seconds since 1970, or with a blank and no zone */
void table_time(struct table_out *, int64_t seconds, bool blank);
/* category,brand,price,discount; the category may be missing */
void table_product(struct table_out *, const struct item *, bool no_category);
void table_end(struct table_out *);

#endif
