/* SPDX-License-Identifier: MIT */
/*
 * terms - the coordinates of what rows have, numbered as rows bring it
 *
 * 0 is the constant and 1 .. 2^hash_bits are the buckets; a number, a missing value or a level is
 * the next one when a row has it first; so are products of what has names.  With rare above 1 a
 * level is that of "other" in so many rows, and then has a coordinate of its own; the missing level
 * is never rare.
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
    uint32_t now; /* the number of the level that the last row counts as */
};

/* A product of two sources: one of numbers has one term, another one a term by the levels. */
struct terms_product {
    uint32_t a, b;
    uint32_t number; /* or TERMS_NONE */
    struct dict *pairs;
    uint32_t *term; /* by number in pairs */
    size_t cap;
};

/* Numbers of levels; 0 of a number. */
struct terms_pair {
    uint32_t a, b;
};

struct terms {
    struct terms_source *source;
    size_t sources, most;
    struct terms_product *product;
    size_t products;
    size_t coordinates; /* that have a number */
    size_t buckets;
    uint64_t rare;              /* 0, 1: no level is */
    struct design_entry *entry; /* (1 + sources + products) */
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
void terms_add_product(struct terms *, uint32_t a, uint32_t b);

/* Coordinates that have names; the constant counts in place of none. */
size_t terms_named(const struct terms *);
/* A new coordinate. */
uint32_t terms_add(struct terms *);
/* The number of a level; one that is new has no term. */
uint32_t terms_level(struct terms_source *, struct str level);

/* The term of two levels, or of a level and a number, TERMS_NONE if it is new; until the next one.
 */
uint32_t *terms_of_pair(struct terms_product *, struct terms_pair);
struct terms_pair terms_pair(const struct terms_product *, uint32_t number);

/* What a labelled row has: the constant first, each coordinate once; how many. */
size_t terms_of_row(struct terms *, const struct prepared *, size_t row);

#endif
