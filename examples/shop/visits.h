/* SPDX-License-Identifier: MIT */
/*
 * visits - what users of the simulated shop do: search, look, put into the cart, order
 *
 * A visit is about one category, chosen by interest; items come by popularity, tempered by brand
 * and price; what is in the cart is ordered together, often with the item's companion.
 */
#ifndef SHOP_VISITS_H
#define SHOP_VISITS_H

#include "world.h"

enum { DAYS = 60, BOTS = 3 };

enum event_kind { EVENT_SEARCH, EVENT_VIEW, EVENT_CART, EVENT_ORDER };

struct event {
    int64_t time;  /* seconds since 1970 */
    uint32_t user; /* beyond world->users: a bot */
    uint32_t item; /* EVENT_SEARCH: one of the category looked for */
    uint32_t order;
    uint32_t duration; /* seconds; EVENT_VIEW */
    uint8_t kind, quantity;
};

struct visits {
    struct event *event;
    size_t n, cap;
    uint32_t orders;
};

/* All events of DAYS days, by time. */
struct visits visits_of(const struct world *);

/* Midnight of the first day; a time of day as shops see them, mostly in the evening. */
int64_t visits_start(void);
struct dice;
int64_t visits_hour(struct dice *);

#endif
