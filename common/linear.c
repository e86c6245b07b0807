/* SPDX-License-Identifier: MIT */
/*
 * The file, in this order (fields separated by tabs):
 *
 *   label          NAME
 *   class          LABEL ROWS                 each class: negative, positive; or all in byte order
 *   rows           N
 *   unlabelled     N                          rows left out
 *   weights        SUM                        of the rows, if they have weights
 *   base_rate      SHARE                      logistic only: of the positive class
 *   standardized   yes|no
 *   l2             LAMBDA
 *   l1             LAMBDA                     only with such a penalty
 *   firth          yes                        if Firth's penalty was taken
 *   no_intercept   yes                        if there is none
 *   iterations     N
 *   folds          N row|user|time min|1se    of cross-validation, if there was one
 *   fold_loss      L2 [L1] LOSS...            each penalty tried: mean held-out loss of each fold
 *   objective      VALUE                      sum of losses and penalty
 *   gradient_norm  VALUE                      largest element of its gradient, in scaled units
 *   log_loss       VALUE                      loss a row or unit of weight, in nats
 *   deviance       VALUE                      twice the sum of losses
 *   null_deviance  VALUE                      the same of the intercept alone
 *   mcfadden       VALUE                      1 - deviance / null_deviance
 *   aic            VALUE                      without a penalty: deviance + 2 * coefficients
 *   calibration    platt A B                  if there is one
 *   calibration    isotonic
 *   knot           X P                        after it, X ascending
 *   hash_bits      B                          if levels are hashed
 *   source         NAME ROLE number SHARE_MISSING MEAN SD
 *   source         NAME ROLE category SHARE_MISSING [RARE]
 *   source         NAME ROLE hashed SHARE_MISSING
 *   level          LEVEL                      after its source, in byte order; empty: missing
 *   cross          SOURCE SOURCE              a product with a source that is hashed; from 0
 *   term           NAME MEAN SCALE FACTOR [FACTOR]
 *                  FACTOR is three fields: number|missing|level, source from 0, level from 0
 *   intercept      CLASS VALUE                for each predictor, then the weights of each
 *   weight         CLASS TERM VALUE           in the order of the terms
 *   bucket         NUMBER VALUE... [N... [U...]]
 *                                             ascending; a value for each predictor, and of online
 *                                             learning the states, U if one is not VALUE
 *   state          TERM U N...                of online learning, the intercept's first; U and N
 *                                             for each predictor
 *   moved          U N...                     the same of the intercepts that slopes are learnt
 *                                             with, if weights moved the classes
 *   seen           SOURCE LEVEL ROWS          a level that is still rare; source from 0
 *
 * Online learning has the facts label, class (with the sum of the rows' weights, if they have any),
 * rows, unlabelled, rejected (if there were any), weights, base_rate, standardized, rate, l2, l1,
 * no_intercept, loss (the sum over the rows, each before it was learnt from), log_loss, wrong
 * (softmax: rows that another class was likelier for), and weight_column, offset_column,
 * positive, class_weight CLASS W, neg_rate R SEED, rare N and
 * product COLUMN COLUMN where there is such.
 */
#include "linear.h"

#include <math.h>
#include <string.h>

#include "die.h"
#include "fmath.h"
#include "linear_private.h"
#include "mem.h"

static struct str class_of_output(const struct linear *m, size_t output)
{
    return m->class[m->outputs == 1 ? 1 : output];
}

/* ---- write ---- */

void linear_fact(struct model_out *out, const char *key, double value)
{
    model_key(out, key);
    model_number(out, value);
}

void linear_count(struct model_out *out, const char *key, uint64_t n)
{
    model_key(out, key);
    model_int(out, (int64_t)n);
}

void linear_require(bool finite)
{
    if (!finite)
        die("what was learnt is beyond the greatest number: no model is written (scale columns and "
            "weights)");
}

void linear_number(struct model_out *out, double x)
{
    linear_require(isfinite(x));
    model_number(out, x);
}

static void write_folds(const struct linear_facts *facts, struct model_out *out)
{
    if (!facts->folds)
        return;
    linear_count(out, "folds", facts->folds);
    model_text(out, str_of(facts->cv_by));
    model_text(out, str_of(facts->cv_rule));
    for (size_t i = 0; i < facts->cv_n; i++) {
        linear_fact(out, "fold_loss", facts->cv_path[i].l2);
        if (facts->cv_l1)
            model_number(out, facts->cv_path[i].l1);
        for (size_t k = 0; k < facts->folds; k++)
            model_number(out, facts->cv_loss[i * facts->folds + k]);
    }
}

