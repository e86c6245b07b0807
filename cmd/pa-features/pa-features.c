/* SPDX-License-Identifier: MIT */
/*
 * pa-features - what a log says about each user, and columns made fit for a model
 *
 * Features are computed by group (-g, --agg), or for each row of another table from what had
 * happened before it (--for); then columns are scaled, binned and made one-hot in the order given.
 */
#include <math.h>
#include <string.h>

#include "args.h"
#include "chain.h"
#include "defaults.h"
#include "die.h"
#include "events.h"
#include "frame.h"
#include "mem.h"
#include "model.h"
#include "recipe.h"
#include "rows.h"
#include "stream.h"
#include "timestamp.h"

static struct {
    const char *group, *rows, *as_of, *load, *save;
    struct arg_list aggregates, transforms;
    struct event_options events;
} opt = {.events = {.time = "time", .event = "event", .item = "item", .label = "click"}};

static const struct arg args[] = {
    {'g', "group", "COLS", ARG_TEXT, &opt.group, "none: rows stay rows; --agg: one row in all",
        "rows that agree in these belong together; here one output row each", .usual = true},
    {0, "agg", "LIST", ARG_LIST, &opt.aggregates, "behaviour aggregates",
        "aggregates such as count:event=cart, sum:price, name=distinct:item", .usual = true},
    {0, "for", "FILE", ARG_TEXT, &opt.rows, "none",
        "add to each row of FILE its group's features from events before its time", .usual = true},
    {0, "as-of", "TIME", ARG_TEXT, &opt.as_of, "latest time in the data",
        "only events before it count, and recency is measured from it"},
    {0, "scale", "COLS=METHOD", ARG_LIST, &opt.transforms, "none",
        "scale by z, minmax, robust, log1p or none; may be repeated", .usual = true},
    {0, "bin", "COLS=RULE", ARG_LIST, &opt.transforms, "none",
        "cut into quantile:N, width:N or at 0,10,50; may be repeated", .usual = true},
    {0, "onehot", "COLS", ARG_LIST, &opt.transforms, "none",
        "replace by a column of 0 and 1 per level, rare and unseen ones as other", .usual = true},
    {'f', "features", "COLS", ARG_TEXT, &opt.events.features,
        "every column that may be learnt from",
        "columns to use; keys and outcomes only if named here"},
    {'x', "exclude", "COLS", ARG_TEXT, &opt.events.exclude, "none", "columns not to use"},
    {0, "categorical", "COLS", ARG_TEXT, &opt.events.categorical, "by value",
        "take these columns as categories"},
    {0, "numeric", "COLS", ARG_TEXT, &opt.events.numeric, "by value",
        "take these columns as numbers; other text in them is missing, and counted"},
    {'a', "item", "COL", ARG_TEXT, &opt.events.item, "item", "column of the item",
        .given = &opt.events.item_given},
    {'T', "time", "COL", ARG_TEXT, &opt.events.time, "time", "column of the time",
        .given = &opt.events.time_given},
    {0, "event", "COL", ARG_TEXT, &opt.events.event, "event", "column of the kind of event",
        .given = &opt.events.event_given},
    {'l', "label", "COL", ARG_TEXT, &opt.events.label, "click", "column of the label"},
    {'m', "model", "FILE", ARG_TEXT, &opt.load, "none",
        "read what was learnt from FILE; here encoders", .usual = true},
    {'M', "save-model", "FILE", ARG_TEXT, &opt.save, "none", "write what was learnt to FILE",
        .usual = true},
    {0},
};

static const struct program program = {
    .name = "pa-features",
    .purpose = "compute features of users, and scale, bin and one-hot columns",
    .operands = "[FILE...]",
    .examples = "pa-features -g user --onehot top_category -M enc.tsv log.csv\n"
                "pa-features -g user --for shown.csv log.csv -o train.csv\n"
                "pa-features --scale price=log1p --scale price=z items.csv\n",
    .args = args,
    .sparse = true,
};

/* ---- the log ---- */

/* Where the recipe comes from: a model, --agg, or else the columns of the log. */
static void load_events(
    struct events *e, struct csv_in *in, const struct common *common, struct recipe *recipe)
{
    struct defaults defaults;
    struct buf text = {0};
    bool by_default = recipe->n == 0;
    events_init(e, common, csv_header(in), opt.group, &opt.events);
    if (opt.as_of || opt.rows)
        events_time(e, true);
    if (by_default)
        defaults_want(&defaults, e, &opt.events);
    else
        events_want_recipe(e, recipe);
    events_load(e, in);
    if (by_default) {
        defaults_recipe(&defaults, e, recipe);
        defaults_release(&defaults);
    }
    recipe_print(recipe, &text);
    note("--agg %.*s", STR_ARG(text));
    buf_release(&text);
}

