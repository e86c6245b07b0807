/* SPDX-License-Identifier: MIT */
/*
 * classes - what labels online learning has met, one by one
 *
 * Two sides, 0 negative and 1 positive, as the words of the labels or --positive say, each named as
 * it was first spelt (pair_same); or many, texts as they are, numbered as rows bring them.  Any
 * thread may look for a label while one thread adds.
 */
#ifndef PA_CLASSES_H
#define PA_CLASSES_H

#include <stdatomic.h>
#include <stdbool.h>

#include "buf.h"

#define CLASSES_NONE UINT32_MAX
enum { CLASSES_MOST = 4096, CLASSES_CHAINS = 256 };

struct classes_entry {
    char *text;
    size_t n;
    uint32_t number;
    struct classes_entry *next; /* in its chain */
};

struct classes {
    bool many;
    const char *positive;                                  /* of the option; NULL: the words say */
    char *side[2];                                         /* two: NULL: not seen, and not known */
    atomic_bool known[2];                                  /* two: rows have had it */
    _Atomic(struct classes_entry *) chain[CLASSES_CHAINS]; /* many, by hash */
    struct classes_entry **entry;                          /* many: (n), by number */
    uint32_t *order;                                       /* many: numbers in byte order */
    size_t n, entry_cap, order_cap;
};

void classes_release(struct classes *);

/* The number of a label that rows have had, or that was named before, or CLASSES_NONE. */
uint32_t classes_find(const struct classes *, struct str label);
/* What is wrong with a label that classes_find does not know; nothing if it can be one more. */
void classes_judge(const struct classes *, struct str label, struct buf *wrong);
/* Take such a label. */
void classes_meet(struct classes *, struct str label);
/* What is known before the first row: the label of a side, whether rows have had it; of many, the
 * next class. */
void classes_keep(struct classes *, uint32_t number, struct str label, bool seen);

/* How many there are; of two always 2.  The i-th of them in the order of a model, and its label,
 * which of two may be a guess if no row had it. */
size_t classes_n(const struct classes *);
uint32_t classes_at(const struct classes *, size_t i);
struct str classes_label(struct classes *, uint32_t number);

#endif
