/* SPDX-License-Identifier: MIT */
/*
 * design - from the columns of a table to the terms of a model, learnt once, applied again
 *
 * A numeric column is one term, its missing values the training mean, and if training had missing
 * ones a second term "column=" that is 1 where it is missing.  A category is a term "column=level"
 * per level of training, in byte order; missing is the level "" ("column="), an unseen level has no
 * term (all 0) and is counted.  An interaction A*B is the product of the terms of its columns
 * ("price*discount", "cluster=g1*category=phone", "price*cluster=g1" as the option has the order);
 * of two categories, the pairs that training has.
 *
 * Terms have a scale: with standardisation numeric terms (and products of numeric columns only) are
 * divided by their population sd around the mean; products of a number and a category by the sd of
 * the number; indicators never.  Coefficients outside are always in input units.
 *
 * With a reference (no penalty) the first level in byte order of each category, or the one named,
 * has no term; products leave out the same level.
 */
#ifndef PA_DESIGN_H
#define PA_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mat.h"
#include "model.h"
#include "table.h"

struct design_options {
    bool standardize;
    bool reference;              /* leave out a reference level per category */
    const char *const *chosen;   /* "COL=LEVEL" of --reference */
    size_t chosen_n;
    const char *const *product;  /* "A*B" items of --interactions, already split at commas */
    size_t product_n;
};

/* A column that the design reads. */
struct design_source {
    struct str name;
    bool category;
    struct dict *levels;  /* category: training levels, numbered in byte order; "" is missing */
    double mean;          /* number: of what is not missing */
    double share_missing; /* of training rows */
};

/* A term: product of at most two factors; factor[i].source is a number of design->source. */
enum design_kind { DESIGN_NUMBER, DESIGN_MISSING, DESIGN_LEVEL };
struct design_factor {
    uint32_t source;
    enum design_kind kind;
    uint32_t level; /* DESIGN_LEVEL: number in levels */
};
struct design_term {
    struct str name;
    struct design_factor factor[2];
    uint8_t factors; /* 1 or 2 */
    double mean;     /* of the term's raw value over the training rows, weighted if they are */
    double scale;    /* what the fit divides it by; 1 for indicators */
};

struct design {
    struct design_source *source;
    size_t sources;
    struct design_term *term; /* in the order of the columns of the design matrix */
    size_t terms;
};

/* Learn a design from a table; columns[] of it are the features, in this order. */
struct design *design_learn(
    const struct table *, const size_t *columns, size_t n, const struct design_options *);

/* The design matrix of a table's rows (scaled, numeric terms centred): rows as in the table.  The
 * design must have been learnt from this table.  Lives until design_matrix_free. */
struct design_matrix *design_apply(const struct design *, const struct table *);
void design_matrix_free(struct design_matrix *);

/* Write to / read from a model file: lines "source", "level", "term" (see pa-formats(5)). */
void design_write(const struct design *, struct model_out *);
struct design *design_read(struct model_in *);
void design_free(struct design *);

/*
 * One row, by the text of its sources (source i's value at value[i]; missing as csv_missing says,
 * given as n = 0): the raw values of the terms that are not 0, in input units.
 *   active[k] term, value[k]; returns how many.  Room for design_active_max() is needed.
 * Returns -1 when a numeric source holds text; *bad is then its number.  Unseen levels are counted
 * in unseen[source] if not NULL.
 */
struct design_entry {
    uint32_t term;
    double value;
};
size_t design_active_max(const struct design *);
long design_row(const struct design *, const struct str *value, struct design_entry *,
    uint64_t *unseen, size_t *bad);

#endif