static void write_facts(
    const struct linear *m, const struct linear_facts *facts, struct model_out *out)
{
    model_key(out, "label");
    model_text(out, m->label);
    for (size_t c = 0; c < m->classes; c++) {
        model_key(out, "class");
        model_text(out, m->class[c]);
        model_number(out, facts->class_rows[c]);
    }
    linear_count(out, "rows", facts->rows);
    linear_count(out, "unlabelled", facts->unlabelled);
    if (facts->weight > 0)
        linear_fact(out, "weights", facts->weight);
    if (m->outputs == 1)
        linear_fact(out, "base_rate", facts->base_rate);
    model_key(out, "standardized");
    model_text(out, str_of(facts->standardized ? "yes" : "no"));
    linear_fact(out, "l2", facts->l2);
    if (facts->l1 > 0)
        linear_fact(out, "l1", facts->l1);
    if (facts->firth) {
        model_key(out, "firth");
        model_text(out, str_of("yes"));
    }
    if (m->no_intercept) {
        model_key(out, "no_intercept");
        model_text(out, str_of("yes"));
    }
    linear_count(out, "iterations", (uint64_t)facts->iterations);
    write_folds(facts, out);
    linear_fact(out, "objective", facts->objective);
    linear_fact(out, "gradient_norm", facts->gradient_norm);
    linear_fact(out, "log_loss", facts->log_loss);
    linear_fact(out, "deviance", facts->deviance);
    linear_fact(out, "null_deviance", facts->null_deviance);
    linear_fact(out, "mcfadden", 1 - facts->deviance / facts->null_deviance);
    if (facts->parameters)
        linear_fact(out, "aic", facts->deviance + 2 * (double)facts->parameters);
}

static void write_calibration(const struct linear *m, struct model_out *out)
{
    if (m->calibration == LINEAR_PLAIN)
        return;
    model_key(out, "calibration");
    model_text(out, str_of(m->calibration == LINEAR_PLATT ? "platt" : "isotonic"));
    if (m->calibration == LINEAR_PLATT) {
        model_number(out, m->a);
        model_number(out, m->b);
    }
    for (size_t i = 0; i < m->knots; i++) {
        linear_fact(out, "knot", m->x[i]);
        model_number(out, m->p[i]);
    }
}

static void write_buckets(const struct linear *m, struct model_out *out)
{
    const struct design *d = m->design;
    for (size_t t = d->named; t < d->terms; t++) {
        linear_count(out, "bucket", d->term[t].factor[0].level);
        for (size_t k = 0; k < m->outputs; k++)
            linear_number(out, m->weight[k * d->terms + t]);
    }
}

void linear_write_weights(const struct linear *m, struct model_out *out)
{
    size_t terms = m->design->terms;
    for (size_t k = 0; k < m->outputs; k++) {
        model_key(out, "intercept");
        model_text(out, class_of_output(m, k));
        linear_number(out, m->intercept[k]);
    }
    for (size_t k = 0; k < m->outputs; k++)
        for (size_t t = 0; t < m->design->named; t++) {
            model_key(out, "weight");
            model_text(out, class_of_output(m, k));
            model_text(out, m->design->term[t].name);
            linear_number(out, m->weight[k * terms + t]);
        }
}

void linear_write(const struct linear *m, const struct linear_facts *facts, const char *path)
{
    struct model_out *out =
        model_create(path, "pa-train", m->outputs == 1 ? "logistic" : "softmax");
    write_facts(m, facts, out);
    write_calibration(m, out);
    design_write(m->design, out);
    linear_write_weights(m, out);
    write_buckets(m, out);
    model_close(out);
}

/* ---- read ---- */

static struct str copy(struct str s)
{
    return (struct str){mem_text(s.p, s.n), s.n};
}

/* What online learning counted of a class. */
static void read_class(
    struct model_in *in, const struct model_line *line, struct linear_online *facts, size_t k)
{
    facts->class = mem_resize(facts->class, k + 1, sizeof *facts->class);
    facts->class[k].rows = (uint64_t)model_get_int(in, line, 2, 0, INT64_MAX);
    facts->class[k].factor = 1;
    facts->class[k].weight =
        line->n > 3 ? model_get_number(in, line, 3) : (double)facts->class[k].rows;
}

