/* SPDX-License-Identifier: MIT */
#include "defaults.h"

#include <string.h>

#include "die.h"
#include "mem.h"
#include "role.h"

enum { MOST_KINDS = 100 };

static const char order_kind[] = "order";

static bool is_one_of(struct str name, const char *a, const char *b)
{
    return str_is(name, a) || str_is(name, b);
}

/* -f, or features by their role; never groups and the columns that other options name. */
static struct columns candidates(const struct events *e, const struct event_options *o)
{
    struct columns all =
        o->features ? columns_parse("features", o->features, e->header) : columns_all(e->header);
    struct columns out = columns_parse("exclude", o->exclude, e->header);
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++) {
        struct str name = e->header->name[all.at[i]];
        bool used = columns_have(&e->group, all.at[i]) || str_is(name, o->time) ||
                    is_one_of(name, o->event, o->item) || str_is(name, "duration");
        if (!used && !columns_have(&out, all.at[i]) &&
            (o->features || role_of(name) == ROLE_FEATURE))
            all.at[n++] = all.at[i];
    }
    all.n = n;
    mem_free(out.at);
    return all;
}

static long find(const struct events *e, const char *name)
{
    return columns_find(e->header, str_of(name));
}

static bool is_excluded(const struct defaults *d, const struct events *e, const char *name)
{
    struct columns out = columns_parse("exclude", d->options->exclude, e->header);
    bool gone = columns_have(&out, (size_t)find(e, name));
    mem_free(out.at);
    return gone;
}

/* The column is there and not excluded. */
static bool has(const struct defaults *d, const struct events *e, const char *name)
{
    return find(e, name) != COLUMN_NONE && !is_excluded(d, e, name);
}

/* How a candidate is read: category and brand as text, price and discount strictly as numbers;
 * of what else there is, only columns that prove to be numbers throughout count. */
static void want_candidate(struct defaults *d, struct events *e, size_t column)
{
    struct str name = e->header->name[column];
    bool numeric = columns_have(&e->numeric, column) || is_one_of(name, "price", "discount");
    bool text = columns_have(&e->categorical, column) || is_one_of(name, "category", "brand");
    d->named[column] = d->options->features || numeric || text;
    if (text)
        events_want(e, column, TABLE_CATEGORY);
    else if (d->named[column])
        events_number(e, column);
    else
        events_want(e, column, TABLE_NUMBER);
}

void defaults_want(struct defaults *d, struct events *e, const struct event_options *o)
{
    *d = (struct defaults){o, candidates(e, o), mem_zero(e->header->n, sizeof *d->named)};
    for (size_t i = 0; i < d->columns.n; i++)
        want_candidate(d, e, d->columns.at[i]);
    const char *const text[] = {o->event, o->item}, *const number[] = {"duration", "quantity"};
    for (size_t i = 0; i < 2; i++) {
        if (has(d, e, text[i]))
            events_want(e, (size_t)find(e, text[i]), TABLE_CATEGORY);
        if (has(d, e, number[i]))
            events_number(e, (size_t)find(e, number[i]));
    }
    if (has(d, e, o->time))
        events_time(e, false);
}

/* ---- the recipe ---- */

static void add(struct recipe *r, struct recipe_words words)
{
    recipe_add(r, &words);
}

static const struct table_column *loaded(
    const struct events *e, size_t column, enum table_type type)
{
    for (size_t i = 0; i < e->wants; i++)
        if (e->want[i].column == column && e->table->column[i].type == type)
            return &e->table->column[i];
    return NULL;
}

