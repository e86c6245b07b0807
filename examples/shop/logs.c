/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "dice.h"
#include "files.h"
#include "mem.h"
#include "tables.h"

/* What goes wrong with a row of a log. */
struct dirt {
    bool twice, no_user, no_category, no_point, left_open;
};

struct logs {
    struct table_out browse, search, cart, orders;
};

static struct dirt dirt_of(const struct world *w, size_t row)
{
    struct dice d = dice_of(w->seed, DICE_DIRT, row);

    return (struct dirt){.twice = dice_happens(&d, 0.01),
        .no_user = dice_happens(&d, 0.008),
        .no_category = dice_happens(&d, 0.01),
        .no_point = dice_happens(&d, 0.0005),
        .left_open = dice_happens(&d, 0.003)};
}

static void put_user(struct table_out *t, const struct event *e, const struct dirt *dirt)
{
    if (dirt->no_user)
        table_missing(t);
    else
        table_id(t, 'u', e->user + 1);
}

static void put_product(struct table_out *t, const struct item *item, const struct dirt *dirt)
{
    struct item it = *item;

    if (dirt->no_point)
        it.price *= 100;
    table_product(t, &it, dirt->no_category);
}

/* What somebody types who looks for this item. */
static void put_query(struct table_out *t, const struct world *w, const struct event *e)
{
    const struct item *it = &w->item[e->item];
    const struct category *c = &world_category[it->category];
    const char *brand = world_brand[it->brand];
    struct dice d = dice_of(w->seed, DICE_SESSION, (uint64_t)e->user << 32 | (uint64_t)e->time);
    char query[120];

    if (dice_happens(&d, 0.4))
        snprintf(query, sizeof query, "%s", dice_happens(&d, 0.5) ? c->english : c->chinese);
    else if ((unsigned char)brand[0] >= 0x80)
        snprintf(query, sizeof query, "%s%s", brand, c->chinese);
    else
        snprintf(query, sizeof query, "%s %s", brand, c->english);
    table_text(t, query);
}

static void put_search(
    struct logs *l, const struct world *w, const struct event *e, const struct dirt *dirt)
{
    table_time(&l->search, e->time, true);
    put_user(&l->search, e, dirt);
    put_query(&l->search, w, e);
    table_end(&l->search);
}

static void put_view(
    struct logs *l, const struct world *w, const struct event *e, const struct dirt *dirt)
{
    table_time(&l->browse, e->time, false);
    put_user(&l->browse, e, dirt);
    table_id(&l->browse, 'i', e->item + 1);
    put_product(&l->browse, &w->item[e->item], dirt);
    table_int(&l->browse, e->duration + (dirt->left_open ? 86400 : 0));
    table_end(&l->browse);
}

static void put_cart(
    struct logs *l, const struct world *w, const struct event *e, const struct dirt *dirt)
{
    table_time(&l->cart, e->time, true);
    put_user(&l->cart, e, dirt);
    table_id(&l->cart, 'i', e->item + 1);
    put_product(&l->cart, &w->item[e->item], dirt);
    table_int(&l->cart, e->quantity);
    table_end(&l->cart);
}

static void put_order(
    struct logs *l, const struct world *w, const struct event *e, const struct dirt *dirt)
{
    table_id(&l->orders, 'o', e->order);
    table_time(&l->orders, e->time, false);
    put_user(&l->orders, e, dirt);
    table_id(&l->orders, 'i', e->item + 1);
    put_product(&l->orders, &w->item[e->item], dirt);
    table_int(&l->orders, e->quantity);
    table_end(&l->orders);
}

void files_logs(const struct common *common, const struct world *w, const char *folder)
{
    static void (*const put[])(struct logs *, const struct world *, const struct event *,
        const struct dirt *) = {put_search, put_view, put_cart, put_order};
    struct visits visits = visits_of(w);
    struct logs l = {
        table_begin(
            common, folder, "browse.csv", "time,user,item,category,brand,price,discount,duration"),
        table_begin(common, folder, "search.tsv.gz", "ts,customer_id,query"),
        table_begin(common, folder, "cart.csv",
            "time,customer,product,category,brand,price,discount,quantity"),
        table_begin(common, folder, "orders.csv.gz",
            "order_id,ordered_at,customer_id,sku,category,brand,unit_price,discount,quantity"),
    };

    for (size_t i = 0; i < visits.n; i++) {
        const struct event *e = &visits.event[i];
        struct dirt dirt = dirt_of(w, i);
        put[e->kind](&l, w, e, &dirt);
        if (dirt.twice)
            put[e->kind](&l, w, e, &dirt);
    }
    mem_free(visits.event);
}
