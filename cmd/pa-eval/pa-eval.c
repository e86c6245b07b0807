/* SPDX-License-Identifier: MIT */
/*
 * pa-eval - how good predictions, ads and policies were
 *
 * The first operand names the measure; each is a module of its own that reads outcomes, writes a
 * table with an interval on every number that has one, and tells the checks of --fail-on.
 */
#include "pa-eval.h"

#include <math.h>
#include <string.h>

#include "bits.h"
#include "die.h"
#include "num.h"
#include "stream.h"

static struct options opt = {.label = "click",
    .score = "score",
    .bins = 10,
    .seed = 1,
    .threshold = "0.5",
    .bin_mode = "mass",
    .se = "classic",
    .conf_level = 0.95,
    .fdr = 0.05,
    .reward = "click",
    .logged_prob = "prob",
    .policy_prob = "policy_prob"};

/* Options that not every measure has; given is told by args. */
enum {
    WEIGHT,
    POOL,
    THRESHOLD,
    BINS,
    MODE,
    SE,
    BOOTSTRAP,
    PICTURE,
    REF,
    FDR,
    FEATURES,
    EXCLUDE,
    CATEGORICAL,
    NUMERIC,
    REWARD,
    LOGGED,
    POLICY,
    EXPECTED,
    EXPECTED_NEW,
    PARTIAL
};
static bool given[PARTIAL];

static const struct arg args[] = {
    {'l', "label", "COL", ARG_TEXT, &opt.label, "click", "column of the label", .usual = true},
    {0, "positive", "VALUE", ARG_TEXT, &opt.positive, "1, yes or true",
        "the label that counts as positive"},
    {'p', "score", "COL", ARG_TEXT, &opt.score, "score", "column of the score", .usual = true},
    {'w', "weight", "COL", ARG_TEXT, &opt.weight, "none: each row counts 1",
        "column of the row's weight", .given = &given[WEIGHT]},
    {'g', "group", "COLS", ARG_TEXT, &opt.group, "none: all rows",
        "rows that agree in these belong together; here all measures for each", .usual = true},
    {0, "k-anon", "K", ARG_INT, &opt.k_anon, "off",
        "nothing is written that rests on fewer than K users; here pooled as (small)", .min = 1,
        .max = 1e15, .given = &given[POOL]},
    {0, "threshold", "X|FP:FN", ARG_TEXT, &opt.threshold, "0.5",
        "positive from here on, or where costs FP and FN of the errors are least",
        .given = &given[THRESHOLD]},
    {0, "bins", "N", ARG_INT, &opt.bins, "10", "bins of calibration, lift and drift", .min = 1,
        .max = 1000000, .given = &given[BINS]},
    {0, "bin-mode", "mass|width", ARG_CHOICE, &opt.bin_mode, "mass",
        "bins of equal rows or of equal width", .given = &given[MODE]},
    {0, "se", "classic|cluster:COL", ARG_TEXT, &opt.se, "classic", "kind of standard error",
        .given = &given[SE]},
    {0, "bootstrap", "N", ARG_INT, &opt.bootstrap, "0: by formula", "intervals from N resamples",
        .min = 0, .max = 1000000, .given = &given[BOOTSTRAP]},
    {0, "conf-level", "X", ARG_REAL, &opt.conf_level, "0.95", "level of intervals", .min = 0.01,
        .max = 0.999999},
    {0, "plot", "FILE", ARG_TEXT, &opt.plot, "none", "write an SVG picture of the measure",
        .usual = true, .given = &given[PICTURE]},
    {0, "fail-on", "CONDITIONS", ARG_TEXT, &opt.fail_on, "none",
        "exit 3 if one holds, such as auc<0.7,psi>null", .usual = true},
    {0, "ref", "FILE", ARG_TEXT, &opt.ref, "required by drift", "the table to compare with",
        .usual = true, .given = &given[REF]},
    {0, "fdr", "Q", ARG_REAL, &opt.fdr, "0.05", "false discovery rate; here of alarms over columns",
        .min = 0, .max = 1, .given = &given[FDR]},
    {'f', "features", "COLS", ARG_TEXT, &opt.features, "every column that may be learnt from",
        "columns to use; keys and outcomes only if named here", .given = &given[FEATURES]},
    {'x', "exclude", "COLS", ARG_TEXT, &opt.exclude, "none", "columns not to use",
        .given = &given[EXCLUDE]},
    {0, "categorical", "COLS", ARG_TEXT, &opt.categorical, "by value",
        "take these columns as categories", .given = &given[CATEGORICAL]},
    {0, "numeric", "COLS", ARG_TEXT, &opt.numeric, "by value",
        "take these columns as numbers; other text in them is missing, and counted",
        .given = &given[NUMERIC]},
    {0, "reward", "COL", ARG_TEXT, &opt.reward, "click", "policy: column of the reward",
        .given = &given[REWARD]},
    {0, "logged-prob", "COL", ARG_TEXT, &opt.logged_prob, "prob",
        "policy: probability with which the ad was shown", .given = &given[LOGGED]},
    {0, "policy-prob", "COL", ARG_TEXT, &opt.policy_prob, "policy_prob",
        "policy: probability that the new policy gives it", .given = &given[POLICY]},
    {0, "q", "COL", ARG_TEXT, &opt.q, "q, if there", "policy: expected reward of the ad shown",
        .given = &given[EXPECTED]},
    {0, "q-policy", "COL", ARG_TEXT, &opt.q_policy, "q_policy, if there",
        "policy: expected reward under the new policy", .given = &given[EXPECTED_NEW]},
    {'s', "seed", "N", ARG_INT, &opt.seed, "1", "seed of what is drawn by chance", .min = 0,
        .max = 1e18},
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
                "pa-eval drift --ref last-week.csv this-week.csv\n"
                "pa-eval policy decisions.csv   # what would the new policy have earned?\n",
    .args = args,
    .leading = 1,
};

