/* SPDX-License-Identifier: MIT */
#include "online.h"

#include "columns.h"
#include "csv_ahead.h"
#include "die.h"
#include "input.h"
#include "learnt.h"
#include "mem.h"
#include "progressive.h"
#include "role.h"
#include "ticker.h"

struct online {
    const struct online_options *options;
    const struct common *common;
    struct learnt learnt;
    struct prepared *single; /* of rows that are taken one by one */
    struct progressive progressive;
    uint64_t saved_rows;
    uint64_t rejected;    /* before this run */
    struct ticker ticker; /* of checkpoints by time */
};

/* ---- set-up ---- */

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

/* What the options choose to learn from. */
static struct columns choose(const struct learnt *l, const struct header *header)
{
    const struct online_options *options = l->options;
    const struct online_columns *c = &l->columns;
    size_t at[3] = {c->label, c->weight.column, c->offset.column};
    struct columns apart = {at, 1};
    if (c->weight.name)
        apart.n++;
    if (c->offset.name)
        at[apart.n++] = c->offset.column;
    struct columns features =
        role_features(header, &(struct role_choice){options->features, options->exclude, &apart});
    columns_sort(&features, header);
    return features;
}

/* The source of a column. */
static uint32_t source_of(const struct online_columns *c, size_t column)
{
    uint32_t i = 0;
    while (c->source[i].column != column)
        i++;
    return i;
}

static void choose_products(
    struct learnt *l, const struct header *header, const struct columns *features)
{
    size_t(*product)[2];
    size_t n = input_products(l->options->interactions, header, features, &product);
    for (size_t k = 0; k < n; k++)
        learnt_add_product(
            l, source_of(&l->columns, product[k][0]), source_of(&l->columns, product[k][1]));
    mem_free(product);
}

/* A column that turns out to be a category later has no square either. */
static void check_squares(const struct online_columns *c)
{
    for (size_t k = 0; k < c->products; k++)
        if (c->product[k].a == c->product[k].b && c->source[c->product[k].a].type == TABLE_CATEGORY)
            die_usage("--interactions %s: the square of a category is itself", c->product[k].name);
}

static void choose_sources(struct learnt *l, const struct header *header)
{
    struct columns features = choose(l, header);
    learnt_hash(l, l->options->hash_bits);
    for (size_t i = 0; i < features.n; i++)
        learnt_add_source(l, header->name[features.at[i]], features.at[i]);
    choose_products(l, header, &features);
    mem_free(features.at);
}

/* A choice that is given again has to be that of the model. */
static void check_choice(const struct learnt *l, const struct header *header)
{
    const struct online_columns *c = &l->columns;
    struct columns used = {mem_alloc(c->sources, sizeof *used.at), c->sources};
    size_t(*product)[2];
    for (size_t i = 0; i < c->sources; i++)
        used.at[i] = c->source[i].column;
    if (l->options->features || l->options->exclude) {
        struct columns features = choose(l, header);
        learnt_same_sources(l, header, &features);
        mem_free(features.at);
    }
    size_t n = input_products(l->options->interactions, header, &used, &product);
    if (l->options->interactions)
        learnt_same_products(l, product, n);
    mem_free(product);
    mem_free(used.at);
}

static void find_number(struct online_number *n, const char *option, const struct header *header)
{
    if (n->name)
        n->column = columns_option(option, n->name, header);
}

static void settle_types(struct learnt *l, const struct header *header)
{
    struct columns categorical = columns_parse("categorical", l->options->categorical, header);
    struct columns numeric = columns_parse("numeric", l->options->numeric, header);
    for (size_t i = 0; i < l->columns.sources; i++)
        settle_type(&l->columns.source[i], &categorical, &numeric);
    mem_free(categorical.at);
    mem_free(numeric.at);
}

static void open_online(struct online *o)
{
    const struct online_options *options = o->options;
    struct learnt *l = &o->learnt;
    struct csv_in *in = csv_open(o->common, o->common->file, o->common->files);
    const struct header *header = csv_header(in);
    learnt_init(l, options, header->n);
    l->columns.in = in;
    l->columns.label = columns_option("label", options->label, header);
    if (options->start)
        learnt_read(l, header);
    learnt_wish(l);
    find_number(&l->columns.weight, "weight", header);
    find_number(&l->columns.offset, "offset", header);
    if (options->start)
        check_choice(l, header);
    else
        choose_sources(l, header);
    if (!l->columns.sources && !options->start)
        input_alone(options->label, options->features,
            header->n - 1 - !!l->columns.weight.name - !!l->columns.offset.name,
            options->no_intercept);
    settle_types(l, header);
    if (!options->start)
        check_squares(&l->columns);
    o->single = prepared_new(&l->columns);
}