/* n_KIND for each kind of event; is there an order among them? */
static bool add_kinds(const struct events *e, struct recipe *r, const char *event)
{
    const struct table_column *c = loaded(e, (size_t)find(e, event), TABLE_CATEGORY);
    size_t kinds = dict_size(c->levels);
    if (kinds > MOST_KINDS)
        die("%s: %zu kinds of events, a column each (--agg says which are wanted)", event, kinds);
    uint32_t *order = mem_alloc(kinds, sizeof *order);
    struct buf name = {0};
    dict_sort(c->levels, order);
    for (size_t i = 0; i < kinds; i++) {
        struct str kind = dict_key(c->levels, order[i]);
        buf_clear(&name);
        buf_print(&name, "n_%.*s", STR_ARG(kind));
        add(r, (struct recipe_words){buf_cstr(&name), "count", .where = event, .is = kind});
    }
    buf_release(&name);
    mem_free(order);
    return dict_find(c->levels, str_of(order_kind)) != DICT_NONE;
}

static void add_times(struct recipe *r, const char *event, bool orders)
{
    struct str order = str_of(orders ? order_kind : NULL);
    add(r, (struct recipe_words){"active_days", "days"});
    add(r, (struct recipe_words){"recency", "recency"});
    if (orders)
        add(r, (struct recipe_words){"recency_order", "recency", .where = event, .is = order});
    if (orders || !event)
        add(r, (struct recipe_words){"frequency", "frequency", .where = event, .is = order});
}

static void add_functions(struct recipe *r, struct str column, const char *const *function)
{
    for (; *function; function++)
        add(r, (struct recipe_words){NULL, *function, column});
}

static void add_orders(
    const struct defaults *d, const struct events *e, struct recipe *r, const char *event)
{
    struct str order = str_of(order_kind);
    bool quantity = has(d, e, "quantity");
    if (columns_have(&d->columns, (size_t)find(e, "price"))) {
        add(r, (struct recipe_words){
                   "spent", "sum", str_of(quantity ? "price*quantity" : "price"), event, order});
        add(r, (struct recipe_words){"mean_price_order", "mean", str_of("price"), event, order});
    }
    if (columns_have(&d->columns, (size_t)find(e, "discount")))
        add(r,
            (struct recipe_words){"mean_discount_order", "mean", str_of("discount"), event, order});
}

static bool holds_numbers(const struct defaults *d, const struct events *e, size_t column)
{
    const struct table_column *c = loaded(e, column, TABLE_NUMBER);
    if (columns_have(&e->categorical, column))
        return false;
    if (is_one_of(e->header->name[column], "price", "discount"))
        return true; /* events_bind tells when it is not so */
    if (!c || d->named[column])
        return c;
    return c->not_numbers == 0 && c->missing < e->table->rows;
}

void defaults_recipe(const struct defaults *d, struct events *e, struct recipe *r)
{
    static const char *const numbers[] = {"sum", "mean", "max", NULL};
    static const char *const categories[] = {"distinct", "top", "share", NULL};
    static const char *const items[] = {"distinct", NULL};
    const char *event = has(d, e, d->options->event) ? d->options->event : NULL;
    add(r, (struct recipe_words){"events", "count"});
    bool orders = event && add_kinds(e, r, event);
    if (has(d, e, d->options->time))
        add_times(r, event, orders);
    if (has(d, e, "duration"))
        add(r, (struct recipe_words){"browse_time", "sum", str_of("duration")});
    for (size_t i = 0; i < d->columns.n; i++)
        if (holds_numbers(d, e, d->columns.at[i]))
            add_functions(r, e->header->name[d->columns.at[i]], numbers);
    if (orders)
        add_orders(d, e, r, event);
    if (has(d, e, d->options->item) && !columns_have(&e->group, (size_t)find(e, d->options->item)))
        add_functions(r, str_of(d->options->item), items);
    for (size_t i = 0; i < d->columns.n; i++)
        if (d->named[d->columns.at[i]] && loaded(e, d->columns.at[i], TABLE_CATEGORY))
            add_functions(r, e->header->name[d->columns.at[i]], categories);
}

void defaults_release(struct defaults *d)
{
    mem_free(d->columns.at);
    mem_free(d->named);
}
