/* SPDX-License-Identifier: MIT */
#include "visits.h"

#include <stdlib.h>

#include "dice.h"
#include "fmath.h"
#include "mem.h"

/* One visit while it goes on. */
struct visit {
    const struct world *world;
    struct visits *out;
    struct dice dice;
    uint32_t user;
    int64_t time;
    size_t category;
    uint32_t cart[16];
    size_t in_cart;
};

int64_t visits_start(void)
{
    return 1767225600; /* 2026-01-01 */
}

int64_t visits_hour(struct dice *d)
{
    static const double share[25] = {0, 2, 3, 4, 5, 6, 8, 12, 18, 26, 35, 45, 56, 66, 75, 84, 93,
        103, 115, 130, 148, 168, 186, 196, 200};
    return (int64_t)dice_share(d, share, 24) * 3600 + (int64_t)dice_below(d, 3600);
}

static struct event *add(struct visit *v, enum event_kind kind, size_t item)
{
    struct visits *out = v->out;

    out->event = mem_grow(out->event, &out->cap, out->n + 1, sizeof *out->event);
    out->event[out->n] = (struct event){.time = v->time,
        .user = v->user,
        .item = (uint32_t)item,
        .kind = (uint8_t)kind,
        .quantity = 1};
    return &out->event[out->n++];
}

/* How well the item suits the user, from 0 to 1. */
static double match(const struct visit *v, const struct item *it)
{
    const struct user *u = &v->world->user[v->user];
    double off = it->tier - u->budget;
    double bargain = 0.2 * u->thrift * it->discount / 20;

    return fm_exp(-0.3 * off * off) * (it->brand == u->brand ? 1 : 0.6) * (0.8 + bargain / 2.5);
}

static size_t choose_item(struct visit *v)
{
    const struct world *w = v->world;
    size_t category = v->category, item = 0;

    if (dice_happens(&v->dice, 0.2))
        category = dice_share(&v->dice, w->user[v->user].share, CATEGORIES);
    for (int tries = 0; tries < 4; tries++) {
        item = category * ITEMS_HERE + dice_share(&v->dice, w->popularity, ITEMS_HERE);
        if (dice_happens(&v->dice, match(v, &w->item[item])))
            break;
    }
    return item;
}

static void put_in_cart(struct visit *v, size_t item)
{
    for (size_t i = 0; i < v->in_cart; i++)
        if (v->out->event[v->cart[i]].item == item)
            return;
    struct event *e = add(v, EVENT_CART, item);
    e->quantity = (uint8_t)dice_geometric(&v->dice, 0.9, 5);
    if (v->in_cart < sizeof v->cart / sizeof *v->cart)
        v->cart[v->in_cart++] = (uint32_t)(v->out->n - 1);
    v->time += 10;
}

static void look(struct visit *v)
{
    const struct world *w = v->world;
    size_t item = choose_item(v);
    double suits = match(v, &w->item[item]);
    struct event *e = add(v, EVENT_VIEW, item);

    e->duration = 2 + (uint32_t)dice_lognormal(&v->dice, 2.8 + suits, 0.8);
    v->time += e->duration + 1;
    if (!dice_happens(&v->dice, 0.06 + 0.2 * suits))
        return;
    put_in_cart(v, item);
    if (dice_happens(&v->dice, 0.3))
        put_in_cart(v, w->item[item].companion);
}

static void order(struct visit *v)
{
    if (!v->in_cart || !dice_happens(&v->dice, 0.55))
        return;
    v->time += 30 + (int64_t)dice_below(&v->dice, 300);
    v->out->orders++;
    for (size_t i = 0; i < v->in_cart; i++) {
        struct event put = v->out->event[v->cart[i]];
        struct event *e = add(v, EVENT_ORDER, put.item);
        e->quantity = put.quantity;
        e->order = v->out->orders;
    }
}

static void visit(struct visits *out, const struct world *w, size_t user, unsigned number)
{
    struct visit v = {w, out, dice_of(w->seed, DICE_SESSION, user << 16 | number), (uint32_t)user};

    v.time = visits_start() + (int64_t)dice_below(&v.dice, DAYS) * 86400 + visits_hour(&v.dice);
    v.category = dice_share(&v.dice, w->user[user].share, CATEGORIES);
    if (dice_happens(&v.dice, 0.35)) {
        add(&v, EVENT_SEARCH, v.category * ITEMS_HERE + dice_below(&v.dice, ITEMS_HERE));
        v.time += 5 + (int64_t)dice_below(&v.dice, 30);
    }
    unsigned views = dice_geometric(&v.dice, 0.32, 40);
    for (unsigned i = 0; i < views; i++)
        look(&v);
    order(&v);
}

/* A bot looks at hundreds of items within an hour. */
static void crawl(struct visits *out, const struct world *w, size_t bot)
{
    struct visit v = {w, out, dice_of(w->seed, DICE_SESSION, UINT64_MAX - bot)};

    v.user = (uint32_t)(w->users + bot);
    v.time = visits_start() + (int64_t)(10 + 15 * bot) * 86400;
    for (int i = 0; i < 500; i++) {
        add(&v, EVENT_VIEW, dice_below(&v.dice, ITEMS))->duration = 1;
        v.time += 6;
    }
}

/* By time, user, kind and item. */
static int by_time(const void *a, const void *b)
{
    const struct event *x = a, *y = b;

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return (x->item > y->item) - (x->item < y->item);
}

struct visits visits_of(const struct world *w)
{
    struct visits out = {0};

    for (size_t i = 0; i < w->users; i++) {
        struct dice d = dice_of(w->seed, DICE_SESSION, i << 16 | 0xFFFF);
        unsigned n = dice_poisson(&d, w->user[i].activity * DAYS);
        for (unsigned j = 0; j < n; j++)
            visit(&out, w, i, j);
    }
    for (size_t i = 0; i < BOTS; i++)
        crawl(&out, w, i);
    qsort(out.event, out.n, sizeof *out.event, by_time);
    return out;
}
