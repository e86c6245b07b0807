/* SPDX-License-Identifier: MIT */
/*
 * draft - a row whose fields may be changed before it is written
 *
 * Later rules see what earlier ones made of a field; the output gets the fields that were changed
 * anew and all others byte for byte.
 */
#ifndef PA_DRAFT_H
#define PA_DRAFT_H

#include <stdbool.h>

#include "columns.h"
#include "csv.h"

struct draft;

struct draft *draft_new(size_t columns);

/* Tie it to the output, after csv_columns; change[i]: some rule may change column i.  Columns that
 * are not kept are changed for later rules only. */
void draft_bind(struct draft *, struct csv_out *, const struct columns *kept, const bool *change);

/* Another one with the same columns, for another thread. */
struct draft *draft_copy(const struct draft *);

/* From now on row->text are the draft's fields, which live until the next draft_begin. */
void draft_begin(struct draft *, struct row *);

/* Give a field this text, which may be part of what the field holds. */
void draft_set(struct draft *, size_t column, struct str text);
bool draft_changed(const struct draft *, size_t column);

/* Before csv_write: hand what was changed to the output, or a copy of it. */
void draft_finish(const struct draft *, struct csv_out *);
void draft_free(struct draft *);

#endif