static void read_classes(struct model_in *in, struct linear *m, struct linear_online *facts)
{
    struct model_line line;
    size_t cap = 0;
    bool binary = str_is(model_kind(in), "logistic");
    model_expect(in, "label", 1, &line);
    m->label = copy(line.field[1]);
    while (model_peek(in, "class")) {
        model_expect(in, "class", 1, &line);
        m->class = mem_grow(m->class, &cap, m->classes + 1, sizeof *m->class);
        int order = m->classes ? str_compare(m->class[m->classes - 1], line.field[1]) : -1;
        if (order == 0 || (order > 0 && !binary))
            model_die(in, &line, "the classes are not in byte order, each once");
        if (facts)
            read_class(in, &line, facts, m->classes);
        m->class[m->classes++] = copy(line.field[1]);
    }
    if (m->classes < 2 || (binary && m->classes != 2))
        model_die(in, &line, "not the classes of such a model");
    m->outputs = binary ? 1 : m->classes;
}

static void check_class(
    struct model_in *in, const struct model_line *line, const struct linear *m, size_t k)
{
    if (!str_equal(line->field[1], class_of_output(m, k)))
        model_die(in, line, "the classes of the predictors are out of order");
}

static void read_knots(struct model_in *in, struct linear *m)
{
    struct model_line line;
    size_t x = 0, p = 0;
    while (model_peek(in, "knot")) {
        model_expect(in, "knot", 2, &line);
        m->x = mem_grow(m->x, &x, m->knots + 1, sizeof *m->x);
        m->p = mem_grow(m->p, &p, m->knots + 1, sizeof *m->p);
        m->x[m->knots] = model_get_number(in, &line, 1);
        m->p[m->knots] = model_get_number(in, &line, 2);
        if (!(m->p[m->knots] >= 0 && m->p[m->knots] <= 1))
            model_die(in, &line, "a knot that is no probability");
        if (m->knots && !(m->x[m->knots] > m->x[m->knots - 1]))
            model_die(in, &line, "the knots do not ascend");
        m->knots++;
    }
}

/* Facts are passed over, but for this one. */
static void read_calibration(struct model_in *in, struct linear *m)
{
    struct model_line line;
    model_expect(in, "calibration", 1, &line);
    if (m->calibration != LINEAR_PLAIN)
        model_die(in, &line, "a second calibration");
    m->calibration = str_is(line.field[1], "platt") ? LINEAR_PLATT : LINEAR_ISOTONIC;
    if (m->outputs > 1 || (m->calibration == LINEAR_PLATT && line.n < 4) ||
        (m->calibration == LINEAR_ISOTONIC && !str_is(line.field[1], "isotonic")))
        model_die(in, &line, "not a calibration of such a model");
    if (m->calibration == LINEAR_PLATT) {
        m->a = model_get_number(in, &line, 2);
        m->b = model_get_number(in, &line, 3);
        return;
    }
    read_knots(in, m);
    if (!m->knots)
        model_die(in, &line, "an isotonic calibration without knots");
}

/* Buckets and their values, which follow the named terms of each predictor in weight. */
struct bucket_values {
    uint32_t *bucket;
    double *value;                   /* (n, outputs) */
    struct linear_coordinate *state; /* (n, outputs), if it is wanted */
    size_t n, bucket_cap, value_cap, state_cap;
};

static struct linear_coordinate get_coordinate(
    struct model_in *in, const struct model_line *line, size_t u, size_t n)
{
    struct linear_coordinate c = {model_get_number(in, line, u), model_get_number(in, line, n)};
    if (c.n < 0)
        model_die(in, line, "a sum of squares below 0");
    return c;
}

static void read_bucket_state(
    struct model_in *in, const struct model_line *line, struct bucket_values *v, size_t outputs)
{
    size_t n = 2 + outputs, u = line->n > n + outputs ? n + outputs : 2;
    if (line->n < n + outputs || line->n < u + outputs)
        model_die(in, line, "a bucket without its state");
    v->state = mem_grow(v->state, &v->state_cap, (v->n + 1) * outputs, sizeof *v->state);
    for (size_t k = 0; k < outputs; k++)
        v->state[v->n * outputs + k] = get_coordinate(in, line, u + k, n + k);
}

