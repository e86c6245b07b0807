/* SPDX-License-Identifier: MIT */
#include "learnt.h"

#include "fmath.h"
#include "mem.h"

void learnt_init(struct learnt *l, const struct online_options *options, size_t columns)
{
    *l = (struct learnt){.options = options};
    l->columns.label_name = options->label;
    l->columns.positive = options->positive;
    l->columns.source = mem_zero(columns, sizeof *l->columns.source);
    l->w = mem_alloc(1 + columns, sizeof *l->w);
    terms_init(&l->terms, columns);
}

void learnt_release(struct learnt *l)
{
    for (size_t i = 0; i < l->columns.sources; i++)
        mem_free(l->columns.source[i].name);
    mem_free(l->columns.source);
    mem_free(l->columns.class[0]);
    mem_free(l->columns.class[1]);
    mem_free(l->w);
    terms_release(&l->terms);
    ftrl_release(&l->ftrl);
}

void learnt_add_source(struct learnt *l, struct str name, size_t column)
{
    terms_add_source(&l->terms);
    struct online_source *s = &l->columns.source[l->columns.sources++];
    s->column = column;
    s->name = mem_text(name.p, name.n);
    s->name_text = (struct str){s->name, name.n};
    s->seed = table_seed(name);
    s->wanted = TABLE_BY_VALUE;
    s->type = TABLE_BY_VALUE;
}

void learnt_hash(struct learnt *l, unsigned bits)
{
    l->columns.hash_bits = bits;
    terms_hash(&l->terms, bits);
    ftrl_reach(&l->ftrl, l->terms.coordinates);
}

void learnt_penalties(struct learnt *l)
{
    const struct online_options *options = l->options;
    if (!options->start || options->rate_given)
        l->facts.rate = options->rate;
    if (!options->start || options->l2_given)
        l->facts.l2 = options->l2;
    if (!options->start || options->l1_given)
        l->facts.l1 = options->l1;
    l->ftrl.rate = l->facts.rate;
    l->ftrl.l2 = l->facts.l2;
    l->ftrl.l1 = l->facts.l1;
    l->ftrl.free = true;
}

void learnt_fetch(const struct learnt *l, const struct prepared *p, size_t row)
{
    if (p->plain[row])
        ftrl_fetch(&l->ftrl, p->cell + row * p->sources, p->sources);
}

double learnt_row(struct learnt *l, const struct prepared *p, size_t row)
{
    bool positive = p->label[row] == 1;
    double eta;
    if (p->plain[row] && l->ftrl.l1 == 0) {
        eta = ftrl_row(&l->ftrl, p->cell + row * p->sources, p->sources, positive);
    } else {
        size_t n = terms_of_row(&l->terms, p, row);
        ftrl_reach(&l->ftrl, l->terms.coordinates);
        eta = ftrl_predict(&l->ftrl, l->terms.entry, n, l->w);
        ftrl_learn(&l->ftrl, l->terms.entry, n, l->w, fm_logistic(eta) - positive);
    }
    l->facts.rows++;
    l->facts.class_rows[positive]++;
    return positive ? eta : -eta;
}
