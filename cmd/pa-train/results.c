/* SPDX-License-Identifier: MIT */
#include "results.h"

#include <math.h>
#include <string.h>

#include "assemble.h"
#include "coefficients.h"
#include "die.h"
#include "export.h"
#include "mem.h"
#include "sandwich.h"
#include "stats.h"
#include "stream.h"
#include "weighting.h"

/* ---- the model ---- */

static struct linear make_model(const struct training *t, const struct assembly *a)
{
    struct linear m = {.design = t->design,
        .label = str_of(t->options->label),
        .class = t->input.labels.class,
        .classes = t->input.labels.classes,
        .no_intercept = t->options->no_intercept};
    assemble_model(a, &m);
    if (t->options->offset)
        m.weight[t->offset] = 1;
    training_calibrate(t, &m);
    return m;
}

static void release_model(struct linear *m)
{
    mem_free(m->intercept);
    mem_free(m->weight);
    mem_free(m->x);
    mem_free(m->p);
}

static double total_weight(const struct training *t, const double *by_class)
{
    double sum = 0;
    for (size_t k = 0; k < t->input.labels.classes; k++)
        sum += by_class[k];
    return sum;
}

static size_t parameters(const struct glm_problem *p)
{
    size_t n = glm_size(p), outputs = n / (1 + p->x->width);
    return n - (p->no_intercept ? outputs : 0);
}

/* by_class: the rows' own weights. */
static struct linear_facts facts_of(const struct training *t, const double *by_class)
{
    const struct options *o = t->options;
    const double *own = input_numbers(&t->input, INPUT_WEIGHT);
    double weight = total_weight(t, by_class);
    return (struct linear_facts){.rows = t->input.table->rows,
        .unlabelled = t->input.labels.unlabelled,
        .class_rows = t->input.labels.class_rows,
        .l2 = t->lambda.l2,
        .l1 = t->lambda.l1,
        .firth = o->firth,
        .standardized = !o->no_standardize,
        .objective = t->fit.objective,
        .gradient_norm = t->fit.gradient_norm,
        .log_loss = t->loss / weight,
        .base_rate = by_class[1] / weight,
        .weight = own ? weight : 0,
        .deviance = 2 * t->loss,
        .null_deviance = 2 * weighting_null_loss(&t->problem, own),
        .parameters = !options_penalised(o) ? parameters(&t->problem) : 0,
        .iterations = t->fit.iterations,
        .folds = t->tuning.n ? (size_t)o->cv : 0,
        .cv_by = o->cv_by,
        .cv_rule = o->cv_rule,
        .cv_n = t->tuning.n,
        .cv_path = t->tuning.path,
        .cv_l1 = options_chooses(o, "l1"),
        .cv_loss = t->tuning.loss};
}

static void write_model(const struct training *t, const struct linear *m)
{
    const struct options *o = t->options;
    double *by_class = weighting_totals(
        input_numbers(&t->input, INPUT_WEIGHT), &t->input.labels, t->input.table->rows);
    struct linear_facts facts = facts_of(t, by_class);
    if (o->save_model || !o->export)
        linear_write(m, &facts, o->save_model ? o->save_model : t->common->output);
    note("%zu rows, %zu coefficients, %d steps: objective %.10g, log-loss %.6g, largest gradient "
         "%.3g",
        t->input.table->rows, parameters(&t->problem), facts.iterations, facts.objective,
        facts.log_loss, facts.gradient_norm);
    note("deviance %.10g, of the intercept alone %.10g, McFadden's R2 %.4g", facts.deviance,
        facts.null_deviance, 1 - facts.deviance / facts.null_deviance);
    mem_free(by_class);
}

/* ---- the order of the terms ---- */

