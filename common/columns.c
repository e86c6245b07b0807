/* SPDX-License-Identifier: MIT */
/*
 * An ITEM is tried as a plain name first, then as a glob, then as a range at each ':' and '-' that
 * has an existing name on either side.  Taking away and adding work on a mark per column, so a
 * list of any length costs its length times the header's.
 */
#include "columns.h"

#include <fnmatch.h>
#include <string.h>

#include "dict.h"
#include "mem.h"

/* A list being read. */
struct reading {
    const char *option;
    const struct header *header;
    struct columns list;
    bool *chosen; /* by column */
};

long columns_find(const struct header *h, struct str name)
{
    for (size_t i = 0; i < h->n; i++)
        if (str_equal(h->name[i], name))
            return (long)i;
    return COLUMN_NONE;
}

const struct str *columns_nearest(struct str name, const struct header *h)
{
    const struct str *nearest = NULL;
    size_t best = name.n / 3 + 1;
    for (size_t i = 0; i < h->n; i++) {
        size_t distance = str_distance(name, h->name[i]);
        if (distance < best) {
            best = distance;
            nearest = &h->name[i];
        }
    }
    return nearest;
}

/* The end of a message: 'is "X" meant?' or what there is. */
static const char *hint(struct str name, const struct header *h, struct buf *text)
{
    enum { FEW = 12 };
    const struct str *nearest = columns_nearest(name, h);
    buf_text(text, nearest ? "is \"" : "the input has ");
    if (nearest) {
        buf_str(text, *nearest);
        buf_text(text, "\" meant?");
        return buf_cstr(text);
    }
    for (size_t i = 0; i < h->n && i < FEW; i++) {
        buf_text(text, i ? ", " : "");
        buf_str(text, h->name[i]);
    }
    buf_text(text, h->n > FEW ? ", ..." : "");
    return buf_cstr(text);
}

_Noreturn static void no_column(const char *option, struct str name, const struct header *h)
{
    struct buf text = {0};
    if (args_default(option))
        die("there is no column \"%.*s\", which --%s is by default (%s)", STR_ARG(name), option,
            hint(name, h, &text));
    die_usage(
        "--%s: there is no column \"%.*s\" (%s)", option, STR_ARG(name), hint(name, h, &text));
}

static void choose(struct reading *r, size_t column, bool take_away)
{
    if (!take_away && !r->chosen[column])
        r->list.at[r->list.n++] = column;
    r->chosen[column] = !take_away;
}

static void choose_range(struct reading *r, long from, long to, bool take_away)
{
    if (from > to)
        die_usage("--%s: column \"%.*s\" stands after \"%.*s\"", r->option,
            STR_ARG(r->header->name[from]), STR_ARG(r->header->name[to]));
    for (long i = from; i <= to; i++)
        choose(r, (size_t)i, take_away);
}

/* NAME:NAME or NAME-NAME; false when the item is none. */
static bool try_range(struct reading *r, struct str item, bool take_away)
{
    for (size_t i = 1; i + 1 < item.n; i++) {
        if (item.p[i] != ':' && item.p[i] != '-')
            continue;
        long from = columns_find(r->header, (struct str){item.p, i});
        long to = columns_find(r->header, (struct str){item.p + i + 1, item.n - i - 1});
        if (from == COLUMN_NONE || to == COLUMN_NONE)
            continue;
        choose_range(r, from, to, take_away);
        return true;
    }
    return false;
}

static bool try_glob(struct reading *r, const char *pattern, bool take_away)
{
    struct buf name = {0};
    bool any = false;
    for (size_t i = 0; strpbrk(pattern, "*?[") && i < r->header->n; i++) {
        buf_clear(&name);
        buf_str(&name, r->header->name[i]);
        if (fnmatch(pattern, buf_cstr(&name), 0) != 0)
            continue;
        choose(r, i, take_away);
        any = true;
    }
    buf_release(&name);
    return any;
}

/* An item without its "!", whose backslashes still stand; NUL-terminated. */
static void read_item(struct reading *r, struct str item, bool take_away)
{
    struct str plain = args_plain(item);
    long at = columns_find(r->header, plain);
    if (at != COLUMN_NONE)
        choose(r, (size_t)at, take_away);
    else if (!try_glob(r, item.p, take_away) && !try_range(r, item, take_away))
        no_column(r->option, plain, r->header);
}

/* Columns taken away leave the list; one that comes back later stands where it came back. */
static void drop_taken(struct reading *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->list.n; i++)
        if (r->chosen[r->list.at[i]])
            r->list.at[kept++] = r->list.at[i];
    r->list.n = kept;
}

struct columns columns_parse(const char *option, const char *list, const struct header *h)
{
    struct reading r = {option, h, {mem_alloc(h->n, sizeof(size_t)), 0}, mem_zero(h->n, 1)};
    size_t items = 0;
    const char **at = list ? args_items(list, &items) : NULL;
    if (list && !items)
        die_usage("--%s: an empty name in \"%s\"", option, list);
    for (size_t i = 0; list && *list == '!' && i < h->n; i++)
        choose(&r, i, false);
    for (size_t i = 0; i < items; i++) {
        struct str item = str_of(at[i]);
        bool take_away = item.n > 0 && item.p[0] == '!';
        if (item.n == (size_t)take_away)
            die_usage("--%s: an empty name in \"%s\"", option, list);
        read_item(&r, (struct str){item.p + take_away, item.n - take_away}, take_away);
        if (take_away)
            drop_taken(&r);
    }
    mem_free(r.chosen);
    return r.list;
}

struct columns columns_all(const struct header *h)
{
    struct columns all = {mem_alloc(h->n, sizeof *all.at), h->n};
    for (size_t i = 0; i < h->n; i++)
        all.at[i] = i;
    return all;
}

bool columns_have(const struct columns *c, size_t column)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->at[i] == column)
            return true;
    return false;
}

size_t columns_option(const char *option, const char *name, const struct header *h)
{
    long at = columns_find(h, str_of(name));
    if (at == COLUMN_NONE)
        no_column(option, str_of(name), h);
    return (size_t)at;
}

size_t columns_need(struct str name, const struct header *h, const char *wanted_by)
{
    struct buf text = {0};
    long at = columns_find(h, name);
    if (at == COLUMN_NONE)
        die("there is no column \"%.*s\", which %s needs (%s)", STR_ARG(name), wanted_by,
            hint(name, h, &text));
    return (size_t)at;
}

void columns_sort(struct columns *c, const struct header *header)
{
    struct dict *names = dict_new();
    uint32_t *order = mem_alloc(c->n, sizeof *order);
    size_t *at = mem_alloc(c->n, sizeof *at);
    for (size_t i = 0; i < c->n; i++)
        dict_add(names, header->name[c->at[i]]);
    dict_sort(names, order);
    for (size_t i = 0; i < c->n; i++)
        at[i] = c->at[order[i]];
    mem_free(c->at);
    c->at = at;
    mem_free(order);
    dict_free(names);
}
