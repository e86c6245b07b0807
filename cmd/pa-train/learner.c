/* SPDX-License-Identifier: MIT */
/*
 * Coordinate 0 of two and several is the intercept that slopes are learnt beside; own_two and
 * own_several have the model's intercept alone, where that is another one.
 */
#include "learner.h"

#include "fmath.h"
#include "mem.h"

void learner_penalties(struct learner *l, double rate, double l2, double l1)
{
    l->two.rate = l->own_two.rate = l->several.rate = l->own_several.rate = rate;
    l->two.l2 = l->own_two.l2 = l->several.l2 = l->own_several.l2 = l2;
    l->two.l1 = l->own_two.l1 = l->several.l1 = l->own_several.l1 = l1;
    l->two.free = l->own_two.free = true;
    l->two.constant = l->constant;
}

void learner_reach(struct learner *l, size_t coordinates, size_t classes)
{
    if (!l->many) {
        ftrl_reach(&l->two, coordinates);
        ftrl_reach(&l->own_two, 1);
        return;
    }
    ftrl_many_reach(&l->several, coordinates, classes);
    ftrl_many_reach(&l->own_several, 1, classes);
    if (classes > l->class_cap) {
        l->class_cap = 2 * classes;
        l->eta = mem_resize(l->eta, l->class_cap, sizeof *l->eta);
        l->eta_own = mem_resize(l->eta_own, l->class_cap, sizeof *l->eta_own);
        l->slope = mem_resize(l->slope, l->class_cap, sizeof *l->slope);
    }
}

void learner_release(struct learner *l)
{
    ftrl_release(&l->two);
    ftrl_release(&l->own_two);
    ftrl_many_release(&l->several);
    ftrl_many_release(&l->own_several);
    mem_free(l->w);
    mem_free(l->eta);
    mem_free(l->eta_own);
    mem_free(l->slope);
}

static const struct design_entry constant_alone = {.term = 0, .value = 1};

/* ---- two ---- */

static struct learner_before before_two(double eta, bool positive)
{
    return (struct learner_before){positive ? eta : -eta, (eta > 0) != positive};
}

static struct learner_before row_of_two(
    struct learner *l, const struct design_entry *entry, size_t n, const struct learner_outcome *o)
{
    bool positive = o->class == 1;
    l->w = mem_grow(l->w, &l->w_cap, n + 1, sizeof *l->w);
    double fit = ftrl_predict(&l->two, entry, n, l->w) + o->offset, eta = fit;
    if (l->moved) {
        double b = ftrl_weight(&l->own_two, 0);
        eta = fit - l->w[0] + b;
        ftrl_learn(&l->own_two, &constant_alone, 1, &b, (fm_logistic(eta) - positive) * o->weight);
    }
    if (o->slopes > 0)
        ftrl_learn(&l->two, entry, n, l->w, (fm_logistic(fit) - positive) * o->slopes);
    return before_two(eta, positive);
}

/* ---- many ---- */

/* p (classes): the probabilities that eta (classes) says.  Of equals the first in the order is
 * taken. */
static struct learner_before probabilities_of(
    const double *eta, double *p, size_t classes, const struct learner_outcome *o)
{
    size_t best = o->order[0];
    double sum = 0, rest = 0;
    for (size_t i = 1; i < classes; i++)
        best = eta[o->order[i]] > eta[best] ? o->order[i] : best;
    for (size_t k = 0; k < classes; k++)
        p[k] = eta[k] - eta[best];
    double own = p[o->class];
    fm_exp_n(p, p, classes);
    for (size_t i = 0; i < classes; i++) {
        sum += p[o->order[i]];
        rest += o->order[i] == o->class ? 0 : p[o->order[i]];
    }
    for (size_t k = 0; k < classes; k++)
        p[k] /= sum;
    return (struct learner_before){own - fm_log(rest), best != o->class};
}

/* The derivatives of a row's loss, weight times. */
static void slopes_of(double *p, size_t classes, uint32_t class, double weight)
{
    for (size_t k = 0; k < classes; k++)
        p[k] = (p[k] - (k == class)) * weight;
}

/* The model's own intercept is predicted with, and learnt. */
static struct learner_before row_of_own(struct learner *l, const struct learner_outcome *o)
{
    size_t classes = l->several.classes;
    for (size_t k = 0; k < classes; k++)
        l->eta_own[k] = l->eta[k] - ftrl_many_weight(&l->several, 0, k) +
                        ftrl_many_weight(&l->own_several, 0, k);
    struct learner_before before = probabilities_of(l->eta_own, l->slope, classes, o);
    slopes_of(l->slope, classes, o->class, o->weight);
    ftrl_many_learn(&l->own_several, &constant_alone, 1, l->slope);
    return before;
}

