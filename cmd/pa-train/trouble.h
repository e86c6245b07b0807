/* SPDX-License-Identifier: MIT */
/*
 * trouble - why a regression without a penalty has no finite estimate
 *
 * Albert, Anderson, "On the existence of maximum likelihood estimates in logistic regression
 * models", Biometrika 71 (1984).  What trouble_groups finds needs no fit; the rest shows in
 * Newton's last step, which runs along the direction in which the likelihood rises for ever.
 */
#ifndef PA_TROUBLE_H
#define PA_TROUBLE_H

#include <stdbool.h>

#include "glm.h"

/* Rows of a group of indicators that agree in its column (MAT_NONE: in none) and in which a class
 * never occurs. */
struct trouble {
    size_t group;
    uint32_t column; /* within the group, or MAT_NONE */
    uint32_t class;  /* the one that is missing */
    uint64_t rows;
};

/* All such, in order; mem_free the result.  *n: how many. */
struct trouble *trouble_groups(const struct glm_problem *, size_t *n);

/* Which columns of x run away: their step, in scaled units, is at least a tenth of the longest.
 * away (width); returns how many. */
size_t trouble_step(const struct glm_problem *, const struct glm_fit *, bool *away);

#endif
