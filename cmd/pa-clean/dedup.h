/* SPDX-License-Identifier: MIT */
/*
 * dedup - has a row with these fields been here before?
 *
 * A row is known by 128 bits of SipHash of its decoded fields, joined so that no others join alike,
 * under a key of this run: two different rows among 10^9 agree with probability below 10^-20,
 * whoever wrote them.  Memory: at most 27 bytes a distinct row, half as much again for each of
 * window and last.
 *
 * When the table would outgrow its memory it stays as it is: rows it knows are answered as before,
 * the fingerprints of all others go to temporary files, parted by fingerprint, and are answered in
 * the end, one file at a time, each within the same memory.  The answers are the same.
 */
#ifndef PA_DEDUP_H
#define PA_DEDUP_H

#include <stdbool.h>
#include <stdint.h>

#include "columns.h"
#include "csv.h"
#include "hash.h"

struct dedup_rules {
    int64_t window; /* microseconds between a row and the one it repeats; 0: any */
    bool last;      /* the last of the rows that repeat one another stays */
    size_t memory;  /* bytes of the table, SIZE_MAX: any */
};

struct dedup;
struct dedup *dedup_new(struct dedup_rules);

enum dedup_answer {
    DEDUP_NEW,
    DEDUP_REPEAT, /* of an earlier row; the one of them that goes is given */
    DEDUP_LATER   /* dedup_settle will tell */
};

/*
 * Ask of a row, in order.  us is its time when there is a window.  On DEDUP_REPEAT *goes is the
 * number of the row that goes: its own, or with last an earlier one's.
 */
enum dedup_answer dedup_ask(
    struct dedup *, const struct row *, const struct columns *, int64_t us, uint64_t *goes);

/*
 * The same for many rows at once, without window and last, which is several times as fast.  A
 * thread adds rows to a batch of its own, and sorts them into another, which empties the first.
 * Then the rows of n sorted batches are asked of in their order, on up to jobs threads; so many
 * rows come before the first of a batch.  The answer is that to the i-th row added.  Memory: 24
 * bytes a row that is added, 25 a row that is sorted.
 */
struct dedup_batch;
struct dedup_batch *dedup_batch_new(void);
void dedup_batch_free(struct dedup_batch *); /* NULL is fine */
void dedup_batch_add(const struct dedup *, struct dedup_batch *, const struct row *,
    const struct columns *); /* row->number < 2^32 */
void dedup_batch_sort(struct dedup_batch *added, struct dedup_batch *sorted);
void dedup_batch_place(struct dedup_batch *, uint64_t before);
void dedup_ask_all(struct dedup *, struct dedup_batch *const *, size_t n, unsigned jobs);
enum dedup_answer dedup_batch_answer(const struct dedup_batch *, size_t i);

/* After the last row: calls repeat(context, number) for each row that goes among those that were
 * answered DEDUP_LATER (with last: or came before one that was). */
void dedup_settle(struct dedup *, void (*repeat)(void *context, uint64_t number), void *context);

/* Bytes of the table. */
size_t dedup_bytes(const struct dedup *);
void dedup_free(struct dedup *);

#endif
