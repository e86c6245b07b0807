/* SPDX-License-Identifier: MIT */
/*
 * csv - tables in and out: the only place that knows quoting, tabs, headers, BOM and CRLF
 *
 * CSV is RFC 4180; TSV has no quotes, and \t \n \r \\ are escapes.  The vectorised scan slices
 * rows in place; libcsv is the referee: it reads every row whose quotes the scan does not find
 * strictly regular, and its verdict stands (strict, or with --lenient its forgiving reading).
 * Nothing is trimmed, guessed, or dropped in silence.  BOM dropped, CRLF accepted, LF written, a
 * missing last newline accepted.
 *
 * Several files are one table whose columns are matched by name; the first file's order rules.
 */
#ifndef PA_CSV_H
#define PA_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "args.h"
#include "buf.h"
#include "die.h"

/* Column names, decoded; index is the column's number in rows. */
struct header {
    const struct str *name;
    size_t n;
};

/*
 * One row.  raw are the fields as they stand in the file, text decoded (the same views when there
 * was nothing to decode); a column that the row's file lacks (--union) has n = 0.  Views live until
 * the next csv_next on the same reader.
 */
struct csv_part;
struct row {
    const struct str *raw, *text;
    size_t n;
    struct str bytes; /* the whole row without its newline */
    const char *file;
    uint64_t line, byte;   /* of its first byte: line from 1, byte from 0 (of the inflated bytes) */
    uint64_t number;       /* of the row in the whole table, from 1, rejected ones included */
    struct csv_part *part; /* that it came from; NULL: from csv_next */
    bool bad;              /* with csv_keep_bad and --on-error keep only: fields are all empty */
    bool whole;            /* the raw fields, all of them in their order, make up bytes */
};

/* Why a row was left out or is unusable; the code that --rejects gives. */
enum reject {
    E_COLS,
    E_QUOTE,
    E_FIELD_SIZE,
    E_NUM,
    E_TIME,
    E_RANGE,
    E_ENUM,
    E_REQUIRED,
    E_DUP,
    E_BOT,
    E_NUL,
    E_CR
};

struct csv_in;

/* Open files (n = 0: standard input) as one table and read the headers.  An input without even a
 * header line is an error, as are headers that differ without --union and duplicate names. */
struct csv_in *csv_open(const struct common *, const char *const *path, size_t n);
const struct header *csv_header(const struct csv_in *);
const char *csv_name(const struct csv_in *); /* of the first file, in messages */

/* Before csv_open: header names may be changed, columns added to each file's rows (pa-clean).
 * csv_open_as does what csv_open does, after the source's file headers have been edited:
 *   rename(context, file number, name) -> the new name (returned view lives until exit)
 *   extra columns follow a file's own; extra_value[file][j] is their value in each of its rows.
 * A file that has the column itself keeps it where it has no such value, and where it has one it
 * is a usage error, unless --replace overwrites the column. */
struct csv_edit {
    struct str (*rename)(void *context, size_t file, struct str name);
    void *context;
    const struct str *extra; /* names of columns that every file gets */
    size_t extras;
    const struct str *const *extra_value; /* [file][extra]; p == NULL: this file has none */
};
struct csv_in *csv_open_as(
    const struct common *, const char *const *path, size_t n, const struct csv_edit *);

/*
 * Of the rows that come from now on only these columns will be looked at: raw and text of others
 * are nothing, and cost nothing; bytes is there.  csv_use_all: all of them, as at first.
 */
void csv_use(struct csv_in *, const size_t *column, size_t n);
void csv_use_all(struct csv_in *);
/* Call after csv_use: of these the raw fields will be looked at, too, but the text of none that
 * csv_use did not name. */
void csv_use_raw(struct csv_in *, const size_t *column, size_t n);

/* The next usable row; false at the end.  Unusable rows follow --on-error. */
bool csv_next(struct csv_in *, struct row *);

/* From now on unusable rows come out of csv_next with bad set when --on-error keep is given. */
void csv_keep_bad(struct csv_in *);

/* Is this field missing: empty, or one of --na? */
bool csv_missing(const struct csv_in *, struct str text);