/* Sources in the order of the input; mem_free. */
static size_t *sources_by_place(const struct training *t)
{
    const size_t *place = t->input.place;
    size_t n = t->design->sources, *order = mem_alloc(n, sizeof *order);
    for (size_t i = 0; i < n; i++) {
        size_t j = i;
        for (; j > 0 && place[order[j - 1]] > place[i]; j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
    return order;
}

/* Terms as they are listed: by columns in the order of the input, then all others; mem_free. */
static size_t *listing(const struct training *t)
{
    const struct design *d = t->design;
    size_t *order = mem_alloc(d->terms, sizeof *order), n = 0, after = 0;
    size_t *by_place = sources_by_place(t);
    size_t *first = mem_alloc(d->sources + 1, sizeof *first);
    for (size_t i = 0; i < d->sources; i++) {
        first[i] = after;
        while (
            after < d->named && d->term[after].factors == 1 && d->term[after].factor[0].source == i)
            after++;
    }
    first[d->sources] = after;
    for (size_t i = 0; i < d->sources; i++)
        for (size_t k = first[by_place[i]]; k < first[by_place[i] + 1]; k++)
            order[n++] = k;
    for (size_t k = after; k < d->terms; k++)
        order[n++] = k;
    mem_free(first);
    mem_free(by_place);
    return order;
}

/* ---- other forms ---- */

static void write_export(
    struct results *r, const struct training *t, const struct linear *m, const size_t *order)
{
    const char *form = t->options->export;
    struct buf text = {0};
    if (strcmp(form, "c") == 0)
        export_c(m, &text);
    else if (strcmp(form, "libsvm") == 0)
        export_libsvm(m, order, &text);
    else
        export_vw(m, &text);
    if (!r->export)
        r->export = stream_create(NULL, t->common->gzip);
    stream_write(r->export, text.p, text.n);
    buf_release(&text);
}

/* ---- the coefficients ---- */

/* What stands in the middle of the variance; NULL: classic errors. */
static double *errors_meat(const struct training *t)
{
    const char *se = t->options->se;
    size_t clusters = 0;
    if (!se || strcmp(se, "classic") == 0)
        return NULL;
    uint32_t *cluster =
        options_cluster(t->options) ? input_codes(&t->input, INPUT_CLUSTER, &clusters) : NULL;
    if (cluster && clusters < 2)
        die("--se %s: there is one cluster only (two are needed)", se);
    const double *b = t->optimum ? t->optimum : t->fit.b;
    double *meat = sandwich_meat(&t->problem, b, cluster, clusters);
    mem_free(cluster);
    return meat;
}

/* The error of an intercept that was refitted is not known; tests and intervals are for estimates
 * that are not drawn to 0, and where they are asked for. */
static void write_coefficients(struct results *r, const struct training *t, struct assembly *a,
    const struct linear *m, const size_t *order)
{
    const struct options *o = t->options;
    double *meat = errors_meat(t);
    a->meat = meat;
    double *error = assemble_errors(a);
    bool tests = !options_penalised(o) || o->se;
    for (size_t k = 0; options_reweighted(o) && k < m->outputs; k++)
        error[k * (1 + t->design->terms)] = NAN;
    coefficients_write(r->coef, m, error, order, assemble_reference(a),
        tests ? stats_normal_quantile((1 + o->conf_level) / 2) : 0);
    mem_free(error);
    mem_free(meat);
}

struct results results_open(const struct common *common, const struct options *o)
{
    struct results r = {0};
    if (o->export && common->output)
        r.export = stream_create(common->output, common->gzip);
    if (o->coef)
        r.coef = csv_create(common, NULL, o->coef);
    return r;
}

void results_write(struct results *r, const struct training *t)
{
    struct assembly a = {&t->problem, &t->fit, t->design, t->view, NULL};
    struct linear model = make_model(t, &a);
    size_t *order = listing(t);
    write_model(t, &model);
    if (t->options->export)
        write_export(r, t, &model, order);
    if (t->options->coef)
        write_coefficients(r, t, &a, &model, order);
    mem_free(order);
    release_model(&model);
}
