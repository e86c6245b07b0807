/* SPDX-License-Identifier: MIT */
/*
 * model - the container of everything that programs learn: versioned TSV text
 *
 *   #pa-model<TAB>1<TAB>PROGRAM<TAB>KIND
 *   key<TAB>value...                      facts, then constants, one a line
 *   #end<TAB>LINES<TAB>CRC32              of all bytes before it; zlib's crc32 in 8 hex digits
 *
 * Fields are escaped as in TSV.  Numbers are the shortest text that reads back to the same double.
 * No dates, hosts or file names: same input, same file.  A reader refuses, each with its own
 * message and exit 1, another version, another program's or kind's file, a missing end line, a
 * wrong checksum, lines after it, and never allocates by a count that the file states.
 */
#ifndef PA_MODEL_H
#define PA_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* ---- write: one line at a time; published by stream_finish ---- */
struct model_out;

/* Open the file that model_create is to write later, so that one that cannot be written is known
 * before the work; call before other outputs are created.  A program that then ends without writing
 * it fails.  Standard output, path NULL, stays as it is until then.  gzip: compress it whatever the
 * name is. */
void model_reserve(const char *path, bool gzip);
struct model_out *model_create(const char *path, const char *program, const char *kind);
void model_key(struct model_out *, const char *key); /* begins a line */
void model_text(struct model_out *, struct str);     /* each adds a field to it */
void model_number(struct model_out *, double);       /* finite */
void model_int(struct model_out *, int64_t);
/* Whole lines made elsewhere, each with its newline. */
void model_lines(struct model_out *, struct str text, size_t lines);
void model_close(struct model_out *);   /* writes the end line */
void model_publish(struct model_out *); /* the same, and the file has its name at once */

/* ---- read: the whole file is checked at once, then taken line by line ---- */
struct model_in;

struct model_line {
    struct str *field; /* field[0] is the key; decoded, NUL-terminated; live until model_free */
    size_t n;
    size_t line; /* number in the file, for messages */
};

/* program and kind that the caller can use; kind NULL: any. */
struct model_in *model_open(const char *path, const char *program, const char *kind);
struct str model_kind(const struct model_in *);

/* The next line into *line; false at the end. */
bool model_next(struct model_in *, struct model_line *);

/* The next line, which must have this key and at least fields fields after it; dies if not. */
void model_expect(struct model_in *, const char *key, size_t fields, struct model_line *);
/* Is the next line of this key?  Takes nothing. */
bool model_peek(const struct model_in *, const char *key);

/* Field i of a line as a finite number / an integer within [min, max]; dies naming file and line.
 */
double model_get_number(const struct model_in *, const struct model_line *, size_t i);
int64_t model_get_int(
    const struct model_in *, const struct model_line *, size_t i, int64_t min, int64_t max);
_Noreturn void model_die(const struct model_in *, const struct model_line *, const char *what);
void model_free(struct model_in *);

#endif
