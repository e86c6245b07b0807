/* SPDX-License-Identifier: MIT */
/*
 * pa-train - learn to predict a label from the other columns of a table
 *
 * Logistic or softmax regression to the optimum, on numbers and categories as they come.  What the
 * model file says does not depend on the number of threads; a fit that has no finite answer is an
 * error that names the columns, not a model.
 */
#include <math.h>
#include <string.h>

#include "args.h"
#include "assemble.h"
#include "calibrate.h"
#include "coefficients.h"
#include "csv.h"
#include "export.h"
#include "firth.h"
#include "input.h"
#include "linear.h"
#include "mem.h"
#include "model.h"
#include "num.h"
#include "online.h"
#include "sandwich.h"
#include "solver.h"
#include "stats.h"
#include "stream.h"
#include "timestamp.h"
#include "trouble.h"
#include "tuning.h"
#include "weighting.h"

static struct {
    const char *label, *positive, *features, *exclude, *categorical, *numeric, *interactions;
    const char *algo, *coef, *save_model;
    const char *weight, *offset, *class_weight, *se;
    const char *cv_by, *cv_rule, *user, *time, *calibrate, *export;
    struct arg_list reference, grid;
    const char *solver, *warm_start, *checkpoint;
    double l2, l1, rate, tol, neg_rate, conf_level;
    int64_t max_iter, cv, seed;
    bool no_standardize, firth, l1_given, l2_given, rate_given, user_given, time_given;
} opt = {.label = "click",
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
    {0, "reference", "COL=LEVEL", ARG_LIST, &opt.reference, "first in byte order",
        "without a penalty, the level or class others are compared with; may be repeated"},
    {0, "algo", "logistic|softmax|online|tree|forest|gbdt|mlp", ARG_CHOICE, &opt.algo, "logistic",
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

/* All that main passes around. */
struct training {
    struct common common;
    struct input input;
    struct design *design;
    struct design_view *view;
    const char **level_reference; /* --reference without the one of the label */
    size_t level_references;
    double *unit, *l2; /* (width): of lambda 1, and of the one taken */
    double *l1;        /* (width) */
    struct tuning tuning;
    double *weight;  /* (rows) of the fit; NULL: each 1 */
    uint32_t offset; /* term of the offset */
    double loss;     /* with the intercept refitted, if it was */
    struct glm_problem problem;
    struct glm_fit fit;
    struct linear model;
};

static bool is_softmax(void)
{
    return strcmp(opt.algo, "softmax") == 0;
}

static bool is_online(void)
{
    return strcmp(opt.algo, "online") == 0;
}

/* Firth's penalty takes the place of the usual one. */
static void check_firth(void)
{
    if (!opt.firth)
        return;
    if (is_softmax())
        die_usage("--firth is for two classes");
    if ((opt.l2_given && opt.l2 > 0) || opt.l1 > 0)
        die_usage("--firth and --l2 or --l1 are two penalties (one of them)");
    if (opt.grid.n)
        die_usage("--firth leaves no penalty to choose by --grid");
    opt.l2 = 0;
}

/* With --cv a penalty that is given is the only one. */
static void check_tuning(void)
{
    if (!opt.cv && opt.grid.n)
        die_usage("--grid is what --cv tries (--cv K)");
    if (opt.grid.n && opt.l2_given)
        die_usage("--l2 and --grid: the penalty is given, or chosen");
}

static bool is_penalised(void)
{
    return opt.l2 > 0 || opt.l1 > 0;
}

static void check_options(const struct common *common)
{
    check_firth();
    check_tuning();
    if (!is_softmax() && !is_online() && strcmp(opt.algo, "logistic") != 0)
        die_usage("--algo %s: this version has logistic, softmax and online", opt.algo);
    if (!is_online() && (opt.rate_given || opt.checkpoint || opt.warm_start))
        die_usage("--%s is for --algo online", opt.rate_given   ? "rate"
                                               : opt.checkpoint ? "checkpoint"
                                                                : "warm-start");
    if (is_softmax() && opt.positive)
        die_usage("--positive is for two classes; --algo softmax knows none that is positive");
    if (is_penalised() && opt.reference.n)
        die_usage("--reference has no meaning under a penalty (--l2 0 fits without)");
    if (opt.export && strcmp(opt.export, "c") != 0 && opt.calibrate)
        die_usage("--export %s has no place for a calibration", opt.export);
    if (opt.export && strcmp(opt.export, "vw") == 0 && is_softmax())
        die_usage("--export vw is for two classes");
    if (opt.save_model && common->output && !opt.export)
        die_usage("-M and -o both name the file of the model");
    if (is_softmax() && (opt.offset || opt.neg_rate < 1 || opt.calibrate))
        die_usage("--%s is for two classes", opt.offset      ? "offset"
                                             : opt.calibrate ? "calibrate"
                                                             : "neg-rate");
    if (opt.class_weight && !*opt.class_weight)
        die_usage("--class-weight: no class is named");
    if (opt.se && strcmp(opt.se, "classic") != 0 && strcmp(opt.se, "robust") != 0 &&
        strncmp(opt.se, "cluster:", 8) != 0)
        die_usage("--se %s: classic, robust or cluster:COL is wanted", opt.se);
}

/* ---- the table ---- */

static const char *cluster_column(void)
{
    return opt.se && strncmp(opt.se, "cluster:", 8) == 0 ? opt.se + 8 : NULL;
}

/* The column of the user or time, if --cv-by has to do with it or it is named. */
static const char *part_column(const char *by, const char *column, bool given)
{
    bool folds = opt.cv || opt.calibrate;
    return given || (folds && strcmp(opt.cv_by, by) == 0) ? column : NULL;
}

static void load(struct training *t)
{
    t->input = input_load(
        &t->common, &(struct input_options){.label = opt.label,
                        .features = opt.features,
                        .exclude = opt.exclude,
                        .categorical = opt.categorical,
                        .numeric = opt.numeric,
                        .positive = opt.positive,
                        .many = is_softmax(),
                        .part = {[INPUT_WEIGHT] = opt.weight,
                            [INPUT_OFFSET] = opt.offset,
                            [INPUT_CLUSTER] = cluster_column(),
                            [INPUT_USER] = part_column("user", opt.user, opt.user_given),
                            [INPUT_TIME] = part_column("time", opt.time, opt.time_given)}});
}

/* ---- the problem ---- */

/* The class that --reference names for the label, or the first; its other uses are the design's. */
static uint32_t reference_class(struct training *t)
{
    uint32_t class = 0;
    t->level_reference = mem_alloc(opt.reference.n, sizeof *t->level_reference);
    for (size_t i = 0; i < opt.reference.n; i++) {
        struct str column, level;
        bool pair = args_pair(opt.reference.at[i], &column, &level);
        if (!pair || !str_is(column, opt.label)) {
            t->level_reference[t->level_references++] = opt.reference.at[i];
            continue;
        }
        if (!is_softmax())
            die_usage("--reference %s: the label of a binary model has --positive instead",
                opt.reference.at[i]);
        class = 0;
        while (class < t->input.labels.classes && !str_equal(t->input.labels.class[class], level))
            class ++;
        if (class == t->input.labels.classes)
            die_usage("--reference %s: the label has no such class", opt.reference.at[i]);
    }
    return class;
}

static struct design *learn_design(struct training *t)
{
    char *text = mem_text(
        opt.interactions ? opt.interactions : "", opt.interactions ? strlen(opt.interactions) : 0);
    const char **product = mem_alloc(strlen(text) + 1, sizeof *product);
    size_t *columns = mem_alloc(t->input.table->n, sizeof *columns), products = 0;
    for (char *p = text; *p;) {
        char *comma = p + strcspn(p, ",");
        bool last = !*comma;
        *comma = '\0';
        product[products++] = p;
        p = comma + !last;
    }
    for (size_t i = 0; i < t->input.features; i++)
        columns[i] = 1 + i;
    columns[t->input.features] = t->input.part[INPUT_OFFSET];
    struct design *d = design_learn(t->input.table, columns, t->input.features + !!opt.offset,
        &(struct design_options){.reference = !is_penalised(),
            .chosen = t->level_reference,
            .chosen_n = t->level_references,
            .product = product,
            .product_n = products,
            .jobs = t->common.jobs});
    mem_free(text);
    mem_free(product);
    mem_free(columns);
    return d;
}

/* The offset is a term of the model with the coefficient 1, but none of the fit. */
static void take_offset(struct training *t)
{
    t->offset = 0;
    while (t->design->term[t->offset].factor[0].source != t->input.features)
        t->offset++;
    design_view_drop(t->view, t->offset);
}

static void weigh(struct training *t)
{
    struct weighting w = {.own = input_numbers(&t->input, INPUT_WEIGHT),
        .class_weight = opt.class_weight,
        .neg_rate = opt.neg_rate,
        .seed = (uint64_t)opt.seed};
    t->weight = weighting_of(&w, &t->input.labels, t->input.table->rows);
    double *total = weighting_totals(t->weight, &t->input.labels, t->input.table->rows);
    for (size_t k = 0; k < t->input.labels.classes; k++)
        if (!(total[k] > 0))
            die("label %s: no row of \"%.*s\" has a weight above 0", opt.label,
                STR_ARG(t->input.labels.class[k]));
    mem_free(total);
}

/* Penalties of the columns: standardized, each counts in units of its sd. */
static void set_penalty(struct training *t)
{
    size_t width = t->view->x.width;
    t->unit = mem_alloc(width, sizeof *t->unit);
    t->l2 = mem_alloc(width, sizeof *t->l2);
    t->l1 = mem_alloc(width, sizeof *t->l1);
    for (size_t j = 0; j < width; j++) {
        double scale = t->design->term[t->view->column_term[j]].scale;
        t->unit[j] = opt.no_standardize ? 1 / scale / scale : 1;
        t->l2[j] = opt.l2 * t->unit[j];
        t->l1[j] = opt.no_standardize ? opt.l1 / scale : opt.l1;
    }
}

static void pose(struct training *t)
{
    weigh(t);
    uint32_t reference = reference_class(t);
    t->design = learn_design(t);
    t->view = design_apply(t->design, t->input.table);
    if (opt.offset)
        take_offset(t);
    set_penalty(t);
    t->problem = (struct glm_problem){.x = &t->view->x,
        .y = t->input.labels.y,
        .weight = t->weight,
        .offset = input_numbers(&t->input, INPUT_OFFSET),
        .classes = t->input.labels.classes,
        .form = !is_softmax()    ? GLM_BINARY
                : is_penalised() ? GLM_SYMMETRIC
                                 : GLM_REFERENCE,
        .reference = reference,
        .l2 = t->l2,
        .l1 = opt.l1 > 0 ? t->l1 : NULL,
        .tol = opt.tol,
        .max_iter = (int)opt.max_iter,
        .jobs = t->common.jobs};
}

/* ---- the fit ---- */

/* Without a penalty a level that has one class only has no finite coefficient. */
static void check_levels(const struct training *t)
{
    struct buf text = {0};
    if (trouble_levels(&t->problem, t->design, t->view, t->input.labels.class, &text))
        die("separation: no finite coefficient for %.*s (--firth, --l2 with a number above 0, or "
            "-x)",
            STR_ARG(text));
}

_Noreturn static void die_separated(const struct training *t)
{
    struct buf text = {0};
    trouble_steps(&t->problem, &t->fit, t->design, t->view, &text);
    die("separation: the classes are told apart perfectly along %.*s, whose coefficients would be "
        "infinite (--firth, --l2 with a number above 0, or -x)",
        STR_ARG(text));
}

static const char *solver_of(const struct training *t)
{
    return opt.solver ? opt.solver : solver_choose(&t->problem, opt.coef);
}

/* A fit of a problem of the shape of all. */
static enum glm_status fit_like(const struct glm_problem *p, struct glm_fit *f)
{
    const char *solver = opt.solver ? opt.solver : solver_choose(p, false);
    return opt.firth ? firth_fit(p, f) : solver_fit(p, solver, f);
}

/* Were the shares of the classes moved for the fit? */
static bool is_reweighted(void)
{
    return opt.class_weight || opt.neg_rate < 1;
}

static struct crossval crossval_of(const struct training *t)
{
    return (struct crossval){.problem = &t->problem,
        .unit = t->unit,
        .own = input_numbers(&t->input, INPUT_WEIGHT),
        .recentre = is_reweighted(),
        .fit = fit_like};
}

static struct tuning_options tuning_options(void)
{
    return (struct tuning_options){.folds = opt.cv ? (uint32_t)opt.cv : TUNING_FOLDS,
        .by = opt.cv_by,
        .one_se = strcmp(opt.cv_rule, "1se") == 0,
        .grid = &opt.grid,
        .l2 = opt.l2_given || opt.firth ? opt.l2 : NAN,
        .seed = (uint64_t)opt.seed};
}

static void tune(struct training *t)
{
    if (!opt.cv)
        return;
    struct crossval c = crossval_of(t);
    struct tuning_options o = tuning_options();
    tuning_fold(&c, &t->input, &o);
    t->tuning = tuning_run(&c, &o);
    opt.l2 = t->tuning.l2[t->tuning.chosen];
    for (size_t j = 0; j < t->view->x.width; j++)
        t->l2[j] = opt.l2 * t->unit[j];
    mem_free((uint32_t *)(uintptr_t)c.part);
}

/* Learn on predictors out of fold how they become probabilities. */
static void calibrate(struct training *t)
{
    if (!opt.calibrate)
        return;
    struct crossval c = crossval_of(t);
    struct tuning_options o = tuning_options();
    struct linear *m = &t->model;
    size_t rows = t->input.table->rows;
    double *eta = mem_alloc(rows, sizeof *eta);
    tuning_fold(&c, &t->input, &o);
    if (crossval_scores(&c, opt.l2, eta) != GLM_OK)
        die("--calibrate: a fit of the cross-validation failed (separation or extreme values?)");
    struct calibrate_rows out_of_fold = {eta, t->input.labels.y, c.own, rows};
    m->calibration = strcmp(opt.calibrate, "platt") == 0 ? LINEAR_PLATT : LINEAR_ISOTONIC;
    if (m->calibration == LINEAR_PLATT)
        calibrate_platt(&out_of_fold, &m->a, &m->b);
    else
        m->knots = calibrate_isotonic(&out_of_fold, &m->x, &m->p);
    mem_free(eta);
    mem_free((uint32_t *)(uintptr_t)c.part);
}

static void fit(struct training *t)
{
    note("solver %s", opt.firth ? "newton" : solver_of(t));
    if (opt.firth && glm_size(&t->problem) > GLM_MOST)
        die("--firth takes at most %d coefficients, not %zu", GLM_MOST, glm_size(&t->problem));
    if (!is_penalised() && !opt.firth)
        check_levels(t);
    switch (opt.firth ? firth_fit(&t->problem, &t->fit)
                      : solver_fit(&t->problem, solver_of(t), &t->fit)) {
    case GLM_OK:
        return;
    case GLM_COLLINEAR:
        if (!t->fit.at)
            die("the intercept cannot be told from the columns");
        die("collinearity: %.*s is constant, or a combination of the columns before it (-x leaves "
            "it out, --l2 with a number above 0 shares its effect)",
            STR_ARG(t->design->term[t->view->column_term[t->fit.at - 1]].name));
    case GLM_SEPARATED:
        die_separated(t);
    case GLM_NOT_FINITE:
        die("the fit failed: no step lowers the objective (are there extreme values?)");
    case GLM_MAX_ITER:
        warn("the fit stopped after %d steps; the gradient is %g", t->fit.iterations,
            t->fit.gradient_norm);
    }
}

static void recentre(struct training *t)
{
    const double *own = input_numbers(&t->input, INPUT_WEIGHT);
    t->loss = is_reweighted() ? weighting_recentre(&t->problem, own, &t->fit) : t->fit.loss;
}

/* ---- the results ---- */

static double total_weight(const struct training *t, const double *by_class)
{
    double sum = 0;
    for (size_t k = 0; k < t->input.labels.classes; k++)
        sum += by_class[k];
    return sum;
}

static void write_model(const struct training *t)
{
    const double *own = input_numbers(&t->input, INPUT_WEIGHT);
    double *by_class = weighting_totals(own, &t->input.labels, t->input.table->rows);
    double weight = total_weight(t, by_class);
    struct linear_facts facts = {.rows = t->input.table->rows,
        .unlabelled = t->input.labels.unlabelled,
        .class_rows = t->input.labels.class_rows,
        .l2 = opt.l2,
        .l1 = opt.l1,
        .firth = opt.firth,
        .standardized = !opt.no_standardize,
        .objective = t->fit.objective,
        .gradient_norm = t->fit.gradient_norm,
        .log_loss = t->loss / weight,
        .base_rate = by_class[1] / weight,
        .weight = own ? weight : 0,
        .deviance = 2 * t->loss,
        .null_deviance = 2 * weighting_null_loss(&t->problem, own),
        .parameters = !is_penalised() ? glm_size(&t->problem) : 0,
        .iterations = t->fit.iterations,
        .folds = t->tuning.n ? (size_t)opt.cv : 0,
        .cv_by = opt.cv_by,
        .cv_rule = opt.cv_rule,
        .cv_n = t->tuning.n,
        .cv_l2 = t->tuning.l2,
        .cv_loss = t->tuning.loss};
    if (opt.save_model || !opt.export)
        linear_write(&t->model, &facts, opt.save_model ? opt.save_model : t->common.output);
    note("%zu rows, %zu coefficients, %d steps: objective %.10g, log-loss %.6g, largest gradient "
         "%.3g",
        t->input.table->rows, glm_size(&t->problem), facts.iterations, facts.objective,
        facts.log_loss, facts.gradient_norm);
    note("deviance %.10g, of the intercept alone %.10g, McFadden's R2 %.4g", facts.deviance,
        facts.null_deviance, 1 - facts.deviance / facts.null_deviance);
    mem_free(by_class);
}

/* What stands in the middle of the variance; NULL: classic errors. */
static double *errors_meat(const struct training *t)
{
    size_t clusters = 0;
    if (!opt.se || strcmp(opt.se, "classic") == 0)
        return NULL;
    if (!t->fit.factor)
        die("--se %s: standard errors need the Hessian of Newton's method, for at most %d "
            "coefficients",
            opt.se, GLM_MOST);
    uint32_t *cluster = cluster_column() ? input_codes(&t->input, INPUT_CLUSTER, &clusters) : NULL;
    if (cluster && clusters < 2)
        die("--se %s: there is one cluster only (two are needed)", opt.se);
    double *meat = sandwich_meat(&t->problem, t->fit.b, cluster, clusters);
    mem_free(cluster);
    return meat;
}

/* The error of an intercept that was refitted is not known; tests and intervals are for estimates
 * that are not drawn to 0, and where they are asked for. */
static void write_coefficients(const struct training *t, const struct assembly *a)
{
    double *error = assemble_errors(a);
    bool tests = !is_penalised() || opt.se;
    for (size_t k = 0; is_reweighted() && k < t->model.outputs; k++)
        error[k * (1 + t->design->terms)] = NAN;
    coefficients_write(csv_create(&t->common, NULL, opt.coef), &t->model, error,
        assemble_reference(a), tests ? stats_normal_quantile((1 + opt.conf_level) / 2) : 0);
    mem_free(error);
}

static void write_export(const struct training *t)
{
    struct buf text = {0};
    if (strcmp(opt.export, "c") == 0)
        export_c(&t->model, &text);
    else if (strcmp(opt.export, "libsvm") == 0)
        export_libsvm(&t->model, &text);
    else if (!export_vw(&t->model, &text))
        die("--export vw: no 31 bits keep the names of the terms apart");
    struct stream_out *out = stream_create(t->common.output, t->common.gzip);
    stream_write(out, text.p, text.n);
    buf_release(&text);
}

static void write_results(struct training *t)
{
    struct assembly a = {&t->problem, &t->fit, t->design, t->view, NULL};
    t->model = (struct linear){.design = t->design,
        .label = str_of(opt.label),
        .class = t->input.labels.class,
        .classes = t->input.labels.classes};
    assemble_model(&a, &t->model);
    if (opt.offset)
        t->model.weight[t->offset] = 1;
    calibrate(t);
    write_model(t);
    if (opt.export)
        write_export(t);
    if (!opt.coef)
        return;
    double *meat = errors_meat(t);
    a.meat = meat;
    write_coefficients(t, &a);
    mem_free(meat);
}

static void release(struct training *t)
{
    mem_free(t->model.intercept);
    mem_free(t->model.weight);
    mem_free(t->model.x);
    mem_free(t->model.p);
    glm_release(&t->fit);
    mem_free(t->l2);
    mem_free(t->unit);
    tuning_release(&t->tuning);
    mem_free(t->l1);
    mem_free(t->level_reference);
    design_view_free(t->view);
    design_free(t->design);
    mem_free(t->weight);
    input_release(&t->input);
}

/* ---- online ---- */

static void check_online(void)
{
    static const char *const batch[] = {"weight", "offset", "interactions", "reference", "solver",
        "firth", "no-standardize", "class-weight", "neg-rate", "cv", "grid", "calibrate", "coef",
        "se", "export", "max-iter", "tol"};
    for (size_t i = 0; i < sizeof batch / sizeof *batch; i++)
        if (!args_default(batch[i]))
            die_usage("--%s: --algo online has no such thing", batch[i]);
    if (opt.checkpoint && !opt.save_model)
        die_usage("--checkpoint needs a file for the model (-M)");
}

static void set_checkpoint(struct online_options *o)
{
    struct str text = str_of(opt.checkpoint ? opt.checkpoint : "");
    int64_t rows;
    if (!opt.checkpoint)
        return;
    if (num_int(text, &rows) == NUM_OK && rows > 0)
        o->every_rows = (uint64_t)rows;
    else if (!timestamp_duration(text, &o->every_us) || o->every_us <= 0)
        die_usage(
            "--checkpoint %s: neither a number of rows nor a duration (10m, 1h)", opt.checkpoint);
}

static int learn_online(const struct common *common)
{
    struct online_options o = {.label = opt.label,
        .features = opt.features,
        .exclude = opt.exclude,
        .categorical = opt.categorical,
        .numeric = opt.numeric,
        .positive = opt.positive,
        .rate = opt.rate,
        .l2 = opt.l2,
        .l1 = opt.l1,
        .rate_given = opt.rate_given,
        .l2_given = opt.l2_given,
        .l1_given = opt.l1_given,
        .start = opt.warm_start,
        .model = opt.save_model};
    check_online();
    set_checkpoint(&o);
    online_run(common, &o);
    return stream_finish();
}

int main(int argc, char **argv)
{
    struct training t = {.common = args_parse(&program, argc, argv)};
    check_options(&t.common);
    if (is_online())
        return learn_online(&t.common);
    model_reserve(opt.save_model);
    load(&t);
    pose(&t);
    tune(&t);
    fit(&t);
    recentre(&t);
    write_results(&t);
    release(&t);
    return stream_finish();
}