/* takes: bits of the options above that it has */
enum {
    HAS_WEIGHT = 1 << WEIGHT,
    HAS_POOL = 1 << POOL,
    HAS_THRESHOLD = 1 << THRESHOLD,
    HAS_MODE = 1 << MODE,
    HAS_SE = 1 << SE,
    HAS_BOOTSTRAP = 1 << BOOTSTRAP,
    HAS_PICTURE = 1 << PICTURE,
    HAS_BINS = 1 << BINS,
    HAS_KINDS = 1 << CATEGORICAL | 1 << NUMERIC,
    HAS_REF = 1 << REF | 1 << FDR | 1 << FEATURES | 1 << EXCLUDE,
    HAS_PROBS = 1 << REWARD | 1 << LOGGED | 1 << POLICY | 1 << EXPECTED | 1 << EXPECTED_NEW,
    HAS_ERRORS = HAS_WEIGHT | HAS_SE | HAS_BOOTSTRAP | HAS_KINDS
};
static const struct measure {
    const char *name;
    void (*run)(const struct job *);
    const char *const *names; /* of --fail-on */
    unsigned takes;
} measures[] = {
    {"accuracy", accuracy_run, accuracy_names,
        HAS_ERRORS | HAS_POOL | HAS_THRESHOLD | HAS_BINS | HAS_MODE},
    {"roc", roc_run, roc_names, HAS_ERRORS | HAS_PICTURE},
    {"pr", pr_run, pr_names, HAS_ERRORS | HAS_PICTURE},
    {"calibration", calibration_run, calibration_names,
        HAS_ERRORS | HAS_POOL | HAS_BINS | HAS_MODE | HAS_PICTURE},
    {"lift", lift_run, lift_names, HAS_ERRORS | HAS_POOL | HAS_BINS | HAS_PICTURE},
    {"ctr", ctr_run, ctr_names, HAS_WEIGHT | HAS_SE | HAS_POOL},
    {"policy", policy_run, policy_names, HAS_SE | HAS_POOL | HAS_PROBS},
    {"drift", drift_run, drift_names, HAS_POOL | HAS_BINS | HAS_MODE | HAS_KINDS | HAS_REF},
    {"fairness", fairness_run, fairness_names, HAS_ERRORS | HAS_POOL | HAS_THRESHOLD},
};

