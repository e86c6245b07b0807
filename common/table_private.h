/* SPDX-License-Identifier: MIT */
/*
 * table_private - what the files of table share: an input that is being loaded, in chunks of rows
 */
#ifndef PA_TABLE_PRIVATE_H
#define PA_TABLE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "num.h"
#include "table.h"
#include "table_store.h"
#include "timestamp.h"

/* Values of one kind that a column read by value has met: how many, and where the first was. */
struct met {
    uint64_t n, line; /* line as rows of the chunk have it */
    const char *file;
    char *text;
};

/* One column of one chunk.  type is TABLE_BY_VALUE until a value decides. */
struct piece {
    enum table_type wanted, type;
    void *values;            /* the thread's: double, uint32_t or int64_t, of the chunk's rows */
    struct num_batch *batch; /* numbers of the rows since c->batched that are still to be read */
    uint64_t waiting;        /* which of them */
    size_t bytes;            /* of values */
    uint64_t missing, not_numbers;
    struct met numbers, words;
    enum timestamp_kind kind;
    uint64_t kind_line; /* and text of the first time */
    char *kind_text;
};

/* Words of one column that are still to be numbered, together, and their rows. */
struct words {
    size_t n;
    struct str text[NUM_AT_ONCE];
    size_t row[NUM_AT_ONCE];
};

struct chunk {
    size_t number, first, at; /* at: its first row in the table */
    const char *file;
    uint64_t lines, blank;
    size_t rows, batched;
    struct table_stretch *stretch; /* rows and lines of the chunk, later of the table */
    size_t stretches, stretch_cap;
    uint64_t next_line; /* of a row that goes on with the stretch */
    unsigned thread;
    bool again; /* something in a batch was no number: it is to be looked at one by one */
    struct piece *piece;
    struct words *words;     /* of the column that is being looked at */
    struct csv_part *broken; /* cannot be read any further */
    char *wrong;             /* a value cannot be used: message, line and column */
    uint64_t wrong_line;
    size_t wrong_column;
};

/* What a thread uses for one chunk after another, by column. */
struct room {
    void *values;
    size_t bytes;
};
struct desk {
    struct num_batch *batch;
    struct words *words;
    struct room *room;
    struct str *text; /* [used column][NUM_AT_ONCE] */
};

struct loader {
    struct csv_in *in;
    const struct common *common;
    const struct table_want *want;
    const struct table_gate *gate; /* NULL: none */
    size_t wants;
    size_t *used, uses; /* [want]: which of the columns in use it is */
    char **name;
    size_t *name_n;
    uint32_t *seed; /* of hashing */
    bool taken;     /* in parts */
    pthread_mutex_t lock;
    struct csv_part *ready[2]; /* taken before the threads began */
    bool ended;                /* no further part is to be taken */
    struct chunk **chunk;      /* by number */
    size_t chunks, chunk_cap;
    struct table_store *store;
    struct dict **dict;  /* [thread][want] */
    atomic_bool careful; /* no batches any more */
    unsigned threads;
};

extern const char table_other_kind[]; /* what is wrong with a time of another kind than the first */

/* Bytes of a value; none where none has been met. */
unsigned char table_width(enum table_type);

struct desk table_desk_new(const struct loader *);
void table_desk_release(const struct loader *, struct desk *);

/* A part as a chunk, whose values are on the thread's desk until they are delivered to their place
 * in the table and the desk is cleared. */
struct chunk *table_chunk_read(struct loader *, unsigned thread, struct csv_part *, struct desk *);
void table_deliver(struct loader *, struct chunk *);
void table_desk_clear(const struct loader *, struct chunk *, struct desk *);

/* Inputs that cannot be taken in parts: all rows as one chunk, delivered; its lines are the file's.
 */
struct chunk *table_chunk_rows(struct loader *, struct table *);
void table_chunk_free(const struct loader *, struct chunk *);

#endif
