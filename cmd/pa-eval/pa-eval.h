/* SPDX-License-Identifier: MIT */
/*
 * pa-eval - what its measures are given: options, and where checks and pictures go
 */
#ifndef PA_EVAL_H
#define PA_EVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "check.h"

struct options {
    const char *label, *score, *group;
    int64_t bins;
    const char *plot, *fail_on;
    const char *reward, *logged_prob, *policy_prob;
};

struct job {
    const struct common *common;
    const struct options *options;
    struct check *check;
};

/* Each reads the input, writes its table, and tells check the values; names of these, by NULL. */
void accuracy_run(const struct job *);
void roc_run(const struct job *);
void calibration_run(const struct job *);
void ctr_run(const struct job *);
void policy_run(const struct job *);

extern const char *const accuracy_names[],
    *const roc_names[], *const calibration_names[], *const ctr_names[], *const policy_names[];

#endif