enum { MEASURES = sizeof measures / sizeof *measures };

/* Names of the measures that have an option, or of all (takes 0). */
static void list(struct buf *b, unsigned takes)
{
    for (size_t i = 0; i < MEASURES; i++)
        if ((measures[i].takes & takes) == takes)
            buf_print(b, "%s%s", b->n ? ", " : "", measures[i].name);
}

static const struct measure *find(const char *name)
{
    for (size_t i = 0; i < MEASURES; i++)
        if (strcmp(measures[i].name, name) == 0)
            return &measures[i];
    struct buf all = {0};
    list(&all, 0);
    die_usage("%s is no measure (%s)", name, buf_cstr(&all));
}

/* An option that would change nothing is a wrong call. */
static void check_given(const struct measure *m)
{
    static const char *const name[PARTIAL] = {[WEIGHT] = "weight",
        [BINS] = "bins",
        [POOL] = "k-anon",
        [THRESHOLD] = "threshold",
        [MODE] = "bin-mode",
        [SE] = "se",
        [BOOTSTRAP] = "bootstrap",
        [PICTURE] = "plot",
        [REF] = "ref",
        [FDR] = "fdr",
        [FEATURES] = "features",
        [EXCLUDE] = "exclude",
        [CATEGORICAL] = "categorical",
        [NUMERIC] = "numeric",
        [REWARD] = "reward",
        [LOGGED] = "logged-prob",
        [POLICY] = "policy-prob",
        [EXPECTED] = "q",
        [EXPECTED_NEW] = "q-policy"};
    for (int i = 0; i < PARTIAL; i++)
        if (given[i] && !(m->takes >> i & 1)) {
            struct buf all = {0};
            list(&all, 1u << i);
            die_usage("--%s: %s does not have it%s (%s do)", name[i], m->name,
                i == POOL ? ", as each of its points is one row's score" : "", buf_cstr(&all));
        }
}

/* X or FP:FN, whose unit does not matter: in one in which many can be summed */
static struct judge_rule rule_of(const char *text)
{
    struct judge_rule r = {NAN, 1, 1};
    struct str right, left = str_cut(str_of(text), ':', &right);
    if (!right.p && num_double(left, &r.threshold) == NUM_OK)
        return r;
    if (!right.p || num_double(left, &r.false_positive) != NUM_OK ||
        num_double(right, &r.false_negative) != NUM_OK || !(r.false_positive >= 0) ||
        !(r.false_negative >= 0) || r.false_positive + r.false_negative == 0)
        die_usage("--threshold %s: neither a number nor two costs such as 1:5", text);
    bool dearer = r.false_positive > r.false_negative;
    int power = exponent_of(dearer ? r.false_positive : r.false_negative);
    r.false_positive = ldexp(r.false_positive, -power);
    r.false_negative = ldexp(r.false_negative, -power);
    return r;
}

/* The column of cluster:COL, NULL for classic. */
static const char *cluster_of(const char *text)
{
    static const char prefix[] = "cluster:";
    if (strcmp(text, "classic") == 0)
        return NULL;
    if (strncmp(text, prefix, strlen(prefix)) != 0 || !text[strlen(prefix)])
        die_usage("--se %s: it is classic or cluster:COL", text);
    return text + strlen(prefix);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    const struct measure *m = find(common.leading[0]);
    check_given(m);
    struct job job = {&common, &opt, check_parse(opt.fail_on, m->names), level_of(opt.conf_level),
        rule_of(opt.threshold), cluster_of(opt.se)};
    m->run(&job);
    int status = stream_finish();
    check_end(job.check);
    return status;
}
