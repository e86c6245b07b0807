/* SPDX-License-Identifier: MIT */
/*
 * cleaner_private - what the files of cleaner share: its making, its running and its counts
 */
#ifndef PA_CLEANER_PRIVATE_H
#define PA_CLEANER_PRIVATE_H

#include "anonymity.h"
#include "cleaner.h"
#include "coarsen.h"
#include "dedup.h"
#include "dict.h"
#include "draft.h"
#include "held.h"
#include "infer.h"
#include "kinds.h"
#include "limits.h"
#include "pseudonym.h"
#include "schema.h"
#include "session.h"
#include "timeform.h"
#include "where.h"

enum { NO_COLUMN = -1 };

/* What is learnt from all rows that get so far, in this order; at WRITE all is known. */
enum stage { BOTS, LIMITS, CROWDS, WRITE };

/* One bit a row, by its number. */
struct bits {
    unsigned char *byte;
    size_t cap;
};

struct tally {
    uint64_t left_out, incomplete, duplicates, by_bots, outliers, thin, written;
    uint64_t trimmed, lowered, times, coarsened, pseudonyms;
};

struct cleaner {
    const struct rules *rules;
    const struct common *common;
    unsigned jobs; /* of sift: fewer where --memory does not allow more */
    struct csv_in *in;
    const struct header *header;
    struct csv_out *out;
    struct draft *draft; /* NULL: no rule changes a field */

    struct columns trim, lower, required, keys, hmac, quasi;
    const struct columns *kept;
    struct where *where;
    struct schema *schema; /* these are NULL where there is no such rule */
    struct dedup *dedup;
    struct rate *rate;
    struct limits *limits; /* never NULL */
    struct coarsen *coarsen;
    struct pseudonym *pseudonym;
    struct anonymity *anonymity;
    struct sessions *sessions;
    struct infer *infer;
    size_t session; /* number for csv_set_int */

    /* The time column: as it comes, and as it is after --time-out. */
    long time, user; /* NO_COLUMN: no rule needs it */
    struct timeform form, form_out;
    struct kinds kinds;
    struct buf text;
    struct dict *users;

    /* The row at hand. */
    int64_t us;
    bool timed;   /* us is its time */
    uint32_t who; /* DICT_NONE: nobody */

    enum stage stage;
    bool keeps;    /* the input can be read again */
    bool again;    /* and is */
    uint64_t late; /* from this number on dedup_settle has the last word on rows */
    uint64_t fed;  /* rows before this number have been learnt from at this stage */
    struct bits left, gone;
    bool any_gone;
    struct bits other; /* sift: rows left whose field is no number */
    uint64_t end;      /* sift: no row has this number or a greater one */
    struct held *held; /* late rows of an input that cannot be read again */
    struct tally tally;
    uint64_t *missing; /* by required column */
    bool fork;         /* for one of several threads: rejected rows are counted here alone */
    uint64_t rejected;
    struct buf why;
};

/* From now on no columns are needed of the input but those of the rules and, where rows are
 * written, those kept. */
void cleaner_use(const struct cleaner *, bool writes);

/* A row goes its whole way, where nothing must be learnt before. */
void cleaner_pass(struct cleaner *, struct row *);

/* The same rules for another thread; cleaner_join adds what it has counted. */
void cleaner_fork(struct cleaner *fork, const struct cleaner *);
void cleaner_join(struct cleaner *, struct cleaner *fork);

/* All rows in one pass on several threads, where what becomes of a row depends on it alone; may
 * that be done? */
bool spread_can(const struct cleaner *);
void spread(struct cleaner *);

/* Which of the required columns a row lacks: a number among them, or required.n. */
size_t cleaner_lacks(const struct cleaner *, const struct row *);

void bits_set(struct bits *, uint64_t number);
bool bits_has(const struct bits *, uint64_t number);

/*
 * The first and the last pass on several threads, for tables of the usual rules alone (--where,
 * --require, --dedup, --fill, --clip); may they be used?
 */
bool sift_can(const struct cleaner *);
void sift(struct cleaner *);
void sift_write(struct cleaner *);

/* The first stage from this one on that has to learn. */
enum stage cleaner_stage(const struct cleaner *, enum stage);

#endif
