/* SPDX-License-Identifier: MIT */
#include "plain.h"

#include "mem.h"
#include "num.h"

/* A source; its weights for output k are at weight[k * stride]. */
struct field {
    size_t column;
    const double *weight, *missing; /* missing NULL: no term of its own */
    double mean;
};

struct plain {
    struct field *field;
    size_t n, outputs, stride;
    const double *intercept;
};

/* Terms are in the order of the sources, the number before the missing; anything else is refused.
 */
static bool place_terms(struct plain *p, const struct linear *m)
{
    const struct design *d = m->design;
    uint32_t source = UINT32_MAX;
    size_t numbers = 0;
    for (size_t t = 0; t < d->terms; t++) {
        const struct design_term *term = &d->term[t];
        struct design_factor f = term->factor[0];
        if (term->factors != 1 || f.kind == DESIGN_LEVEL)
            return false;
        if (f.kind == DESIGN_NUMBER ? f.source != numbers : f.source != source)
            return false;
        source = f.source;
        struct field *field = &p->field[source];
        *(f.kind == DESIGN_NUMBER ? &field->weight : &field->missing) = m->weight + t;
        numbers += f.kind == DESIGN_NUMBER;
    }
    return numbers == d->sources;
}

struct plain *plain_new(const struct linear *m, const size_t *column)
{
    const struct design *d = m->design;
    struct plain *p = mem_zero(1, sizeof *p);
    *p = (struct plain){.field = mem_zero(d->sources, sizeof *p->field),
        .n = d->sources,
        .outputs = m->outputs,
        .stride = d->terms,
        .intercept = m->intercept};
    for (size_t i = 0; i < d->sources; i++)
        p->field[i] = (struct field){.column = column[i], .mean = d->source[i].mean};
    if (place_terms(p, m))
        return p;
    plain_free(p);
    return NULL;
}

void plain_free(struct plain *p)
{
    if (!p)
        return;
    mem_free(p->field);
    mem_free(p);
}

static inline bool absent(struct str text, const struct csv_in *in)
{
    return !text.n || (in && csv_missing(in, text));
}

/* Products are kept before they are added: a sum that went on from call to call would wait for its
 * way through memory each time. */
static bool predict_one(
    const struct plain *p, const struct str *text, const struct csv_in *in, double *eta)
{
    enum { RUN = 64 };
    double sum = p->intercept[0], product[RUN + 1];
    for (size_t i = 0; i < p->n;) {
        size_t n = 0;
        for (; i < p->n && n < RUN; i++) {
            const struct field *f = &p->field[i];
            struct str s = text[f->column];
            double x = f->mean;
            bool missing = absent(s, in);
            if (!missing && num_double(s, &x) != NUM_OK)
                return false;
            product[n++] = *f->weight * x;
            if (missing && f->missing)
                product[n++] = *f->missing;
        }
        for (size_t k = 0; k < n; k++)
            sum += product[k];
    }
    *eta = sum;
    return true;
}

static void add_to_all(const struct plain *p, const double *weight, double x, double *eta)
{
    for (size_t k = 0; k < p->outputs; k++)
        eta[k] += weight[k * p->stride] * x;
}

bool plain_predict(
    const struct plain *p, const struct str *text, const struct csv_in *in, double *eta)
{
    if (p->outputs == 1)
        return predict_one(p, text, in, eta);
    for (size_t k = 0; k < p->outputs; k++)
        eta[k] = p->intercept[k];
    for (const struct field *f = p->field, *end = f + p->n; f < end; f++) {
        struct str s = text[f->column];
        double x = f->mean;
        bool missing = absent(s, in);
        if (!missing && num_double(s, &x) != NUM_OK)
            return false;
        add_to_all(p, f->weight, x, eta);
        if (missing && f->missing)
            add_to_all(p, f->missing, 1, eta);
    }
    return true;
}
