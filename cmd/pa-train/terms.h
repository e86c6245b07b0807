/* SPDX-License-Identifier: MIT */
/*
 * terms - the coordinates of what rows have, numbered as rows bring it
 *
 * 0 is the constant and 1 .. 2^hash_bits are the buckets; a number, a missing value or a level is
 * the next one when a row has it first.  With rare above 1 a level is that of "other" in so many
 * rows, and then has a coordinate of its own; the missing level is never rare.
 */
#ifndef PA_TERMS_H
#define PA_TERMS_H

#include "design.h"
#include "prepared.h"

#define TERMS_NONE UINT32_MAX

struct terms_source {
    uint32_t number, missing; /* or TERMS_NONE */
    struct dict *levels;      /* "" is missing; NULL: no level yet */
    struct terms_level {
        uint32_t term; /* or TERMS_NONE */
        uint64_t rows; /* while it is rare: that had it */
    } * level;         /* by number in levels */
    size_t cap;
    uint64_t missing_rows;
};

struct terms {
    struct terms_source *source;
    size_t sources;
    size_t coordinates; /* that have a number */
    size_t buckets;
    uint64_t rare;              /* 0, 1: no level is */
    struct design_entry *entry; /* (1 + sources) */
    struct terms_ripe {
        uint32_t term, other;
    } * ripe; /* (ripe_n): coordinates that levels of the last row have from now on; in that row
                 they were those of other */
    size_t ripe_n;
};

/* At most so many sources. */
void terms_init(struct terms *, size_t most);
void terms_release(struct terms *);
void terms_hash(struct terms *, unsigned bits);
void terms_add_source(struct terms *);

/* Coordinates that have names; the constant counts in place of none. */
size_t terms_named(const struct terms *);
/* A new coordinate. */
uint32_t terms_add(struct terms *);
/* What is known of a level; until the next one. */
struct terms_level *terms_level(struct terms_source *, struct str level);

/* What a labelled row has: the constant first, each coordinate once; how many. */
size_t terms_of_row(struct terms *, const struct prepared *, size_t row);

#endif
