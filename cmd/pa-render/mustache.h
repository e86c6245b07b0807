/* SPDX-License-Identifier: MIT */
/*
 * mustache - templates, parsed once, filled many times from the fields of rows
 *
 *   {{x}}          the field x, with & < > " ' as HTML entities: safe in text and in quoted
 *                  attributes            {{{x}}} and {{&x}}  the field as it is
 *   {{#x}}..{{/x}} once if x is true    {{^x}}..{{/x}}  once if it is not
 *   {{.}}          the field of the innermost section
 *   {{#rows}}..{{/rows}}  once for each row, whose fields names then mean; {{^rows}}: if there is
 * none
 *   {{! comment }}
 *
 * Source: the Mustache specification, modules comments, interpolation, sections and inverted, over
 * data that is flat: a dot in a name is part of the name, and a name that means nothing is for the
 * caller to refuse.  A section, its end or a comment alone on a line takes the line with it.  A
 * field is false when it is empty, "false", or a number that is 0 in any spelling.
 */
#ifndef PA_MUSTACHE_H
#define PA_MUSTACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct mustache;

/* What is wrong with a template: the line, from 1, and the tag, a view of the text. */
struct mustache_error {
    size_t line;
    struct str tag;
    const char *what;
};

/* The list of rows has this name. */
#define MUSTACHE_ROWS "rows"

/* Read a template, which is copied.  NULL when it is wrong; *error then says why. */
struct mustache *mustache_parse(struct str text, struct mustache_error *);
void mustache_free(struct mustache *);

/*
 * The names that it uses, numbered from 0 in order of first use, MUSTACHE_ROWS left out:
 *   line    of its first use
 *   outside line of its first use outside of {{#rows}}, 0 if there is none
 * *rows_line is that of the first section over rows, 0 if there is none.
 */
struct mustache_use {
    struct str name;
    size_t line, outside;
};
size_t mustache_names(const struct mustache *, const struct mustache_use **, size_t *rows_line);

/*
 * What it is filled from.
 *   column[name]      where the name's field stands among fields
 *   fields            outside of {{#rows}}
 *   row(context, i)   the fields of row i < rows, valid until the next call
 */
struct mustache_data {
    const size_t *column;
    const struct str *fields;
    size_t rows;
    const struct str *(*row)(void *context, size_t i);
    void *context;
};

/* Append the document; with escape false, {{x}} is as {{{x}}}. */
void mustache_render(
    const struct mustache *, const struct mustache_data *, bool escape, struct buf *out);

#endif
