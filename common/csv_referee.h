/* SPDX-License-Identifier: MIT */
/*
 * csv_referee - libcsv's reading of one row, and its writing of one field
 *
 * The only file that includes libcsv.  Strict: quotes where RFC 4180 has them and nowhere else, an
 * unterminated quote is an error, nothing is trimmed.  Lenient: libcsv's forgiving reading, but an
 * unterminated quote is an error all the same.  Not for TSV.  One referee per thread.
 */
#ifndef PA_CSV_REFEREE_H
#define PA_CSV_REFEREE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

enum verdict { REFEREE_MORE, REFEREE_ROW, REFEREE_BAD };

struct referee;

struct referee *referee_new(char delim, bool lenient);
void referee_free(struct referee *); /* NULL is fine */

/* Forget what was read; a new row begins. */
void referee_begin(struct referee *);

/*
 * The next bytes of the row; hand over whole lines with their newline, since libcsv cannot stop
 * after a row.  REFEREE_ROW: the row ended.  REFEREE_BAD: at byte *bad of p quoting breaks.
 */
enum verdict referee_read(struct referee *, const char *p, size_t n, size_t *bad);

/* After REFEREE_ROW: the decoded fields, until referee_begin. */
size_t referee_fields(const struct referee *);
struct str referee_field(const struct referee *, size_t i);

/* Append a field that is not empty to out, in quotes. */
void referee_quote(struct buf *out, struct str text);

#endif
