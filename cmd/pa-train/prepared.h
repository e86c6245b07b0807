/* SPDX-License-Identifier: MIT */
/*
 * prepared - rows of online learning, made ready on any thread before they are learnt in order
 *
 * A column is what its first value says; a column or a label that no row has told yet can only be
 * met by prepared_decide, by rows in their order.
 *
 * Weights, offsets, numbers, and products of numbers and weights are at most PREPARED_FAR: so
 * squares of gradients, and sums of as many as there may be, are finite.
 */
#ifndef PA_PREPARED_H
#define PA_PREPARED_H

#include <stdatomic.h>

#include "classes.h"
#include "csv.h"
#include "table.h"

static const double PREPARED_FAR = 1e140;

struct online_source {
    char *name;
    struct str name_text;
    size_t column;
    enum table_type wanted;
    _Atomic(enum table_type) type; /* TABLE_BY_VALUE until a value decides */
    uint32_t seed;                 /* of hashing */
};

/* What rows are read by. */
struct online_columns {
    struct csv_in *in;
    const char *label_name;
    size_t label;
    struct classes classes;
    struct online_number {
        const char *name; /* NULL: there is none */
        size_t column;
    } weight, offset;
    double heaviest; /* that a row's weight is multiplied by at most */
    struct online_source *source;
    size_t sources;
    struct online_product {
        char *name;    /* "A*B" */
        uint32_t a, b; /* sources, in the order of the name */
        uint32_t seed; /* of hashing */
    } * product;
    size_t products;
    unsigned hash_bits; /* of the levels; 0: they have names */
    atomic_uint told;   /* sources whose type a value has decided */
};

/* Cells of a source: a bucket's coordinate, from 1; or one of these, and a value.  Cells of a
 * product, which come after: a bucket's coordinate and a number; nothing, also where a number is
 * missing; the product of two numbers; or a number, 1 of two levels, for the levels that the cells
 * of its sources have. */
#define CELL_NOTHING (UINT32_MAX - 2) /* no value yet that says what the column holds */
#define CELL_NUMBER (UINT32_MAX - 1)
#define CELL_LEVEL UINT32_MAX
union prepared_value {
    double number; /* NaN: missing */
    struct {
        uint32_t at, n; /* in text */
    } level;
};

#define PREPARED_UNLABELLED CLASSES_NONE

struct prepared {
    size_t rows, cap;
    size_t sources, cells;       /* cells: of a row: sources, then products */
    uint32_t *label;             /* (rows) class or PREPARED_UNLABELLED */
    double *weight, *offset;     /* (rows) 1 and 0 where there is no such column */
    bool *plain;                 /* (rows) all cells are buckets, all different */
    uint32_t *cell;              /* (rows, cells) */
    union prepared_value *value; /* (rows, cells), where the cell says so */
    struct buf text;
    struct prepared_missing {
        uint32_t row, source;
    } * missing; /* in the order of the rows */
    size_t missings, missing_cap;
    unsigned told;        /* of the columns, before its first row */
    bool untold;          /* a row lacked a value of a source that none had decided */
    uint32_t *stamp, now; /* scratch: when a bucket of this hash was met last */
};

/* For rows of such columns. */
struct prepared *prepared_new(const struct online_columns *);
void prepared_free(struct prepared *);
void prepared_clear(struct prepared *);
struct str prepared_level(const struct prepared *, union prepared_value);

/* Learn from a row what its columns and its label are.  False if it cannot be used, and is left
 * out; then nothing was learnt from it. */
bool prepared_decide(struct online_columns *, const struct row *);

/* Add a row.  False if it cannot be used, or must be met by prepared_decide first; judged: it has
 * been, and what is wrong with it was told. */
bool prepared_add(
    struct prepared *, const struct online_columns *, const struct row *, bool judged);
/* Would its rows be made the same now? */
bool prepared_stands(const struct prepared *, const struct online_columns *);

#endif
