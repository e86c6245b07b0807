/* SPDX-License-Identifier: MIT */
/*
 * results - what a fit leaves behind: the model file, the export, the table of coefficients
 */
#ifndef PA_RESULTS_H
#define PA_RESULTS_H

#include "csv.h"
#include "stream.h"
#include "training.h"

/* Where they go; NULL: nowhere, or to standard output. */
struct results {
    struct stream_out *export;
    struct csv_out *coef;
};

/* Open the files of the options, but that of the model, so that one that cannot be written is known
 * before the work. */
struct results results_open(const struct common *, const struct options *);
/* Write what the options ask for. */
void results_write(struct results *, const struct training *);

#endif
