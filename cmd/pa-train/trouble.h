/* SPDX-License-Identifier: MIT */
/*
 * trouble - why a regression without a penalty has no finite estimate, in words
 *
 * Albert, Anderson, "On the existence of maximum likelihood estimates in logistic regression
 * models", Biometrika 71 (1984).  A level in which some class never occurs needs no fit to be
 * found; the rest shows in Newton's last step, which runs along the direction in which the
 * likelihood rises for ever.
 */
#ifndef PA_TROUBLE_H
#define PA_TROUBLE_H

#include <stdbool.h>

#include "buf.h"
#include "design.h"
#include "glm.h"

/*
 * Levels in which a class never occurs, reference levels included.  Writes the first few to text,
 * "rank=3 (12 rows, none of them "1")"; false if there is none.  view: of the problem's matrix.
 * class (classes): labels.
 */
bool trouble_levels(const struct glm_problem *, const struct design *, const struct design_view *,
    const struct str *class, struct buf *text);

/* Terms whose step, in scaled units, is at least a tenth of the longest. */
void trouble_steps(const struct glm_problem *, const struct glm_fit *, const struct design *,
    const struct design_view *, struct buf *text);

#endif
