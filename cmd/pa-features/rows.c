/* SPDX-License-Identifier: MIT */
/*
 * The second reading must leave out the rows that the first one did (--on-error skip), or features
 * would go to the wrong rows: it applies the same checks to the same columns.
 */
#include "rows.h"

#include <math.h>

#include "die.h"
#include "mem.h"
#include "num.h"
#include "role.h"
#include "timestamp.h"

static size_t want(struct rows *r, size_t column, enum table_type type)
{
    r->want[r->wants] = (struct table_want){column, type};
    return r->wants++;
}

/* The columns of --group and the time, by the names that they have in the log. */
static void want_questions(struct rows *r, const struct event_options *o)
{
    const struct columns *group = &r->events->group;
    for (size_t i = 0; i < group->n; i++) {
        size_t at = columns_need(r->events->header->name[group->at[i]], r->header, "--for");
        r->group[i] = want(r, at, TABLE_CATEGORY);
    }
    r->time = (long)want(r, columns_need(str_of(o->time), r->header, "--for"), TABLE_TIME);
}

struct rows rows_open(const struct common *common, const char *const *path, size_t n,
    const struct events *events, const struct event_options *o)
{
    struct rows r = {.common = common, .events = events, .time = COLUMN_NONE, .label = COLUMN_NONE};
    r.in = csv_open(common, path, n);
    r.header = csv_header(r.in);
    size_t groups = events ? events->group.n : 0;
    struct columns numeric =
        columns_parse("numeric", o->numeric, events ? events->header : r.header);
    r.want = mem_alloc(r.header->n + groups + 2, sizeof *r.want);
    r.group = mem_alloc(groups, sizeof *r.group);
    r.learnt = mem_alloc(r.header->n, sizeof *r.learnt);
    r.lenient = mem_zero(r.header->n, sizeof *r.lenient);
    for (size_t i = 0; i < r.header->n; i++) {
        r.learnt[i] = COLUMN_NONE;
        r.lenient[i] = !events && columns_have(&numeric, i);
    }
    mem_free(numeric.at);
    if (events)
        want_questions(&r, o);
    return r;
}

/* A column that transforms may learn from: first is how the first that names it reads it. */
static void want_learnt(struct rows *r, size_t i, enum chain_form first)
{
    enum table_type type = first == FORM_TEXT ? TABLE_CATEGORY
                           : r->lenient[i]    ? TABLE_NUMBER
                                              : TABLE_BY_VALUE;
    r->learnt[i] = (long)want(r, i, type);
}

/* The columns that "*" may stand for: those to be learnt from that no transform names. */
static void offer(struct rows *r, const struct event_options *o, const enum chain_form *first,
    struct frame *frame)
{
    size_t label = (size_t)frame->label;
    struct columns not = {&label, frame->label != COLUMN_NONE};
    struct role_choice choice = {o->features, o->exclude, &not };
    struct columns may = role_features(r->header, &choice);
    struct columns text = columns_parse("categorical", o->categorical, r->header);
    for (size_t i = 0; i < may.n; i++) {
        size_t at = may.at[i];
        frame->offered[at] = first[at] == FORM_UNKNOWN;
        if (frame->offered[at])
            want_learnt(r, at, columns_have(&text, at) ? FORM_TEXT : FORM_UNKNOWN);
    }
    mem_free(may.at);
    mem_free(text.at);
}

/* In a sparse form a feature that no transform names must be known to hold numbers or levels, and
 * the labels which they are: what the options do not say is read. */
static void want_uses(struct rows *r, const struct chain *c, const struct event_options *o,
    const enum chain_form *first, struct frame *frame)
{
    struct columns text =
        columns_parse("categorical", r->events ? NULL : o->categorical, r->header);
    for (size_t i = 0; i < r->header->n; i++) {
        bool named = first[i] != FORM_UNKNOWN && first[i] != FORM_KEPT;
        if (frame->use[i] == SPARSE_LABEL)
            r->label = (long)want(r, i, TABLE_CATEGORY);
        if (frame->use[i] != SPARSE_FEATURE || named || chain_find(c, i) != COLUMN_NONE ||
            r->learnt[i] != COLUMN_NONE)
            continue;
        if (columns_have(&text, i) || r->lenient[i])
            frame->form[i] = r->lenient[i] ? FORM_NUMBER : FORM_TEXT;
        else
            want_learnt(r, i, FORM_UNKNOWN);
    }
    mem_free(text.at);
}

static bool learns(const struct arg_list *transforms)
{
    for (size_t i = 0; i < transforms->n; i++)
        if (chain_option_learns(transforms, i))
            return true;
    return false;
}

