/* SPDX-License-Identifier: MIT */
#include "entries.h"

#include <math.h>

#include "fmath.h"
#include "slope.h"

size_t entries_most(const struct mat_design *x)
{
    return 1 + x->numerics + x->groups;
}

/* One more entry of a column that others may have set: the last n - from are in order. */
static size_t add_shared(struct entry *entry, size_t from, size_t n, struct entry new)
{
    size_t at = n;
    while (at > from && entry[at - 1].column > new.column)
        at--;
    if (at > from && entry[at - 1].column == new.column) {
        entry[at - 1].value += new.value;
        return n;
    }
    for (size_t i = n; i > at; i--)
        entry[i] = entry[i - 1];
    entry[at] = new;
    return n + 1;
}

size_t entries_of(const struct mat_design *x, size_t row, struct entry *entry)
{
    size_t n = 0, next = 1 + x->numerics, first = next, from = 0;
    entry[n++] = (struct entry){0, 1};
    for (size_t j = 0; j < x->numerics; j++) {
        const struct mat_numeric *c = &x->numeric[j];
        if (!isnan(c->x[row]))
            entry[n++] = (struct entry){(uint32_t)(1 + j), (c->x[row] - c->mean) * c->factor};
    }
    for (size_t g = 0; g < x->groups; g++) {
        const struct mat_group *group = &x->group[g];
        first = group->shared ? first : next;
        from = group->shared ? from : n;
        next += mat_group_new(group);
        uint32_t c = mat_group_column(group, row);
        double v = group->value ? group->value[row] : 1;
        if (c != MAT_NONE)
            n = add_shared(entry, from, n,
                (struct entry){(uint32_t)first + c,
                    !group->value ? 1 : group->factor * (isnan(v) ? group->fill : v)});
    }
    return n;
}

/* Predictors of row i to probabilities less the indicator of its class. */
static void residual_of_row(const struct glm_problem *p, size_t outputs, size_t i, double *eta)
{
    size_t rows = p->x->rows, own = p->y[i];
    double top = p->form == GLM_SYMMETRIC ? eta[i] : 0, sum = 0;
    for (size_t k = 0; k < outputs; k++)
        top = eta[k * rows + i] > top ? eta[k * rows + i] : top;
    if (p->form == GLM_REFERENCE) {
        sum = fm_exp(-top);
        own = own == p->reference ? outputs : own - (own > p->reference);
    }
    for (size_t k = 0; k < outputs; k++)
        sum += eta[k * rows + i] = fm_exp(eta[k * rows + i] - top);
    for (size_t k = 0; k < outputs; k++)
        eta[k * rows + i] = eta[k * rows + i] / sum - (k == own);
}

double entries_loss(const struct glm_problem *p, const double *eta, size_t row)
{
    size_t rows = p->x->rows, own = p->y[row];
    if (p->form == GLM_BINARY)
        return fm_softplus(own ? -eta[row] : eta[row]);
    size_t outputs = p->classes - (p->form == GLM_REFERENCE);
    double top = p->form == GLM_SYMMETRIC ? eta[row] : 0, sum = 0, mine = 0;
    for (size_t k = 0; k < outputs; k++)
        top = eta[k * rows + row] > top ? eta[k * rows + row] : top;
    for (size_t k = 0; k < outputs; k++) {
        size_t class = k + (p->form == GLM_REFERENCE && k >= p->reference);
        sum += fm_exp(eta[k * rows + row] - top);
        mine = class == own ? eta[k * rows + row] : mine;
    }
    if (p->form == GLM_REFERENCE)
        sum += fm_exp(-top);
    return fm_log(sum) + top - mine;
}

double *entries_residuals(const struct glm_problem *p, const double *b)
{
    size_t rows = p->x->rows, outputs = glm_size(p) / (1 + p->x->width);
    double *eta = slope_predictors(p, b);
    for (size_t i = 0; i < rows; i++) {
        if (p->form != GLM_BINARY)
            residual_of_row(p, outputs, i, eta);
        else
            eta[i] = p->y[i] ? -fm_logistic(-eta[i]) : fm_logistic(eta[i]);
    }
    return eta;
}
