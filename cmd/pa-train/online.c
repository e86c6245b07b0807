/* SPDX-License-Identifier: MIT */
/*
 * Levels and terms have the order of first sight here and that of a design in the file.  Going on
 * from a file gives them other numbers, but a row's sum runs over the columns in their order, so
 * no bit of it changes.
 */
#include "online.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "columns.h"
#include "csv_ahead.h"
#include "die.h"
#include "fmath.h"
#include "ftrl.h"
#include "mem.h"
#include "prepared.h"
#include "role.h"

#define NO_TERM UINT32_MAX

/* Coordinates of a source. */
struct source_terms {
    uint32_t number, missing; /* or NO_TERM */
    struct dict *levels;      /* "" is missing */
    uint32_t *level;          /* by number in levels */
    size_t cap;
    uint64_t missing_rows;
};

/* Margins of rows whose losses are still to be added. */
enum { MARGINS = 256 };

struct online {
    const struct online_options *options;
    const struct common *common;
    struct online_columns columns;
    struct source_terms *terms;
    struct ftrl ftrl;
    struct linear_online facts;
    struct prepared *single; /* of rows that are taken one by one */
    struct design_entry *entry;
    double *w;
    double margin[MARGINS];
    size_t margins;
    uint64_t told;    /* rows at which -v speaks next */
    double told_loss; /* loss when it spoke last */
    uint64_t told_rows, saved_rows;
    /* checkpoints by time, on a thread of their own */
    pthread_t clock;
    pthread_mutex_t lock; /* around all that is learnt */
    pthread_cond_t change;
    bool ended;
};

/* ---- the file ---- */

static struct design_factor factor_of(size_t source, enum design_kind kind, uint32_t level)
{
    return (struct design_factor){(uint32_t)source, kind, level};
}

struct writing {
    struct design design;
    struct linear model;
};

static void write_term(
    struct writing *w, const struct online *o, struct design_factor f, uint32_t k)
{
    struct design *d = &w->design;
    struct buf name = {0};
    size_t t = d->named++;
    d->term[t] = (struct design_term){.factor = {f}, .factors = 1, .scale = 1};
    buf_str(&name, d->source[f.source].name);
    if (f.kind != DESIGN_NUMBER)
        buf_char(&name, '=');
    if (f.kind == DESIGN_LEVEL)
        buf_str(&name, dict_key(d->source[f.source].levels, f.level));
    d->term[t].name = (struct str){arena_text(&d->arena, name.p, name.n), name.n};
    buf_release(&name);
    w->model.weight[t] = ftrl_weight(&o->ftrl, k);
    w->model.state[1 + t] = o->ftrl.at[k];
}

static void write_levels(struct writing *w, const struct online *o, size_t i)
{
    const struct source_terms *s = &o->terms[i];
    struct design_source *to = &w->design.source[i];
    size_t n = dict_size(s->levels);
    uint32_t *order = mem_alloc(n, sizeof *order);
    dict_sort(s->levels, order);
    to->category = true;
    to->levels = dict_new();
    for (size_t k = 0; k < n; k++)
        dict_add(to->levels, dict_key(s->levels, order[k]));
    for (size_t k = 0; k < n; k++)
        write_term(w, o, factor_of(i, DESIGN_LEVEL, (uint32_t)k), s->level[order[k]]);
    mem_free(order);
}

static void write_source(struct writing *w, const struct online *o, size_t i)
{
    const struct online_source *s = &o->columns.source[i];
    const struct source_terms *terms = &o->terms[i];
    struct design_source *to = &w->design.source[i];
    uint64_t rows = o->facts.rows;
    *to = (struct design_source){.name = s->name_text, .sd = 1};
    to->share_missing = rows ? (double)terms->missing_rows / (double)rows : 0;
    if (s->type == TABLE_CATEGORY && o->columns.hash_bits) {
        to->category = to->hashed = true;
        to->levels = dict_new();
        return;
    }
    if (s->type == TABLE_CATEGORY && terms->levels) {
        write_levels(w, o, i);
        return;
    }
    to->category = s->type == TABLE_CATEGORY;
    to->levels = to->category ? dict_new() : NULL;
    if (terms->number != NO_TERM)
        write_term(w, o, factor_of(i, DESIGN_NUMBER, 0), terms->number);
    if (terms->missing != NO_TERM)
        write_term(w, o, factor_of(i, DESIGN_MISSING, 0), terms->missing);
}

