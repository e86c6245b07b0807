/* SPDX-License-Identifier: MIT */
/*
 * csv_slice - bytes to rows, without I/O
 *
 * The caller owns the bytes and shows them to the slicer; rows are slices of them.  Where all that
 * was shown is strictly regular the vectorised scan has found the ends of rows and fields, and a
 * row costs as much as the fields that are wanted of it.  Else, and at the end of the input, rows
 * without quotes are cut mark by mark, and those with quotes go to the referee whole, once their
 * marks say where they end, and are what the referee says.  A row that cannot be used is described,
 * and left by slicer_skip. The same rows and errors come out however the bytes are cut into pieces.
 */
#ifndef PA_CSV_SLICE_H
#define PA_CSV_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "csv.h"
#include "csv_quoting.h"
#include "csv_referee.h"
#include "scan.h"

struct slice_rules {
    char delim;
    bool tsv, lenient;
    uint64_t max_field;
};

enum slice {
    SLICE_ROW,
    SLICE_MORE, /* no whole row is left: show it more bytes */
    SLICE_END,
    SLICE_BAD,   /* see bad_*: slicer_skip goes on after the line on which the row began */
    SLICE_FAILED /* a NUL at the very end: the program that wrote this has failed */
};

/* Columns of a row that will be looked at, each list in increasing order; the caller's. */
struct slice_use {
    const size_t *column; /* of all these what stands there; NULL: everything of all columns */
    size_t columns;
    const size_t *text; /* and of these, which are among them, what it says */
    size_t texts;
};

struct slicer {
    struct slice_rules rules;
    const char *p; /* n bytes; rows before at are done */
    size_t n, at;
    bool last;     /* no byte comes after these */
    uint64_t line; /* of p[at], from 1 */
    /* the row that came last */
    struct str *raw, *text; /* the same array unless something was decoded */
    size_t fields;
    struct str bytes;
    uint64_t row_line; /* of its first byte */
    /* what is wrong with the row at at */
    enum reject bad_code;
    uint64_t bad_line;
    size_t bad_field; /* from 0 */
    struct str bad_bytes;
    struct buf bad_message;
    /* private */
    size_t columns; /* slicer_use */
    struct slice_use use;
    uint32_t *mark;    /* positions that matter; when all is regular, those that end fields */
    size_t marks, cap; /* of mark */
    size_t next;       /* the first mark at or after at */
    bool regular;
    struct scan_rows found; /* regular: the ends of rows */
    size_t row_cap, inner_cap, next_row, next_inner;
    size_t open_lines; /* regular: newlines in quotes of the first row that are not in found */
    struct str *slices, *texts;
    size_t slices_cap, texts_cap;
    struct buf decoded;
    struct referee *referee;
    bool reading;          /* the row at at holds a quote, and more of it is wanted */
    struct quoting seen;   /* of that row */
    size_t plain, open_at; /* of a row that goes on: marks seen, where the field behind begins */
    struct quoting ahead;  /* seen of a row before, when the row at at is a line of that; or zero */
    struct quoting beside; /* the same row's, up to at */
    struct quoting fault;  /* the same row's, up to the first fault behind some place; or zero */
    struct quoting beside_seen, fault_seen; /* both as far as seen needed them to go */
    bool skipping, failed;                  /* failed: the last byte that was skipped is a NUL */
};

void slicer_init(struct slicer *, struct slice_rules);
void slicer_release(struct slicer *);

/* Other rules from the next row on. */
void slicer_rules(struct slicer *, struct slice_rules);

/* Of rows with this many columns only some fields will be looked at; those of others are all
 * there. */
void slicer_use(struct slicer *, size_t columns, struct slice_use);

/* Forget what was shown: other bytes come next, from a row's beginning on. */
void slicer_restart(struct slicer *);

/* Back to the first of the bytes shown last, which line says is that line's. */
void slicer_again(struct slicer *, uint64_t line);

/* Bytes that another slicer will be shown: p, n and at say which. */
void slicer_hold(struct slicer *, const char *p, size_t n);

/*
 * p[0..n) are the bytes from the next row on: those that were left, perhaps moved, then new ones.
 * They must stay until the next call.  Of the rows that ended in those shown before all have been
 * taken, or none.  n < 2^32.
 */
void slicer_show(struct slicer *, const char *p, size_t n, bool last);

enum slice slicer_next(struct slicer *);
void slicer_skip(struct slicer *);

/*
 * The rows that come next, at most most, as far as they are regular, as wide as slicer_use says and
 * each on one line: how many.  text[j * most + i] is the text of the j-th field that slicer_use
 * says has one, in the i-th of them; the first stands on the line before the call.  0: slicer_next
 * has the next row.
 */
size_t slicer_run(struct slicer *, size_t most, struct str *text);
/* Pass all rows that a run could have, uncut. */
size_t slicer_pass(struct slicer *);

/* Decode TSV escapes of s, appended to out. */
void slice_decode(struct buf *out, struct str s);

#endif
