/* SPDX-License-Identifier: MIT */
/*
 * export - a model in another program's form
 *
 *   c       C source: tables of levels and weights, and a function from the texts of the columns to
 *           the probability, in the order of additions that linear_predict has
 *   vw      VW's readable model, as --invert_hash writes it: name:hash:weight, the names being the
 *           features that rows have in the namespace without a name, hashed as VW does into the
 *           fewest bits, 18 at least, that keep them apart
 *   libsvm  LIBLINEAR's model: L2R_LR, or MCSVM_CS for several classes, which choose the same
 *           class; in input units
 *
 * vw and libsvm have no calibration, vw is for two classes and has no products: the caller sees to
 * it.
 */
#ifndef PA_EXPORT_H
#define PA_EXPORT_H

#include "buf.h"
#include "linear.h"

void export_c(const struct linear *, struct buf *out);
/* Are all features of a design apart in VW's rows?  If not, why. */
bool export_vw_can(const struct design *, struct buf *why);
/* For a design that can. */
void export_vw(const struct linear *, struct buf *out);
/* Feature i + 1 is the term order[i]. */
void export_libsvm(const struct linear *, const size_t *order, struct buf *out);

#endif