/* Coordinates that have names; the constant counts in place of none. */
static size_t named_terms(const struct online *o)
{
    size_t buckets = o->columns.hash_bits ? (size_t)1 << o->columns.hash_bits : 0;
    return o->ftrl.coordinates - buckets;
}

/* Weights of the buckets, where the threshold makes them others than u; mem_free. */
static double *bucket_weights(const struct online *o)
{
    if (!o->columns.hash_bits || o->ftrl.l1 == 0)
        return NULL;
    size_t n = (size_t)1 << o->columns.hash_bits;
    double *w = mem_alloc(n, sizeof *w);
    for (size_t b = 0; b < n; b++)
        w[b] = ftrl_weight(&o->ftrl, (uint32_t)(1 + b));
    return w;
}

static void write_model(const struct online *o, struct writing *w, bool publish)
{
    struct linear_buckets buckets = {o->ftrl.at + 1, bucket_weights(o), o->common->jobs};
    const char *path = o->options->model ? o->options->model : o->common->output;
    for (size_t i = 0; i < o->columns.sources; i++)
        write_source(w, o, i);
    w->design.terms = w->design.named;
    linear_write_online(
        &w->model, o->columns.hash_bits ? &buckets : NULL, &o->facts, path, publish);
    mem_free((double *)(uintptr_t)buckets.weight);
}

static void save(struct online *o, bool publish)
{
    struct writing w = {0};
    size_t terms = named_terms(o), sources = o->columns.sources;
    struct str class[2];
    double intercept = ftrl_weight(&o->ftrl, 0);
    prepared_name_classes(&o->columns);
    for (size_t side = 0; side < 2; side++)
        class[side] = str_of(o->columns.class[side]);
    w.design.sources = sources;
    w.design.hash_bits = o->columns.hash_bits;
    w.design.source = mem_zero(sources, sizeof *w.design.source);
    w.design.term = mem_zero(terms, sizeof *w.design.term);
    w.model = (struct linear){.design = &w.design,
        .label = str_of(o->options->label),
        .class = class,
        .classes = 2,
        .outputs = 1,
        .intercept = &intercept};
    w.model.weight = mem_alloc(terms, sizeof *w.model.weight);
    w.model.state = mem_alloc(terms, sizeof *w.model.state);
    w.model.state[0] = o->ftrl.at[0];
    write_model(o, &w, publish);
    for (size_t i = 0; i < sources; i++)
        dict_free(w.design.source[i].levels);
    arena_release(&w.design.arena);
    mem_free(w.design.source);
    mem_free(w.design.term);
    mem_free(w.model.weight);
    mem_free(w.model.state);
}

/* ---- terms ---- */

static uint32_t *level_term(struct source_terms *s, struct str level)
{
    if (!s->levels) { /* what was missing before the column turned out to be a category */
        s->levels = dict_new();
        if (s->missing != NO_TERM)
            *level_term(s, (struct str){"", 0}) = s->missing;
        s->missing = NO_TERM;
    }
    uint32_t id = dict_add(s->levels, level);
    size_t before = s->cap;
    s->level = mem_grow(s->level, &s->cap, (size_t)id + 1, sizeof *s->level);
    for (size_t i = before; i < s->cap; i++)
        s->level[i] = NO_TERM;
    return &s->level[id];
}

/* The coordinate of a cell, and its value. */
static struct design_entry entry_of(
    struct online *o, size_t source, const struct prepared *p, size_t cell)
{
    struct source_terms *s = &o->terms[source];
    union prepared_value v = p->value[cell];
    struct design_entry entry = {.value = 1};
    uint32_t *term;
    if (p->cell[cell] == CELL_LEVEL) {
        term = level_term(s, prepared_level(p, v));
    } else if (isnan(v.number)) {
        term = &s->missing;
    } else {
        term = &s->number;
        entry.value = v.number;
    }
    if (*term == NO_TERM)
        *term = ftrl_add(&o->ftrl);
    entry.term = *term;
    return entry;
}

/* A bucket that the row has already counts once more. */
static size_t add_bucket(struct design_entry *entry, size_t n, uint32_t coordinate)
{
    for (size_t i = 1; i < n; i++)
        if (entry[i].term == coordinate) {
            entry[i].value++;
            return n;
        }
    entry[n] = (struct design_entry){.term = coordinate, .value = 1};
    return n + 1;
}

