/* SPDX-License-Identifier: MIT */
/*
 * csv_private - what the files of csv share
 */
#ifndef PA_CSV_PRIVATE_H
#define PA_CSV_PRIVATE_H

#include "csv.h"
#include "csv_slice.h"
#include "mem.h"
#include "progress.h"
#include "stream.h"

/* A row of the table made out of a row of a file that is not straight. */
struct arranged {
    struct str *raw, *text;
    struct buf mended; /* raw fields of a foreign dialect */
};

/* Where a column of the table is in the rows of one file. */
enum { FROM_NOWHERE = -1 };

struct file {
    const char *name; /* in messages */
    struct stream_in *stream;
    struct slicer slicer;
    char *bytes; /* the slicer's */
    size_t cap;
    bool ended;                /* the stream has */
    bool bom;                  /* it began with one, which is not among bytes */
    bool no_header;            /* its first line is a row */
    uint64_t passed;           /* bytes of the stream before slicer.p */
    struct str *own, *own_raw; /* its column names, edited, then the extra ones */
    size_t columns;            /* of its rows */
    size_t *field;             /* where own[i] stands: a column, or columns + an extra one */
    size_t all;                /* of own */
    bool straight;             /* a row is the table's row as it stands */
    bool foreign;              /* its dialect is not the table's: raw fields are written anew */
    long *from;                /* [table column]: number in own, or FROM_NOWHERE */
    struct str *extra, *extra_raw;
    size_t parts, first_part; /* handed out; the number of the first */
};

struct csv_in {
    struct common common;
    struct file *file;
    size_t files, current;
    struct header header;
    struct str *names, *names_raw;
    struct arena arena;       /* names */
    struct slice_rules rules; /* of the table: the first file's */
    struct csv_counts counts;
    uint64_t number, last_kept, errors;
    bool again, keeps_bad;
    struct arranged arranged;
    struct stream_out *rejects;
    struct buf line;       /* one line of rejects */
    struct csv_out **outs; /* what is flushed before a wait */
    size_t outs_n, outs_cap;
    void (*on_wait)(void *context); /* likewise */
    void *on_wait_context;
    void (*wait_hook)(void *context); /* instead of all that, while csv_map works */
    void *wait_context;
    size_t parts;         /* handed out by csv_take */
    struct slice_use use; /* csv_use, csv_use_raw; both lists are owned */
    struct progress progress;
};

/* Other order, missing and extra columns, another dialect. */
void csv_arrange(
    const struct csv_in *, const struct file *, const struct slicer *, struct arranged *);
struct arranged csv_arranged_new(const struct csv_in *);
void csv_arranged_release(struct arranged *);

/* Have fn called before a read that would wait, in place of csv_flush_all, which flushes outputs
 * and calls what csv_on_wait named; NULL: as before. */
void csv_wait_hook(struct csv_in *, void (*fn)(void *context), void *context);
void csv_flush_all(struct csv_in *);

/* csv_take of at most size bytes, or of less when more would have to be waited for; the part comes
 * from csv_part_new, once or again, own is as for csv_part_begin.  TAKEN_NONE: the next row is
 * longer, or broken. */
enum taken { TAKEN_PART, TAKEN_NONE, TAKEN_END };
struct csv_part *csv_part_new(const struct csv_in *);
enum taken csv_take_ready(struct csv_in *, struct csv_part *, size_t size, struct slicer *own);
/* After TAKEN_NONE: csv_next, with *lines of the file before the row, and behind it afterwards. */
bool csv_take_row(struct csv_in *, struct row *, uint64_t *lines);

/* Rows of such a part are cut with what own has allocated, between begin and end alone. */
void csv_part_begin(struct csv_part *, struct slicer *own);
void csv_part_end(struct csv_part *, struct slicer *own);
/* No further row is wanted: column of this one cannot be used, which csv_part_die will say. */
void csv_part_wrong(struct csv_part *, const struct row *, const char *column, struct str message);

static const char CSV_BOM[] = "\xEF\xBB\xBF";

/* More bytes for the slicer of a file. */
void csv_fill(struct file *);

/* Of rows of this file a slicer is to cut what will be looked at. */
void csv_use_in(const struct csv_in *, const struct file *, struct slicer *);

/* Tell a terminal how far reading has come. */
void csv_progress(struct csv_in *);

/* Raw form of a field in a dialect, appended. */
void csv_encode(struct buf *, struct str text, const struct slice_rules *);
/* Is the raw form the text itself? */
bool csv_is_plain(struct str text, const struct slice_rules *);

/* The dialect that a file's name shows; DIALECT_AUTO: none. */
enum dialect csv_dialect_of_name(const char *path);

/* Put the header, if it is still held; after csv_detach the input is not used any more. */
void csv_put_header(struct csv_out *);
void csv_flush(struct csv_out *);
void csv_detach(struct csv_out *);

/* Open the files, settle dialects, read headers and match columns. */
void csv_open_files(struct csv_in *, const char *const *path, size_t n, const struct csv_edit *);

/* After the stream was rewound: up to the first row. */
void csv_reread_header(struct csv_in *, struct file *);

/* Raise what the slicer of a file says is wrong. */
_Noreturn void csv_die(const struct file *, const struct slicer *, uint64_t lines_before);
/* The input's last byte is the mark of a program that failed. */
_Noreturn void csv_die_failed(const struct file *);
/* Why a row is unusable: "7 fields, but the header has 9". */
void csv_cols_message(struct buf *, size_t fields, const struct file *);

const char *csv_reject_name(enum reject);

#endif
