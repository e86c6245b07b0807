/* SPDX-License-Identifier: MIT */
/*
 * library - templates from files, each read once and tied to the columns of the table
 *
 * What is wrong with a template ends the program with its file and line: exit 1, or 2 when the
 * template stands on the command line (--name).
 */
#ifndef PA_LIBRARY_H
#define PA_LIBRARY_H

#include "columns.h"
#include "mustache.h"

struct template
{
    struct mustache *mustache;
    size_t *column; /* of each of its names */
};

/* Which names mean something outside of {{#rows}}. */
struct scope {
    const struct header *header;
    const struct columns *outside; /* NULL: all */
};

struct library;

/* Templates of the folder dir, which may be NULL.  The scope must outlive the library. */
struct library *library_new(const char *dir, const struct scope *);
void library_free(struct library *);

const struct template *library_file(struct library *, const char *path);
const struct template *library_name(struct library *, const char *text);

/*
 * The template of that name: the file dir/NAME or else dir/NAME.html.  NULL when there is none, or
 * when NAME is not the plain name of a file, so that no path leads out of dir.
 */
const struct template *library_find(struct library *, struct str name);

/* Is this the plain name of a file: not empty, "." or "..", no slash, no control character? */
bool library_plain(struct str name);

#endif
