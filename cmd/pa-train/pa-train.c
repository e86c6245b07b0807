/* SPDX-License-Identifier: MIT */
/*
 * pa-train - learn to predict a label from the other columns of a table
 *
 * Logistic or softmax regression to the optimum, on numbers and categories as they come.  What the
 * model file says does not depend on the number of threads; a fit that has no finite answer is an
 * error that names the columns, not a model.
 */
#include "args.h"
#include "design.h"
#include "model.h"
#include "online.h"
#include "options.h"
#include "results.h"
#include "stream.h"
#include "training.h"

static struct options opt = {.label = "click",
    .algo = "logistic",
    .l2 = 1,
    .rate = 0.1,
    .tol = 1e-8,
    .neg_rate = 1,
    .conf_level = 0.95,
    .cv_by = "row",
    .cv_rule = "min",
    .user = "user",
    .time = "time",
    .rare = 1,
    .max_iter = 100,
    .seed = 1};

static const struct arg args[] = {
    {'l', "label", "COL", ARG_TEXT, &opt.label, "click", "column of the label", .usual = true},
    {0, "positive", "VALUE", ARG_TEXT, &opt.positive, "1, yes or true",
        "the label that counts as positive", .usual = true},
    {'w', "weight", "COL", ARG_TEXT, &opt.weight, "none: each row counts 1",
        "column of the row's weight", .usual = true},
    {0, "offset", "COL", ARG_TEXT, &opt.offset, "none", "column added to the log-odds as it is"},
    {'f', "features", "COLS", ARG_TEXT, &opt.features, "every column that may be learnt from",
        "columns to use; keys and outcomes only if named here", .usual = true},
    {'x', "exclude", "COLS", ARG_TEXT, &opt.exclude, "none", "columns not to use", .usual = true},
    {0, "categorical", "COLS", ARG_TEXT, &opt.categorical, "by value",
        "take these columns as categories", .usual = true},
    {0, "numeric", "COLS", ARG_TEXT, &opt.numeric, "by value",
        "take these columns as numbers; other text in them is missing, and counted"},
    {0, "interactions", "A*B,...", ARG_TEXT, &opt.interactions, "none", "add products of columns",
        .usual = true},
    {0, "rare", "N", ARG_INT, &opt.rare, "1", "levels in fewer than N rows count as other",
        .min = 1, .max = 1e15},
    {0, "hash-bits", "B", ARG_INT, &opt.hash_bits, "0: levels by name",
        "hash levels into 2^B columns", .max = DESIGN_BITS_MOST},
    {0, "reference", "COL=LEVEL", ARG_LIST, &opt.reference, "first in byte order",
        "without a penalty, the level or class others are compared with; may be repeated"},
    {0, "algo", "logistic|softmax|online|tree|forest|gbdt|mlp", ARG_TEXT, &opt.algo, "logistic",
        "the method; here online from 3, trees and mlp later", .usual = true},
    {0, "solver", "newton|lbfgs|cd", ARG_CHOICE, &opt.solver, "by the shape of the problem",
        "how the optimum is found"},
    {0, "l2", "X", ARG_REAL, &opt.l2, "1",
        "penalty lambda/2 times the sum of squares, added to the sum of losses", .max = 1e300,
        .usual = true, .given = &opt.l2_given},
    {0, "l1", "X", ARG_REAL, &opt.l1, "0",
        "penalty lambda times the sum of absolute values, added to the sum of losses", .max = 1e300,
        .given = &opt.l1_given},
    {0, "firth", NULL, ARG_FLAG, &opt.firth, "off",
        "Firth's penalty: finite estimates under separation"},
    {0, "no-standardize", NULL, ARG_FLAG, &opt.no_standardize, "off",
        "penalise numeric columns in input units"},
    {0, "no-intercept", NULL, ARG_FLAG, &opt.no_intercept, "off", "fit without an intercept"},
    {0, "class-weight", "balanced|CLASS=W,...", ARG_TEXT, &opt.class_weight, "none",
        "weights of classes; predictions still sum to the outcomes"},
    {0, "neg-rate", "R", ARG_REAL, &opt.neg_rate, "1",
        "keep this share of the negatives, weighted 1/R", .min = 1e-9, .max = 1},
    {0, "max-iter", "N", ARG_INT, &opt.max_iter, "100", "stop after N iterations, with a warning",
        .min = 1, .max = 1000000000},
    {0, "tol", "X", ARG_REAL, &opt.tol, "1e-8", "stop when the gradient has shrunk to this share",
        .max = 1},
    {0, "cv", "K", ARG_INT, &opt.cv, "off", "choose settings by cross-validation in K folds",
        .min = 2, .max = 1000},
    {0, "cv-by", "row|user|time", ARG_CHOICE, &opt.cv_by, "row", "what is kept together in a fold"},
    {0, "cv-rule", "min|1se", ARG_CHOICE, &opt.cv_rule, "min",
        "take the best setting, or the simplest within one standard error"},
    {0, "grid", "NAME=LIST", ARG_LIST, &opt.grid, "l2: a path of 50",
        "settings that --cv tries, such as l2=0.1,1,10; may be repeated"},
    {0, "calibrate", "platt|isotonic", ARG_CHOICE, &opt.calibrate, "none",
        "calibrate probabilities on scores out of fold"},
    {'u', "user", "COL", ARG_TEXT, &opt.user, "user", "column of the user",
        .given = &opt.user_given},
    {'T', "time", "COL", ARG_TEXT, &opt.time, "time", "column of the time",
        .given = &opt.time_given},
    {0, "warm-start", "MODEL", ARG_TEXT, &opt.warm_start, "none",
        "start from MODEL; online goes on exactly where MODEL stopped"},
    {0, "rate", "X", ARG_REAL, &opt.rate, "0.1", "learning rate of online, gbdt and mlp",
        .min = 1e-12, .max = 1e12, .given = &opt.rate_given},
    {0, "checkpoint", "ROWS|DURATION", ARG_TEXT, &opt.checkpoint, "only at the end",
        "online: write the model after every so many rows or so much time"},
    {0, "coef", "FILE", ARG_TEXT, &opt.coef, "none",
        "write the coefficients: term,estimate,std_error,...", .usual = true},
    {0, "se", "classic|robust|cluster:COL", ARG_TEXT, &opt.se, "classic; under a penalty none",
        "kind of standard error"},
    {0, "conf-level", "X", ARG_REAL, &opt.conf_level, "0.95", "level of intervals", .min = 0.01,
        .max = 0.999999},
    {'s', "seed", "N", ARG_INT, &opt.seed, "1", "seed of what is drawn by chance"},
    {'M', "save-model", "FILE", ARG_TEXT, &opt.save_model, "none", "write what was learnt to FILE",
        .usual = true},
    {0, "export", "c|vw|libsvm", ARG_CHOICE, &opt.export, "none",
        "write the model as C source or in another program's form, on stdout"},
    {0},
};

