/* SPDX-License-Identifier: MIT */
/*
 * Each class of the problem gets a predictor first, that of a class that is the negative one of a
 * binary model being 0; the problem's form then says what they are compared with.
 */
#include "warm.h"

#include "mem.h"
#include "pair.h"

/* The model, its terms by name, and the matrix they are for. */
struct warm {
    const struct linear *model;
    struct dict *names;
    uint32_t *term; /* by name */
    const struct design *design;
    const struct design_view *view;
};

static void name_terms(struct warm *w)
{
    const struct design *d = w->model->design;
    w->names = dict_new();
    w->term = mem_alloc(d->terms, sizeof *w->term);
    for (uint32_t i = 0; i < d->terms; i++)
        if (dict_find(w->names, d->term[i].name) == DICT_NONE)
            w->term[dict_add(w->names, d->term[i].name)] = i;
}

static size_t find_class(const struct linear *m, struct str class)
{
    size_t k = 0;
    bool two = m->outputs == 1;
    while (k < m->classes && !(two ? pair_same(m->class[k], class) : str_equal(m->class[k], class)))
        k++;
    return k;
}

/* The predictor of the model's class k in the problem's units, u (order). */
static void take_class(const struct warm *w, size_t k, double *u)
{
    const struct linear *m = w->model;
    size_t output = m->outputs == 1 ? 0 : k;
    if (m->outputs == 1 && k == 0)
        return;
    u[0] = m->intercept[output];
    for (size_t j = 0; j < w->view->x.width; j++) {
        const struct design_term *term = &w->design->term[w->view->column_term[j]];
        uint32_t name = dict_find(w->names, term->name);
        if (name == DICT_NONE)
            continue;
        double b = m->weight[output * m->design->terms + w->term[name]];
        u[1 + j] = b * term->scale;
        u[0] += j < w->view->x.numerics ? b * w->view->x.numeric[j].mean : 0;
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
    struct warm w = {.model = m, .design = d, .view = v};
    name_terms(&w);
    for (size_t k = 0; k < p->classes; k++) {
        size_t theirs = find_class(m, class[k]);
        if (theirs == m->classes)
            continue;
        known++;
        take_class(&w, theirs, u + k * order);
    }
    if (known) {
        b = mem_alloc(glm_size(p), sizeof *b);
        compare(p, u, b);
    }
    dict_free(w.names);
    mem_free(w.term);
    mem_free(u);
    return b;
}
