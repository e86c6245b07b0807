/* SPDX-License-Identifier: MIT */
/*
 * Levels and terms have the order of first sight here and that of a design in the file.  Going on
 * from a file gives them other numbers, but a row's sum runs over the columns in their order, so
 * no bit of it changes.
 */
#include "online.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "columns.h"
#include "die.h"
#include "fmath.h"
#include "ftrl.h"
#include "labels.h"
#include "mem.h"
#include "num.h"
#include "role.h"

#define NO_TERM UINT32_MAX

struct source {
    char *name;
    struct str name_text;
    size_t column;
    enum table_type wanted, type; /* type is TABLE_BY_VALUE until a value decides */
    uint32_t number, missing;     /* coordinates, or NO_TERM */
    struct dict *levels;          /* "" is missing */
    uint32_t *term;               /* of a level */
    size_t cap;
    uint64_t missing_rows;
};

struct online {
    const struct online_options *options;
    const struct common *common;
    struct csv_in *in;
    size_t label;
    struct source *source;
    size_t sources;
    char *class[2]; /* NULL: not seen, and not known */
    struct ftrl ftrl;
    struct linear_online facts;
    struct design_entry *entry;
    double *w;
    uint64_t told;    /* rows at which -v speaks next */
    double told_loss; /* loss when it spoke last */
    uint64_t told_rows, saved_rows;
    int64_t saved_us;
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- labels ---- */

static void keep_class(struct online *o, size_t side, struct str text)
{
    mem_free(o->class[side]);
    o->class[side] = mem_text(text.p, text.n);
}

/* A label not met yet: which side is it, and may it be there? */
static size_t new_label(struct online *o, const struct row *row, struct str text)
{
    const char *positive = o->options->positive;
    int says = positive ? str_is(text, positive) : labels_side(text);
    struct place place = csv_place(row, o->options->label);
    if (says < 0)
        die_at(place, "\"%.*s\" does not say whether it is positive (--positive VALUE does)",
            STR_ARG(text));
    size_t side = (size_t)says;
    if (o->facts.class_rows[side])
        die_at(place, "a third level \"%.*s\" beside \"%s\"", STR_ARG(text), o->class[side]);
    struct str other = str_of(o->class[!side] ? o->class[!side] : "");
    if (!positive && o->facts.class_rows[!side] &&
        !(side ? labels_tell(other, text) : labels_tell(text, other)))
        die_at(place, "\"%.*s\" beside \"%.*s\" (--positive VALUE says which is positive)",
            STR_ARG(text), STR_ARG(other));
    keep_class(o, side, text);
    return side;
}

static size_t label_of(struct online *o, const struct row *row)
{
    struct str text = row->text[o->label];
    for (size_t side = 2; side-- > 0;)
        if (o->facts.class_rows[side] && str_is(text, o->class[side]))
            return side;
    return new_label(o, row, text);
}

/* Names of classes that no row has had yet. */
static void name_classes(struct online *o)
{
    if (!o->class[1] && o->options->positive)
        keep_class(o, 1, str_of(o->options->positive));
    for (size_t side = 0; side < 2; side++)
        if (!o->class[side])
            keep_class(o, side, labels_other(o->class[!side], side));
}

/* ---- columns ---- */

static size_t add_entry(struct online *o, size_t n, uint32_t *term, double value)
{
    if (*term == NO_TERM)
        *term = ftrl_add(&o->ftrl);
    o->entry[n] = (struct design_entry){*term, value};
    return n + 1;
}

static uint32_t *level_term(struct source *s, struct str level)
{
    uint32_t id = dict_add(s->levels, level);
    size_t before = s->cap;
    s->term = mem_grow(s->term, &s->cap, (size_t)id + 1, sizeof *s->term);
    for (size_t i = before; i < s->cap; i++)
        s->term[i] = NO_TERM;
    return &s->term[id];
}

/* The missing term of a column that turns out to be a category is that of its level "". */
static void become(struct source *s, enum table_type type)
{
    s->type = type;
    if (type != TABLE_CATEGORY)
        return;
    s->levels = dict_new();
    if (s->missing != NO_TERM)
        *level_term(s, (struct str){"", 0}) = s->missing;
    s->missing = NO_TERM;
}

/* Can the value be used?  The first one decides what an undecided column holds. */
static bool usable(struct online *o, struct source *s, const struct row *row, double *x)
{
    struct str text = row->text[s->column];
    enum num_status status = s->wanted == TABLE_CATEGORY ? NUM_NOT : num_double(text, x);
    if (status != NUM_OK)
        *x = NAN;
    if (s->type == TABLE_BY_VALUE)
        become(s, status == NUM_NOT ? TABLE_CATEGORY : TABLE_NUMBER);
    if (s->wanted == TABLE_CATEGORY)
        return true;
    if (s->type == TABLE_CATEGORY && status == NUM_OK)
        return csv_bad(o->in, row, E_NUM, s->name,
            "\"%.*s\" is a number, but the column had other text (--categorical or --numeric says "
            "what it is)",
            STR_ARG(text));
    if (s->type == TABLE_NUMBER && status != NUM_OK && s->wanted != TABLE_NUMBER)
        return csv_bad(o->in, row, status == NUM_RANGE ? E_RANGE : E_NUM, s->name,
            "\"%.*s\" is no number that can be held, but the column had numbers (--categorical or "
            "--numeric says what it is)",
            STR_ARG(text));
    return true;
}

/* Entries of a row, the constant first; 0 if it cannot be used. */
static size_t take_row(struct online *o, const struct row *row)
{
    uint32_t constant = 0;
    size_t n = add_entry(o, 0, &constant, 1);
    for (size_t i = 0; i < o->sources; i++) {
        struct source *s = &o->source[i];
        struct str text = row->text[s->column];
        double x = NAN;
        bool missing = csv_missing(o->in, text);
        if (!missing && !usable(o, s, row, &x))
            return 0;
        if (s->type == TABLE_CATEGORY) {
            bool other = !missing && s->wanted != TABLE_CATEGORY && !isnan(x);
            struct str level = missing || other ? (struct str){"", 0} : text;
            n = add_entry(o, n, level_term(s, level), 1);
        } else if (isnan(x)) {
            n = add_entry(o, n, &s->missing, 1);
        } else {
            n = add_entry(o, n, &s->number, x);
        }
    }
    return n;
}

/* ---- the file ---- */

static struct design_factor factor_of(size_t source, enum design_kind kind, uint32_t level)
{
    return (struct design_factor){(uint32_t)source, kind, level};
}

struct writing {
    struct design design;
    struct linear model;
    size_t cap;
};

static void write_term(
    struct writing *w, const struct online *o, struct design_factor f, uint32_t k)
{
    struct design *d = &w->design;
    struct buf name = {0};
    size_t t = d->terms++;
    d->term[t] = (struct design_term){.factor = {f}, .factors = 1, .scale = 1};
    buf_str(&name, d->source[f.source].name);
    if (f.kind != DESIGN_NUMBER)
        buf_char(&name, '=');
    if (f.kind == DESIGN_LEVEL)
        buf_str(&name, dict_key(d->source[f.source].levels, f.level));
    d->term[t].name = (struct str){arena_text(&d->arena, name.p, name.n), name.n};
    buf_release(&name);
    w->model.weight[t] = ftrl_weight(&o->ftrl, k);
    w->model.z[1 + t] = o->ftrl.z[k];
    w->model.n[1 + t] = o->ftrl.n[k];
}

static void write_levels(struct writing *w, const struct online *o, size_t i)
{
    const struct source *s = &o->source[i];
    struct design_source *to = &w->design.source[i];
    size_t n = dict_size(s->levels);
    uint32_t *order = mem_alloc(n, sizeof *order);
    dict_sort(s->levels, order);
    to->category = true;
    to->levels = dict_new();
    for (size_t k = 0; k < n; k++)
        dict_add(to->levels, dict_key(s->levels, order[k]));
    for (size_t k = 0; k < n; k++)
        write_term(w, o, factor_of(i, DESIGN_LEVEL, (uint32_t)k), s->term[order[k]]);
    mem_free(order);
}

static void write_source(struct writing *w, const struct online *o, size_t i)
{
    const struct source *s = &o->source[i];
    struct design_source *to = &w->design.source[i];
    uint64_t rows = o->facts.rows;
    *to = (struct design_source){.name = s->name_text, .sd = 1};
    to->share_missing = rows ? (double)s->missing_rows / (double)rows : 0;
    if (s->type == TABLE_CATEGORY) {
        write_levels(w, o, i);
        return;
    }
    if (s->number != NO_TERM)
        write_term(w, o, factor_of(i, DESIGN_NUMBER, 0), s->number);
    if (s->missing != NO_TERM)
        write_term(w, o, factor_of(i, DESIGN_MISSING, 0), s->missing);
}

static void save(struct online *o, bool publish)
{
    struct writing w = {0};
    size_t terms = o->ftrl.coordinates;
    struct str class[2];
    double intercept = ftrl_weight(&o->ftrl, 0);
    name_classes(o);
    for (size_t side = 0; side < 2; side++)
        class[side] = str_of(o->class[side]);
    w.design.sources = o->sources;
    w.design.source = mem_zero(o->sources, sizeof *w.design.source);
    w.design.term = mem_zero(terms, sizeof *w.design.term);
    w.model = (struct linear){.design = &w.design,
        .label = str_of(o->options->label),
        .class = class,
        .classes = 2,
        .outputs = 1,
        .intercept = &intercept};
    w.model.weight = mem_alloc(3 * terms, sizeof *w.model.weight);
    w.model.z = w.model.weight + terms;
    w.model.n = w.model.z + terms;
    w.model.z[0] = o->ftrl.z[0];
    w.model.n[0] = o->ftrl.n[0];
    for (size_t i = 0; i < o->sources; i++)
        write_source(&w, o, i);
    const char *path = o->options->model ? o->options->model : o->common->output;
    linear_write_online(&w.model, &o->facts, path, publish);
    for (size_t i = 0; i < o->sources; i++)
        dict_free(w.design.source[i].levels);
    arena_release(&w.design.arena);
    mem_free(w.design.source);
    mem_free(w.design.term);
    mem_free(w.model.weight);
}

/* ---- set-up ---- */

static void add_source(struct online *o, struct str name, size_t column)
{
    struct source *s = &o->source[o->sources++];
    *s = (struct source){.column = column, .number = NO_TERM, .missing = NO_TERM};
    s->name = mem_text(name.p, name.n);
    s->name_text = (struct str){s->name, name.n};
    s->wanted = s->type = TABLE_BY_VALUE;
}

/* What options say of a column, and what a model that is gone on from says. */
static void settle_type(
    struct source *s, const struct columns *categorical, const struct columns *numeric)
{
    bool category = columns_have(categorical, s->column), number = columns_have(numeric, s->column);
    if (category && number)
        die_usage("--categorical and --numeric name the same column");
    s->wanted = category ? TABLE_CATEGORY : number ? TABLE_NUMBER : TABLE_BY_VALUE;
    if ((category && s->type == TABLE_NUMBER) || (number && s->type == TABLE_CATEGORY))
        die_usage(
            "--%s %s: the model has it otherwise", category ? "categorical" : "numeric", s->name);
    if (s->wanted != TABLE_BY_VALUE && s->type == TABLE_BY_VALUE)
        become(s, s->wanted);
}

static void restore_term(struct online *o, const struct linear *m, size_t t)
{
    const struct design_term *term = &m->design->term[t];
    const struct design_factor *f = &term->factor[0];
    struct source *s = &o->source[f->source];
    uint32_t k = ftrl_add(&o->ftrl);
    o->ftrl.z[k] = m->z[1 + t];
    o->ftrl.n[k] = m->n[1 + t];
    if (term->factors > 1)
        die("%s: products are not learnt online", o->options->start);
    if (f->kind == DESIGN_NUMBER)
        s->number = k;
    else if (f->kind == DESIGN_MISSING)
        s->missing = k;
    else
        *level_term(s, dict_key(m->design->source[f->source].levels, f->level)) = k;
    if (f->kind == DESIGN_NUMBER)
        s->type = TABLE_NUMBER;
}

static void restore(struct online *o, const struct header *header)
{
    const struct online_options *options = o->options;
    struct linear *m = linear_read_online(options->start, &o->facts);
    if (!str_is(m->label, options->label))
        die("%s: its label is %.*s, not %s (-l)", options->start, STR_ARG(m->label),
            options->label);
    for (size_t side = 0; side < 2; side++)
        keep_class(o, side, m->class[side]);
    for (size_t i = 0; i < m->design->sources; i++) {
        const struct design_source *from = &m->design->source[i];
        add_source(o, from->name, columns_need(from->name, header, "the model"));
        o->source[i].missing_rows =
            (uint64_t)floor(from->share_missing * (double)o->facts.rows + 0.5);
        if (from->category)
            become(&o->source[i], TABLE_CATEGORY);
    }
    o->ftrl.z[0] = m->z[0];
    o->ftrl.n[0] = m->n[0];
    for (size_t t = 0; t < m->design->terms; t++)
        restore_term(o, m, t);
    linear_free(m);
}

static void set_penalties(struct online *o)
{
    const struct online_options *options = o->options;
    if (!options->start || options->rate_given)
        o->facts.rate = options->rate;
    if (!options->start || options->l2_given)
        o->facts.l2 = options->l2;
    if (!options->start || options->l1_given)
        o->facts.l1 = options->l1;
    o->ftrl.rate = o->facts.rate;
    o->ftrl.l2 = o->facts.l2;
    o->ftrl.l1 = o->facts.l1;
    o->ftrl.free = true;
}

static void open_online(struct online *o)
{
    const struct online_options *options = o->options;
    o->in = csv_open(o->common, o->common->file, o->common->files);
    const struct header *header = csv_header(o->in);
    o->label = columns_option("label", options->label, header);
    o->source = mem_zero(header->n, sizeof *o->source);
    ftrl_add(&o->ftrl);
    if (options->start) {
        restore(o, header);
    } else {
        struct columns apart = {&o->label, 1};
        struct columns features = role_features(
            header, &(struct role_choice){options->features, options->exclude, &apart});
        for (size_t i = 0; i < features.n; i++)
            add_source(o, header->name[features.at[i]], features.at[i]);
        mem_free(features.at);
    }
    if (!o->sources)
        die_usage("there is no column to learn from (-f names some)");
    struct columns categorical = columns_parse("categorical", options->categorical, header);
    struct columns numeric = columns_parse("numeric", options->numeric, header);
    for (size_t i = 0; i < o->sources; i++)
        settle_type(&o->source[i], &categorical, &numeric);
    mem_free(categorical.at);
    mem_free(numeric.at);
    set_penalties(o);
    o->entry = mem_alloc(1 + o->sources, sizeof *o->entry);
    o->w = mem_alloc(1 + o->sources, sizeof *o->w);
}

static void close_online(struct online *o)
{
    for (size_t i = 0; i < o->sources; i++) {
        mem_free(o->source[i].name);
        mem_free(o->source[i].term);
        dict_free(o->source[i].levels);
    }
    mem_free(o->source);
    mem_free(o->class[0]);
    mem_free(o->class[1]);
    mem_free(o->entry);
    mem_free(o->w);
    ftrl_release(&o->ftrl);
    csv_close(o->in);
}

/* ---- the loop ---- */

/* Progressive validation: at each doubling of the rows, over all and since the last time. */
static void tell(struct online *o, bool end)
{
    struct linear_online *f = &o->facts;
    uint64_t since = f->rows - o->told_rows;
    if (!f->rows || !since || (!end && f->rows < o->told))
        return;
    note("%llu rows: log-loss of each before it was learnt %.6g, of the last %llu %.6g",
        (unsigned long long)f->rows, f->loss / (double)f->rows, (unsigned long long)since,
        (f->loss - o->told_loss) / (double)since);
    o->told_loss = f->loss;
    o->told_rows = f->rows;
    o->told = f->rows < 1024 ? 1024 : 2 * f->rows;
}

static void checkpoint(struct online *o)
{
    const struct online_options *options = o->options;
    bool rows = options->every_rows && o->facts.rows - o->saved_rows >= options->every_rows;
    if (!rows && (!options->every_us || now_us() - o->saved_us < options->every_us))
        return;
    save(o, true);
    o->saved_rows = o->facts.rows;
    o->saved_us = now_us();
}

/* A time that is up while nothing comes. */
static void on_wait(void *context)
{
    struct online *o = context;
    if (o->options->every_us && o->facts.rows != o->saved_rows)
        checkpoint(o);
}

static void learn(struct online *o, const struct row *row)
{
    if (csv_missing(o->in, row->text[o->label])) {
        o->facts.unlabelled++;
        return;
    }
    size_t n = take_row(o, row);
    if (!n)
        return;
    size_t y = label_of(o, row);
    double eta = ftrl_predict(&o->ftrl, o->entry, n, o->w);
    o->facts.loss += fm_softplus(y ? -eta : eta);
    ftrl_learn(&o->ftrl, o->entry, n, o->w, y ? -fm_logistic(-eta) : fm_logistic(eta));
    o->facts.rows++;
    o->facts.class_rows[y]++;
    for (size_t i = 0; i < o->sources; i++)
        o->source[i].missing_rows += csv_missing(o->in, row->text[o->source[i].column]);
}

void online_run(const struct common *common, const struct online_options *options)
{
    enum { LOOK = 64 }; /* rows between looks at the clock */
    struct online o = {.options = options, .common = common, .told = 1024};
    struct row row;
    open_online(&o);
    o.told_rows = o.saved_rows = o.facts.rows;
    o.told_loss = o.facts.loss;
    o.saved_us = now_us();
    uint64_t unlabelled = o.facts.unlabelled;
    csv_on_wait(o.in, on_wait, &o);
    for (uint64_t i = 1; csv_next(o.in, &row); i++) {
        learn(&o, &row);
        if (o.facts.rows == o.told)
            tell(&o, false);
        if (options->every_rows ? o.facts.rows - o.saved_rows >= options->every_rows
                                : i % LOOK == 0)
            checkpoint(&o);
    }
    tell(&o, true);
    if (o.facts.unlabelled > unlabelled)
        warn("%llu rows are left out: their %s is missing",
            (unsigned long long)(o.facts.unlabelled - unlabelled), options->label);
    if (!o.facts.rows)
        die("there is no row with a label in the column %s", options->label);
    save(&o, false);
    close_online(&o);
}
