/* SPDX-License-Identifier: MIT */
/*
 * sources - what --rename and --tag make of the headers of the input files
 *
 *   rename   OLD=NEW,...         in every file that has OLD; a backslash takes away the meaning of
 *                                the next character
 *   tag      COL=VALUE:FILE      rows of FILE, an operand, get VALUE in the column COL
 */
#ifndef PA_SOURCES_H
#define PA_SOURCES_H

#include "args.h"
#include "csv.h"

struct sources;

/* What cannot be read, or names no operand, is a usage error. */
struct sources *sources_parse(
    const char *renames, const struct arg_list *tags, const struct common *);

/* For csv_open_as; lives until sources_free. */
const struct csv_edit *sources_edit(const struct sources *);

/* After csv_open_as: a --rename of a column that no file has, or for a second time, is a usage
 * error. */
void sources_check(const struct sources *);
void sources_free(struct sources *);

#endif