/* Entries of a row, the constant first. */
static size_t entries_of_row(struct online *o, const struct prepared *p, size_t row)
{
    size_t n = 1;
    o->entry[0] = (struct design_entry){.term = 0, .value = 1};
    for (size_t i = 0; i < p->sources; i++) {
        size_t cell = row * p->sources + i;
        if (p->cell[cell] < CELL_NOTHING)
            n = add_bucket(o->entry, n, p->cell[cell]);
        else if (p->cell[cell] != CELL_NOTHING)
            o->entry[n++] = entry_of(o, i, p, cell);
    }
    return n;
}

/* ---- set-up ---- */

static void add_source(struct online *o, struct str name, size_t column)
{
    o->terms[o->columns.sources] = (struct source_terms){.number = NO_TERM, .missing = NO_TERM};
    struct online_source *s = &o->columns.source[o->columns.sources++];
    s->column = column;
    s->name = mem_text(name.p, name.n);
    s->name_text = (struct str){s->name, name.n};
    s->seed = table_seed(name);
    s->wanted = TABLE_BY_VALUE;
    s->type = TABLE_BY_VALUE;
}

/* What options say of a column, and what a model that is gone on from says. */
static void settle_type(
    struct online_source *s, const struct columns *categorical, const struct columns *numeric)
{
    bool category = columns_have(categorical, s->column), number = columns_have(numeric, s->column);
    if (category && number)
        die_usage("--categorical and --numeric name the same column");
    s->wanted = category ? TABLE_CATEGORY : number ? TABLE_NUMBER : TABLE_BY_VALUE;
    if ((category && s->type == TABLE_NUMBER) || (number && s->type == TABLE_CATEGORY))
        die_usage(
            "--%s %s: the model has it otherwise", category ? "categorical" : "numeric", s->name);
    if (s->wanted != TABLE_BY_VALUE && s->type == TABLE_BY_VALUE)
        s->type = s->wanted;
}

static void restore_term(struct online *o, const struct linear *m, size_t t)
{
    const struct design_term *term = &m->design->term[t];
    const struct design_factor *f = &term->factor[0];
    if (f->kind == DESIGN_BUCKET) {
        o->ftrl.at[1 + f->level] = m->state[1 + t];
        return;
    }
    struct source_terms *s = &o->terms[f->source];
    uint32_t k = ftrl_add(&o->ftrl);
    o->ftrl.at[k] = m->state[1 + t];
    if (term->factors > 1)
        die("%s: products are not learnt online", o->options->start);
    if (f->kind == DESIGN_NUMBER)
        s->number = k;
    else if (f->kind == DESIGN_MISSING)
        s->missing = k;
    else
        *level_term(s, dict_key(m->design->source[f->source].levels, f->level)) = k;
    if (f->kind == DESIGN_NUMBER)
        o->columns.source[f->source].type = TABLE_NUMBER;
}

static void restore_labels(struct online *o, const struct linear *m)
{
    const struct online_options *options = o->options;
    if (!str_is(m->label, options->label))
        die("%s: its label is %.*s, not %s (-l)", options->start, STR_ARG(m->label),
            options->label);
    for (size_t side = 0; side < 2; side++) {
        prepared_keep_class(&o->columns, side, m->class[side]);
        o->columns.known[side] = o->facts.class_rows[side] > 0;
    }
}

static void take_bits(struct online *o, unsigned hash_bits)
{
    o->columns.hash_bits = hash_bits;
    if (hash_bits)
        ftrl_add_n(&o->ftrl, (size_t)1 << hash_bits);
}

