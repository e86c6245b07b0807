/* SPDX-License-Identifier: MIT */
#include "training.h"

#include <math.h>
#include <string.h>

#include "calibrate.h"
#include "die.h"
#include "export.h"
#include "mem.h"
#include "trouble.h"
#include "warm.h"
#include "weighting.h"

/* ---- the table ---- */

/* The column of the user or time, if --cv-by has to do with it or it is named. */
static const char *part_column(
    const struct options *o, const char *by, const char *column, bool given)
{
    bool folds = o->cv || o->calibrate;
    return given || (folds && strcmp(o->cv_by, by) == 0) ? column : NULL;
}

static struct input load(const struct common *common, const struct options *o)
{
    return input_load(
        common, &(struct input_options){.label = o->label,
                    .features = o->features,
                    .exclude = o->exclude,
                    .categorical = o->categorical,
                    .numeric = o->numeric,
                    .positive = o->positive,
                    .many = options_softmax(o),
                    .no_intercept = o->no_intercept,
                    .interactions = o->interactions,
                    .reference = &o->reference,
                    .hash_bits = (unsigned)o->hash_bits,
                    .part = {[INPUT_WEIGHT] = o->weight,
                        [INPUT_OFFSET] = o->offset,
                        [INPUT_CLUSTER] = options_cluster(o),
                        [INPUT_USER] = part_column(o, "user", o->user, o->user_given),
                        [INPUT_TIME] = part_column(o, "time", o->time, o->time_given)}});
}

/* ---- the problem ---- */

/* --reference: those of columns, and the class of the label that it names, or the first. */
struct references {
    const char **level;
    size_t levels;
    uint32_t class;
};

static uint32_t find_class(const struct labels *l, struct str name, const char *option)
{
    for (uint32_t k = 0; k < l->classes; k++)
        if (str_equal(l->class[k], name))
            return k;
    die_usage("--reference %s: the label has no such class", option);
}

static struct references take_references(const struct options *o, const struct labels *labels)
{
    struct references r = {.level = mem_alloc(o->reference.n, sizeof *r.level)};
    for (size_t i = 0; i < o->reference.n; i++) {
        const char *option = o->reference.at[i];
        struct str column, level;
        bool pair = args_pair(option, &column, &level);
        if (!pair || !str_is(column, o->label)) {
            r.level[r.levels++] = option;
            continue;
        }
        r.class = find_class(labels, level, option);
    }
    return r;
}

static struct design *learn_design(const struct training *t, const struct references *r)
{
    const struct options *o = t->options;
    size_t *columns = mem_alloc(t->input.table->n, sizeof *columns), products = 0;
    const char **product = o->interactions ? args_items(o->interactions, &products) : NULL;
    for (size_t i = 0; i < t->input.features; i++)
        columns[i] = 1 + i;
    columns[t->input.features] = t->input.part[INPUT_OFFSET];
    struct design *d = design_learn(t->input.table, columns, t->input.features + !!o->offset,
        &(struct design_options){.reference = !options_penalised(o),
            .whole = o->no_intercept,
            .chosen = r->level,
            .chosen_n = r->levels,
            .product = product,
            .product_n = products,
            .weight = input_numbers(&t->input, INPUT_WEIGHT),
            .rare = (uint64_t)o->rare,
            .hash_bits = (unsigned)o->hash_bits,
            .jobs = t->common->jobs});
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
    const struct options *o = t->options;
    struct weighting w = {.own = input_numbers(&t->input, INPUT_WEIGHT),
        .class_weight = o->class_weight,
        .neg_rate = o->neg_rate,
        .seed = (uint64_t)o->seed};
    t->weight = weighting_of(&w, &t->input.labels, t->input.table->rows);
    double *total = weighting_totals(t->weight, &t->input.labels, t->input.table->rows);
    for (size_t k = 0; k < t->input.labels.classes; k++)
        if (!(total[k] > 0))
            die("label %s: no row of \"%.*s\" has a weight above 0", o->label,
                STR_ARG(t->input.labels.class[k]));
    mem_free(total);
}

/* Penalties of the columns: standardized, each counts in units of its sd. */
static void set_units(struct training *t)
{
    bool raw = t->options->no_standardize;
    size_t width = t->view->x.width;
    t->unit2 = mem_alloc(width, sizeof *t->unit2);
    t->unit1 = mem_alloc(width, sizeof *t->unit1);
    t->l2 = mem_alloc(width, sizeof *t->l2);
    t->l1 = mem_alloc(width, sizeof *t->l1);
    for (size_t j = 0; j < width; j++) {
        double scale = t->design->term[t->view->column_term[j]].scale;
        t->unit2[j] = raw ? 1 / scale / scale : 1;
        t->unit1[j] = raw ? 1 / scale : 1;
    }
}

