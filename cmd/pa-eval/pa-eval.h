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
#include "estimate.h"
#include "judge.h"

struct options {
    const char *label, *positive, *score, *weight, *group;
    int64_t k_anon, bins, bootstrap, seed;
    const char *threshold, *bin_mode, *se;
    double conf_level, fdr;
    const char *plot, *fail_on;
    const char *ref, *features, *exclude, *categorical, *numeric;
    const char *reward, *logged_prob, *policy_prob, *q, *q_policy;
};

struct job {
    const struct common *common;
    const struct options *options;
    struct check *check;
    struct level level;
    struct judge_rule rule; /* of --threshold */
    const char *cluster;    /* column of --se cluster:COL, or NULL */
};

/* Each reads the input, writes its table, and tells check the values; names of these, by NULL. */
void accuracy_run(const struct job *);
void roc_run(const struct job *);
void pr_run(const struct job *);
void calibration_run(const struct job *);
void lift_run(const struct job *);
void ctr_run(const struct job *);
void policy_run(const struct job *);
void drift_run(const struct job *);
void fairness_run(const struct job *);

extern const char *const accuracy_names[],
    *const roc_names[], *const pr_names[], *const calibration_names[],
                                               *const lift_names[],
                                                   *const ctr_names[],
                                                       *const policy_names[],
                                                           *const drift_names[],
                                                               *const fairness_names[];

#endif
