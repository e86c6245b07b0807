/* SPDX-License-Identifier: MIT */
/*
 * table - chosen columns of an input in memory, typed, with missing values marked
 *
 * Parts of the input are split and converted on all threads; the result is that of one.  A column
 * read by value is numeric when all its values are numbers and a category when none is; a mixture
 * ends the program with both counts and the options that settle it.  Memory: 8 bytes a number, 4 a
 * category, 8 a time, per row, plus each distinct level once; of hashed levels 4 bytes a bucket;
 * and 24 where the next row does not begin on the next line.
 */
#ifndef PA_TABLE_H
#define PA_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv.h"
#include "dict.h"
#include "hash.h"

enum table_type {
    TABLE_BY_VALUE, /* wanted only: the result is one of the next two */
    TABLE_NUMBER,   /* wanted explicitly: other text is missing, and counted in not_numbers */
    TABLE_CATEGORY,
    TABLE_TIME /* one kind of time in the whole column; anything else is E_TIME */
};

#define TABLE_MISSING UINT32_MAX

struct table_column {
    struct str name;
    enum table_type type;
    double *number;      /* TABLE_NUMBER: NaN is missing */
    uint32_t *code;      /* TABLE_CATEGORY: number in levels, or TABLE_MISSING */
    int64_t *time;       /* TABLE_TIME: microseconds, INT64_MIN is missing */
    struct dict *levels; /* TABLE_CATEGORY, in order of first sight; NULL if they are hashed */
    uint32_t *bucket;    /* hashed: code stands for the levels of this bucket; else NULL */
    size_t buckets;
    uint64_t missing, not_numbers;
};

/* Levels or buckets: codes are less, or TABLE_MISSING. */
static inline size_t table_codes(const struct table_column *c)
{
    return c->bucket ? c->buckets : dict_size(c->levels);
}

/* Rows from this one on follow each other line by line. */
struct table_stretch {
    size_t row;
    uint64_t line;
    const char *file;
};

struct table {
    size_t rows, n;
    struct table_column *column;
    uint64_t *left_out; /* rows that did not come in: their numbers among all that came, from 1 */
    size_t left_outs, left_out_cap;
    struct table_stretch *stretch;
    size_t stretches;
    char **file; /* names that stretches are of */
    size_t files, file_cap;
};

struct table_want {
    size_t column; /* number in the header */
    enum table_type type;
    unsigned hash_bits; /* a category's levels are hashed into 2^this buckets; 0: they are kept */
};

/* The bucket of a level: murmur3 of it, with that of the column's name for a seed, mod 2^bits. */
static inline uint32_t table_seed(struct str name)
{
    return hash_murmur3(name.p, name.n, 0);
}

/* The seed of what is joined with a level. */
static inline uint32_t table_join(uint32_t seed, struct str level)
{
    return hash_murmur3(level.p, level.n, seed);
}

static inline uint32_t table_bucket_of(uint32_t joined, unsigned hash_bits)
{
    return joined & ((UINT32_C(1) << hash_bits) - 1);
}

static inline uint32_t table_bucket(uint32_t seed, struct str level, unsigned hash_bits)
{
    return table_bucket_of(table_join(seed, level), hash_bits);
}

/* An all-missing column read by value is numeric.  tz as in struct common. */
struct table *table_load(
    struct csv_in *, const struct common *, const struct table_want *, size_t n);

/* Who looks at each row before it comes in.  False: it does not, and was left out by csv_reject,
 * csv_bad or csv_unusable.  Of the row only the wanted columns are there. */
struct table_gate {
    bool (*open)(void *context, struct csv_in *, const struct row *);
    void *context;
    void (*enter)(void *context, const struct row *); /* it came in; or NULL */
};
/* The same past a gate, one row after the other on one thread; gate NULL: table_load. */
struct table *table_load_past(const struct table_gate *, struct csv_in *, const struct common *,
    const struct table_want *, size_t n);
void table_free(struct table *);

/* Where the value of a row in a column of the table stood. */
struct place table_place(const struct table *, size_t row, size_t column);

#endif
