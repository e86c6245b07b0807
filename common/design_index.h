/* SPDX-License-Identifier: MIT */
/* design_index - where design finds the terms of a value; shared by the files of design alone. */
#ifndef PA_DESIGN_INDEX_H
#define PA_DESIGN_INDEX_H

#include "design.h"

struct design_source_index {
    size_t column;            /* of the table learnt from */
    uint32_t number, missing; /* terms, or DESIGN_NO_TERM */
    uint32_t *level;          /* category: term by level */
};

/* A pair of levels of a product of categories: a * (levels of b) + b, and its term. */
struct design_pair {
    uint64_t key;
    uint32_t term;
};

struct design_product {
    uint32_t a, b;            /* sources, in the order of the name */
    uint32_t number;          /* of two numbers: the term */
    uint32_t *level;          /* of a number and a category: term by level */
    struct design_pair *pair; /* of two categories: ascending by key */
    size_t pairs, cap;
};

struct design_index {
    struct design_source_index *source;
    struct design_product *product;
    size_t products, cap;
    uint32_t *bucket; /* (2^hash_bits) terms, or DESIGN_NO_TERM; NULL without buckets */
};

/* The term of a pair of levels, or DESIGN_NO_TERM. */
uint32_t design_pair_term(const struct design_product *, uint64_t key);

/* Build d->index from its terms.  False if they do not make a design: a term that names no source
 * or level, has the wrong kind for it, comes twice, or pairs out of order; *bad is its number. */
bool design_index_build(struct design *d, size_t *bad);
void design_index_free(struct design *d);

/* Level of each code of the table's dictionary; the last is that of missing.  mem_free. */
uint32_t *design_level_of_code(const struct table_column *, const struct design_source *);

/* The code of a row, n, the number of codes, standing for missing. */
static inline uint32_t design_code(const struct table_column *c, uint32_t n, size_t row)
{
    return c->code[row] < n ? c->code[row] : n;
}

/* out[i] = a[i] b[i], each mean standing for NaN, for two numeric columns. */
void design_multiply(
    const double *a, double mean_a, const double *b, double mean_b, size_t rows, double *out);

#endif
