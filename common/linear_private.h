/* SPDX-License-Identifier: MIT */
/* linear_private - what the parts of linear share. */
#ifndef PA_LINEAR_PRIVATE_H
#define PA_LINEAR_PRIVATE_H

#include "linear.h"

/* A fact: a number, a count. */
void linear_fact(struct model_out *, const char *key, double value);
void linear_count(struct model_out *, const char *key, uint64_t n);
/* What cannot be read back is not written: dies unless it is finite. */
void linear_require(bool finite);
/* A number that must be. */
void linear_number(struct model_out *, double);
/* The intercepts, and the weights of the terms with names. */
void linear_write_weights(const struct linear *, struct model_out *);

#endif