static void restore(struct online *o, const struct header *header)
{
    const struct online_options *options = o->options;
    struct linear *m = linear_read_online(options->start, &o->facts);
    restore_labels(o, m);
    if (options->hash_bits && options->hash_bits != m->design->hash_bits)
        die_usage(
            "--hash-bits %u: %s has %u", options->hash_bits, options->start, m->design->hash_bits);
    take_bits(o, m->design->hash_bits);
    for (size_t i = 0; i < m->design->sources; i++) {
        const struct design_source *from = &m->design->source[i];
        add_source(o, from->name, columns_need(from->name, header, "the model"));
        o->terms[i].missing_rows =
            (uint64_t)floor(from->share_missing * (double)o->facts.rows + 0.5);
        if (from->category)
            o->columns.source[i].type = TABLE_CATEGORY;
    }
    o->ftrl.at[0] = m->state[0];
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

static void choose_sources(struct online *o, const struct header *header)
{
    const struct online_options *options = o->options;
    struct columns apart = {&o->columns.label, 1};
    struct columns features =
        role_features(header, &(struct role_choice){options->features, options->exclude, &apart});
    columns_sort(&features, header);
    take_bits(o, options->hash_bits);
    for (size_t i = 0; i < features.n; i++)
        add_source(o, header->name[features.at[i]], features.at[i]);
    mem_free(features.at);
}

static void settle_types(struct online *o, const struct header *header)
{
    struct columns categorical = columns_parse("categorical", o->options->categorical, header);
    struct columns numeric = columns_parse("numeric", o->options->numeric, header);
    for (size_t i = 0; i < o->columns.sources; i++)
        settle_type(&o->columns.source[i], &categorical, &numeric);
    mem_free(categorical.at);
    mem_free(numeric.at);
}

static void open_online(struct online *o)
{
    const struct online_options *options = o->options;
    o->columns.in = csv_open(o->common, o->common->file, o->common->files);
    const struct header *header = csv_header(o->columns.in);
    o->columns.label_name = options->label;
    o->columns.positive = options->positive;
    o->columns.label = columns_option("label", options->label, header);
    o->columns.source = mem_zero(header->n, sizeof *o->columns.source);
    o->terms = mem_zero(header->n, sizeof *o->terms);
    ftrl_add(&o->ftrl);
    if (options->start)
        restore(o, header);
    else
        choose_sources(o, header);
    if (!o->columns.sources)
        die_usage("there is no column to learn from (-f names some)");
    settle_types(o, header);
    set_penalties(o);
    o->entry = mem_alloc(1 + o->columns.sources, sizeof *o->entry);
    o->w = mem_alloc(1 + o->columns.sources, sizeof *o->w);
    o->single = prepared_new(o->columns.sources);
}

/* Other columns need not be looked at. */
static void use_columns(const struct online *o)
{
    size_t n = o->columns.sources, *column = mem_alloc(1 + n, sizeof *column);
    for (size_t i = 0; i < n; i++)
        column[i] = o->columns.source[i].column;
    column[n] = o->columns.label;
    csv_use(o->columns.in, column, 1 + n);
    mem_free(column);
}

static void close_online(struct online *o)
{
    for (size_t i = 0; i < o->columns.sources; i++) {
        mem_free(o->columns.source[i].name);
        mem_free(o->terms[i].level);
        dict_free(o->terms[i].levels);
    }
    mem_free(o->columns.source);
    mem_free(o->terms);
    mem_free(o->columns.class[0]);
    mem_free(o->columns.class[1]);
    mem_free(o->entry);
    mem_free(o->w);
    prepared_free(o->single);
    ftrl_release(&o->ftrl);
    csv_close(o->columns.in);
}

/* ---- the loop ---- */

/* The losses of the rows learnt, in their order. */
static void add_losses(struct online *o)
{
    static const double FAR = -700; /* the loss is the margin */
    double loss[MARGINS];
    fm_logistic_n(o->margin, loss, o->margins);
    fm_log_n(loss, loss, o->margins);
    for (size_t i = 0; i < o->margins; i++)
        o->facts.loss -= o->margin[i] < FAR ? o->margin[i] : loss[i];
    o->margins = 0;
}

/* Progressive validation: at each doubling of the rows, over all and since the last time. */
static void tell(struct online *o, bool end)
{
    struct linear_online *f = &o->facts;
    uint64_t since = f->rows - o->told_rows;
    if (!f->rows || !since || (!end && f->rows < o->told))
        return;
    add_losses(o);
    note("%llu rows: log-loss of each before it was learnt %.6g, of the last %llu %.6g",
        (unsigned long long)f->rows, f->loss / (double)f->rows, (unsigned long long)since,
        (f->loss - o->told_loss) / (double)since);
    o->told_loss = f->loss;
    o->told_rows = f->rows;
    o->told = f->rows < 1024 ? 1024 : 2 * f->rows;
}

static void checkpoint(struct online *o)
{
    if (o->facts.rows == o->saved_rows)
        return;
    add_losses(o);
    save(o, true);
    o->saved_rows = o->facts.rows;
}

static void learn(struct online *o, const struct prepared *p, size_t row)
{
    bool positive = p->label[row] == 1;
    double eta;
    if (p->plain[row] && o->ftrl.l1 == 0) {
        eta = ftrl_row(&o->ftrl, p->cell + row * p->sources, p->sources, positive);
    } else {
        size_t n = entries_of_row(o, p, row);
        eta = ftrl_predict(&o->ftrl, o->entry, n, o->w);
        ftrl_learn(&o->ftrl, o->entry, n, o->w, fm_logistic(eta) - positive);
    }
    o->margin[o->margins++] = positive ? eta : -eta;
    o->facts.rows++;
    o->facts.class_rows[positive]++;
    if (o->margins == MARGINS)
        add_losses(o);
}

static void use(void *context, void *room)
{
    enum { AHEAD = 4 }; /* rows whose coordinates are on their way */
    struct online *o = context;
    struct prepared *p = room;
    size_t missing = 0;
    pthread_mutex_lock(&o->lock);
    for (size_t r = 0; r < p->rows; r++) {
        if (p->label[r] == PREPARED_UNLABELLED) {
            o->facts.unlabelled++;
            continue;
        }
        if (r + AHEAD < p->rows && p->plain[r + AHEAD])
            ftrl_fetch(&o->ftrl, p->cell + (r + AHEAD) * p->sources, p->sources);
        learn(o, p, r);
        for (; missing < p->missings && p->missing[missing].row == r; missing++)
            o->terms[p->missing[missing].source].missing_rows++;
        if (o->facts.rows == o->told)
            tell(o, false);
        if (o->options->every_rows && o->facts.rows - o->saved_rows >= o->options->every_rows)
            checkpoint(o);
    }
    pthread_mutex_unlock(&o->lock);
    prepared_clear(p);
}

static bool ready(void *context, void *room, const struct row *row, unsigned thread)
{
    const struct online *o = context;
    (void)thread;
    return prepared_add(room, &o->columns, row, false);
}

static void take(void *context, const struct row *row)
{
    struct online *o = context;
    pthread_mutex_lock(&o->lock);
    bool good = prepared_decide(&o->columns, row);
    pthread_mutex_unlock(&o->lock);
    if (good && prepared_add(o->single, &o->columns, row, true))
        use(o, o->single);
}

static void *new_room(void *context)
{
    const struct online *o = context;
    return prepared_new(o->columns.sources);
}

static void empty_room(void *room)
{
    prepared_clear(room);
}

static void free_room(void *room)
{
    prepared_free(room);
}

/* ---- the clock ---- */

static struct timespec later(int64_t us)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    int64_t ns = t.tv_nsec + us % 1000000 * 1000;
    return (struct timespec){t.tv_sec + us / 1000000 + ns / 1000000000, ns % 1000000000};
}

