/* SPDX-License-Identifier: MIT */
/* linear, the part that writes what is learnt online. */
#include <math.h>

#include "linear_private.h"
#include "mem.h"
#include "num.h"
#include "par.h"

static void text(struct model_out *out, const char *key, struct str value)
{
    model_key(out, key);
    model_text(out, value);
}

static void fact(struct model_out *out, const char *key, double value)
{
    model_key(out, key);
    linear_number(out, value);
}

static void write_states(const struct linear_coordinate *c, size_t outputs, struct model_out *out)
{
    for (size_t k = 0; k < outputs; k++) {
        linear_number(out, c[k].u);
        linear_number(out, c[k].n);
    }
}

static void write_state(const struct linear *m, struct model_out *out)
{
    for (size_t i = 0; i <= m->design->named; i++) {
        text(out, "state", i ? m->design->term[i - 1].name : str_of("(intercept)"));
        write_states(m->state + i * m->outputs, m->outputs, out);
    }
    if (m->moved) {
        model_key(out, "moved");
        write_states(m->moved, m->outputs, out);
    }
    for (size_t i = 0; i < m->seen_n; i++) {
        linear_count(out, "seen", m->seen[i].source);
        model_text(out, m->seen[i].level);
        model_int(out, (int64_t)m->seen[i].rows);
    }
}

/* Lines of buckets are made on all threads, a piece each, and written in their order. */
enum { PIECE = 1 << 14, PIECES = 16 };

struct piece {
    struct buf text;
    size_t lines;
    bool finite;
};

struct pieces {
    const struct linear_buckets *buckets;
    size_t outputs, first, end; /* buckets of this round */
    struct piece piece[PIECES];
};

static void put_number(struct piece *to, double x)
{
    to->finite = to->finite && isfinite(x);
    buf_char(&to->text, '\t');
    num_put(&to->text, x);
}

static void put_bucket(struct piece *to, size_t bucket, size_t outputs, const double *w,
    const struct linear_coordinate *c)
{
    bool same = true;
    buf_text(&to->text, "bucket\t");
    num_put_int(&to->text, (int64_t)bucket);
    for (size_t k = 0; k < outputs; k++) {
        put_number(to, w[k]);
        same = same && w[k] == c[k].u;
    }
    for (size_t k = 0; k < outputs; k++)
        put_number(to, c[k].n);
    for (size_t k = 0; !same && k < outputs; k++)
        put_number(to, c[k].u);
    buf_char(&to->text, '\n');
    to->lines++;
}

static void make_piece(void *context, size_t i, unsigned thread)
{
    struct pieces *p = context;
    struct piece *to = &p->piece[i];
    size_t from = p->first + i * PIECE, end = from + PIECE < p->end ? from + PIECE : p->end;
    double *w = mem_alloc(p->outputs, sizeof *w);
    struct linear_coordinate *c = mem_alloc(p->outputs, sizeof *c);
    (void)thread;
    buf_clear(&to->text);
    to->lines = 0;
    to->finite = true;
    for (size_t b = from; b < end; b++)
        if (p->buckets->get(p->buckets->context, b, w, c))
            put_bucket(to, b, p->outputs, w, c);
    mem_free(w);
    mem_free(c);
}

static void write_buckets(
    const struct linear_buckets *buckets, const struct linear *m, struct model_out *out)
{
    size_t all = (size_t)1 << m->design->hash_bits, round = (size_t)PIECE * PIECES;
    struct pieces p = {.buckets = buckets, .outputs = m->outputs};
    for (p.first = 0; p.first < all; p.first += round) {
        p.end = all - p.first < round ? all : p.first + round;
        size_t n = (p.end - p.first + PIECE - 1) / PIECE;
        par_for(buckets->jobs, n, make_piece, &p);
        for (size_t i = 0; i < n; i++) {
            linear_require(p.piece[i].finite);
            model_lines(out, buf_view(&p.piece[i].text), p.piece[i].lines);
        }
    }
    for (size_t i = 0; i < PIECES; i++)
        buf_release(&p.piece[i].text);
}

static void write_classes(
    const struct linear *m, const struct linear_online *f, struct model_out *out)
{
    for (size_t c = 0; c < m->classes; c++) {
        text(out, "class", m->class[c]);
        model_int(out, (int64_t)f->class[c].rows);
        if (f->weight_column.n)
            linear_number(out, f->class[c].weight);
    }
}

static void write_counts(
    const struct linear *m, const struct linear_online *f, struct model_out *out)
{
    linear_count(out, "rows", f->rows);
    linear_count(out, "unlabelled", f->unlabelled);
    if (f->rejected)
        linear_count(out, "rejected", f->rejected);
    if (f->weight_column.n)
        fact(out, "weights", f->weight);
    if (m->outputs == 1)
        linear_fact(out, "base_rate", f->weight > 0 ? f->class[1].weight / f->weight : NAN);
    text(out, "standardized", str_of("no"));
}

/* What was asked of the run beside rate and penalties. */
static void write_wishes(
    const struct linear *m, const struct linear_online *f, struct model_out *out)
{
    if (m->no_intercept)
        text(out, "no_intercept", str_of("yes"));
    if (f->weight_column.n)
        text(out, "weight_column", f->weight_column);
    if (f->offset_column.n)
        text(out, "offset_column", f->offset_column);
    if (f->positive.n)
        text(out, "positive", f->positive);
    for (size_t c = 0; c < m->classes; c++)
        if (f->class[c].factor != 1) {
            text(out, "class_weight", m->class[c]);
            linear_number(out, f->class[c].factor);
        }
    if (f->neg_rate < 1) {
        fact(out, "neg_rate", f->neg_rate);
        model_int(out, (int64_t)f->seed);
    }
    if (f->rare > 1)
        linear_count(out, "rare", f->rare);
    for (size_t i = 0; i < f->products; i++) {
        text(out, "product", f->product[i].a);
        model_text(out, f->product[i].b);
    }
}

void linear_write_online(const struct linear *m, const struct linear_buckets *buckets,
    const struct linear_online *f, const char *path, bool publish)
{
    struct model_out *out =
        model_create(path, "pa-train", m->outputs == 1 ? "logistic" : "softmax");
    text(out, "label", m->label);
    write_classes(m, f, out);
    write_counts(m, f, out);
    fact(out, "rate", f->rate);
    fact(out, "l2", f->l2);
    fact(out, "l1", f->l1);
    write_wishes(m, f, out);
    fact(out, "loss", f->loss);
    linear_fact(out, "log_loss", f->weight > 0 ? f->loss / f->weight : NAN);
    if (m->outputs > 1)
        fact(out, "wrong", f->wrong);
    design_write(m->design, out);
    linear_write_weights(m, out);
    if (buckets)
        write_buckets(buckets, m, out);
    write_state(m, out);
    if (publish)
        model_publish(out);
    else
        model_close(out);
}

void linear_online_release(struct linear_online *f)
{
    for (size_t i = 0; i < f->products; i++) {
        mem_free((char *)(uintptr_t)f->product[i].a.p);
        mem_free((char *)(uintptr_t)f->product[i].b.p);
    }
    mem_free(f->product);
    mem_free(f->class);
    mem_free((char *)(uintptr_t)f->weight_column.p);
    mem_free((char *)(uintptr_t)f->offset_column.p);
    mem_free((char *)(uintptr_t)f->positive.p);
}