/* --as-of, or the latest time of the data, at which nothing is cut off. */
static int64_t cut_off(struct events *e, const struct common *common)
{
    int64_t us;
    if (!opt.as_of)
        return events_latest(e);
    if (timestamp_read(str_of(opt.as_of), common->tz, &us) == TIMESTAMP_NONE)
        die_usage("--as-of: \"%s\" is not a time", opt.as_of);
    events_cut(e, us);
    return us;
}

/* What the recipe means on the log; text tells which items are codes of what. */
static struct aggregate *bind(struct events *e, struct features *f)
{
    struct aggregate *aggregate = mem_alloc(f->recipe.n, sizeof *aggregate);
    f->text = mem_alloc(f->recipe.n, sizeof *f->text);
    events_bind(e, &f->recipe, aggregate, f->text);
    return aggregate;
}

static void save(const struct recipe *recipe, const struct chain *c)
{
    if (!opt.save)
        return;
    struct model_out *m = model_create(opt.save, program.name, "encoders");
    recipe_write(recipe, m);
    chain_write(c, m);
    model_close(m);
}

/* A sum that no double holds is not a missing value. */
static void refuse_infinite(const struct features *f, double *const *value, size_t n)
{
    for (size_t j = 0; j < f->recipe.n; j++)
        for (size_t i = 0; i < n; i++)
            if (isinf(value[j][i]))
                die("%.*s: the values are too large to be summed", STR_ARG(f->recipe.item[j].name));
}

/* ---- one row a group ---- */

static void compute_groups(struct events *e, const struct common *common, struct features *f)
{
    int64_t as_of = cut_off(e, common);
    events_renumber(e);
    note("%zu rows in %zu groups", e->table->rows, e->groups);
    struct aggregate *aggregate = bind(e, f);
    struct aggregate_rows rows = events_rows(e);
    double **value = features_room(f, e->groups);
    aggregate_groups(
        common->jobs, &rows, &(struct aggregates){aggregate, f->recipe.n}, as_of, value);
    refuse_infinite(f, value, e->groups);
    mem_free(aggregate);
}

/* Transforms of features: from the model, or built and learnt. */
static void prepare_chain(
    struct chain *c, const struct frame *frame, const struct features *f, struct model_in *model)
{
    if (model)
        chain_read(c, model, &frame->header, opt.load);
    else
        chain_build(c, &opt.transforms, &frame->header, frame->form, frame->offered);
    frame_check_uses(frame, c);
    if (!model)
        frame_learn(frame, c, f);
    for (size_t i = 0; i < c->columns; i++)
        if (c->column[i].at < frame->n)
            die_usage(
                "\"%.*s\" is a column of --group: it stays as it is", STR_ARG(c->column[i].name));
}

/* The columns of the group, and the labels if one of them is that. */
static size_t *add_group(const struct events *e, const struct frame *frame, struct sink *out)
{
    size_t *group = mem_alloc(frame->n, sizeof *group);
    if (out->table)
        csv_columns(out->table, NULL, 0);
    for (size_t i = 0; i < frame->n; i++)
        group[i] = sink_add(out, frame->name[i], i, true);
    bool labelled = out->sparse && frame->label != COLUMN_NONE && frame->label < (long)frame->n;
    for (size_t g = 0; labelled && g < e->groups; g++)
        sparse_label(out->sparse, events_group_text(e, e->first[g], (size_t)frame->label));
    return group;
}

static void write_group(struct sink *out)
{
    if (out->table) {
        csv_write(out->table, NULL);
        return;
    }
    enum sparse_status status = sparse_write(out->sparse);
    if (status == SPARSE_NO_LABEL)
        die("%s: the label of a group is missing (--label)", opt.events.label);
    if (status == SPARSE_BAD_WEIGHT)
        die("weight: not a number from 0 up");
}

static void write_groups(const struct events *e, struct sink *out, struct chain *c,
    const struct features *f, const struct frame *frame)
{
    size_t *group = add_group(e, frame, out);
    struct target *to = frame_targets(frame, c, out);
    chain_add_indicators(c, out);
    frame_labels(frame, f, out);
    for (size_t g = 0; g < f->rows; g++) {
        for (size_t i = 0; i < frame->n; i++)
            sink_set_text(out, group[i], events_group_text(e, e->first[g], i));
        frame_set(out, c, f, to, g);
        write_group(out);
    }
    mem_free(to);
    mem_free(group);
}

