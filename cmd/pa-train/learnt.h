/* SPDX-License-Identifier: MIT */
/*
 * learnt - all that online learning knows, and the model file that it is kept in
 *
 * What is read back goes on as if it had never been written: the same rows end in the same bytes.
 */
#ifndef PA_LEARNT_H
#define PA_LEARNT_H

#include "columns.h"
#include "factors.h"
#include "learner.h"
#include "online.h"
#include "prepared.h"
#include "terms.h"

struct learnt {
    const struct online_options *options;
    struct online_columns columns;
    struct terms terms;
    struct learner learner;
    size_t classes;             /* that the facts and the learner have room for */
    bool at_once;               /* rows of buckets are learnt at once */
    struct linear_online facts; /* of classes by their numbers in columns */
    struct factors factors;     /* of --class-weight */
};

/* Nothing yet; the table has so many columns. */
void learnt_init(struct learnt *, const struct online_options *, size_t columns);
void learnt_release(struct learnt *);
/* One more column to learn from. */
void learnt_add_source(struct learnt *, struct str name, size_t column);
/* One more product to learn from, of two of them. */
void learnt_add_product(struct learnt *, uint32_t a, uint32_t b);
/* Hash levels into so many bits; 0: name them.  Before the first row. */
void learnt_hash(struct learnt *, unsigned bits);
/* The wishes of the options become those of what is learnt; one that is not that of the model gone
 * on from is a usage error. */
void learnt_wish(struct learnt *);
/* The same of columns that the options choose. */
void learnt_same_sources(const struct learnt *, const struct header *, const struct columns *);
/* The same of products, by their columns. */
void learnt_same_products(const struct learnt *, size_t (*product)[2], size_t products);

/* What a labelled row was taken for before it was learnt from, which it is now. */
struct learner_before learnt_row(struct learnt *, const struct prepared *, size_t row);
/* Have what a row to come needs on its way from memory. */
void learnt_fetch(const struct learnt *, const struct prepared *, size_t row);
/* Are there two classes, without which there is no model? */
bool learnt_enough(const struct learnt *);
/* What the slopes of a class weigh, by --class-weight or the model gone on from. */
double learnt_factor_of(struct learnt *, uint32_t class);
/* Warn of classes that --class-weight names and no row had. */
void learnt_warn(const struct learnt *);

/* Take up the model that the options name, into what holds nothing yet. */
void learnt_read(struct learnt *, const struct header *);
/* Write the model to path; publish: see model_publish. */
void learnt_write(struct learnt *, const char *path, unsigned jobs, bool publish);

#endif
