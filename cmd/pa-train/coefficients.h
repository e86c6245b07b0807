/* SPDX-License-Identifier: MIT */
/*
 * coefficients - the table term,estimate,std_error,statistic,p_value,conf_low,conf_high of a model
 */
#ifndef PA_COEFFICIENTS_H
#define PA_COEFFICIENTS_H

#include "csv.h"
#include "linear.h"

/*
 * error (outputs, 1 + terms): standard errors, the intercept's first.  The class number without is
 * left out (SIZE_MAX: none).  Terms are listed in this order.  z: Wald statistics, p-values and
 * intervals of +- z errors; 0: empty. A model with several predictors gets a first column "class",
 * one without intercepts has no rows of them.
 */
void coefficients_write(struct csv_out *, const struct linear *, const double *error,
    const size_t *order, size_t without, double z);

#endif
