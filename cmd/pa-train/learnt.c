/* SPDX-License-Identifier: MIT */
#include "learnt.h"

#include <string.h>

#include "args.h"
#include "die.h"
#include "mem.h"
#include "num.h"
#include "rng.h"

/* ---- weights of classes ---- */

static const double FACTOR_MOST = 1e100;

/* "CLASS=W". */
static struct learnt_factor factor_of(const char *item)
{
    struct learnt_factor f = {0};
    struct str weight;
    if (!args_pair(item, &f.label, &weight))
        die_usage("--class-weight: \"%s\" is not CLASS=W", item);
    if (num_double(weight, &f.factor) != NUM_OK || !(f.factor > 0) || f.factor > FACTOR_MOST)
        die_usage(
            "--class-weight: \"%.*s\" is not a number above 0 (and up to 1e100)", STR_ARG(weight));
    f.label = (struct str){mem_text(f.label.p, f.label.n), f.label.n};
    return f;
}

static void read_factors(struct learnt *l)
{
    const char *option = l->options->class_weight;
    char *text = option ? mem_text(option, strlen(option)) : NULL;
    for (char *p = text; p && *p;) {
        char *end = p + strcspn(p, ",");
        bool last = !*end;
        *end = '\0';
        l->factor = mem_resize(l->factor, l->factors + 1, sizeof *l->factor);
        l->factor[l->factors++] = factor_of(p);
        p = end + !last;
    }
    mem_free(text);
}

static struct learnt_factor *find_factor(const struct learnt *l, struct str label)
{
    for (size_t i = 0; i < l->factors; i++)
        if (str_equal(l->factor[i].label, label))
            return &l->factor[i];
    return NULL;
}

double learnt_factor_of(struct learnt *l, uint32_t class)
{
    const struct learnt_factor *f = find_factor(l, classes_label(&l->columns.classes, class));
    return f ? f->factor : l->facts.class[class].factor;
}

void learnt_warn(const struct learnt *l)
{
    for (size_t i = 0; i < l->factors; i++)
        if (!l->factor[i].met)
            warn("--class-weight: no row has the class \"%.*s\"", STR_ARG(l->factor[i].label));
}

/* ---- life ---- */

void learnt_init(struct learnt *l, const struct online_options *options, size_t columns)
{
    *l = (struct learnt){.options = options, .facts.neg_rate = 1};
    l->columns.label_name = options->label;
    l->columns.classes.positive = options->positive;
    l->columns.source = mem_zero(columns, sizeof *l->columns.source);
    terms_init(&l->terms, columns);
    read_factors(l);
}

void learnt_release(struct learnt *l)
{
    for (size_t i = 0; i < l->columns.sources; i++)
        mem_free(l->columns.source[i].name);
    mem_free(l->columns.source);
    classes_release(&l->columns.classes);
    terms_release(&l->terms);
    learner_release(&l->learner);
    linear_online_release(&l->facts);
    for (size_t i = 0; i < l->factors; i++)
        mem_free((char *)(uintptr_t)l->factor[i].label.p);
    mem_free(l->factor);
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
    learner_reach(&l->learner, l->terms.coordinates, l->classes);
}

/* ---- wishes ---- */

/* Of a model that is gone on from. */
static void wish_same(const struct learnt *l, const char *option, bool same)
{
    if (!same)
        die_usage("--%s: %s was learnt otherwise", option, l->options->start);
}

static void wish_column(struct learnt *l, const char *option, const char *name, struct str *column)
{
    if (l->options->start)
        wish_same(l, option, !name || str_is(*column, name));
    else if (name)
        *column = (struct str){mem_text(name, strlen(name)), strlen(name)};
}

static void wish_penalties(struct learnt *l)
{
    const struct online_options *o = l->options;
    if (!o->start || o->rate_given)
        l->facts.rate = o->rate;
    if (!o->start || o->l2_given)
        l->facts.l2 = o->l2;
    if (!o->start || o->l1_given)
        l->facts.l1 = o->l1;
}

static void wish_classes(struct learnt *l)
{
    const struct online_options *o = l->options;
    struct linear_online *f = &l->facts;
    if (!o->start) {
        l->columns.classes.many = l->learner.many = o->many;
        l->learner.constant = !o->no_intercept;
        l->learner.moved = o->class_weight || o->neg_rate < 1;
        f->neg_rate = o->neg_rate;
        f->seed = o->seed;
        for (size_t i = 0; o->many && i < l->factors; i++)
            if (classes_find(&l->columns.classes, l->factor[i].label) == CLASSES_NONE)
                classes_keep(&l->columns.classes, 0, l->factor[i].label, false);
        return;
    }
    wish_same(l, "algo", !o->many || l->learner.many);
    wish_same(l, "no-intercept", !o->no_intercept || !l->learner.constant);
    wish_same(
        l, "neg-rate", !(o->neg_rate < 1) || (o->neg_rate == f->neg_rate && o->seed == f->seed));
    wish_same(l, "class-weight", !o->class_weight || l->learner.moved);
    for (size_t k = 0; o->class_weight && k < classes_n(&l->columns.classes); k++) {
        struct learnt_factor *given =
            find_factor(l, classes_label(&l->columns.classes, (uint32_t)k));
        if (f->class[k].rows)
            wish_same(l, "class-weight", f->class[k].factor == (given ? given->factor : 1));
        if (f->class[k].rows && given)
            given->met = true;
    }
}

