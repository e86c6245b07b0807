/* SPDX-License-Identifier: MIT */
/*
 * frame - the columns that transforms may name, and how they are written
 *
 * A frame is n columns that pass (those of an input, or of the group), then the features computed.
 */
#ifndef PA_FRAME_H
#define PA_FRAME_H

#include "chain.h"
#include "events.h"
#include "recipe.h"
#include "sink.h"

/* Features of groups or rows: value[j][i] of item j, codes of text[j] unless that is NULL. */
struct features {
    struct recipe recipe;
    struct dict **text;
    double **value;
    size_t rows;
};

/* Room for the values of the recipe's items; returns value. */
double **features_room(struct features *, size_t rows);
void features_release(struct features *);

struct frame {
    struct header header;
    struct str *name;
    enum chain_form *form;
    bool *offered;        /* to COLS of "*" */
    size_t n;             /* columns before the features */
    bool grouped;         /* these are of the group: who a row is of, and no features */
    enum sparse_use *use; /* of each column in a sparse form; NULL: the output is a table */
    long label;           /* COLUMN_NONE: it is not there, or not asked for */
};

/* The n columns are those of the header, or the ones named by number if column is not NULL.  Their
 * form is unknown, and they are not offered; features are. */
struct frame frame_of(
    const struct header *, const size_t *column, size_t n, const struct features *);
void frame_release(struct frame *);

/*
 * Find the label and, for a sparse form of --to, what the columns are in it: as roles have it, with
 * -f and -x where they mean columns of the frame (rows), and not of a log.  A label that must be
 * there, and is not, ends the program.
 */
void frame_uses(struct frame *, const char *to, const struct event_options *, bool rows);
/* The label and the weight are written as they are: that a transform changes one is a usage error.
 */
void frame_check_uses(const struct frame *, const struct chain *);
/* The labels to come that are among the features. */
void frame_labels(const struct frame *, const struct features *, struct sink *);

/* Let the transforms of features learn. */
void frame_learn(const struct frame *, struct chain *, const struct features *);

/* Where each feature goes: a value of its own, and the chain's column if it has one. */
struct target {
    long value, chain;
};

/* Add the features' columns (one-hot ones are added by chain_add_indicators); mem_free. */
struct target *frame_targets(const struct frame *, struct chain *, struct sink *);
/* Set the features' values of one row, transformed. */
void frame_set(
    struct sink *, struct chain *, const struct features *, const struct target *, size_t row);

#endif
