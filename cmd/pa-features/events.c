/* SPDX-License-Identifier: MIT */
#include "events.h"

#include <string.h>

#include "die.h"
#include "mem.h"
#include "timestamp.h"

static const int64_t day_us = 86400 * (int64_t)TIMESTAMP_SECOND;

void events_init(struct events *e, const struct common *common, const struct header *h,
    const char *group, const struct event_options *o)
{
    *e = (struct events){.common = common, .header = h, .time_name = o->time, .time = COLUMN_NONE};
    if (o->time_given)
        columns_option("time", o->time, h);
    if (o->event_given)
        columns_option("event", o->event, h);
    if (o->item_given)
        columns_option("item", o->item, h);
    e->group = columns_parse("group", group, h);
    e->numeric = columns_parse("numeric", o->numeric, h);
    e->categorical = columns_parse("categorical", o->categorical, h);
    for (size_t i = 0; i < e->group.n; i++)
        events_want(e, e->group.at[i], TABLE_CATEGORY); /* want i is group column i */
}

/* ---- asking ---- */

size_t events_want(struct events *e, size_t column, enum table_type type)
{
    for (size_t i = 0; i < e->wants; i++)
        if (e->want[i].column == column && e->want[i].type == type)
            return i;
    e->want = mem_grow(e->want, &e->wants_cap, e->wants + 1, sizeof *e->want);
    e->want[e->wants] = (struct table_want){column, type};
    return e->wants++;
}

size_t events_number(struct events *e, size_t column)
{
    return events_want(
        e, column, columns_have(&e->numeric, column) ? TABLE_NUMBER : TABLE_BY_VALUE);
}

void events_time(struct events *e, bool must)
{
    long at = columns_find(e->header, str_of(e->time_name));
    if (at == COLUMN_NONE && must)
        at = (long)columns_option("time", e->time_name, e->header);
    if (at != COLUMN_NONE)
        e->time = (long)events_want(e, (size_t)at, TABLE_TIME);
}

/* A column that an item names: in --agg by the user, so its absence is a wrong call. */
static size_t column_of(const struct events *e, struct str name)
{
    struct buf text = {0};
    buf_str(&text, name);
    size_t at = columns_option("agg", buf_cstr(&text), e->header);
    buf_release(&text);
    return at;
}

void events_want_recipe(struct events *e, const struct recipe *r)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct recipe_item *item = &r->item[i];
        if (item->function->needs == NEEDS_NUMBER)
            events_number(e, column_of(e, item->column));
        else if (item->column.p)
            events_want(e, column_of(e, item->column), TABLE_CATEGORY);
        if (item->factor.p)
            events_number(e, column_of(e, item->factor));
        if (item->where.p)
            events_want(e, column_of(e, item->where), TABLE_CATEGORY);
        bool ends = item->function->function == AGGREGATE_FIRST ||
                    item->function->function == AGGREGATE_LAST;
        if (item->function->time || ends)
            events_time(e, item->function->time);
    }
}

/* ---- groups ---- */

static const uint32_t *group_code(const struct events *e, size_t i)
{
    return e->table->column[i].code;
}

static struct dict *group_levels(const struct events *e, size_t i)
{
    return e->table->column[i].levels;
}

/* One group column: its codes are the groups.  Several: each row's codes, joined, are a key. */
static void find_groups(struct events *e)
{
    size_t n = e->group.n, missing = 0;
    uint32_t *key = mem_alloc(n, sizeof *key);
    const uint32_t **code = mem_alloc(n, sizeof *code);
    for (size_t i = 0; i < n; i++)
        code[i] = group_code(e, i);
    e->composite = n > 1 ? dict_new() : NULL;
    for (size_t row = 0; row < e->table->rows; row++) {
        bool whole = true;
        for (size_t i = 0; i < n; i++) {
            key[i] = code[i][row];
            whole &= key[i] != TABLE_MISSING;
        }
        missing += !whole;
        if (!whole)
            e->of[row] = AGGREGATE_NONE;
        else if (n == 1)
            e->of[row] = key[0];
        else
            e->of[row] = dict_add(e->composite, (struct str){(char *)key, n * sizeof *key});
    }
    e->groups = n > 1 ? dict_size(e->composite) : dict_size(group_levels(e, 0));
    if (missing)
        warn("%zu rows have no value in a column of --group: left out", missing);
    mem_free(key);
    mem_free(code);
}

