/* SPDX-License-Identifier: MIT */
/*
 * sink - where rows go: a table, or a sparse form of them
 *
 * One of the two is there, the other NULL.  In a sparse form nothing passes by itself: every column
 * is added, in the order that the table would have, and set in each row.
 */
#ifndef PA_SINK_H
#define PA_SINK_H

#include "csv.h"
#include "sparse_form.h"

struct sink {
    struct csv_out *table;
    struct sparse_form *sparse;
    const enum sparse_use *use; /* of the frame's columns, in a sparse form */
};

/* The output of rows that come from in. */
struct sink sink_create(const struct common *, struct csv_in *in, const enum sparse_use *use);

/* A column made of the frame's column at; text: its values are set by sink_set_text. */
size_t sink_add(struct sink *, struct str name, size_t at, bool text);

void sink_set_number(struct sink *, size_t column, double x);
void sink_set_text(struct sink *, size_t column, struct str text);
void sink_set_flag(struct sink *, size_t column, bool); /* 0 or 1 */

#endif