static void set_penalty(struct training *t, struct lambdas lambda)
{
    t->lambda = lambda;
    for (size_t j = 0; j < t->view->x.width; j++) {
        t->l2[j] = lambda.l2 * t->unit2[j];
        t->l1[j] = lambda.l1 * t->unit1[j];
    }
    t->problem.l2 = t->l2;
    t->problem.l1 = lambda.l1 > 0 ? t->l1 : NULL;
}

static enum glm_form form_of(const struct options *o)
{
    if (!options_softmax(o))
        return GLM_BINARY;
    return options_penalised(o) ? GLM_SYMMETRIC : GLM_REFERENCE;
}

static void begin_warm(struct training *t, struct linear *m)
{
    const char *path = t->options->warm_start;
    t->start = warm_start(m, &t->problem, t->design, t->view, t->input.labels.class);
    if (!t->start)
        die("--warm-start %s: a model of other classes than those of %s", path, t->options->label);
    t->problem.start = t->start;
    linear_free(m);
}

/* Known before the fit. */
static void check_export(const struct training *t)
{
    const char *form = t->options->export;
    struct buf why = {0};
    if (form && strcmp(form, "vw") == 0 && !export_vw_can(t->design, &why))
        die("--export vw: %s", buf_cstr(&why));
}

void training_pose(struct training *t, const struct common *common, const struct options *o)
{
    struct linear *warm = o->warm_start ? linear_read(o->warm_start) : NULL;
    *t = (struct training){.common = common, .options = o, .input = load(common, o)};
    weigh(t);
    struct references references = take_references(o, &t->input.labels);
    t->design = learn_design(t, &references);
    mem_free(references.level);
    check_export(t);
    t->view = design_apply(t->design, t->input.table, !o->no_intercept);
    if (o->offset)
        take_offset(t);
    set_units(t);
    t->solver = (struct solver){o->solver, o->firth, o->coef};
    t->problem = (struct glm_problem){.x = &t->view->x,
        .y = t->input.labels.y,
        .weight = t->weight,
        .offset = input_numbers(&t->input, INPUT_OFFSET),
        .classes = t->input.labels.classes,
        .form = form_of(o),
        .no_intercept = o->no_intercept,
        .reference = references.class,
        .tol = o->tol,
        .max_iter = (int)o->max_iter,
        .jobs = common->jobs};
    set_penalty(t, (struct lambdas){o->l2, o->l1});
    if (o->se && glm_size(&t->problem) > GLM_MOST)
        die("--se %s: Newton's method gives standard errors for at most %d coefficients, not %zu",
            o->se, GLM_MOST, glm_size(&t->problem));
    if (warm)
        begin_warm(t, warm);
}

void training_release(struct training *t)
{
    glm_release(&t->fit);
    mem_free(t->optimum);
    mem_free(t->unit2);
    mem_free(t->unit1);
    mem_free(t->l2);
    mem_free(t->l1);
    tuning_release(&t->tuning);
    design_view_free(t->view);
    design_free(t->design);
    mem_free(t->weight);
    mem_free(t->start);
    input_release(&t->input);
}

/* ---- folds ---- */

/* Fits of the folds are of problems like that of all rows, and need no errors. */
static struct solver fold_solver(const struct training *t)
{
    return (struct solver){t->solver.name, t->solver.firth, false};
}

static struct tuning_options tuning_options(const struct options *o)
{
    return (struct tuning_options){.folds = o->cv ? (uint32_t)o->cv : TUNING_FOLDS,
        .by = o->cv_by,
        .one_se = strcmp(o->cv_rule, "1se") == 0,
        .grid = &o->grid,
        .l2 = o->l2_given || o->firth || options_chooses(o, "l1") ? o->l2 : NAN,
        .l1 = o->l1,
        .seed = (uint64_t)o->seed};
}

/* c.part: the caller frees it. */
static struct crossval crossval_of(
    const struct training *t, const struct solver *solver, const struct tuning_options *o)
{
    struct crossval c = {.problem = &t->problem,
        .unit2 = t->unit2,
        .unit1 = t->unit1,
        .own = input_numbers(&t->input, INPUT_WEIGHT),
        .recentre = options_reweighted(t->options),
        .solver = solver};
    tuning_fold(&c, &t->input, o);
    return c;
}

void training_tune(struct training *t)
{
    if (!t->options->cv)
        return;
    struct solver solver = fold_solver(t);
    struct tuning_options o = tuning_options(t->options);
    if (options_chooses(t->options, "l1"))
        t->problem.l1 = t->l1;
    struct crossval c = crossval_of(t, &solver, &o);
    t->tuning = tuning_run(&c, &o);
    set_penalty(t, t->tuning.path[t->tuning.chosen]);
    mem_free((uint32_t *)(uintptr_t)c.part);
}

