/* SPDX-License-Identifier: MIT */
/*
 * results - what a fit leaves behind: the model file, the export, the table of coefficients
 */
#ifndef PA_RESULTS_H
#define PA_RESULTS_H

#include "training.h"

/* Write what the options ask for. */
void results_write(const struct training *);

#endif