/* Have room for the classes that there are. */
static void reach(struct learnt *l, size_t before)
{
    size_t classes = classes_n(&l->columns.classes);
    learner_reach(&l->learner, l->terms.coordinates, classes);
    if (classes == before)
        return;
    l->facts.class = mem_resize(l->facts.class, classes, sizeof *l->facts.class);
    for (size_t k = before; k < classes; k++)
        l->facts.class[k] = (struct linear_class){.factor = 1};
    l->classes = classes;
}

/* What a row's weight is multiplied by at most, beside 1. */
static double heaviest(const struct learnt *l)
{
    double most = 1;
    for (size_t i = 0; i < l->factors; i++)
        most = l->factor[i].factor > most ? l->factor[i].factor : most;
    for (size_t k = 0; k < l->classes; k++)
        most = l->facts.class[k].factor > most ? l->facts.class[k].factor : most;
    return most / l->facts.neg_rate;
}

void learnt_wish(struct learnt *l)
{
    const struct online_options *o = l->options;
    wish_column(l, "weight", o->weight, &l->facts.weight_column);
    wish_column(l, "offset", o->offset, &l->facts.offset_column);
    wish_penalties(l);
    wish_classes(l);
    if (o->start)
        wish_same(l, "rare", o->rare <= 1 || o->rare == l->facts.rare);
    else
        l->facts.rare = o->rare;
    l->terms.rare = l->facts.rare;
    l->columns.weight.name = l->facts.weight_column.n ? l->facts.weight_column.p : NULL;
    l->columns.offset.name = l->facts.offset_column.n ? l->facts.offset_column.p : NULL;
    l->columns.heaviest = heaviest(l);
    learner_penalties(&l->learner, l->facts.rate, l->facts.l2, l->facts.l1);
    l->at_once = learner_at_once(&l->learner);
    reach(l, l->classes);
}

/* ---- rows ---- */

void learnt_fetch(const struct learnt *l, const struct prepared *p, size_t row)
{
    if (p->plain[row])
        learner_fetch(&l->learner, p->cell + row * p->sources, p->sources);
}

/* Its label is known from its first row on. */
static void begin_class(struct learnt *l, uint32_t class)
{
    struct learnt_factor *f = find_factor(l, classes_label(&l->columns.classes, class));
    l->facts.class[class].factor = learnt_factor_of(l, class);
    if (f)
        f->met = true;
}

/* Does a negative stay, where some do?  By its number, as in a fit to all rows. */
static double share_of_negative(const struct linear_online *f)
{
    return rng_uniform(f->seed, RNG_TRAIN, f->rows, 0) < f->neg_rate ? 1 / f->neg_rate : 0;
}

/* The weight for the slopes, where classes are moved. */
static double moved_weight(const struct learnt *l, uint32_t class, double weight)
{
    double moved = weight * l->facts.class[class].factor;
    return l->facts.neg_rate < 1 && !class ? moved * share_of_negative(&l->facts) : moved;
}

static struct learner_before learn(
    struct learnt *l, const struct prepared *p, size_t row, const struct learner_outcome *o)
{
    if (p->plain[row] && l->at_once)
        return learner_row_at_once(&l->learner, p->cell + row * p->sources, p->sources, o);
    size_t n = terms_of_row(&l->terms, p, row);
    learner_reach(&l->learner, l->terms.coordinates, l->classes);
    struct learner_before before = learner_row(&l->learner, l->terms.entry, n, o);
    for (size_t i = 0; i < l->terms.ripe_n; i++)
        learner_begin(&l->learner, l->terms.ripe[i].term, l->terms.ripe[i].other);
    return before;
}

struct learner_before learnt_row(struct learnt *l, const struct prepared *p, size_t row)
{
    uint32_t class = p->label[row];
    if (class >= l->classes)
        reach(l, l->classes);
    struct linear_class *of_class = &l->facts.class[class];
    if (!of_class->rows)
        begin_class(l, class);
    double weight = p->weight[row];
    struct learner_outcome o = {class, weight, weight, p->offset[row], l->columns.classes.order};
    if (l->learner.moved)
        o.slopes = moved_weight(l, class, weight);
    struct learner_before before = learn(l, p, row, &o);
    l->facts.rows++;
    l->facts.weight += weight;
    l->facts.wrong += before.wrong ? weight : 0;
    of_class->rows++;
    of_class->weight += weight;
    return before;
}

bool learnt_enough(const struct learnt *l)
{
    return classes_n(&l->columns.classes) >= 2;
}
