/* SPDX-License-Identifier: MIT */
/*
 * Each class of the problem gets a predictor first, that of a class that is the negative one of a
 * binary model being 0; the problem's form then says what they are compared with.
 */
#include "warm.h"

#include "mem.h"

/* Term of the model by its name. */
struct terms {
    struct dict *names;
    uint32_t *term; /* by name */
};

static struct terms terms_of(const struct design *d)
{
    struct terms t = {dict_new(), mem_alloc(d->terms, sizeof *t.term)};
    for (uint32_t i = 0; i < d->terms; i++)
        if (dict_find(t.names, d->term[i].name) == DICT_NONE)
            t.term[dict_add(t.names, d->term[i].name)] = i;
    return t;
}

static void terms_free(struct terms *t)
{
    dict_free(t->names);
    mem_free(t->term);
}

static size_t find_class(const struct linear *m, struct str class)
{
    size_t k = 0;
    while (k < m->classes && !str_equal(m->class[k], class))
        k++;
    return k;
}

/* The predictor of the model's class k in the problem's units. */
static void take_class(const struct linear *m, size_t k, const struct terms *terms,
    const struct design *d, const struct design_view *v, double *u)
{
    size_t output = m->outputs == 1 ? 0 : k;
    if (m->outputs == 1 && k == 0)
        return;
    u[0] = m->intercept[output];
    for (size_t j = 0; j < v->x.width; j++) {
        const struct design_term *term = &d->term[v->column_term[j]];
        uint32_t name = dict_find(terms->names, term->name);
        if (name == DICT_NONE)
            continue;
        double w = m->weight[output * m->design->terms + terms->term[name]];
        u[1 + j] = w * term->scale;
        u[0] += j < v->x.numerics ? w * v->x.numeric[j].mean : 0;
    }
}

/* From a predictor for each class, u (classes, order), to those of the form. */
static void compare(const struct glm_problem *p, const double *u, double *b)
{
    size_t order = 1 + p->x->width, outputs = glm_size(p) / order;
    for (size_t j = 0; j < order; j++) {
        double base = 0;
        for (size_t k = 0; k < p->classes; k++)
            base += u[k * order + j] / (double)p->classes;
        if (p->form != GLM_SYMMETRIC)
            base = u[(p->form == GLM_BINARY ? 0 : p->reference) * order + j];
        for (size_t k = 0; k < outputs; k++) {
            size_t class = p->form == GLM_BINARY      ? 1
                           : p->form == GLM_REFERENCE ? k + (k >= p->reference)
                                                      : k;
            b[k * order + j] = u[class * order + j] - base;
        }
    }
    glm_hold(p, b);
}

double *warm_start(const struct linear *m, const struct glm_problem *p, const struct design *d,
    const struct design_view *v, const struct str *class)
{
    size_t order = 1 + p->x->width, known = 0;
    double *u = mem_zero(p->classes * order, sizeof *u), *b = NULL;
    struct terms terms = terms_of(m->design);
    for (size_t k = 0; k < p->classes; k++) {
        size_t theirs = find_class(m, class[k]);
        if (theirs == m->classes)
            continue;
        known++;
        take_class(m, theirs, &terms, d, v, u + k * order);
    }
    if (known) {
        b = mem_alloc(glm_size(p), sizeof *b);
        compare(p, u, b);
    }
    terms_free(&terms);
    mem_free(u);
    return b;
}