static struct bucket_values read_buckets(struct model_in *in, const struct linear *m, bool states)
{
    struct bucket_values v = {0};
    struct model_line line;
    int64_t after = 0, end = INT64_C(1) << m->design->hash_bits;
    while (m->design->hash_bits && model_peek(in, "bucket")) {
        model_expect(in, "bucket", 1 + m->outputs, &line);
        v.bucket = mem_grow(v.bucket, &v.bucket_cap, v.n + 1, sizeof *v.bucket);
        v.value = mem_grow(v.value, &v.value_cap, (v.n + 1) * m->outputs, sizeof *v.value);
        v.bucket[v.n] = (uint32_t)model_get_int(in, &line, 1, after, end - 1);
        after = (int64_t)v.bucket[v.n] + 1;
        for (size_t k = 0; k < m->outputs; k++)
            v.value[v.n * m->outputs + k] = model_get_number(in, &line, 2 + k);
        if (states)
            read_bucket_state(in, &line, &v, m->outputs);
        v.n++;
    }
    return v;
}

/* The buckets become terms, and their values weights; their states stand behind the named. */
static void add_buckets(struct model_in *in, struct linear *m, bool states)
{
    struct bucket_values v = read_buckets(in, m, states);
    struct design *d = m->design;
    size_t named = d->named, terms = named + v.n;
    double *weight = mem_alloc(m->outputs * terms, sizeof *weight);
    design_add_buckets(d, v.bucket, v.n);
    for (size_t k = 0; k < m->outputs; k++) {
        if (named)
            memcpy(weight + k * terms, m->weight + k * named, named * sizeof *weight);
        for (size_t i = 0; i < v.n; i++)
            weight[k * terms + named + i] = v.value[i * m->outputs + k];
    }
    mem_free(m->weight);
    mem_free(v.bucket);
    mem_free(v.value);
    m->weight = weight;
    m->state = v.state;
}

static void read_weights(struct model_in *in, struct linear *m, bool states)
{
    struct model_line line;
    size_t terms = m->design->terms, n = 0, cap = 0;
    m->intercept = mem_alloc(m->outputs, sizeof *m->intercept);
    for (size_t k = 0; k < m->outputs; k++) {
        model_expect(in, "intercept", 2, &line);
        check_class(in, &line, m, k);
        m->intercept[k] = model_get_number(in, &line, 2);
    }
    for (size_t k = 0; k < m->outputs; k++)
        for (size_t t = 0; t < terms; t++) {
            model_expect(in, "weight", 3, &line);
            check_class(in, &line, m, k);
            if (!str_equal(line.field[2], m->design->term[t].name))
                model_die(in, &line, "the weights are not in the order of the terms");
            m->weight = mem_grow(m->weight, &cap, n + 1, sizeof *m->weight);
            m->weight[n++] = model_get_number(in, &line, 3);
        }
    if (m->design->hash_bits)
        add_buckets(in, m, states);
}

/* A line of states from this field on, one for each predictor. */
static void get_states(struct model_in *in, const struct model_line *line, size_t field,
    size_t outputs, struct linear_coordinate *state)
{
    if (line->n < field + 2 * outputs)
        model_die(in, line, "not a state for each predictor");
    for (size_t k = 0; k < outputs; k++)
        state[k] = get_coordinate(in, line, field + 2 * k, field + 2 * k + 1);
}

/* Those of the named terms, then those of the buckets, which are there already. */
static void read_state(struct model_in *in, struct linear *m)
{
    struct model_line line;
    struct linear_coordinate *bucket = m->state;
    size_t n = 0, cap = 0, named = m->design->named, outputs = m->outputs;
    size_t buckets = (m->design->terms - named) * outputs;
    m->state = NULL;
    for (; model_peek(in, "state"); n++) {
        model_expect(in, "state", 3, &line);
        m->state = mem_grow(m->state, &cap, (n + 1) * outputs, sizeof *m->state);
        get_states(in, &line, 2, outputs, m->state + n * outputs);
    }
    if (n && n != 1 + named)
        model_die(in, &line, "the states are not those of the terms");
    if (n && bucket) {
        m->state = mem_resize(m->state, n * outputs + buckets, sizeof *m->state);
        memcpy(m->state + n * outputs, bucket, buckets * sizeof *bucket);
    }
    mem_free(bucket);
    if (n && model_peek(in, "moved")) {
        model_expect(in, "moved", 2, &line);
        m->moved = mem_alloc(outputs, sizeof *m->moved);
        get_states(in, &line, 1, outputs, m->moved);
    }
}

