/* SPDX-License-Identifier: MIT */
/*
 * input - the table that a model is learnt from, and which of its columns have what part
 */
#ifndef PA_INPUT_H
#define PA_INPUT_H

#include "columns.h"
#include "labels.h"
#include "table.h"

/* Columns with a part of their own: they are not learnt from, the last three unless features names
 * columns (they may be among those). */
enum input_part { INPUT_WEIGHT, INPUT_OFFSET, INPUT_CLUSTER, INPUT_USER, INPUT_TIME, INPUT_PARTS };

struct input_options {
    const char *label, *features, *exclude, *categorical, *numeric; /* of the options */
    const char *interactions; /* whose columns are to be features */
    const struct arg_list
        *reference; /* of features, too, or of the label if there are many classes */
    const char *positive;
    bool many; /* more than two classes */
    bool no_intercept;
    unsigned hash_bits;            /* of the features' levels; 0: they have names */
    const char *part[INPUT_PARTS]; /* the column; NULL: none */
};

struct input {
    struct table *table; /* column 0 the label, 1 .. features in order of names, then the parts */
    size_t features;
    size_t *place; /* (features + 1): their numbers in the header, then the offset's; that order is
                      for listings alone */
    size_t part[INPUT_PARTS]; /* columns of the table; 0: none */
    struct labels labels;
};

/* Rows without a label are left out; a row that lacks a weight, an offset, a cluster, a user or a
 * time that is asked for ends the program.  Release with input_release. */
struct input input_load(const struct common *, const struct input_options *);
void input_release(struct input *);

/* The products A*B,... of two features: how many, and their columns in the header, which are to be
 * freed by mem_free.  NULL: none; what is no such list is a usage error. */
size_t input_products(
    const char *list, const struct header *, const struct columns *features, size_t (**product)[2]);

/* Without a column to learn from the model is the intercept alone, which is said.  It is meant
 * where no column could be one, others being 0; elsewhere, and if -f names columns (named), it is a
 * usage error, and so it is without an intercept. */
void input_alone(const char *label, bool named, size_t others, bool no_intercept);

/* The values of a part, (rows): numbers; NULL if there is none. */
double *input_numbers(const struct input *, enum input_part);

/* The values of a part that is a category as 0 .. *n-1, in order of first sight, (rows);
 * mem_free. */
uint32_t *input_codes(const struct input *, enum input_part, size_t *n);

#endif
