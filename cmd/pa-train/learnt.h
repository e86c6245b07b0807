/* SPDX-License-Identifier: MIT */
/*
 * learnt - all that online learning knows, and the model file that it is kept in
 *
 * What is read back goes on as if it had never been written: the same rows end in the same bytes.
 */
#ifndef PA_LEARNT_H
#define PA_LEARNT_H

#include "ftrl.h"
#include "online.h"
#include "prepared.h"
#include "terms.h"

struct learnt {
    const struct online_options *options;
    struct online_columns columns;
    struct terms terms;
    struct ftrl ftrl;
    struct linear_online facts;
    double *w; /* (1 + columns): scratch */
};

/* Nothing yet; the table has so many columns. */
void learnt_init(struct learnt *, const struct online_options *, size_t columns);
void learnt_release(struct learnt *);
/* One more column to learn from. */
void learnt_add_source(struct learnt *, struct str name, size_t column);
/* Hash levels into so many bits; 0: name them.  Before the first row. */
void learnt_hash(struct learnt *, unsigned bits);
/* The rate and the penalties of the options, or those of the model where none is given. */
void learnt_penalties(struct learnt *);

/* Learn from a labelled row; -log(logistic()) of what comes back is its loss before. */
double learnt_row(struct learnt *, const struct prepared *, size_t row);
/* Have what a row to come needs on its way from memory. */
void learnt_fetch(const struct learnt *, const struct prepared *, size_t row);

/* Take up the model that the options name, into what holds nothing yet. */
void learnt_read(struct learnt *, const struct header *);
/* Write the model to path; publish: see model_publish. */
void learnt_write(struct learnt *, const char *path, unsigned jobs, bool publish);

#endif