static void read_seen(struct model_in *in, struct linear *m)
{
    struct model_line line;
    size_t cap = 0;
    while (m->state && model_peek(in, "seen")) {
        model_expect(in, "seen", 3, &line);
        m->seen = mem_grow(m->seen, &cap, m->seen_n + 1, sizeof *m->seen);
        struct linear_seen *s = &m->seen[m->seen_n++];
        s->source = (size_t)model_get_int(in, &line, 1, 0, (int64_t)m->design->sources - 1);
        s->level = copy(line.field[2]);
        s->rows = (uint64_t)model_get_int(in, &line, 3, 1, INT64_MAX);
        if (!m->design->source[s->source].category)
            model_die(in, &line, "a level of what is no category");
    }
}

static bool read_count(struct model_in *in, const char *key, uint64_t *to)
{
    struct model_line line;
    if (!model_peek(in, key))
        return false;
    model_expect(in, key, 1, &line);
    *to = (uint64_t)model_get_int(in, &line, 1, 0, INT64_MAX);
    return true;
}

static bool read_number(struct model_in *in, const char *key, double *to)
{
    struct model_line line;
    if (!model_peek(in, key))
        return false;
    model_expect(in, key, 1, &line);
    *to = model_get_number(in, &line, 1);
    return true;
}

static bool read_text(struct model_in *in, const char *key, struct str *to)
{
    struct model_line line;
    if (!model_peek(in, key))
        return false;
    model_expect(in, key, 1, &line);
    mem_free((char *)(uintptr_t)to->p);
    *to = copy(line.field[1]);
    return true;
}

static bool read_factor(struct model_in *in, const struct linear *m, struct linear_online *f)
{
    struct model_line line;
    size_t k = 0;
    if (!model_peek(in, "class_weight"))
        return false;
    model_expect(in, "class_weight", 2, &line);
    while (k < m->classes && !str_equal(m->class[k], line.field[1]))
        k++;
    if (k == m->classes)
        model_die(in, &line, "the weight of a class that is none");
    f->class[k].factor = model_get_number(in, &line, 2);
    return true;
}

static bool read_neg_rate(struct model_in *in, struct linear_online *f)
{
    struct model_line line;
    if (!model_peek(in, "neg_rate"))
        return false;
    model_expect(in, "neg_rate", 2, &line);
    f->neg_rate = model_get_number(in, &line, 1);
    f->seed = (uint64_t)model_get_int(in, &line, 2, INT64_MIN, INT64_MAX);
    return true;
}

static bool read_product(struct model_in *in, struct linear_online *f)
{
    struct model_line line;
    if (!model_peek(in, "product"))
        return false;
    model_expect(in, "product", 2, &line);
    f->product = mem_resize(f->product, f->products + 1, sizeof *f->product);
    f->product[f->products++] = (struct linear_product){copy(line.field[1]), copy(line.field[2])};
    return true;
}

/* A fact that online learning goes on from. */
static bool read_online(struct model_in *in, struct linear *m, struct linear_online *f)
{
    struct str yes = {0};
    if (f && read_text(in, "no_intercept", &yes)) {
        m->no_intercept = str_is(yes, "yes");
        mem_free((char *)(uintptr_t)yes.p);
        return true;
    }
    return f && (read_count(in, "rows", &f->rows) || read_count(in, "unlabelled", &f->unlabelled) ||
                    read_count(in, "rejected", &f->rejected) || read_number(in, "rate", &f->rate) ||
                    read_number(in, "l2", &f->l2) || read_number(in, "l1", &f->l1) ||
                    read_number(in, "loss", &f->loss) || read_number(in, "weights", &f->weight) ||
                    read_number(in, "wrong", &f->wrong) ||
                    read_text(in, "weight_column", &f->weight_column) ||
                    read_text(in, "offset_column", &f->offset_column) ||
                    read_text(in, "positive", &f->positive) || read_count(in, "rare", &f->rare) ||
                    read_factor(in, m, f) || read_neg_rate(in, f) || read_product(in, f));
}

