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
 *   term           NAME MEAN SCALE FACTOR [FACTOR]
 *                  FACTOR is three fields: number|missing|level, source from 0, level from 0
 *   intercept      CLASS VALUE                for each predictor, then the weights of each
 *   weight         CLASS TERM VALUE           in the order of the terms
 *   bucket         NUMBER VALUE... [N [U]]    ascending; a value for each predictor, and of online
 *                                             learning the state, U if it is not VALUE
 *   state          TERM U N                   of online learning, the intercept's first
 *
 * Online learning has the facts label, class, rows, unlabelled, base_rate, standardized, rate, l2,
 * l1, loss (the sum over the rows, each before it was learnt from) and log_loss.
 */
#include "linear.h"

#include <string.h>

#include "die.h"
#include "fmath.h"
#include "mem.h"
#include "num.h"
#include "par.h"

static struct str class_of_output(const struct linear *m, size_t output)
{
    return m->class[m->outputs == 1 ? 1 : output];
}

/* ---- write ---- */

static void fact(struct model_out *out, const char *key, double value)
{
    model_key(out, key);
    model_number(out, value);
}

static void count(struct model_out *out, const char *key, uint64_t n)
{
    model_key(out, key);
    model_int(out, (int64_t)n);
}

static void write_folds(const struct linear_facts *facts, struct model_out *out)
{
    if (!facts->folds)
        return;
    count(out, "folds", facts->folds);
    model_text(out, str_of(facts->cv_by));
    model_text(out, str_of(facts->cv_rule));
    for (size_t i = 0; i < facts->cv_n; i++) {
        fact(out, "fold_loss", facts->cv_path[i].l2);
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
    count(out, "rows", facts->rows);
    count(out, "unlabelled", facts->unlabelled);
    if (facts->weight > 0)
        fact(out, "weights", facts->weight);
    if (m->outputs == 1)
        fact(out, "base_rate", facts->base_rate);
    model_key(out, "standardized");
    model_text(out, str_of(facts->standardized ? "yes" : "no"));
    fact(out, "l2", facts->l2);
    if (facts->l1 > 0)
        fact(out, "l1", facts->l1);
    if (facts->firth) {
        model_key(out, "firth");
        model_text(out, str_of("yes"));
    }
    if (m->no_intercept) {
        model_key(out, "no_intercept");
        model_text(out, str_of("yes"));
    }
    count(out, "iterations", (uint64_t)facts->iterations);
    write_folds(facts, out);
    fact(out, "objective", facts->objective);
    fact(out, "gradient_norm", facts->gradient_norm);
    fact(out, "log_loss", facts->log_loss);
    fact(out, "deviance", facts->deviance);
    fact(out, "null_deviance", facts->null_deviance);
    fact(out, "mcfadden", 1 - facts->deviance / facts->null_deviance);
    if (facts->parameters)
        fact(out, "aic", facts->deviance + 2 * (double)facts->parameters);
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
        fact(out, "knot", m->x[i]);
        model_number(out, m->p[i]);
    }
}

static void write_buckets(const struct linear *m, struct model_out *out)
{
    const struct design *d = m->design;
    for (size_t t = d->named; t < d->terms; t++) {
        count(out, "bucket", d->term[t].factor[0].level);
        for (size_t k = 0; k < m->outputs; k++)
            model_number(out, m->weight[k * d->terms + t]);
    }
}

static void write_weights(const struct linear *m, struct model_out *out)
{
    size_t terms = m->design->terms;
    for (size_t k = 0; k < m->outputs; k++) {
        model_key(out, "intercept");
        model_text(out, class_of_output(m, k));
        model_number(out, m->intercept[k]);
    }
    for (size_t k = 0; k < m->outputs; k++)
        for (size_t t = 0; t < m->design->named; t++) {
            model_key(out, "weight");
            model_text(out, class_of_output(m, k));
            model_text(out, m->design->term[t].name);
            model_number(out, m->weight[k * terms + t]);
        }
}

static void write_state(const struct linear *m, struct model_out *out)
{
    for (size_t i = 0; i <= m->design->named; i++) {
        model_key(out, "state");
        model_text(out, i ? m->design->term[i - 1].name : str_of("(intercept)"));
        model_number(out, m->state[i].u);
        model_number(out, m->state[i].n);
    }
}

/* Lines of buckets are made on all threads, a piece each, and written in their order. */
enum { PIECE = 1 << 14, PIECES = 16 };

struct piece {
    struct buf text;
    size_t lines;
};

struct pieces {
    const struct linear_buckets *buckets;
    size_t first, end; /* buckets of this round */
    struct piece piece[PIECES];
};

static void make_piece(void *context, size_t i, unsigned thread)
{
    struct pieces *p = context;
    struct piece *to = &p->piece[i];
    size_t from = p->first + i * PIECE, end = from + PIECE < p->end ? from + PIECE : p->end;
    (void)thread;
    buf_clear(&to->text);
    to->lines = 0;
    for (size_t b = from; b < end; b++) {
        const struct linear_coordinate *c = &p->buckets->at[b];
        double w = p->buckets->weight ? p->buckets->weight[b] : c->u;
        if (!(c->n > 0))
            continue;
        to->lines++;
        buf_text(&to->text, "bucket\t");
        num_put_int(&to->text, (int64_t)b);
        buf_char(&to->text, '\t');
        num_put(&to->text, w);
        buf_char(&to->text, '\t');
        num_put(&to->text, c->n);
        if (w != c->u) {
            buf_char(&to->text, '\t');
            num_put(&to->text, c->u);
        }
        buf_char(&to->text, '\n');
    }
}

