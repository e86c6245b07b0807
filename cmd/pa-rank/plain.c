/* SPDX-License-Identifier: MIT */
#include "plain.h"

#include "mem.h"
#include "num_short.h"

struct plain {
    size_t n, outputs;
    size_t stride;         /* of a term's weights, from output to output */
    size_t *column;        /* (n) */
    double *mean, *weight; /* (n); of the first output */
    size_t *term, *absent; /* (n) of the number; of the missing one, or NONE */
    const double *intercept, *weights;
};

static const size_t NONE = SIZE_MAX;

/* Terms are in the order of the sources, the number before the missing; anything else is refused.
 */
static bool place_terms(struct plain *p, const struct linear *m)
{
    const struct design *d = m->design;
    uint32_t source = UINT32_MAX;
    size_t numbers = 0;
    for (size_t i = 0; i < d->sources; i++)
        if (d->source[i].category)
            return false;
    for (size_t t = 0; t < d->terms; t++) {
        const struct design_term *term = &d->term[t];
        struct design_factor f = term->factor[0];
        if (term->factors != 1 || (f.kind != DESIGN_NUMBER && f.kind != DESIGN_MISSING))
            return false;
        if (f.kind == DESIGN_NUMBER ? f.source != numbers : f.source != source)
            return false;
        source = f.source;
        (f.kind == DESIGN_NUMBER ? p->term : p->absent)[source] = t;
        numbers += f.kind == DESIGN_NUMBER;
    }
    return numbers == d->sources;
}

struct plain *plain_new(const struct linear *m, const size_t *column)
{
    const struct design *d = m->design;
    size_t n = d->sources;
    struct plain *p = mem_zero(1, sizeof *p);
    *p = (struct plain){.n = n,
        .outputs = m->outputs,
        .stride = d->terms,
        .column = mem_alloc(n, sizeof *p->column),
        .mean = mem_alloc(n, sizeof *p->mean),
        .weight = mem_alloc(n, sizeof *p->weight),
        .term = mem_alloc(n, sizeof *p->term),
        .absent = mem_alloc(n, sizeof *p->absent),
        .intercept = m->intercept,
        .weights = m->weight};
    for (size_t i = 0; i < n; i++) {
        p->column[i] = column[i];
        p->mean[i] = d->source[i].mean;
        p->absent[i] = NONE;
    }
    if (!place_terms(p, m)) {
        plain_free(p);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        p->weight[i] = m->weight[p->term[i]];
    return p;
}

void plain_free(struct plain *p)
{
    if (!p)
        return;
    mem_free(p->column);
    mem_free(p->mean);
    mem_free(p->weight);
    mem_free(p->term);
    mem_free(p->absent);
    mem_free(p);
}

/* The numbers of a run of sources, or their means; which of them are there. */
struct run {
    size_t first, n;
    uint64_t there;
    double x[NUM_AT_ONCE];
};

static uint64_t all_of(size_t n)
{
    return n < NUM_AT_ONCE ? ((uint64_t)1 << n) - 1 : UINT64_MAX;
}

/* What is not short: an empty field, or a long number; false: text. */
static bool read_other(
    const struct plain *p, struct str field, const struct csv_in *in, struct run *r, size_t i)
{
    if (!field.n || (in && csv_missing(in, field))) {
        r->x[i] = p->mean[r->first + i];
        return true;
    }
    r->there |= (uint64_t)1 << i;
    return num_double(field, &r->x[i]) == NUM_OK;
}

static bool read_run(
    const struct plain *p, const struct str *text, const struct csv_in *in, struct run *r)
{
    const size_t *column = p->column + r->first;
    struct num_batch b;
    uint64_t waiting = 0;
    for (size_t i = 0; i < r->n; i++) {
        struct str field = text[column[i]];
        bool waits = !(in && csv_missing(in, field)) && num_batch_put(&b, i, field);
        waiting |= (uint64_t)waits << i;
    }
    r->there = waiting ? num_batch_read(&b, r->n, r->x) & waiting : 0;
    for (uint64_t rest = all_of(r->n) & ~r->there; rest; rest &= rest - 1) {
        size_t i = (size_t)__builtin_ctzll(rest);
        if (!read_other(p, text[column[i]], in, r, i))
            return false;
    }
    return true;
}

/* The first output, whose weights are at hand. */
static double add_run(const struct plain *p, const struct run *r, double sum)
{
    const double *w = p->weight + r->first;
    double product[NUM_AT_ONCE];
    for (size_t i = 0; i < r->n; i++)
        product[i] = w[i] * r->x[i];
    for (size_t i = 0; i < r->n && r->there == all_of(r->n); i++)
        sum += product[i];
    if (r->there == all_of(r->n))
        return sum;
    for (size_t i = 0; i < r->n; i++) {
        size_t absent = p->absent[r->first + i];
        sum += product[i];
        if (!(r->there >> i & 1) && absent != NONE)
            sum += p->weights[absent];
    }
    return sum;
}

/* Any other output. */
static double add_run_to(const struct plain *p, const struct run *r, size_t output, double sum)
{
    const double *w = p->weights + output * p->stride;
    for (size_t i = 0; i < r->n; i++) {
        size_t absent = p->absent[r->first + i];
        sum += w[p->term[r->first + i]] * r->x[i];
        if (!(r->there >> i & 1) && absent != NONE)
            sum += w[absent];
    }
    return sum;
}

bool plain_predict(const struct plain *p, const struct str *text, const struct csv_in *in,
    double *eta, bool *lacks)
{
    struct run r = {0};
    *lacks = false;
    for (size_t k = 0; k < p->outputs; k++)
        eta[k] = p->intercept[k];
    for (; r.first < p->n; r.first += r.n) {
        r.n = p->n - r.first < NUM_AT_ONCE ? p->n - r.first : NUM_AT_ONCE;
        if (!read_run(p, text, in, &r))
            return false;
        *lacks = *lacks || r.there != all_of(r.n);
        eta[0] = add_run(p, &r, eta[0]);
        for (size_t k = 1; k < p->outputs; k++)
            eta[k] = add_run_to(p, &r, k, eta[k]);
    }
    return true;
}
