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
#include "coefficients.h"
#include "columns.h"
#include "csv.h"
#include "labels.h"
#include "linear.h"
#include "mem.h"
#include "role.h"
#include "stream.h"
#include "trouble.h"

static struct {
    const char *label, *positive, *features, *exclude, *categorical, *numeric, *interactions;
    const char *algo, *coef, *save_model;
    struct arg_list reference;
    double l2;
    bool no_standardize;
} opt = {.label = "click", .algo = "logistic", .l2 = 1};

static const struct arg args[] = {
    {'l', "label", "COL", ARG_TEXT, &opt.label, "click", "column of the label", .usual = true},
    {0, "positive", "VALUE", ARG_TEXT, &opt.positive, "1, yes or true",
        "the label that counts as positive", .usual = true},
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
    {0, "l2", "X", ARG_REAL, &opt.l2, "1",
        "penalty lambda/2 times the sum of squares, added to the sum of losses", .max = 1e300,
        .usual = true},
    {0, "no-standardize", NULL, ARG_FLAG, &opt.no_standardize, "off",
        "penalise numeric columns in input units"},
    {0, "coef", "FILE", ARG_TEXT, &opt.coef, "none",
        "write the coefficients: term,estimate,std_error,...", .usual = true},
    {'M', "save-model", "FILE", ARG_TEXT, &opt.save_model, "none", "write what was learnt to FILE",
        .usual = true},
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

enum { MAX_ITER = 100 };

/* All that main passes around. */
struct training {
    struct common common;
    struct table *table; /* the label, then the features */
    struct labels labels;
    struct design *design;
    struct design_view *view;
    const char **level_reference; /* --reference without the one of the label */
    size_t level_references;
    double *l2; /* (width) */
    struct glm_problem problem;
    struct glm_fit fit;
    struct linear model;
};

static bool is_softmax(void)
{
    return strcmp(opt.algo, "softmax") == 0;
}

static void check_options(const struct common *common)
{
    if (!is_softmax() && strcmp(opt.algo, "logistic") != 0)
        die_usage("--algo %s: this version has logistic and softmax", opt.algo);
    if (is_softmax() && opt.positive)
        die_usage("--positive is for two classes; --algo softmax knows none that is positive");
    if (opt.l2 > 0 && opt.reference.n)
        die_usage("--reference has no meaning under a penalty (--l2 0 fits without)");
    if (opt.save_model && common->output)
        die_usage("-M and -o both name the file of the model");
}

/* ---- the table ---- */

static enum table_type type_of(
    const struct columns *categorical, const struct columns *numeric, size_t column)
{
    bool category = columns_have(categorical, column), number = columns_have(numeric, column);
    if (category && number)
        die_usage("--categorical and --numeric name the same column");
    return category ? TABLE_CATEGORY : number ? TABLE_NUMBER : TABLE_BY_VALUE;
}

static void count_other_text(const struct table *t)
{
    for (size_t i = 1; i < t->n; i++)
        if (t->column[i].not_numbers)
            warn("%.*s: %llu values are no numbers, and count as missing",
                STR_ARG(t->column[i].name), (unsigned long long)t->column[i].not_numbers);
}

static void load(struct training *t)
{
    struct csv_in *in = csv_open(&t->common, t->common.file, t->common.files);
    const struct header *header = csv_header(in);
    size_t label = columns_option("label", opt.label, header);
    struct columns not = {&label, 1};
    struct columns features =
        role_features(header, &(struct role_choice){opt.features, opt.exclude, &not });
    struct columns categorical = columns_parse("categorical", opt.categorical, header);
    struct columns numeric = columns_parse("numeric", opt.numeric, header);
    if (!features.n)
        die_usage("there is no column to learn from (-f names some)");
    struct table_want *want = mem_alloc(1 + features.n, sizeof *want);
    want[0] = (struct table_want){label, TABLE_CATEGORY};
    for (size_t i = 0; i < features.n; i++)
        want[1 + i] =
            (struct table_want){features.at[i], type_of(&categorical, &numeric, features.at[i])};
    t->table = table_load(in, &t->common, want, 1 + features.n);
    csv_close(in);
    count_other_text(t->table);
    mem_free(want);
    mem_free(features.at);
    mem_free(categorical.at);
    mem_free(numeric.at);
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
        while (class < t->labels.classes && !str_equal(t->labels.class[class], level))
            class ++;
        if (class == t->labels.classes)
            die_usage("--reference %s: the label has no such class", opt.reference.at[i]);
    }
    return class;
}

