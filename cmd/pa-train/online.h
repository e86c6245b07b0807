/* SPDX-License-Identifier: MIT */
/*
 * online - learning a model from rows as they come, and going on where a model stopped
 *
 * Columns are what their first value says: numbers, as they are (missing: 0 and an indicator), or
 * categories, a term for each level from its first row on; a value of the other kind is unusable.
 * Memory grows with the levels alone, or is that of 2^hash_bits coefficients.  What comes of it
 * does not depend on the number of threads, of which all but one make rows ready.
 */
#ifndef PA_ONLINE_H
#define PA_ONLINE_H

#include "csv.h"
#include "linear.h"

struct online_options {
    const char *label, *features, *exclude, *categorical, *numeric; /* of the options */
    const char *interactions;                                       /* A*B,...; NULL: none */
    const char *positive;
    bool many, two;              /* softmax: any number of classes; logistic: two, as else */
    const char *weight, *offset; /* columns; NULL: none */
    const char *class_weight;    /* CLASS=W,...; NULL: none */
    double neg_rate;             /* 1: all negatives teach slopes */
    uint64_t seed;
    bool no_intercept;
    uint64_t rare;
    double rate, l2, l1;
    /* Else those of the model gone on from stand. */
    bool rate_given, l2_given, l1_given, rare_given, neg_rate_given, seed_given, hash_bits_given;
    unsigned hash_bits;  /* 0: levels have names */
    const char *start;   /* model to go on from; NULL: none.  What it was learnt
                            with stands, and what is given may not differ */
    const char *model;   /* to be written; NULL: to -o or standard output */
    uint64_t every_rows; /* between models; 0: only at the end */
    int64_t every_us;    /* the same as time */
};

/* Learn until the input ends, and write the model. */
void online_run(const struct common *, const struct online_options *);

#endif
