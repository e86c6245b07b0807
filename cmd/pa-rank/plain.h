/* SPDX-License-Identifier: MIT */
/*
 * plain - linear predictors straight from the fields of a row, for models of numbers alone
 *
 * A model all of whose sources are numbers, with a term each and no products, needs no list of
 * terms per row: a field is read, multiplied and added.  The additions are those of design_row and
 * linear_predict, in their order, so the bits are the same.
 */
#ifndef PA_PLAIN_H
#define PA_PLAIN_H

#include "csv.h"
#include "linear.h"

struct plain;

/* column (sources): where the sources stand in rows.  NULL: not such a model. */
struct plain *plain_new(const struct linear *, const size_t *column);
void plain_free(struct plain *); /* NULL is fine */

/*
 * eta (outputs) of a row by the text of its columns; in says what is missing besides the empty
 * field, NULL: nothing.  *lacks: one is missing.  False when one is text that is no number; eta is
 * nothing then.  Any number of threads.
 */
bool plain_predict(const struct plain *, const struct str *text, const struct csv_in *in,
    double *eta, bool *lacks);

#endif