static struct design *learn_design(struct training *t)
{
    char *text = mem_text(
        opt.interactions ? opt.interactions : "", opt.interactions ? strlen(opt.interactions) : 0);
    const char **product = mem_alloc(strlen(text) + 1, sizeof *product);
    size_t *columns = mem_alloc(t->table->n, sizeof *columns), products = 0;
    for (char *p = text; *p;) {
        char *comma = p + strcspn(p, ",");
        bool last = !*comma;
        *comma = '\0';
        product[products++] = p;
        p = comma + !last;
    }
    for (size_t i = 1; i < t->table->n; i++)
        columns[i - 1] = i;
    struct design *d = design_learn(t->table, columns, t->table->n - 1,
        &(struct design_options){.reference = opt.l2 == 0,
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

/* Penalties of the columns: standardized, each counts in units of its sd. */
static void set_penalty(struct training *t)
{
    size_t width = t->view->x.width;
    t->l2 = mem_alloc(width, sizeof *t->l2);
    for (size_t j = 0; j < width; j++) {
        double scale = t->design->term[t->view->column_term[j]].scale;
        t->l2[j] = opt.no_standardize ? opt.l2 / scale / scale : opt.l2;
    }
}

static void pose(struct training *t)
{
    t->labels = labels_take(t->table, 0, opt.positive, is_softmax());
    uint32_t reference = reference_class(t);
    t->design = learn_design(t);
    t->view = design_apply(t->design, t->table);
    set_penalty(t);
    t->problem = (struct glm_problem){.x = &t->view->x,
        .y = t->labels.y,
        .classes = t->labels.classes,
        .form = !is_softmax() ? GLM_BINARY
                : opt.l2 > 0  ? GLM_SYMMETRIC
                              : GLM_REFERENCE,
        .reference = reference,
        .l2 = t->l2,
        .max_iter = MAX_ITER,
        .jobs = t->common.jobs};
    if (glm_size(&t->problem) > GLM_MOST)
        die("%zu coefficients are more than Newton's method takes here, %d (fewer columns, or "
            "columns with fewer levels: -x)",
            glm_size(&t->problem), GLM_MOST);
}

/* ---- the fit ---- */

/* Without a penalty a level that has one class only has no finite coefficient. */
static void check_levels(const struct training *t)
{
    struct buf text = {0};
    if (trouble_levels(&t->problem, t->design, t->view, t->labels.class, &text))
        die("separation: no finite coefficient for %.*s (--l2 with a number above 0, or -x)",
            STR_ARG(text));
}

_Noreturn static void die_separated(const struct training *t)
{
    struct buf text = {0};
    trouble_steps(&t->problem, &t->fit, t->design, t->view, &text);
    die("separation: the classes are told apart perfectly along %.*s, whose coefficients would be "
        "infinite (--l2 with a number above 0, or -x)",
        STR_ARG(text));
}

static void fit(struct training *t)
{
    if (opt.l2 == 0)
        check_levels(t);
    switch (glm_fit(&t->problem, &t->fit)) {
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
        warn("the fit stopped after %d steps; the gradient is %g", MAX_ITER, t->fit.gradient_norm);
    }
}

/* ---- the results ---- */

static void write_model(const struct training *t)
{
    struct linear_facts facts = {.rows = t->table->rows,
        .unlabelled = t->labels.unlabelled,
        .class_rows = t->labels.class_rows,
        .l2 = opt.l2,
        .standardized = !opt.no_standardize,
        .objective = t->fit.objective,
        .gradient_norm = t->fit.gradient_norm,
        .log_loss = t->fit.loss / (double)t->table->rows,
        .iterations = t->fit.iterations};
    linear_write(&t->model, &facts, opt.save_model ? opt.save_model : t->common.output);
    note("%zu rows, %zu coefficients, %d steps: objective %.10g, log-loss %.6g, largest gradient "
         "%.3g",
        t->table->rows, glm_size(&t->problem), facts.iterations, facts.objective, facts.log_loss,
        facts.gradient_norm);
}

static void write_coefficients(const struct training *t, const struct assembly *a)
{
    double *error = assemble_errors(a);
    coefficients_write(csv_create(&t->common, NULL, opt.coef), &t->model, error,
        assemble_reference(a), opt.l2 == 0);
    mem_free(error);
}

static void write_results(struct training *t)
{
    struct assembly a = {&t->problem, &t->fit, t->design, t->view};
    t->model = (struct linear){.design = t->design,
        .label = str_of(opt.label),
        .class = t->labels.class,
        .classes = t->labels.classes};
    assemble_model(&a, &t->model);
    write_model(t);
    if (opt.coef)
        write_coefficients(t, &a);
}

static void release(struct training *t)
{
    mem_free(t->model.intercept);
    mem_free(t->model.weight);
    glm_release(&t->fit);
    mem_free(t->l2);
    mem_free(t->level_reference);
    design_view_free(t->view);
    design_free(t->design);
    labels_release(&t->labels);
    table_free(t->table);
}

int main(int argc, char **argv)
{
    struct training t = {.common = args_parse(&program, argc, argv)};
    check_options(&t.common);
    load(&t);
    pose(&t);
    fit(&t);
    write_results(&t);
    release(&t);
    return stream_finish();
}