static const struct program program = {
    .name = "pa-train",
    .purpose = "learn to predict a label from the other columns of a table",
    .operands = "[FILE...]",
    .examples = "pa-train -l click -x page train.csv -M click.model\n"
                "pa-train -l admit --categorical rank --l2 0 --coef coef.csv -M m binary.csv\n",
    .args = args,
};

static void learn_online(const struct common *common)
{
    struct online_options o = {.label = opt.label,
        .features = opt.features,
        .exclude = opt.exclude,
        .categorical = opt.categorical,
        .numeric = opt.numeric,
        .interactions = opt.interactions,
        .positive = opt.positive,
        .many = options_softmax(&opt),
        .two = options_logistic(&opt),
        .weight = opt.weight,
        .offset = opt.offset,
        .class_weight = opt.class_weight,
        .neg_rate = opt.neg_rate,
        .seed = (uint64_t)opt.seed,
        .no_intercept = opt.no_intercept,
        .rare = (uint64_t)opt.rare,
        .rate = opt.rate,
        .l2 = opt.l2,
        .l1 = opt.l1,
        .rate_given = opt.rate_given,
        .l2_given = opt.l2_given,
        .l1_given = opt.l1_given,
        .rare_given = !args_default("rare"),
        .neg_rate_given = !args_default("neg-rate"),
        .seed_given = !args_default("seed"),
        .hash_bits_given = !args_default("hash-bits"),
        .hash_bits = (unsigned)opt.hash_bits,
        .start = opt.warm_start,
        .model = opt.save_model};
    options_checkpoint(&opt, &o.every_rows, &o.every_us);
    online_run(common, &o);
}

static void learn(const struct common *common)
{
    struct training t;
    struct results results = results_open(common, &opt);
    training_pose(&t, common, &opt);
    training_tune(&t);
    training_fit(&t);
    results_write(&results, &t);
    training_release(&t);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    options_check(&opt, &common);
    if (opt.save_model && !options_online(&opt))
        model_reserve(opt.save_model, false);
    else if (!opt.save_model && !opt.export)
        model_reserve(common.output, common.gzip);
    if (options_online(&opt))
        learn_online(&common);
    else
        learn(&common);
    return stream_finish();
}
