/* SPDX-License-Identifier: MIT */
/*
 * export - a model in another program's form
 *
 *   c       C source: tables of levels and weights, and a function from the texts of the columns to
 *           the probability, in the order of additions that linear_predict has
 *   vw      VW's readable model, as --invert_hash writes it: name:hash:weight, the names being the
 *           terms in the namespace without a name, hashed as VW does into the fewest bits, 18 at
 *           least, that keep them apart; that of "column=" has the mean of a missing number in it,
 *           since rows leave the number out
 *   libsvm  LIBLINEAR's model: L2R_LR, or MCSVM_CS for several classes, which choose the same
 * class; feature i is term i, from 1, in input units
 *
 * vw and libsvm have no calibration, and vw is for two classes: the caller sees to it.
 */
#ifndef PA_EXPORT_H
#define PA_EXPORT_H

#include "buf.h"
#include "linear.h"

void export_c(const struct linear *, struct buf *out);
/* False if no 31 bits keep the terms apart. */
bool export_vw(const struct linear *, struct buf *out);
void export_libsvm(const struct linear *, struct buf *out);

#endif