void events_load(struct events *e, struct csv_in *in)
{
    e->table = table_load(in, e->common, e->want, e->wants);
    if (e->table->rows >= AGGREGATE_NONE - 1)
        die("more than %lu rows", (unsigned long)AGGREGATE_NONE - 2);
    e->rank = mem_zero(e->wants, sizeof *e->rank);
    e->of = mem_zero(e->table->rows, sizeof *e->of);
    e->groups = 1;
    if (e->group.n)
        find_groups(e);
}

static const int64_t *times(const struct events *e)
{
    return e->time == COLUMN_NONE ? NULL : e->table->column[e->time].time;
}

void events_cut(struct events *e, int64_t as_of)
{
    const int64_t *time = times(e);
    size_t later = 0, missing = 0;
    if (as_of == INT64_MAX)
        return;
    for (size_t i = 0; i < e->table->rows; i++) {
        bool none = time[i] == AGGREGATE_NO_TIME;
        missing += none;
        later += !none && time[i] >= as_of;
        if (none || time[i] >= as_of)
            e->of[i] = AGGREGATE_NONE;
    }
    if (missing)
        warn("%zu rows have no time: left out", missing);
    note("%zu rows at or after --as-of left out", later);
}

int64_t events_latest(const struct events *e)
{
    const int64_t *time = times(e);
    int64_t latest = INT64_MIN;
    for (size_t i = 0; time && i < e->table->rows; i++)
        latest = time[i] > latest ? time[i] : latest;
    return latest;
}

void events_renumber(struct events *e)
{
    size_t groups = 0;
    uint32_t *renamed = mem_alloc(e->groups, sizeof *renamed);
    e->first = mem_zero(e->groups, sizeof *e->first);
    memset(renamed, 0xff, e->groups * sizeof *renamed);
    for (size_t i = 0; e->group.n && i < e->table->rows; i++) {
        if (e->of[i] == AGGREGATE_NONE)
            continue;
        uint32_t *to = &renamed[e->of[i]];
        if (*to == AGGREGATE_NONE) {
            e->first[groups] = (uint32_t)i;
            *to = (uint32_t)groups++;
        }
        e->of[i] = *to;
    }
    mem_free(renamed);
    e->groups = e->group.n ? groups : 1;
}

struct str events_group_text(const struct events *e, uint32_t row, size_t i)
{
    return dict_key(group_levels(e, i), group_code(e, i)[row]);
}

/* levels of the other table -> numbers of ours; AGGREGATE_NONE where we have none */
static uint32_t *translate(const struct dict *ours, const struct dict *theirs)
{
    uint32_t *to = mem_alloc(dict_size(theirs), sizeof *to);
    for (uint32_t i = 0; i < dict_size(theirs); i++)
        to[i] = dict_find(ours, dict_key(theirs, i));
    return to;
}

uint32_t *events_groups_of(const struct events *e, const struct table *t, const size_t *column)
{
    size_t n = e->group.n;
    uint32_t *of = mem_zero(t->rows, sizeof *of), *key = mem_alloc(n, sizeof *key);
    uint32_t **to = mem_alloc(n, sizeof *to);
    for (size_t i = 0; i < n; i++)
        to[i] = translate(group_levels(e, i), t->column[column[i]].levels);
    for (size_t row = 0; n && row < t->rows; row++) {
        bool known = true;
        for (size_t i = 0; i < n; i++) {
            uint32_t code = t->column[column[i]].code[row];
            key[i] = code == TABLE_MISSING ? AGGREGATE_NONE : to[i][code];
            known &= key[i] != AGGREGATE_NONE;
        }
        of[row] = !known   ? AGGREGATE_NONE
                  : n == 1 ? key[0]
                           : dict_find(e->composite, (struct str){(char *)key, n * sizeof *key});
    }
    for (size_t i = 0; i < n; i++)
        mem_free(to[i]);
    mem_free(to);
    mem_free(key);
    return of;
}

/* ---- binding ---- */

/* The want of a column that came out as this type. */
static struct table_column *loaded(
    const struct events *e, struct str name, enum table_type type, size_t *want)
{
    size_t column = column_of(e, name);
    for (size_t i = 0; i < e->wants; i++) {
        if (e->want[i].column != column || e->table->column[i].type != type)
            continue;
        *want = i;
        return &e->table->column[i];
    }
    die("%.*s: no value is a number (--na names spellings of missing values)", STR_ARG(name));
}

