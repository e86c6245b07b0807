/* SPDX-License-Identifier: MIT */
#include "learnt.h"

#include <string.h>

#include "die.h"
#include "factors.h"
#include "mem.h"
#include "num.h"
#include "pair.h"
#include "rng.h"

/* ---- weights of classes ---- */

double learnt_factor_of(struct learnt *l, uint32_t class)
{
    const struct factor *f = factors_find(&l->factors, classes_label(&l->columns.classes, class));
    return f ? f->weight : l->facts.class[class].factor;
}

void learnt_warn(const struct learnt *l)
{
    for (size_t i = 0; i < l->factors.n; i++) {
        struct str label = l->factors.at[i].class;
        uint32_t class = classes_find(&l->columns.classes, label);
        if (class == CLASSES_NONE || !l->facts.class[class].rows)
            warn("--class-weight: no row has the class \"%.*s\"", STR_ARG(label));
    }
}

/* ---- life ---- */

void learnt_init(struct learnt *l, const struct online_options *options, size_t columns)
{
    *l = (struct learnt){.options = options, .facts.neg_rate = 1};
    l->columns.label_name = options->label;
    l->columns.source = mem_zero(columns, sizeof *l->columns.source);
    terms_init(&l->terms, columns);
    l->factors = factors_parse(options->class_weight, options->many);
}

