/* SPDX-License-Identifier: MIT */
/*
 * transform - one learnt change of one column: scaling, binning, one-hot columns
 *
 *   SCALE   x -> (x - center) / divide
 *             z       mean, population sd          minmax  min, max - min
 *             robust  median, q3 - q1 (type 7)     log1p   log(1 + x), nothing learnt
 *             none    x stays as it is
 *           a spread of 0 divides by 1; log1p of x <= -1 is missing
 *   BIN     x -> the label of its bin, low <= x < high: "..LOW", "LOW..HIGH", "HIGH.."
 *             quantile:N  cut at the quantiles 1/N ... (N-1)/N (type 7), equal ones once
 *             width:N     N bins of equal width between min and max
 *             A,B,...     cut there
 *           the outer bins have no end, so every number has a bin
 *   ONEHOT  level -> one of the columns "COLUMN=LEVEL", learnt levels in byte order, missing values
 *           as the level ""; what was not seen belongs to "COLUMN=other", which is always there
 *
 * NaN is missing and stays so.  Learning looks at all values in memory; what it finds is the same
 * for any order of the rows.
 */
#ifndef PA_TRANSFORM_H
#define PA_TRANSFORM_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "dict.h"

enum transform_kind { TRANSFORM_SCALE, TRANSFORM_BIN, TRANSFORM_ONEHOT };
enum transform_scale { SCALE_NONE, SCALE_Z, SCALE_MINMAX, SCALE_ROBUST, SCALE_LOG1P };
enum transform_bin { BIN_QUANTILE, BIN_WIDTH, BIN_AT };

struct transform {
    enum transform_kind kind;
    enum transform_scale scale;
    double center, divide;
    enum transform_bin bin;
    size_t bins;       /* asked for: quantile:N, width:N */
    double *cut;       /* (cuts) increasing */
    struct str *label; /* (cuts + 1) */
    size_t cuts;
    struct dict *levels; /* numbered in byte order */
    size_t other;        /* which indicator is "other": the level of that name, or the last */
    size_t indicators;
};

/* The method or rule of an option; false when it is none. */
bool transform_scale_of(struct transform *, struct str method);
bool transform_bin_of(struct transform *, struct str rule);
const char *transform_scale_name(enum transform_scale);

/* Must values be seen before it can be applied? */
bool transform_learns(const struct transform *);

/* Learn from x[n] (SCALE, BIN), or from the levels that used[] marks, all if NULL (ONEHOT).  False:
 * what is needed of x is more than a double holds. */
bool transform_learn(struct transform *, const double *x, size_t n);
void transform_learn_levels(struct transform *, const struct dict *, const bool *used);
/* After center and divide, cut, or levels have been set from elsewhere. */
void transform_ready(struct transform *);

double transform_scaled(const struct transform *, double x);
/* The number of x's bin; x is not missing. */
size_t transform_binned(const struct transform *, double x);
/* Which indicator is 1. */
size_t transform_level(const struct transform *, struct str level);
/* The name of indicator i's level. */
struct str transform_level_name(const struct transform *, size_t i);

void transform_release(struct transform *);

#endif
