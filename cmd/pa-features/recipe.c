/* SPDX-License-Identifier: MIT */
#include "recipe.h"

#include <string.h>

#include "die.h"
#include "mem.h"

static const struct recipe_function functions[] = {
    {"count", AGGREGATE_COUNT, MAY_HAVE_CODE, false, false},
    {"sum", AGGREGATE_SUM, NEEDS_NUMBER, false, false},
    {"mean", AGGREGATE_MEAN, NEEDS_NUMBER, false, false},
    {"min", AGGREGATE_MIN, NEEDS_NUMBER, false, false},
    {"max", AGGREGATE_MAX, NEEDS_NUMBER, false, false},
    {"sd", AGGREGATE_SD, NEEDS_NUMBER, false, false},
    {"distinct", AGGREGATE_DISTINCT, NEEDS_CODE, false, false},
    {"first", AGGREGATE_FIRST, NEEDS_CODE, false, true},
    {"last", AGGREGATE_LAST, NEEDS_CODE, false, true},
    {"top", AGGREGATE_TOP, NEEDS_CODE, false, true},
    {"share", AGGREGATE_SHARE, NEEDS_CODE_OR_CONDITION, false, false},
    {"days", AGGREGATE_DISTINCT, NEEDS_DAYS, true, false},
    {"recency", AGGREGATE_RECENCY, NEEDS_NOTHING, true, false},
    {"frequency", AGGREGATE_FREQUENCY, MAY_HAVE_CODE, true, false},
};

static const struct recipe_function *function_named(struct str name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (str_is(name, functions[i].name))
            return &functions[i];
    return NULL;
}

/* What is wrong with the parts that an item has, or NULL. */
static const char *fault(const struct recipe_item *item)
{
    enum recipe_needs needs = item->function->needs;
    if (item->factor.p && item->function->function != AGGREGATE_SUM)
        return "only sum multiplies columns";
    if (needs == NEEDS_NUMBER || needs == NEEDS_CODE)
        return item->column.p ? NULL : "a column is missing";
    if (needs == NEEDS_CODE_OR_CONDITION)
        return item->column.p || item->where.p ? NULL : "a column is missing";
    if (needs != MAY_HAVE_CODE && item->column.p)
        return "it takes no column";
    return NULL;
}

static void put_parts(struct buf *b, const struct recipe_item *item, char colon, char equals)
{
    buf_text(b, item->function->name);
    if (item->column.p) {
        buf_char(b, colon);
        buf_str(b, item->column);
    }
    if (item->factor.p) {
        buf_char(b, '*');
        buf_str(b, item->factor);
    }
    if (item->where.p) {
        buf_char(b, colon);
        buf_str(b, item->where);
        buf_char(b, equals);
        buf_str(b, item->is);
    }
}

static struct str keep(struct recipe *r, struct str text)
{
    if (!text.p)
        return text;
    return (struct str){arena_text(&r->text, text.p, text.n), text.n};
}

static void append(struct recipe *r, struct recipe_item item)
{
    struct buf name = {0};
    if (item.name.p)
        buf_str(&name, item.name);
    else
        put_parts(&name, &item, '_', '_');
    item.name = keep(r, buf_view(&name));
    item.column = keep(r, item.column);
    item.factor = keep(r, item.factor);
    item.where = keep(r, item.where);
    item.is = keep(r, item.is);
    r->item = mem_grow(r->item, &r->cap, r->n + 1, sizeof *r->item);
    r->item[r->n++] = item;
    buf_release(&name);
}

static bool has(struct str s, char c)
{
    return s.n && memchr(s.p, c, s.n);
}

/* FUNCTION[:COLUMN[*COLUMN]][:COLUMN=VALUE] into item; false when it is none. */
static bool read_parts(struct recipe_item *item, struct str text)
{
    struct str rest, part = str_cut(text, ':', &rest);
    item->function = function_named(part);
    if (!item->function)
        return false;
    if (rest.p && !has(rest, '=')) {
        item->column = rest;
    } else if (rest.p) {
        part = str_cut(rest, ':', &rest);
        if (!has(part, '=')) {
            item->column = part;
            part = rest;
        } else if (rest.p) { /* a value may hold colons */
            part.n += 1 + rest.n;
        }
        item->where = str_cut(part, '=', &item->is);
    }
    if (has(item->column, '*'))
        item->column = str_cut(item->column, '*', &item->factor);
    return true;
}

static void parse_item(struct recipe *r, struct str text)
{
    struct recipe_item item = {0};
    struct str rest, head = str_cut(text, ':', &rest);
    struct str name = str_cut(head, '=', &rest);
    if (rest.p) {
        if (!name.n)
            die_usage("--agg: \"%.*s\" has no name before '='", STR_ARG(text));
        item.name = name;
        text = (struct str){rest.p, (size_t)(text.p + text.n - rest.p)};
    }
    if (!read_parts(&item, text))
        die_usage("--agg: \"%.*s\" is no aggregate (count, sum:COL, mean:, min:, max:, sd:, "
                  "distinct:, first:, last:, top:, share:, days, recency, frequency)",
            STR_ARG(text));
    const char *why = fault(&item);
    if (why)
        die_usage("--agg: \"%.*s\": %s", STR_ARG(text), why);
    append(r, item);
}

void recipe_parse(struct recipe *r, const char *list)
{
    struct str rest = str_of(list);
    while (rest.p)
        parse_item(r, str_cut(rest, ',', &rest));
}

void recipe_add(struct recipe *r, const struct recipe_words *words)
{
    struct recipe_item item = {.name = str_of(words->name),
        .function = function_named(str_of(words->function)),
        .column = words->column,
        .where = str_of(words->where),
        .is = words->is};
    if (has(item.column, '*'))
        item.column = str_cut(item.column, '*', &item.factor);
    append(r, item);
}

void recipe_print(const struct recipe *r, struct buf *out)
{
    for (size_t i = 0; i < r->n; i++) {
        buf_text(out, i ? "," : "");
        buf_str(out, r->item[i].name);
        buf_char(out, '=');
        put_parts(out, &r->item[i], ':', '=');
    }
}

/* aggregate NAME FUNCTION COLUMN FACTOR WHERE IS: an empty column is one that is not there */
void recipe_write(const struct recipe *r, struct model_out *m)
{
    for (size_t i = 0; i < r->n; i++) {
        model_key(m, "aggregate");
        model_text(m, r->item[i].name);
        model_text(m, str_of(r->item[i].function->name));
        model_text(m, r->item[i].column);
        model_text(m, r->item[i].factor);
        model_text(m, r->item[i].where);
        model_text(m, r->item[i].is);
    }
}

static struct str present(struct str s)
{
    return s.n ? s : (struct str){NULL, 0};
}

void recipe_read(struct recipe *r, struct model_in *m)
{
    while (model_peek(m, "aggregate")) {
        struct model_line line;
        model_expect(m, "aggregate", 6, &line);
        struct recipe_item item = {.name = line.field[1],
            .function = function_named(line.field[2]),
            .column = present(line.field[3]),
            .factor = present(line.field[4]),
            .where = present(line.field[5])};
        if (item.where.p)
            item.is = line.field[6];
        const char *why = item.function ? fault(&item) : "an unknown function";
        if (why)
            model_die(m, &line, why);
        append(r, item);
    }
}

void recipe_release(struct recipe *r)
{
    mem_free(r->item);
    arena_release(&r->text);
    *r = (struct recipe){0};
}
