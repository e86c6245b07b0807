/* SPDX-License-Identifier: MIT */
#include "where.h"

#include <string.h>

#include "columns.h"
#include "decimal.h"
#include "die.h"
#include "mem.h"
#include "pattern.h"
#include "timestamp.h"

enum operator{ EQ, NE, LE, GE, LT, GT, MATCH, NO_MATCH };

/* Longer spellings first: "<=" is not "<" and "=". */
static const char *const spelling[] = {"==", "!=", "<=", ">=", "<", ">", "~", "!~"};
static const enum operator by_length[] = {EQ, NE, LE, GE, NO_MATCH, LT, GT, MATCH};

struct condition {
    size_t column;
    enum operator op;
    struct str value;
    bool is_number, is_time;
    struct decimal number;
    int64_t time;
    struct pattern *pattern; /* of ~ and !~ */
};

struct where {
    struct condition *condition;
    size_t n;
    int32_t tz;
};

/* The operator at p, or -1. */
static int operator_at(const char *p)
{
    for (size_t i = 0; i < sizeof by_length / sizeof *by_length; i++)
        if (strncmp(p, spelling[by_length[i]], strlen(spelling[by_length[i]])) == 0)
            return (int)by_length[i];
    return -1;
}

static void compile(struct condition *c, const char *text)
{
    struct buf why = {0};
    c->pattern = pattern_new(c->value.p, &why);
    if (!c->pattern)
        die_usage("--where: %s: %s", text, buf_cstr(&why));
    buf_release(&why);
}

static void parse(struct condition *c, const char *text, const struct header *header, int32_t tz)
{
    struct buf name = {0};
    const char *p = text;
    int kind = -1;
    for (; *p && (kind = operator_at(p)) < 0; p++) {
        p += *p == '\\' && p[1];
        buf_char(&name, *p);
    }
    if (kind < 0 || p == text)
        die_usage("--where: \"%s\" is not COL op VALUE, op one of == != < <= > >= ~ !~", text);
    c->column = columns_option("where", buf_cstr(&name), header);
    buf_release(&name);
    c->op = (enum operator)kind;
    c->value = str_of(p + strlen(spelling[kind]));
    c->is_number = decimal_read(c->value, &c->number);
    c->is_time = timestamp_read(c->value, tz, &c->time) == TIMESTAMP_ISO;
    if (kind == MATCH || kind == NO_MATCH)
        compile(c, text);
}

struct where *where_parse(const struct arg_list *list, const struct header *header, int32_t tz)
{
    struct where *w = mem_zero(1, sizeof *w);
    w->condition = mem_zero(list->n, sizeof *w->condition);
    w->n = list->n;
    w->tz = tz;
    for (size_t i = 0; i < list->n; i++)
        parse(&w->condition[i], list->at[i], header, tz);
    return w;
}

/* <0, 0, >0 as the field is less than, equal to or greater than the value. */
static int compare(const struct where *w, const struct condition *c, struct str field)
{
    struct decimal x;
    int64_t t;
    if (c->is_number && decimal_read(field, &x))
        return decimal_compare(&x, &c->number);
    if (c->is_time && timestamp_read(field, w->tz, &t) != TIMESTAMP_NONE)
        return (t > c->time) - (t < c->time);
    return str_compare(field, c->value);
}

static bool holds(
    const struct where *w, const struct condition *c, const struct csv_in *in, struct str field)
{
    if (c->op == MATCH || c->op == NO_MATCH)
        return pattern_matches(c->pattern, field) == (c->op == MATCH);
    bool missing = csv_missing(in, field);
    if (missing || c->value.n == 0)
        return (missing && c->value.n == 0) ? c->op == EQ : c->op == NE;
    int order = compare(w, c, field);
    switch (c->op) {
    case EQ:
        return order == 0;
    case NE:
        return order != 0;
    case LE:
        return order <= 0;
    case GE:
        return order >= 0;
    case LT:
        return order < 0;
    default:
        return order > 0;
    }
}

bool where_holds(const struct where *w, const struct csv_in *in, const struct row *row)
{
    for (size_t i = 0; i < w->n; i++)
        if (!holds(w, &w->condition[i], in, row->text[w->condition[i].column]))
            return false;
    return true;
}

void where_mark(const struct where *w, bool *column)
{
    for (size_t i = 0; i < w->n; i++)
        column[w->condition[i].column] = true;
}

void where_free(struct where *w)
{
    for (size_t i = 0; i < w->n; i++)
        pattern_free(w->condition[i].pattern);
    mem_free(w->condition);
    mem_free(w);
}