static void write_online_buckets(
    const struct linear_buckets *buckets, unsigned hash_bits, struct model_out *out)
{
    size_t all = (size_t)1 << hash_bits, round = (size_t)PIECE * PIECES;
    struct pieces p = {.buckets = buckets};
    for (p.first = 0; p.first < all; p.first += round) {
        p.end = all - p.first < round ? all : p.first + round;
        size_t n = (p.end - p.first + PIECE - 1) / PIECE;
        par_for(buckets->jobs, n, make_piece, &p);
        for (size_t i = 0; i < n; i++)
            model_lines(out, buf_view(&p.piece[i].text), p.piece[i].lines);
    }
    for (size_t i = 0; i < PIECES; i++)
        buf_release(&p.piece[i].text);
}

void linear_write_online(const struct linear *m, const struct linear_buckets *buckets,
    const struct linear_online *f, const char *path, bool publish)
{
    struct model_out *out = model_create(path, "pa-train", "logistic");
    model_key(out, "label");
    model_text(out, m->label);
    for (size_t c = 0; c < 2; c++) {
        model_key(out, "class");
        model_text(out, m->class[c]);
        model_int(out, (int64_t)f->class_rows[c]);
    }
    count(out, "rows", f->rows);
    count(out, "unlabelled", f->unlabelled);
    fact(out, "base_rate", f->rows ? (double)f->class_rows[1] / (double)f->rows : 0);
    model_key(out, "standardized");
    model_text(out, str_of("no"));
    fact(out, "rate", f->rate);
    fact(out, "l2", f->l2);
    fact(out, "l1", f->l1);
    fact(out, "loss", f->loss);
    fact(out, "log_loss", f->rows ? f->loss / (double)f->rows : 0);
    design_write(m->design, out);
    write_weights(m, out);
    if (buckets)
        write_online_buckets(buckets, m->design->hash_bits, out);
    write_state(m, out);
    if (publish)
        model_publish(out);
    else
        model_close(out);
}

void linear_write(const struct linear *m, const struct linear_facts *facts, const char *path)
{
    struct model_out *out =
        model_create(path, "pa-train", m->outputs == 1 ? "logistic" : "softmax");
    write_facts(m, facts, out);
    write_calibration(m, out);
    design_write(m->design, out);
    write_weights(m, out);
    write_buckets(m, out);
    model_close(out);
}

/* ---- read ---- */

static struct str copy(struct str s)
{
    return (struct str){mem_text(s.p, s.n), s.n};
}

static void read_classes(struct model_in *in, struct linear *m, struct linear_online *facts)
{
    struct model_line line;
    size_t cap = 0;
    model_expect(in, "label", 1, &line);
    m->label = copy(line.field[1]);
    while (model_peek(in, "class")) {
        model_expect(in, "class", 1, &line);
        m->class = mem_grow(m->class, &cap, m->classes + 1, sizeof *m->class);
        if (facts && m->classes < 2)
            facts->class_rows[m->classes] = (uint64_t)model_get_int(in, &line, 2, 0, INT64_MAX);
        m->class[m->classes++] = copy(line.field[1]);
    }
    bool binary = str_is(model_kind(in), "logistic");
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
    struct linear_coordinate *state; /* (n), if it is wanted and there */
    size_t n, bucket_cap, value_cap, state_cap;
};

static void read_bucket_state(
    struct model_in *in, const struct model_line *line, struct bucket_values *v)
{
    if (line->n < 4)
        model_die(in, line, "a bucket without its state");
    v->state = mem_grow(v->state, &v->state_cap, v->n + 1, sizeof *v->state);
    v->state[v->n].u = model_get_number(in, line, line->n > 4 ? 4 : 2);
    v->state[v->n].n = model_get_number(in, line, 3);
    if (v->state[v->n].n < 0)
        model_die(in, line, "a sum of squares below 0");
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
            read_bucket_state(in, &line, &v);
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
        add_buckets(in, m, states && m->outputs == 1);
}

/* Those of the named terms, then those of the buckets, which are there already. */
static void read_state(struct model_in *in, struct linear *m)
{
    struct model_line line;
    struct linear_coordinate *bucket = m->state;
    size_t n = 0, cap = 0, named = m->design->named, buckets = m->design->terms - named;
    m->state = NULL;
    for (; model_peek(in, "state"); n++) {
        model_expect(in, "state", 3, &line);
        m->state = mem_grow(m->state, &cap, n + 1, sizeof *m->state);
        m->state[n].u = model_get_number(in, &line, 2);
        m->state[n].n = model_get_number(in, &line, 3);
        if (m->state[n].n < 0)
            model_die(in, &line, "a sum of squares below 0");
    }
    if (n && (m->outputs != 1 || n != 1 + named))
        model_die(in, &line, "the states are not those of the terms");
    if (n && bucket) {
        m->state = mem_resize(m->state, 1 + named + buckets, sizeof *m->state);
        memcpy(m->state + 1 + named, bucket, buckets * sizeof *bucket);
    }
    mem_free(bucket);
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

/* A fact that online learning goes on from. */
static bool read_online(struct model_in *in, struct linear_online *f)
{
    return f && (read_count(in, "rows", &f->rows) || read_count(in, "unlabelled", &f->unlabelled) ||
                    read_number(in, "rate", &f->rate) || read_number(in, "l2", &f->l2) ||
                    read_number(in, "l1", &f->l1) || read_number(in, "loss", &f->loss));
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
        else if (!read_online(in, facts) && !model_next(in, &line))
            break;
    m->design = design_read(in);
    read_weights(in, m, facts && facts->rate > 0);
    read_state(in, m);
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
    *facts = (struct linear_online){0};
    struct linear *m = read_all(path, facts);
    if (!m->state || !(facts->rate > 0))
        die("%s: not a model of --algo online, which alone can go on learning", path);
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
