/* SPDX-License-Identifier: MIT */
/*
 * pa-rank - score rows with a model; rank them; choose ads for requests
 *
 * The probability of every choice is worked out, never estimated, and draws depend on nothing but
 * seed, time, user and slot: the log of what was shown can be judged later, and shown again.
 */
#include <string.h>

#include "args.h"
#include "die.h"
#include "groups.h"
#include "requests.h"
#include "rows.h"
#include "stream.h"

static struct {
    const char *model, *score, *group, *items, *policy, *logged, *user, *time;
    bool score_given, k_given, policy_given, user_given, time_given, seed_given;
    int64_t k, explain, seed;
    bool all_classes, watch;
    double temperature, epsilon;
} opt = {.score = "score",
    .policy = "top",
    .user = "user",
    .time = "time",
    .seed = 1,
    .temperature = 1,
    .epsilon = 0.05};

/* clang-format off */
static const struct arg args[] = {
    {'m', "model", "FILE", ARG_TEXT, &opt.model, "none",
        "read what was learnt from FILE; here a model, to score rows", .usual = true},
    {'p', "score", "COL", ARG_TEXT, &opt.score, "score",
        "column of the score; here it is ranked instead of a model's", .usual = true,
        .given = &opt.score_given},
    {0, "all-classes", NULL, ARG_FLAG, &opt.all_classes, "off",
        "softmax: a column score=CLASS for each class"},
    {0, "explain", "N", ARG_INT, &opt.explain, "0",
        "add the N largest contributions: why1,why1_value,...", 0, 1000, false, NULL},
    {'g', "group", "COLS", ARG_TEXT, &opt.group, "none: each request",
        "rows that agree in these belong together; here candidates of one choice", .usual = true},
    {'k', "k", "N", ARG_INT, &opt.k, "all; with --items 1",
        "how many; here ads per group or request", 1, 1e6, true, &opt.k_given},
    {0, "items", "FILE", ARG_TEXT, &opt.items, "none",
        "catalogue: its items or ads, with their columns", .usual = true},
    {0, "policy", "top|softmax|epsilon", ARG_CHOICE, &opt.policy, "top",
        "how ads are chosen by score", .usual = true, .given = &opt.policy_given},
    {0, "temperature", "X", ARG_REAL, &opt.temperature, "1",
        "softmax: scores are divided by it", 1e-6, 1e6, false, NULL},
    {0, "epsilon", "X", ARG_REAL, &opt.epsilon, "0.05",
        "epsilon: share of choices made evenly", 0, 1, false, NULL},
    {0, "logged", "COL", ARG_TEXT, &opt.logged, "none",
        "column of the ad that was shown: keep the rows, add policy_prob, q, q_policy"},
    {0, "watch", NULL, ARG_FLAG, &opt.watch, "off",
        "take up a new model or catalogue between two requests"},
    {'u', "user", "COL", ARG_TEXT, &opt.user, "user",
        "column of the user", .given = &opt.user_given},
    {'T', "time", "COL", ARG_TEXT, &opt.time, "time",
        "column of the time", .given = &opt.time_given},
    {'s', "seed", "N", ARG_INT, &opt.seed, "1; required to draw without times",
        "seed of what is drawn by chance", 0, 9e15, false, &opt.seed_given},
    {0},
};
/* clang-format on */

static const struct program program = {
    .name = "pa-rank",
    .purpose = "score rows, rank them, choose ads",
    .operands = "[FILE...]",
    .examples = "pa-rank -m click.pa visits.csv -o scored.csv\n"
                "pa-rank -p score -g user -k 3 scored.csv\n"
                "pa-rank -m click.pa --items ads.csv --policy epsilon requests.csv\n"
                "pa-rank -m click.pa --items ads.csv --logged ad log.csv | pa-eval policy\n",
    .args = args,
};

/* Without a word of groups or choices each row is scored by itself. */
static bool scores_rows(void)
{
    return opt.model && !opt.items && !opt.group && !opt.k_given && !opt.policy_given;
}

static void check_options(void)
{
    if (opt.model && opt.score_given)
        die_usage("--model and --score: rows have the score of one of them");
    if (opt.items && opt.group)
        die_usage("--items and --group: with a catalogue each row is a request of its own");
    if (opt.logged && !opt.items)
        die_usage("--logged needs the catalogue that the policy chooses from (--items)");
    if (opt.logged && (opt.k_given || opt.explain))
        die_usage("--logged judges the first slot: it takes neither -k nor --explain");
    if (opt.explain && !opt.model)
        die_usage("--explain needs a model (-m)");
    if (opt.all_classes && !scores_rows())
        die_usage("--all-classes: only where a model (-m) scores each row by itself");
    if (opt.watch && !opt.items && !scores_rows())
        die_usage("--watch: only where a model scores each row by itself, or with a catalogue");
}

static struct policy policy(void)
{
    struct policy p = {POLICY_TOP, opt.temperature, opt.epsilon};
    if (strcmp(opt.policy, "softmax") == 0)
        p.kind = POLICY_SOFTMAX;
    if (strcmp(opt.policy, "epsilon") == 0)
        p.kind = POLICY_EPSILON;
    return p;
}

static struct draws_options draws(void)
{
    struct policy p = policy();
    return (struct draws_options){
        .time = opt.time,
        .user = opt.user,
        .time_given = opt.time_given,
        .user_given = opt.user_given,
        .seed_given = opt.seed_given,
        .draws = policy_draws(&p) && !opt.logged,
        .seed = (uint64_t)opt.seed,
    };
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    check_options();
    if (opt.items)
        requests_answer(&common, &(struct requests){.catalogue = opt.items,
                                     .model = opt.model,
                                     .score = opt.score,
                                     .logged = opt.logged,
                                     .policy_name = opt.policy,
                                     .policy = policy(),
                                     .draws = draws(),
                                     .k = opt.k_given ? (size_t)opt.k : 1,
                                     .watch = opt.watch,
                                     .explain = (size_t)opt.explain});
    else if (scores_rows())
        rows_score(
            &common, &(struct rows){opt.model, (size_t)opt.explain, opt.all_classes, opt.watch});
    else
        groups_rank(&common, &(struct groups){.columns = opt.group,
                                 .model = opt.model,
                                 .score = opt.score,
                                 .policy = policy(),
                                 .draws = draws(),
                                 .k = opt.k_given ? (size_t)opt.k : SIZE_MAX,
                                 .explain = (size_t)opt.explain,
                                 .with_prob = opt.policy_given});
    return stream_finish();
}