/* Other columns need not be looked at. */
static void use_columns(const struct online_columns *c)
{
    size_t n = 0, *column = mem_alloc(3 + c->sources, sizeof *column);
    for (size_t i = 0; i < c->sources; i++)
        column[n++] = c->source[i].column;
    column[n++] = c->label;
    if (c->weight.name)
        column[n++] = c->weight.column;
    if (c->offset.name)
        column[n++] = c->offset.column;
    csv_use(c->in, column, n);
    mem_free(column);
}

/* ---- the loop ---- */

static void save(struct online *o, bool publish)
{
    const char *path = o->options->model ? o->options->model : o->common->output;
    learnt_write(&o->learnt, path, o->common->jobs, publish);
    o->saved_rows = o->learnt.facts.rows;
}

static void checkpoint(void *context)
{
    struct online *o = context;
    if (o->learnt.facts.rows == o->saved_rows || !learnt_enough(&o->learnt))
        return;
    progressive_settle(&o->progressive);
    save(o, true);
}

static void learn_rows(struct online *o, struct prepared *p)
{
    enum { AHEAD = 4 }; /* rows whose coordinates are on their way */
    struct learnt *l = &o->learnt;
    size_t missing = 0;
    uint64_t every = o->options->every_rows;
    ticker_hold(&o->ticker);
    for (size_t r = 0; r < p->rows; r++) {
        if (p->label[r] == PREPARED_UNLABELLED) {
            l->facts.unlabelled++;
            continue;
        }
        if (r + AHEAD < p->rows)
            learnt_fetch(l, p, r + AHEAD);
        progressive_add(&o->progressive, learnt_row(l, p, r).margin, p->weight[r]);
        for (; missing < p->missings && p->missing[missing].row == r; missing++)
            l->terms.source[p->missing[missing].source].missing_rows++;
        if (l->facts.rows == o->progressive.next)
            progressive_tell(&o->progressive, false);
        if (every && l->facts.rows - o->saved_rows >= every)
            checkpoint(o);
    }
    ticker_let(&o->ticker);
    prepared_clear(p);
}

static bool use(void *context, void *room)
{
    struct online *o = context;
    bool stands = prepared_stands(room, &o->learnt.columns);
    if (stands)
        learn_rows(o, room);
    return stands;
}

static bool ready(void *context, void *room, const struct row *row, unsigned thread)
{
    const struct online *o = context;
    (void)thread;
    return prepared_add(room, &o->learnt.columns, row, false);
}

static void count_rejected(struct online *o)
{
    o->learnt.facts.rejected = o->rejected + csv_counts(o->learnt.columns.in).rejected;
}

static void take(void *context, const struct row *row)
{
    struct online *o = context;
    ticker_hold(&o->ticker);
    bool good = prepared_decide(&o->learnt.columns, row);
    count_rejected(o);
    ticker_let(&o->ticker);
    if (good && prepared_add(o->single, &o->learnt.columns, row, true))
        learn_rows(o, o->single);
}

static void *new_room(void *context)
{
    const struct online *o = context;
    return prepared_new(&o->learnt.columns);
}

static void empty_room(void *room)
{
    prepared_clear(room);
}

static void free_room(void *room)
{
    prepared_free(room);
}

static void learn_all(struct online *o)
{
    csv_ahead(&(struct csv_ahead){.in = o->learnt.columns.in,
        .jobs = o->common->jobs,
        .room = new_room,
        .empty_room = empty_room,
        .free_room = free_room,
        .ready = ready,
        .use = use,
        .take = take,
        .context = o});
}

void online_run(const struct common *common, const struct online_options *options)
{
    struct online o = {.options = options, .common = common};
    const struct linear_online *facts = &o.learnt.facts;
    open_online(&o);
    progressive_begin(&o.progressive, &o.learnt.facts, o.learnt.learner.many);
    o.saved_rows = facts->rows;
    o.rejected = facts->rejected;
    uint64_t unlabelled = facts->unlabelled;
    use_columns(&o.learnt.columns);
    ticker_start(&o.ticker, options->every_us, checkpoint, &o);
    learn_all(&o);
    ticker_stop(&o.ticker);
    count_rejected(&o);
    progressive_settle(&o.progressive);
    progressive_tell(&o.progressive, true);
    if (facts->unlabelled > unlabelled)
        warn("%llu rows are left out: their %s is missing",
            (unsigned long long)(facts->unlabelled - unlabelled), options->label);
    if (!facts->rows)
        die("there is no row with a label in the column %s", options->label);
    if (!learnt_enough(&o.learnt))
        die("label %s: all %llu rows are \"%.*s\" (two classes are needed)", options->label,
            (unsigned long long)facts->rows, STR_ARG(classes_label(&o.learnt.columns.classes, 0)));
    learnt_warn(&o.learnt);
    save(&o, false);
    csv_close(o.learnt.columns.in);
    prepared_free(o.single);
    learnt_release(&o.learnt);
}