void rows_load(struct rows *r, const struct arg_list *transforms, const struct chain *c,
    const struct event_options *o, struct frame *frame)
{
    enum chain_form *first = mem_alloc(frame->header.n, sizeof *first);
    bool star = chain_named(transforms, &frame->header, first);
    for (size_t i = 0; i < r->header->n && (star || learns(transforms)); i++)
        if (first[i] != FORM_UNKNOWN && first[i] != FORM_KEPT)
            want_learnt(r, i, first[i]);
    for (size_t i = r->header->n; i < frame->header.n; i++)
        frame->offered[i] = first[i] == FORM_UNKNOWN;
    if (star && !r->events)
        offer(r, o, first, frame);
    if (frame->use)
        want_uses(r, c, o, first, frame);
    mem_free(first);
    if (!r->wants)
        return;
    csv_keep(r->in);
    r->table = table_load(r->in, r->common, r->want, r->wants);
    csv_rewind(r->in);
    for (size_t i = 0; i < r->header->n; i++)
        if (r->learnt[i] != COLUMN_NONE)
            frame->form[i] =
                r->table->column[r->learnt[i]].type == TABLE_NUMBER ? FORM_NUMBER : FORM_TEXT;
}

struct aggregate_questions rows_questions(const struct rows *r)
{
    return (struct aggregate_questions){r->table->rows,
        r->events->group.n ? events_groups_of(r->events, r->table, r->group) : NULL,
        r->table->column[r->time].time};
}

void rows_learn(const struct rows *r, struct chain *c)
{
    for (size_t i = 0; i < c->columns; i++) {
        if (c->column[i].at >= r->header->n || r->learnt[c->column[i].at] == COLUMN_NONE)
            continue;
        const struct table_column *t = &r->table->column[r->learnt[c->column[i].at]];
        chain_learn(c, i,
            &(struct chain_values){.number = t->type == TABLE_NUMBER ? t->number : NULL,
                .code = t->type == TABLE_NUMBER ? NULL : t->code,
                .levels = t->levels,
                .n = r->table->rows});
    }
}

/* ---- writing ---- */

/* Columns of one-hot go; those that are scaled or binned change in their place. */
static void prepare_table(struct rows *r, struct chain *c, struct csv_out *out)
{
    size_t *pass = mem_alloc(r->header->n, sizeof *pass), n = 0;
    for (size_t i = 0; i < r->header->n; i++) {
        long at = chain_find(c, i);
        if (at == COLUMN_NONE || c->column[at].form != FORM_INDICATORS)
            pass[n++] = i;
    }
    csv_columns(out, pass, n);
    for (size_t i = 0; i < c->columns; i++)
        if (c->column[i].at < r->header->n && c->column[i].form != FORM_INDICATORS)
            c->column[i].out = csv_change(out, c->column[i].at);
    mem_free(pass);
}

/* The same columns, in the same order, and the labels. */
static void prepare_sparse(
    struct rows *r, struct chain *c, const struct frame *frame, struct sink *out)
{
    r->passing = mem_alloc(r->header->n, sizeof *r->passing);
    for (size_t i = 0; i < r->header->n; i++) {
        long at = chain_find(c, i);
        struct chain_column *column = at == COLUMN_NONE ? NULL : &c->column[at];
        r->passing[i] = COLUMN_NONE;
        if (column && column->form == FORM_INDICATORS)
            continue;
        bool text = (column ? column->form : frame->form[i]) == FORM_TEXT;
        size_t added = sink_add(out, r->header->name[i], i, text);
        if (column)
            column->out = added;
        else if (frame->use[i] != SPARSE_NOT)
            r->passing[i] = (long)added;
    }
    const struct dict *labels = r->label == COLUMN_NONE ? NULL : r->table->column[r->label].levels;
    for (uint32_t id = 0; labels && id < dict_size(labels); id++)
        sparse_label(out->sparse, dict_key(labels, id));
}

/* The number in a field; false when the row cannot be used. */
static bool number_in(struct rows *r, const struct row *row, size_t at, double *x)
{
    struct str text = row->text[at], name = r->header->name[at];
    struct buf column = {0};
    bool usable = true;
    *x = NAN;
    if (csv_missing(r->in, text))
        return true;
    enum num_status status = num_double(text, x);
    if (status == NUM_NOT && r->lenient[at])
        return true;
    if (status != NUM_OK) {
        buf_str(&column, name);
        usable = csv_bad(r->in, row, E_NUM, buf_cstr(&column), "\"%.*s\" is %s", STR_ARG(text),
            status == NUM_NOT ? "not a number" : "beyond the greatest number that can be held");
        buf_release(&column);
    }
    return usable;
}

