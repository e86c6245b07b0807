/* SPDX-License-Identifier: MIT */
/*
 * scorer - a model bound to the columns of an input, or of an input and a catalogue
 *
 *   binary    score = P(positive)
 *   softmax   class = the likeliest (ties: the first), score = its probability
 */
#ifndef PA_SCORER_H
#define PA_SCORER_H

#include "catalogue.h"
#include "csv.h"
#include "linear.h"
#include "plain.h"

struct scorer {
    struct linear *model;
    const char *path;
    size_t *column;    /* (sources) in the input or, where of_ad, in the catalogue */
    bool *of_ad;       /* (sources) */
    uint64_t *unseen;  /* (sources) values that are no level of the model, missing ones, too */
    uint64_t *missing; /* (sources) of those that are scored */
    struct str *value; /* (sources) text of the row being scored; missing is n = 0 */
    struct design_entry *entry;
    double *eta, *contribution; /* (outputs), (sources) */
    double *odds;               /* (outputs) softmax: of each class to the likeliest */
    size_t *order;              /* (sources) */
    struct plain *plain;        /* or NULL */
    bool na;                    /* more than the empty field is missing */
};

struct score {
    double score;
    size_t output; /* linear predictor that it comes from */
    size_t class;  /* the likeliest, or the positive one */
};

/* Read a model and find its columns; with a catalogue its columns come first.  All that are
 * missing are named in one message. */
struct scorer *scorer_new(
    const char *path, const struct common *, const struct header *, const struct catalogue *);
/* NULL is fine; says how many values were missing, and how many unseen. */
void scorer_free(struct scorer *);

/* One more for another thread, until scorer_join gives it back with the unseen values it counted.
 */
struct scorer *scorer_share(const struct scorer *);
void scorer_join(struct scorer *, struct scorer *other);

/* Score a row (and an ad, if there is a catalogue).  False when the row cannot be used. */
bool scorer_row(
    struct scorer *, struct csv_in *, const struct row *, const struct str *ad, struct score *);

/* Only the predictors, into eta; of a binary model linear_probabilities makes scores of them. */
bool scorer_eta(struct scorer *, struct csv_in *, const struct row *, const struct str *ad);

/* Count those of value that are missing, where they are the row's own. */
void scorer_count_missing(struct scorer *);

/* Softmax: the probability of a class, after scorer_row found this score. */
double scorer_class(const struct scorer *, const struct score *, size_t class);

/* Columns why1, why1_value, ... of an output. */
struct why {
    struct csv_out *out;
    size_t first; /* number of why1 */
    size_t n;
};

/* Add them; returns the number of why1. */
size_t scorer_add_why(struct csv_out *, size_t n);

/*
 * Set them for a row that scorer_row or a lineup has found good: source columns by the size of
 * their contribution to the linear predictor (of the likeliest class), against the means of
 * training.  After the last of them comes "(intercept)", the predictor at those means.
 */
void scorer_explain(struct scorer *, const struct csv_in *, const struct row *,
    const struct str *ad, const struct why *);

#endif