void learnt_release(struct learnt *l)
{
    for (size_t i = 0; i < l->columns.sources; i++)
        mem_free(l->columns.source[i].name);
    for (size_t i = 0; i < l->columns.products; i++)
        mem_free(l->columns.product[i].name);
    mem_free(l->columns.source);
    mem_free(l->columns.product);
    classes_release(&l->columns.classes);
    terms_release(&l->terms);
    learner_release(&l->learner);
    linear_online_release(&l->facts);
    factors_release(&l->factors);
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

void learnt_add_product(struct learnt *l, uint32_t a, uint32_t b)
{
    struct online_columns *c = &l->columns;
    struct str name_a = c->source[a].name_text, name_b = c->source[b].name_text;
    struct buf name = {0};
    buf_print(&name, "%.*s*%.*s", STR_ARG(name_a), STR_ARG(name_b));
    c->product = mem_resize(c->product, c->products + 1, sizeof *c->product);
    c->product[c->products++] = (struct online_product){.name = mem_text(name.p, name.n),
        .a = a,
        .b = b,
        .seed = design_cross_seed(name_a, name_b)};
    buf_release(&name);
    terms_add_product(&l->terms, a, b);
}

void learnt_hash(struct learnt *l, unsigned bits)
{
    l->columns.hash_bits = bits;
    terms_hash(&l->terms, bits);
    learner_reach(&l->learner, l->terms.coordinates, l->classes);
}

/* ---- wishes ---- */

/* The model that is gone on from has this, and not what the option says. */
static void refuse(const struct learnt *l, const char *option, struct buf *has)
{
    die_usage("--%s: %s was learnt otherwise (%s)", option, l->options->start, buf_cstr(has));
}

static void wish_same(const struct learnt *l, const char *option, bool same, const char *has)
{
    struct buf text = {0};
    buf_text(&text, has);
    if (!same)
        refuse(l, option, &text);
    buf_release(&text);
}

static void same_number(
    const struct learnt *l, const char *option, bool given, uint64_t wanted, uint64_t has)
{
    struct buf text = {0};
    num_put_int(&text, (int64_t)has);
    if (given && wanted != has)
        refuse(l, option, &text);
    buf_release(&text);
}

static void same_text(
    const struct learnt *l, const char *option, const char *wanted, struct str has)
{
    struct buf text = {0};
    buf_str(&text, has.n ? has : str_of("none"));
    if (wanted && !str_is(has, wanted))
        refuse(l, option, &text);
    buf_release(&text);
}

static void same_positive(struct learnt *l)
{
    const char *wanted = l->options->positive;
    struct str has = classes_label(&l->columns.classes, 1);
    same_text(l, "positive", wanted && pair_same(has, str_of(wanted)) ? NULL : wanted, has);
}

static void same_rate(const struct learnt *l)
{
    struct buf text = {0};
    num_put(&text, l->facts.neg_rate);
    if (l->options->neg_rate_given && l->options->neg_rate != l->facts.neg_rate)
        refuse(l, "neg-rate", &text);
    buf_release(&text);
}

static struct str text_of(const char *given)
{
    return given ? (struct str){mem_text(given, strlen(given)), strlen(given)} : (struct str){0};
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

static void wish_anew(struct learnt *l)
{
    const struct online_options *o = l->options;
    struct linear_online *f = &l->facts;
    f->weight_column = text_of(o->weight);
    f->offset_column = text_of(o->offset);
    f->positive = text_of(o->positive);
    f->neg_rate = o->neg_rate;
    f->seed = o->seed;
    f->rare = o->rare;
    l->columns.classes.many = l->learner.many = o->many;
    l->learner.constant = !o->no_intercept;
    l->learner.moved = o->class_weight || o->neg_rate < 1;
    for (size_t i = 0; o->many && i < l->factors.n; i++)
        if (classes_find(&l->columns.classes, l->factors.at[i].class) == CLASSES_NONE)
            classes_keep(&l->columns.classes, 0, l->factors.at[i].class, false);
}

/* Classes that are named are there from the first row on, if there are many. */
static void wish_same_factors(struct learnt *l)
{
    struct classes *c = &l->columns.classes;
    struct buf has = {0};
    for (size_t i = 0; c->many && i < l->factors.n; i++)
        if (classes_find(c, l->factors.at[i].class) == CLASSES_NONE) {
            buf_print(&has, "without a class \"%.*s\"", STR_ARG(l->factors.at[i].class));
            refuse(l, "class-weight", &has);
        }
    for (uint32_t k = 0; l->options->class_weight && k < l->classes; k++) {
        struct str label = classes_label(c, k);
        const struct factor *given = factors_find(&l->factors, label);
        if (l->facts.class[k].factor == (given ? given->weight : 1))
            continue;
        buf_print(&has, "\"%.*s\" weighs ", STR_ARG(label));
        num_put(&has, l->facts.class[k].factor);
        refuse(l, "class-weight", &has);
    }
}

static void wish_as_before(struct learnt *l)
{
    const struct online_options *o = l->options;
    const struct linear_online *f = &l->facts;
    same_text(l, "weight", o->weight, f->weight_column);
    same_text(l, "offset", o->offset, f->offset_column);
    if (!l->learner.many)
        same_positive(l);
    else
        wish_same(l, "positive", !o->positive, "many classes");
    wish_same(l, "algo", !o->many || l->learner.many, "two classes");
    wish_same(l, "algo", !o->two || !l->learner.many, "many classes");
    wish_same(l, "no-intercept", !o->no_intercept || !l->learner.constant, "with an intercept");
    same_rate(l);
    same_number(l, "seed", o->seed_given && f->neg_rate < 1, o->seed, f->seed);
    same_number(l, "rare", o->rare_given, o->rare, f->rare);
    same_number(l, "hash-bits", o->hash_bits_given, o->hash_bits, l->columns.hash_bits);
    wish_same(l, "class-weight", !o->class_weight || l->learner.moved, "classes weigh alike");
    wish_same_factors(l);
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
    for (size_t i = 0; i < l->factors.n; i++)
        most = l->factors.at[i].weight > most ? l->factors.at[i].weight : most;
    for (size_t k = 0; k < l->classes; k++)
        most = l->facts.class[k].factor > most ? l->facts.class[k].factor : most;
    return most / l->facts.neg_rate;
}

void learnt_wish(struct learnt *l)
{
    if (l->options->start)
        wish_as_before(l);
    else
        wish_anew(l);
    wish_penalties(l);
    l->terms.rare = l->facts.rare;
    l->columns.weight.name = l->facts.weight_column.n ? l->facts.weight_column.p : NULL;
    l->columns.offset.name = l->facts.offset_column.n ? l->facts.offset_column.p : NULL;
    l->columns.classes.positive = l->facts.positive.n ? l->facts.positive.p : l->options->positive;
    l->columns.heaviest = heaviest(l);
    learner_penalties(&l->learner, l->facts.rate, l->facts.l2, l->facts.l1);
    l->at_once = learner_at_once(&l->learner);
    reach(l, l->classes);
}

void learnt_same_sources(
    const struct learnt *l, const struct header *header, const struct columns *chosen)
{
    const struct online_columns *c = &l->columns;
    struct buf has = {0};
    for (size_t i = 0; i < c->sources; i++)
        if (!columns_have(chosen, c->source[i].column))
            buf_print(&has, "%sfrom %s", has.n ? ", " : "", c->source[i].name);
    for (size_t i = 0; i < chosen->n; i++) {
        size_t k = 0;
        while (k < c->sources && c->source[k].column != chosen->at[i])
            k++;
        if (k == c->sources)
            buf_print(
                &has, "%snot from %.*s", has.n ? ", " : "", STR_ARG(header->name[chosen->at[i]]));
    }
    if (has.n)
        refuse(l, l->options->features ? "features" : "exclude", &has);
}

void learnt_same_products(const struct learnt *l, size_t (*product)[2], size_t products)
{
    const struct online_columns *c = &l->columns;
    bool same = products == c->products;
    struct buf has = {0};
    for (size_t k = 0; k < c->products; k++) {
        const struct online_product *p = &c->product[k];
        same = same && product[k][0] == c->source[p->a].column &&
               product[k][1] == c->source[p->b].column;
        buf_print(&has, "%s%s", k ? "," : "", p->name);
    }
    if (!has.n)
        buf_text(&has, "none");
    if (!same)
        refuse(l, "interactions", &has);
    buf_release(&has);
}

/* ---- rows ---- */

void learnt_fetch(const struct learnt *l, const struct prepared *p, size_t row)
{
    if (p->plain[row])
        learner_fetch(&l->learner, p->cell + row * p->cells, p->cells);
}

/* Its label is known from its first row on. */
static void begin_class(struct learnt *l, uint32_t class)
{
    l->facts.class[class].factor = learnt_factor_of(l, class);
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
        return learner_row_at_once(&l->learner, p->cell + row * p->cells, p->cells, o);
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
