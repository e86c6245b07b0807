/* SPDX-License-Identifier: MIT */
/*
 * chain - the transforms of a run, in the order given, on the columns of a frame
 *
 * A frame is the columns that transforms may name: those of the input, or the features computed.
 * A column that several transforms name goes through them in order; one-hot is the last that can
 * happen to it.  COLS of "*" are the columns that suit the transform (numbers to scale and bin,
 * categories for one-hot), among those the caller offers, and that no other transform names.
 */
#ifndef PA_CHAIN_H
#define PA_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "args.h"
#include "columns.h"
#include "csv.h"
#include "dict.h"
#include "model.h"
#include "sink.h"
#include "transform.h"

enum chain_form { FORM_UNKNOWN, FORM_NUMBER, FORM_TEXT, FORM_INDICATORS, FORM_KEPT };

struct chain_column {
    size_t at; /* in the frame */
    struct str name;
    bool reads_text;      /* values are wanted as text */
    enum chain_form form; /* after all its transforms */
    size_t out;           /* its value, the first of its indicators, for sink_set_* */
    uint64_t unseen, undefined;
};

struct chain {
    struct transform *step;
    size_t *on; /* (n) which column */
    size_t n, cap, on_cap;
    struct chain_column *column;
    size_t columns, columns_cap;
};

/* What the options name: first[i] is how column i is to be read (FORM_UNKNOWN: not named;
 * FORM_KEPT: not at all, it only scales by "none").  Returns whether one of them says "*". */
bool chain_named(const struct arg_list *, const struct header *, enum chain_form *first);

/* Does option i of the list have to see values before it can be applied? */
bool chain_option_learns(const struct arg_list *, size_t i);

/* The chain; form[i] says what column i is, offered[i] whether "*" may stand for it if no other
 * transform names it. */
void chain_build(struct chain *, const struct arg_list *, const struct header *,
    const enum chain_form *form, const bool *offered);

/* A column's values: numbers, or codes of levels (DICT_NONE, a NaN: missing). */
struct chain_values {
    const double *number;
    const uint32_t *code;
    const struct dict *levels;
    size_t n;
};
void chain_learn(struct chain *, size_t column, const struct chain_values *);

/* The chain's column that stands at this place of the frame, or COLUMN_NONE. */
long chain_find(const struct chain *, size_t at);

/* Add the output's indicator columns of one-hot columns (last, in the frame's order). */
void chain_add_indicators(struct chain *, struct sink *);

/* Transform one value and set what the next row shows for it: x, NaN if missing, or text if the
 * column reads text. */
void chain_set(struct chain *, size_t column, struct sink *, double x, struct str text);

/* Say what was not seen in training, and where log1p is not defined. */
void chain_report(const struct chain *);

void chain_write(const struct chain *, struct model_out *);
void chain_read(struct chain *, struct model_in *, const struct header *, const char *path);
void chain_release(struct chain *);

#endif