/* Writes what there is to write whenever the time is up. */
static void *keep_time(void *context)
{
    struct online *o = context;
    struct timespec until = later(o->options->every_us);
    pthread_mutex_lock(&o->lock);
    while (!o->ended)
        if (pthread_cond_timedwait(&o->change, &o->lock, &until)) {
            checkpoint(o);
            until = later(o->options->every_us);
        }
    pthread_mutex_unlock(&o->lock);
    return NULL;
}

static void start_clock(struct online *o)
{
    pthread_mutex_init(&o->lock, NULL);
    pthread_cond_init(&o->change, NULL);
    if (o->options->every_us && pthread_create(&o->clock, NULL, keep_time, o))
        die("cannot start a thread for --checkpoint");
}

static void stop_clock(struct online *o)
{
    if (o->options->every_us) {
        pthread_mutex_lock(&o->lock);
        o->ended = true;
        pthread_cond_signal(&o->change);
        pthread_mutex_unlock(&o->lock);
        pthread_join(o->clock, NULL);
    }
    pthread_mutex_destroy(&o->lock);
    pthread_cond_destroy(&o->change);
}

void online_run(const struct common *common, const struct online_options *options)
{
    struct online o = {.options = options, .common = common, .told = 1024};
    open_online(&o);
    o.told_rows = o.saved_rows = o.facts.rows;
    o.told_loss = o.facts.loss;
    uint64_t unlabelled = o.facts.unlabelled;
    use_columns(&o);
    start_clock(&o);
    csv_ahead(&(struct csv_ahead){.in = o.columns.in,
        .jobs = common->jobs,
        .room = new_room,
        .empty_room = empty_room,
        .free_room = free_room,
        .ready = ready,
        .use = use,
        .take = take,
        .context = &o});
    stop_clock(&o);
    add_losses(&o);
    tell(&o, true);
    if (o.facts.unlabelled > unlabelled)
        warn("%llu rows are left out: their %s is missing",
            (unsigned long long)(o.facts.unlabelled - unlabelled), options->label);
    if (!o.facts.rows)
        die("there is no row with a label in the column %s", options->label);
    save(&o, false);
    close_online(&o);
}