static void run_groups(
    const struct common *common, struct features *f, struct chain *chain, struct model_in *model)
{
    struct csv_in *in = csv_open(common, common->file, common->files);
    struct events e;
    load_events(&e, in, common, &f->recipe);
    compute_groups(&e, common, f);
    struct frame frame = frame_of(e.header, e.group.at, e.group.n, f);
    frame_uses(&frame, common->to_name, &opt.events, false);
    prepare_chain(chain, &frame, f, model);
    struct sink out = sink_create(common, in, frame.use);
    write_groups(&e, &out, chain, f, &frame);
    chain_report(chain);
    save(&f->recipe, chain);
    csv_close(in);
    frame_release(&frame);
    chain_release(chain);
    events_release(&e);
}

/* ---- one row a row ---- */

/* The features of every row, from what the log has before its time. */
static void answer(const struct rows *rows, struct events *e, struct features *f,
    const struct aggregate *aggregate)
{
    struct aggregate_rows log = events_rows(e);
    struct aggregate_questions questions = rows_questions(rows);
    double **value = features_room(f, questions.n);
    aggregate_before(
        rows->common->jobs, &log, &(struct aggregates){aggregate, f->recipe.n}, &questions, value);
    refuse_infinite(f, value, questions.n);
    mem_free((uint32_t *)questions.group);
}

/* What the columns are, and what of the rows has to be seen before. */
static void load_rows(
    struct rows *rows, struct frame *frame, struct chain *chain, struct model_in *model)
{
    frame_uses(frame, rows->common->to_name, &opt.events, !rows->events);
    if (model)
        chain_read(chain, model, &frame->header, opt.load);
    rows_load(rows, &opt.transforms, chain, &opt.events, frame);
}

/* Rows of a table, with features of a log when there is one. */
static void write_rows(struct rows *rows, struct frame *frame, struct features *f,
    struct chain *chain, struct model_in *model)
{
    if (!model)
        chain_build(chain, &opt.transforms, &frame->header, frame->form, frame->offered);
    frame_check_uses(frame, chain);
    if (!model) {
        rows_learn(rows, chain);
        frame_learn(frame, chain, f);
    }
    rows_write(rows, chain, f, frame);
    chain_report(chain);
    save(&f->recipe, chain);
    frame_release(frame);
    rows_close(rows);
    chain_release(chain);
}

static void run_rows(
    const struct common *common, struct features *f, struct chain *chain, struct model_in *model)
{
    struct rows rows = rows_open(common, common->file, common->files, NULL, &opt.events);
    struct frame frame = frame_of(rows.header, NULL, rows.header->n, f);
    load_rows(&rows, &frame, chain, model);
    write_rows(&rows, &frame, f, chain, model);
}

static void run_for(
    const struct common *common, struct features *f, struct chain *chain, struct model_in *model)
{
    struct csv_in *log = csv_open(common, common->file, common->files);
    struct events e;
    load_events(&e, log, common, &f->recipe);
    struct aggregate *aggregate = bind(&e, f);
    struct rows rows = rows_open(common, &opt.rows, 1, &e, &opt.events);
    struct frame frame = frame_of(rows.header, NULL, rows.header->n, f);
    load_rows(&rows, &frame, chain, model);
    answer(&rows, &e, f, aggregate);
    mem_free(aggregate);
    write_rows(&rows, &frame, f, chain, model);
    csv_close(log);
    events_release(&e);
}

/* ---- the call ---- */

static void check_call(const struct common *common)
{
    bool aggregates = opt.group || opt.rows || opt.aggregates.n;
    if (opt.rows && opt.as_of)
        die_usage("--for and --as-of are one too many: each row has its own time");
    if (opt.rows && strcmp(opt.rows, "-") == 0 && !common->files)
        die_usage("--for - and a log on standard input are one too many");
    if (opt.load && (opt.transforms.n || opt.aggregates.n))
        die_usage("-m says what to do: no --agg, --scale, --bin or --onehot beside it");
    if (opt.as_of && !aggregates)
        die_usage("--as-of needs -g or --agg");
    if (!opt.load && !aggregates && !opt.transforms.n && !sparse_is(common->to_name))
        die_usage("nothing to do: -g, --agg, --for, --scale, --bin, --onehot or -m is missing, or "
                  "--to vw or libsvm");
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    struct features features = {0};
    struct chain chain = {0};
    struct model_in *model = NULL;
    check_call(&common);
    if (opt.save)
        model_reserve(opt.save, false);
    if (opt.load) {
        model = model_open(opt.load, program.name, "encoders");
        recipe_read(&features.recipe, model);
    }
    for (size_t i = 0; i < opt.aggregates.n; i++)
        recipe_parse(&features.recipe, opt.aggregates.at[i]);
    if (opt.rows)
        run_for(&common, &features, &chain, model);
    else if (opt.group || features.recipe.n)
        run_groups(&common, &features, &chain, model);
    else
        run_rows(&common, &features, &chain, model);
    features_release(&features);
    if (model)
        model_free(model);
    return stream_finish();
}