static struct learner_before row_of_many(
    struct learner *l, const struct design_entry *entry, size_t n, const struct learner_outcome *o)
{
    size_t classes = l->several.classes;
    ftrl_many_predict(&l->several, entry, n, l->eta);
    struct learner_before own = l->moved ? row_of_own(l, o) : (struct learner_before){0};
    struct learner_before before = probabilities_of(l->eta, l->slope, classes, o);
    slopes_of(l->slope, classes, o->class, o->slopes);
    ftrl_many_learn(&l->several, entry, n, l->slope);
    return l->moved ? own : before;
}

/* ---- both ---- */

struct learner_before learner_row(
    struct learner *l, const struct design_entry *entry, size_t n, const struct learner_outcome *o)
{
    size_t from = l->constant ? 0 : 1;
    return l->many ? row_of_many(l, entry + from, n - from, o)
                   : row_of_two(l, entry + from, n - from, o);
}

bool learner_at_once(const struct learner *l)
{
    return !l->many && !l->moved && l->two.l1 == 0;
}

struct learner_before learner_row_at_once(
    struct learner *l, const uint32_t *coordinate, size_t n, const struct learner_outcome *o)
{
    bool positive = o->class == 1;
    struct ftrl_outcome outcome = {positive, o->slopes, o->offset};
    double eta = ftrl_row(&l->two, coordinate, n, &outcome);
    return before_two(eta, positive);
}

void learner_fetch(const struct learner *l, const uint32_t *coordinate, size_t n)
{
    if (l->many)
        ftrl_many_fetch(&l->several, coordinate, n);
    else
        ftrl_fetch(&l->two, coordinate, n);
}

size_t learner_outputs(const struct learner *l)
{
    return l->many ? l->several.classes : 1;
}

/* Those that have the model's coordinate i. */
static const struct ftrl *two_of(const struct learner *l, size_t i)
{
    return l->moved && i == 0 ? &l->own_two : &l->two;
}

static const struct ftrl_many *many_of(const struct learner *l, size_t i)
{
    return l->moved && i == 0 ? &l->own_several : &l->several;
}

double learner_weight(const struct learner *l, size_t i, size_t output)
{
    return l->many ? ftrl_many_weight(many_of(l, i), i, output)
                   : ftrl_weight(two_of(l, i), (uint32_t)i);
}

struct linear_coordinate learner_get(const struct learner *l, size_t i, size_t output)
{
    return l->many ? ftrl_many_get(many_of(l, i), i, output) : two_of(l, i)->at[i];
}

bool learner_get_all(const struct learner *l, size_t i, const uint32_t *output, double *weight,
    struct linear_coordinate *state)
{
    bool any = false;
    if (!l->many) {
        state[0] = l->two.at[i];
        weight[0] = state[0].n > 0 ? ftrl_weight(&l->two, (uint32_t)i) : 0;
        return state[0].n > 0;
    }
    for (size_t c = 0; c < l->several.classes; c++) {
        state[c] = ftrl_many_get(&l->several, i, output[c]);
        any = any || state[c].n > 0;
    }
    for (size_t c = 0; any && c < l->several.classes; c++)
        weight[c] = ftrl_many_weight(&l->several, i, output[c]);
    return any;
}

void learner_set(struct learner *l, size_t i, size_t output, struct linear_coordinate c)
{
    bool own = l->moved && i == 0;
    if (l->many)
        ftrl_many_set(own ? &l->own_several : &l->several, i, output, c);
    else
        (own ? &l->own_two : &l->two)->at[i] = c;
}

void learner_begin(struct learner *l, size_t i, size_t other)
{
    for (size_t k = 0; k < learner_outputs(l); k++)
        learner_set(l, i, k, (struct linear_coordinate){learner_get(l, other, k).u, 0});
}

struct linear_coordinate learner_get_moved(const struct learner *l, size_t output)
{
    return l->many ? ftrl_many_get(&l->several, 0, output) : l->two.at[0];
}

void learner_set_moved(struct learner *l, size_t output, struct linear_coordinate c)
{
    if (l->many)
        ftrl_many_set(&l->several, 0, output, c);
    else
        l->two.at[0] = c;
}
