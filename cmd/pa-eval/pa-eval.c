/* SPDX-License-Identifier: MIT */
/*
 * pa-eval - how good predictions, ads and policies were
 *
 * The first operand names the measure; each is a module of its own that reads outcomes, writes a
 * table with an interval on every number that has one, and tells the checks of --fail-on.
 */
#include "pa-eval.h"

#include <string.h>

#include "die.h"
#include "stream.h"

static struct options opt = {.label = "click",
    .score = "score",
    .bins = 10,
    .reward = "click",
    .logged_prob = "prob",
    .policy_prob = "policy_prob"};

static const struct arg args[] = {
    {'l', "label", "COL", ARG_TEXT, &opt.label, "click", "column of the label", .usual = true},
    {'p', "score", "COL", ARG_TEXT, &opt.score, "score", "column of the score", .usual = true},
    {'g', "group", "COLS", ARG_TEXT, &opt.group, "none: all rows",
        "rows that agree in these belong together; here all measures for each", .usual = true},
    {0, "bins", "N", ARG_INT, &opt.bins, "10", "bins of calibration, lift and drift", .min = 1,
        .max = 1000000},
    {0, "plot", "FILE", ARG_TEXT, &opt.plot, "none", "write an SVG picture of the measure",
        .usual = true},
    {0, "fail-on", "CONDITIONS", ARG_TEXT, &opt.fail_on, "none",
        "exit 3 if one holds, such as auc<0.7,psi>null", .usual = true},
    {0, "reward", "COL", ARG_TEXT, &opt.reward, "click", "policy: column of the reward"},
    {0, "logged-prob", "COL", ARG_TEXT, &opt.logged_prob, "prob",
        "policy: probability with which the ad was shown"},
    {0, "policy-prob", "COL", ARG_TEXT, &opt.policy_prob, "policy_prob",
        "policy: probability that the new policy gives it"},
    {0},
};

static const struct program program = {
    .name = "pa-eval",
    .purpose = "measure predictions, ads and policies",
    .operands = "MEASURE [FILE...]",
    .examples = "pa-eval accuracy -g slot scored.csv\n"
                "pa-eval roc --plot roc.svg scored.csv >roc.csv\n"
                "pa-eval calibration --bins 20 --fail-on 'ece>0.02' scored.csv\n"
                "pa-eval ctr -g ad impressions.csv\n"
                "pa-eval policy decisions.csv   # what would the new policy have earned?\n",
    .args = args,
    .leading = 1,
};

static const struct measure {
    const char *name;
    void (*run)(const struct job *);
    const char *const *names; /* of --fail-on */
    bool plots;
} measures[] = {
    {"accuracy", accuracy_run, accuracy_names, false},
    {"roc", roc_run, roc_names, true},
    {"calibration", calibration_run, calibration_names, true},
    {"ctr", ctr_run, ctr_names, false},
    {"policy", policy_run, policy_names, false},
};

static const struct measure *find(const char *name)
{
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        if (strcmp(measures[i].name, name) == 0)
            return &measures[i];
    die_usage("%s is no measure (accuracy, roc, calibration, ctr, policy)", name);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    const struct measure *m = find(common.leading[0]);
    if (opt.plot && !m->plots)
        die_usage("--plot: there is no picture of %s (roc and calibration have one)", m->name);
    struct job job = {&common, &opt, check_parse(opt.fail_on, m->names)};
    m->run(&job);
    int status = stream_finish();
    check_end(job.check);
    return status;
}
