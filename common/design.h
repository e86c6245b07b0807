/* SPDX-License-Identifier: MIT */
/*
 * design - from the columns of a table to the terms of a model, learnt once, applied again
 *
 * A numeric column is one term, its missing values the training mean, and if training had missing
 * ones a second term "column=" that is 1 where it is missing.  A category is a term "column=level"
 * per level of training, in byte order; missing is the level "" ("column="), an unseen level has no
 * term (all 0) and is counted.  With a least number of rows, levels that fewer have count as the
 * level "other", and so does an unseen one if "other" is a level.  An interaction A*B is the
 * product of the terms of its columns
 * ("price*discount", "cluster=g1*category=phone", "price*cluster=g1" as the option has the order);
 * of two categories, the pairs that training has.  In products, too, a missing number is the mean.
 *
 * Terms have a scale, by which the fit divides: numbers, and products of numbers, the population sd
 * (and they are centred); products of a number and a category the sd of the number; indicators 1.
 * Coefficients outside are always in input units.  A row counts in means, sds and shares as often
 * as its weight says; a level that has weights of 0 alone is none.
 *
 * With a reference (no penalty) the first level in byte order of each category, or the one named,
 * has no term; products leave out the same level, even where it has a term.  The missing level is
 * the reference only if named.
 *
 * Levels that the table has hashed (table.h), missing being the level "", have no names: the
 * buckets are for all columns, and each one that training has is a term "#bucket", after all
 * others, ascending.  A row's value of it is how many of its levels fall there.  A level in a
 * bucket that training has not is unseen.  A cross, a product with a hashed source, has no terms
 * but the buckets: its levels are hashed one after the other, from the seed of its name "A*B" on,
 * and its number, if it has one, is the row's value there.
 */
#ifndef PA_DESIGN_H
#define PA_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mat.h"
#include "mem.h"
#include "model.h"
#include "table.h"

enum { DESIGN_BITS_MOST = 24 };
#define DESIGN_NO_TERM UINT32_MAX

struct design_options {
    bool reference;            /* leave out a reference level per category */
    bool whole;                /* but not of the first category, unless it is chosen */
    const char *const *chosen; /* "COL=LEVEL" of --reference */
    size_t chosen_n;
    const char *const *product; /* "A*B" items of --interactions, as args_items has them */
    size_t product_n;
    const double *weight; /* (rows), >= 0: how often each counts; NULL: once */
    uint64_t rare;        /* levels in fewer rows count as "other"; 0, 1: none does */
    unsigned hash_bits;   /* that the table was read with */
    unsigned jobs;
};

/* A column that the design reads. */
struct design_source {
    struct str name;
    bool category, hashed; /* hashed: a category without names of levels */
    uint32_t seed;         /* hashed: what its levels are hashed with */
    struct dict *levels;   /* category: training levels, numbered in byte order; "" is missing */
    uint64_t rare;         /* category: levels that fewer rows had count as other; 0: as nothing */
    uint32_t other;        /* that level, if rare is not 0 */
    double mean, sd;       /* number: of what is not missing */
    double share_missing;  /* of training rows, by weight */
};

/* A term: product of at most two factors; factor[i].source is a number of design->source. */
enum design_kind { DESIGN_NUMBER, DESIGN_MISSING, DESIGN_LEVEL, DESIGN_BUCKET };
struct design_factor {
    uint32_t source; /* DESIGN_BUCKET: nothing */
    enum design_kind kind;
    uint32_t level; /* DESIGN_LEVEL: number in levels; DESIGN_BUCKET: the bucket */
};
struct design_term {
    struct str name;
    struct design_factor factor[2];
    uint8_t factors; /* 1 or 2 */
    double mean;     /* of the term's raw value over the training rows */
    double scale;    /* what the fit divides it by; 1 for indicators */
};

struct design_cross {
    uint32_t a, b; /* sources, in the order of the name */
    uint32_t seed;
};

/* Terms go by source, in the order of the features, then by product in the order of the option. */
struct design {
    struct design_source *source;
    size_t sources;
    struct design_term *term;
    size_t terms, named;        /* of all; of those before the buckets */
    unsigned hash_bits;         /* 0: no source is hashed */
    struct design_cross *cross; /* (crosses): products with a source that is hashed */
    size_t crosses;
    struct design_index *index; /* from sources and levels to terms; design.c's own */
    struct arena arena;         /* of names */
};

/* The columns of a product "A*B", of which find(context, name) knows the numbers: at one of its
 * stars, names as they stand or, if there is none, without their backslashes.  False: it is none.
 */
bool design_product(const char *text, long (*find)(const void *context, struct str name),
    const void *context, size_t column[2]);
/* Write the name of a term of these factors. */
void design_name(struct buf *, const struct design *, const struct design_factor *, size_t factors);
/* What the levels of a cross are hashed with. */
uint32_t design_cross_seed(struct str a, struct str b);

/* Learn a design from a table; columns[] of it are the features, in this order.  A reference that
 * is no level, or a product of columns that are no features, is a usage error. */
struct design *design_learn(
    const struct table *, const size_t *columns, size_t n, const struct design_options *);

/*
 * The design matrix of the table that the design was learnt from: a view of its columns, which must
 * stay.  Column j of it is term[column_term[j]]: (value - mean) / scale for j < x.numerics, numbers
 * and products of numbers; value / scale for the others, or for all if centre is false.
 */
struct design_view {
    struct mat_design x;
    uint32_t *column_term; /* (x.width) */
    struct arena arena;    /* of all that x points to but the table has not */
};
struct design_view *design_apply(const struct design *, const struct table *, bool centre);
/* Take the column of a numeric term out of the matrix. */
void design_view_drop(struct design_view *, uint32_t term);
void design_view_free(struct design_view *);

/* The level of a category that a text belongs to, or DICT_NONE; *unseen, if not NULL, grows by one
 * when the text itself is none. */
uint32_t design_level(const struct design_source *, struct str, uint64_t *unseen);

/* Write to / read from a model file: lines "hash_bits", "source", "level", "cross", "term" (see
 * pa-formats(5)); the buckets are the caller's. */
void design_write(const struct design *, struct model_out *);
struct design *design_read(struct model_in *);

/* The term of the bucket of a level ("" if missing) of a hashed source, or DESIGN_NO_TERM. */
uint32_t design_bucket_term(const struct design *, size_t source, struct str level);
/* The same of a cross; the text of a number is not looked at. */
uint32_t design_cross_term(
    const struct design *, const struct design_cross *, struct str a, struct str b);
/* Add terms for n buckets, ascending, to a design that has none. */
void design_add_buckets(struct design *, const uint32_t *bucket, size_t n);
void design_free(struct design *);

/*
 * One row, by the text of its sources (source i's value at value[i]; missing as csv_missing says,
 * given as n = 0): the raw values of the terms that are not 0, in input units.
 *   active[k] term, value[k]; returns how many.  Room for design_active_max() is needed.
 * Returns -1 when a numeric source holds text; *bad is then its number.  Unseen levels are counted
 * in unseen[source] if not NULL.
 */
struct design_entry {
    uint32_t term, source; /* source: the first of the term's; that of the level, for a bucket */
    double value;
};
size_t design_active_max(const struct design *);
long design_row(const struct design *, const struct str *value, struct design_entry *,
    uint64_t *unseen, size_t *bad);

#endif