/* False when the row cannot be used; *first: the first reading has left it out too. */
static bool set_columns(
    struct rows *r, struct chain *c, struct sink *out, const struct row *row, bool *first)
{
    for (size_t i = 0; i < c->columns; i++) {
        size_t at = c->column[i].at;
        double x = NAN;
        if (at >= r->header->n)
            continue;
        *first = r->learnt[at] != COLUMN_NONE;
        if (!c->column[i].reads_text && !number_in(r, row, at, &x))
            return false;
        struct str text = row->text[at];
        chain_set(c, i, out, x, csv_missing(r->in, text) ? (struct str){NULL, 0} : text);
    }
    return true;
}

/* Columns that pass, in a sparse form; as set_columns. */
static bool set_passing(
    struct rows *r, const struct frame *frame, struct sink *out, const struct row *row, bool *first)
{
    for (size_t i = 0; i < r->header->n; i++) {
        double x;
        if (r->passing[i] == COLUMN_NONE)
            continue;
        *first = r->learnt[i] != COLUMN_NONE;
        size_t to = (size_t)r->passing[i];
        struct str text = row->text[i];
        if (frame->use[i] != SPARSE_FEATURE || frame->form[i] == FORM_TEXT)
            sink_set_text(out, to, csv_missing(r->in, text) ? (struct str){NULL, 0} : text);
        else if (number_in(r, row, i, &x))
            sink_set_number(out, to, x);
        else
            return false;
    }
    return true;
}

/* A row whose line cannot be written is unusable, and there is no way to keep it.  (Of a second
 * reading csv_bad logs nothing: the first was to do it.) */
static void refuse(
    struct rows *r, const struct row *row, enum reject why, struct str name, const char *what)
{
    struct buf column = {0};
    buf_str(&column, name);
    if (r->common->on_error == ON_ERROR_FAIL)
        csv_bad(r->in, row, why, buf_cstr(&column), "%s", what);
    else
        csv_reject(r->in, row, why, "%s: %s", buf_cstr(&column), what);
    buf_release(&column);
}

static void write_row(
    struct rows *r, const struct frame *frame, struct sink *out, const struct row *row)
{
    if (out->table) {
        csv_write(out->table, row);
        return;
    }
    enum sparse_status status = sparse_write(out->sparse);
    if (status == SPARSE_NO_LABEL)
        refuse(r, row, E_REQUIRED, frame->name[frame->label], "the label is missing (--label)");
    else if (status == SPARSE_BAD_WEIGHT)
        refuse(r, row, E_RANGE, str_of("weight"), "not a number from 0 up");
}

/* Was this row left out when the table was loaded, because of its time? */
static bool has_bad_time(struct rows *r, const struct row *row)
{
    int64_t us;
    if (r->time == COLUMN_NONE || r->common->on_error != ON_ERROR_SKIP)
        return false;
    struct str text = row->text[r->want[r->time].column];
    if (csv_missing(r->in, text))
        return false;
    enum timestamp_kind kind = timestamp_read(text, r->common->tz, &us);
    if (r->kind == TIMESTAMP_NONE)
        r->kind = kind;
    return kind == TIMESTAMP_NONE || kind != r->kind;
}

void rows_write(
    struct rows *r, struct chain *c, const struct features *f, const struct frame *frame)
{
    struct sink out = sink_create(r->common, r->in, frame->use);
    struct row row;
    size_t at = 0;
    if (out.table)
        prepare_table(r, c, out.table);
    else
        prepare_sparse(r, c, frame, &out);
    struct target *to = frame_targets(frame, c, &out);
    chain_add_indicators(c, &out);
    frame_labels(frame, f, &out);
    while (csv_next(r->in, &row)) {
        bool first = false;
        if (has_bad_time(r, &row))
            continue;
        if (set_columns(r, c, &out, &row, &first) &&
            (out.table || set_passing(r, frame, &out, &row, &first))) {
            if (f->recipe.n && at < f->rows)
                frame_set(&out, c, f, to, at);
            write_row(r, frame, &out, &row);
            first = false;
        }
        at += !first;
    }
    if (r->table && at != r->table->rows)
        die("%s: %zu rows were read, then %zu: did the file change?", "the second reading",
            r->table->rows, at);
    mem_free(to);
}

void rows_close(struct rows *r)
{
    csv_close(r->in);
    if (r->table)
        table_free(r->table);
    mem_free(r->want);
    mem_free(r->group);
    mem_free(r->learnt);
    mem_free(r->lenient);
    mem_free(r->passing);
}