static const double *bind_number(const struct events *e, struct str name)
{
    size_t want;
    struct table_column *c = loaded(e, name, TABLE_NUMBER, &want);
    if (c->not_numbers)
        warn("%.*s: %llu values are not numbers and count as missing", STR_ARG(name),
            (unsigned long long)c->not_numbers);
    c->not_numbers = 0; /* said once */
    return c->number;
}

static const uint32_t *ranks(struct events *e, size_t want)
{
    const struct dict *levels = e->table->column[want].levels;
    size_t n = dict_size(levels);
    if (e->rank[want])
        return e->rank[want];
    uint32_t *order = mem_alloc(n, sizeof *order), *rank = mem_alloc(n, sizeof *rank);
    dict_sort(levels, order);
    for (size_t i = 0; i < n; i++)
        rank[order[i]] = (uint32_t)i;
    mem_free(order);
    return e->rank[want] = rank;
}

static void find_days(struct events *e)
{
    const int64_t *time = times(e);
    size_t rows = e->table->rows;
    int64_t shift = (int64_t)e->common->tz * TIMESTAMP_SECOND, first = INT64_MAX;
    if (e->day)
        return;
    e->day = mem_alloc(rows, sizeof *e->day);
    for (size_t i = 0; i < rows; i++)
        if (time[i] != AGGREGATE_NO_TIME && time[i] < first)
            first = time[i];
    if (first != INT64_MAX)
        first += shift;
    first -= (first % day_us + day_us) % day_us;
    for (size_t i = 0; i < rows; i++) {
        e->day[i] = AGGREGATE_NONE;
        if (time[i] == AGGREGATE_NO_TIME)
            continue;
        e->day[i] = (uint32_t)((time[i] + shift - first) / day_us);
        e->days = e->day[i] >= e->days ? e->day[i] + (size_t)1 : e->days;
    }
}

static void bind_where(const struct events *e, const struct recipe_item *item, struct aggregate *a)
{
    size_t want;
    const struct table_column *c = loaded(e, item->where, TABLE_CATEGORY, &want);
    a->where = c->code;
    a->is = item->is.n ? dict_find(c->levels, item->is) : TABLE_MISSING;
    if (item->is.n && a->is == DICT_NONE) {
        note("no row has %.*s=%.*s", STR_ARG(item->where), STR_ARG(item->is));
        a->is = AGGREGATE_NONE - 1;
    }
}

static void bind_code(struct events *e, const struct recipe_item *item, struct aggregate *a)
{
    size_t want;
    struct table_column *c = loaded(e, item->column, TABLE_CATEGORY, &want);
    a->code = c->code;
    a->levels = dict_size(c->levels);
    if (a->function == AGGREGATE_TOP || a->function == AGGREGATE_SHARE)
        a->rank = ranks(e, want);
}

static struct dict *text_of(const struct events *e, const struct recipe_item *item)
{
    size_t want;
    return item->function->text ? loaded(e, item->column, TABLE_CATEGORY, &want)->levels : NULL;
}

void events_bind(
    struct events *e, const struct recipe *r, struct aggregate *aggregate, struct dict **text)
{
    for (size_t j = 0; j < r->n; j++) {
        const struct recipe_item *item = &r->item[j];
        struct aggregate *a = &aggregate[j];
        *a = (struct aggregate){.function = item->function->function};
        if (item->where.p)
            bind_where(e, item, a);
        if (item->function->needs == NEEDS_NUMBER)
            a->number = bind_number(e, item->column);
        else if (item->column.p)
            bind_code(e, item, a);
        if (item->factor.p)
            a->factor = bind_number(e, item->factor);
        if (item->function->needs == NEEDS_DAYS) {
            find_days(e);
            a->code = e->day;
            a->levels = e->days;
        }
        text[j] = text_of(e, item);
    }
}

struct aggregate_rows events_rows(const struct events *e)
{
    return (struct aggregate_rows){e->table->rows, e->groups, e->of, times(e)};
}

void events_release(struct events *e)
{
    for (size_t i = 0; e->rank && i < e->wants; i++)
        mem_free(e->rank[i]);
    mem_free(e->rank);
    mem_free(e->want);
    mem_free(e->group.at);
    mem_free(e->numeric.at);
    mem_free(e->categorical.at);
    mem_free(e->of);
    mem_free(e->first);
    mem_free(e->day);
    dict_free(e->composite);
    if (e->table)
        table_free(e->table);
    *e = (struct events){0};
}