/* Leave a row out on request or by rule: count it, and write it to --rejects. */
void csv_reject(struct csv_in *, const struct row *, enum reject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * A row whose value is unusable: --on-error fail dies naming file, line and column; skip rejects
 * it and returns false; keep counts it and returns true (treat the value as missing).
 * Of a row of a part it returns false, and the part has failed.
 */
bool csv_bad(struct csv_in *, const struct row *, enum reject, const char *column,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The same of a value without which the row has nothing to say: keep leaves it out like skip. */
void csv_unusable(struct csv_in *, const struct row *, enum reject, const char *column,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

struct place csv_place(const struct row *, const char *column);

/* How many rows came, how many were left out by csv_reject, csv_bad or as unusable, how many are
 * unusable but were kept, and how many blank lines were skipped (they are no rows). */
struct csv_counts {
    uint64_t rows, rejected, kept, blank;
};
struct csv_counts csv_counts(const struct csv_in *);

/* csv_keep, before the first csv_next, makes csv_rewind possible (see stream.h); the rewound
 * reader gives the same rows and does not count or log again those that are unusable.  csv_reject
 * counts and logs in every pass: a row may turn out to be unwanted in a later one. */
void csv_keep(struct csv_in *);
void csv_rewind(struct csv_in *);

/* Call fn(context) before a read that would wait; then the reader's outputs are flushed. */
void csv_on_wait(struct csv_in *, void (*fn)(void *context), void *context);

void csv_close(struct csv_in *); /* also says with -v how many rows were read and left out */

/*
 * Reading on several threads (see table.h): csv_take hands out the next run of whole rows as an
 * unparsed part; parts may be split into rows on any thread.  Only in strict fail mode
 * (csv_can_take); the caller holds a lock around csv_take.  Parts are numbered from 0 in order.
 */
bool csv_can_take(const struct csv_in *);
/* Of size bytes, more only where no row ends in these; NULL at the end.  reuse is a part that is
 * not needed any more, or NULL.  After the first part csv_next must not be called. */
struct csv_part *csv_take(struct csv_in *, struct csv_part *reuse, size_t size);
size_t csv_part_size(const struct csv_part *); /* in bytes */
size_t csv_part_number(const struct csv_part *);
/* The number of the first part that came from the same file; lines are counted from there. */
size_t csv_part_first(const struct csv_part *);
const char *csv_part_file(const struct csv_part *);
/* The next row of a part; false at its end or at its first error, which csv_part_error then
 * raises (it dies with the right line once lines_before is known); row->line, number count from 1
 * within the part.  csv_part_lines: physical lines, after the last row. */
bool csv_part_next(struct csv_part *, struct row *);
/*
 * Rows by columns, for those who look at a few columns of many: the rows that come next, at most
 * most, as far as nothing about them is unusual: how many.  text[j * most + i] is the text in the
 * i-th of them of the j-th column that csv_use names, in the order of their numbers and each once;
 * they live until the next call on the part.  *line is the first one's, and the others follow line
 * by line.  0: csv_part_next has the next row.
 */
size_t csv_part_run(struct csv_part *, size_t most, struct str *text, uint64_t *line);
/* How many rows are to come; then the part is back to its first row. */
uint64_t csv_part_count(struct csv_part *);
void csv_part_again(struct csv_part *); /* back to its first row */
bool csv_part_failed(const struct csv_part *);
uint64_t csv_part_lines(const struct csv_part *);
uint64_t csv_part_blank(const struct csv_part *);
_Noreturn void csv_part_die(const struct csv_part *, uint64_t lines_before);
void csv_part_free(struct csv_part *);
void csv_count_taken(struct csv_in *, uint64_t rows, uint64_t blank);
/* So many of the rows taken were rejected. */
void csv_count_left_out(struct csv_in *, uint64_t rows);

/* ---- out ---- */

struct csv_out;

/*
 * A table to path (NULL: -o or standard output), in the dialect of --to, else of the path's name,
 * else of in.  With in, its columns pass through until csv_columns says otherwise, and what is
 * written waits no longer than in has rows ready.  in may be NULL: a table of added columns.
 * The header goes out with the first row, before a wait, or at the end.
 */
struct csv_out *csv_create(const struct common *, struct csv_in *in, const char *path);

/* Pass only these columns of in, in this order; with n = 0 some column must be added. */
void csv_columns(struct csv_out *, const size_t *column, size_t n);

/* A new last column; its number for csv_set_*.  A name that exists is a usage error, unless
 * --replace: then the new values take the old column's place. */
size_t csv_add(struct csv_out *, struct str name);

/* Write only these of the output's columns, counted from 0 as they stand, in this order. */
void csv_pick(struct csv_out *, const size_t *column, size_t n);

/* A number for csv_set_* of a passing column: a value set replaces the field of this row only. */
size_t csv_change(struct csv_out *, size_t column);

/* Values for the next csv_write, which clears them; one that is not set is empty (csv_add) or the
 * field as it came (csv_change).  Bytes are copied. */
void csv_set_text(struct csv_out *, size_t added, struct str text);
void csv_set_number(struct csv_out *, size_t added, double x); /* NaN, inf: empty */
void csv_set_int(struct csv_out *, size_t added, int64_t x);

/*
 * For rows made on several threads: a stand-in of an output that is complete with its columns.  It
 * holds what is written to it until csv_out_put appends that to the output.
 */
struct csv_out *csv_out_copy(const struct csv_out *);
void csv_out_copy_free(struct csv_out *);
void csv_out_put(struct csv_out *, struct csv_out *copy);

/* Write one row: fields of row (NULL for a table of added columns only) and the values set. */
void csv_write(struct csv_out *, const struct row *);

/* Do fields pass on as they stand, so that no text is needed of them? */
bool csv_copies(const struct csv_out *);
/* Do rows pass on as they are, before the added columns?  Then the bytes of a whole row are enough
 * to write it: a row may be written when its fields are gone. */
bool csv_passes(const struct csv_out *);
void csv_write_bytes(struct csv_out *, struct str bytes);
uint64_t csv_written(const struct csv_out *);
/* Outputs are completed by stream_finish(), which main returns; it writes headers still held. */

#endif