static struct linear *read_all(const char *path, struct linear_online *facts)
{
    struct model_in *in = model_open(path, "pa-train", NULL);
    struct str kind = model_kind(in);
    struct model_line line;
    struct linear *m = mem_zero(1, sizeof *m);
    if (!str_is(kind, "logistic") && !str_is(kind, "softmax"))
        die("%s: a model of kind %.*s (logistic or softmax can be used here)", path, STR_ARG(kind));
    read_classes(in, m, facts);
    while (
        !model_peek(in, "hash_bits") && !model_peek(in, "source") && !model_peek(in, "intercept"))
        if (model_peek(in, "calibration"))
            read_calibration(in, m);
        else if (!read_online(in, m, facts) && !model_next(in, &line))
            break;
    m->design = design_read(in);
    read_weights(in, m, facts && facts->rate > 0);
    read_state(in, m);
    read_seen(in, m);
    if (model_next(in, &line))
        model_die(in, &line, "nothing may follow the weights");
    model_free(in);
    return m;
}

struct linear *linear_read(const char *path)
{
    return read_all(path, NULL);
}

struct linear *linear_read_online(const char *path, struct linear_online *facts)
{
    *facts = (struct linear_online){.neg_rate = 1, .rare = 1};
    struct linear *m = read_all(path, facts);
    if (!m->state || !(facts->rate > 0))
        die("%s: not a model of --algo online, which alone can go on learning", path);
    if (!facts->weight_column.n)
        facts->weight = (double)facts->rows;
    return m;
}

void linear_free(struct linear *m)
{
    design_free(m->design);
    for (size_t c = 0; c < m->classes; c++)
        mem_free((char *)(uintptr_t)m->class[c].p);
    mem_free((char *)(uintptr_t)m->label.p);
    mem_free(m->class);
    mem_free(m->x);
    mem_free(m->p);
    mem_free(m->intercept);
    mem_free(m->weight);
    mem_free(m->state);
    mem_free(m->moved);
    for (size_t i = 0; i < m->seen_n; i++)
        mem_free((char *)(uintptr_t)m->seen[i].level.p);
    mem_free(m->seen);
    mem_free(m);
}

/* ---- use ---- */

void linear_predict(
    const struct linear *m, const struct design_entry *entry, size_t active, double *eta)
{
    for (size_t k = 0; k < m->outputs; k++) {
        const double *w = m->weight + k * m->design->terms;
        double sum = m->intercept[k];
        for (size_t i = 0; i < active; i++)
            sum += w[entry[i].term] * entry[i].value;
        eta[k] = sum;
    }
}

static double between_knots(const struct linear *m, double eta)
{
    size_t low = 0, high = m->knots; /* x[low] <= eta < x[high] */
    if (eta < m->x[0])
        return m->p[0];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (m->x[middle] <= eta)
            low = middle;
        else
            high = middle;
    }
    if (high == m->knots)
        return m->p[low];
    double share = (eta - m->x[low]) / (m->x[high] - m->x[low]);
    return m->p[low] + share * (m->p[high] - m->p[low]);
}

double linear_probability(const struct linear *m, double eta)
{
    if (m->calibration == LINEAR_ISOTONIC)
        return between_knots(m, eta);
    return fm_logistic(m->calibration == LINEAR_PLATT ? m->a * eta + m->b : eta);
}

void linear_probabilities(const struct linear *m, double *eta, size_t n)
{
    if (m->calibration == LINEAR_PLAIN)
        fm_logistic_n(eta, eta, n);
    else
        for (size_t i = 0; i < n; i++)
            eta[i] = linear_probability(m, eta[i]);
}

void linear_explain(const struct linear *m, size_t output, const struct design_entry *entry,
    size_t active, double *contribution, double *base)
{
    const struct design *d = m->design;
    const double *w = m->weight + output * d->terms;
    memset(contribution, 0, d->sources * sizeof *contribution);
    *base = m->intercept[output];
    for (size_t t = 0; t < d->named; t++) {
        *base += w[t] * d->term[t].mean;
        contribution[d->term[t].factor[0].source] -= w[t] * d->term[t].mean;
    }
    for (size_t i = 0; i < active; i++)
        contribution[entry[i].source] += w[entry[i].term] * entry[i].value;
}