void training_calibrate(const struct training *t, struct linear *m)
{
    const char *calibrate = t->options->calibrate;
    if (!calibrate)
        return;
    struct solver solver = fold_solver(t);
    struct tuning_options o = tuning_options(t->options);
    struct crossval c = crossval_of(t, &solver, &o);
    size_t rows = t->input.table->rows;
    double *eta = mem_alloc(rows, sizeof *eta);
    struct crossval_end end = crossval_scores(&c, t->lambda, eta);
    tuning_end(&c, &o, &end);
    struct calibrate_rows out_of_fold = {eta, t->input.labels.y, c.own, rows};
    m->calibration = strcmp(calibrate, "platt") == 0 ? LINEAR_PLATT : LINEAR_ISOTONIC;
    if (m->calibration == LINEAR_PLATT)
        calibrate_platt(&out_of_fold, &m->a, &m->b);
    else
        m->knots = calibrate_isotonic(&out_of_fold, &m->x, &m->p);
    mem_free(eta);
    mem_free((uint32_t *)(uintptr_t)c.part);
}

/* ---- the fit ---- */

/* What gives a finite answer all the same. */
static const char *remedy(const struct training *t)
{
    return options_softmax(t->options) ? "--l2 with a number above 0, or -x"
                                       : "--firth, --l2 with a number above 0, or -x";
}

/* Without a penalty a level that has one class only has no finite coefficient. */
static void check_levels(const struct training *t)
{
    struct buf text = {0};
    if (trouble_levels(&t->problem, t->design, t->view, t->input.labels.class, &text))
        die("separation: no finite coefficient for %.*s (%s)", STR_ARG(text), remedy(t));
}

_Noreturn static void die_separated(const struct training *t)
{
    struct buf text = {0};
    trouble_steps(&t->problem, &t->fit, t->design, t->view, &text);
    die("separation: rows of the classes, all or some, are told apart perfectly along %.*s, whose "
        "coefficients would be infinite (%s)",
        STR_ARG(text), remedy(t));
}

_Noreturn static void die_collinear(const struct training *t)
{
    if (!t->fit.at)
        die("the intercept cannot be told from the columns");
    die("collinearity: %.*s is constant, or a combination of other columns (-x leaves it "
        "out, --l2 with a number above 0 shares its effect)",
        STR_ARG(t->design->term[t->view->column_term[t->fit.at - 1]].name));
}

/* Without a penalty only Newton's Hessian shows that there is no answer, or not one alone. */
static enum glm_status certify(struct training *t, enum glm_status status)
{
    bool newton = t->options->firth || strcmp(solver_name(&t->solver, &t->problem), "newton") == 0;
    if (newton || options_penalised(t->options) || glm_size(&t->problem) > GLM_MOST)
        return status;
    struct glm_problem problem = t->problem;
    struct glm_fit fit;
    problem.start = status == GLM_OK ? t->fit.b : NULL;
    enum glm_status verdict = glm_fit(&problem, &fit);
    if (verdict == GLM_SEPARATED && problem.start) { /* from too far out to see where it goes */
        glm_release(&fit);
        problem.start = NULL;
        verdict = glm_fit(&problem, &fit);
    }
    if (verdict != GLM_COLLINEAR && verdict != GLM_SEPARATED) {
        glm_release(&fit);
        return status;
    }
    glm_release(&t->fit);
    t->fit = fit;
    return verdict;
}

/* Did it get to the end? */
static bool solve(struct training *t)
{
    note("solver %s", solver_name(&t->solver, &t->problem));
    if (!options_penalised(t->options) && !t->options->firth)
        check_levels(t);
    switch (certify(t, solver_fit(&t->solver, &t->problem, &t->fit))) {
    case GLM_OK:
        return true;
    case GLM_COLLINEAR:
        die_collinear(t);
    case GLM_SEPARATED:
        die_separated(t);
    case GLM_NOT_FINITE:
        die("the fit failed: no step lowers the objective (are there extreme values?)");
    case GLM_MAX_ITER:
        break;
    }
    return false;
}

/* Where weights moved the classes the intercepts are refitted, else brought to where predictions
 * sum to the outcomes. */
static void finish(struct training *t)
{
    const double *own = input_numbers(&t->input, INPUT_WEIGHT);
    if (options_reweighted(t->options)) {
        size_t n = glm_size(&t->problem);
        t->optimum = mem_alloc(n, sizeof *t->optimum);
        memcpy(t->optimum, t->fit.b, n * sizeof *t->optimum);
        t->loss = weighting_recentre(&t->problem, own, &t->fit);
        return;
    }
    if (!t->options->firth)
        weighting_settle(&t->problem, &t->fit);
    t->loss = t->fit.loss;
}

void training_fit(struct training *t)
{
    bool ended = solve(t);
    finish(t);
    if (!ended)
        warn("the fit stopped after %d steps; the gradient is %g (--max-iter allows more)",
            t->fit.iterations, t->fit.gradient_norm);
}
