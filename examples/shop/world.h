/* SPDX-License-Identifier: MIT */
/*
 * world - what there is in the simulated shop: items, ads, users with hidden interests, and how
 * probable a click is
 *
 *   P(click) = seen[slot] * logistic(base + 2.1 interest[category] + 0.6 [brand is the favourite]
 *                                    - 0.15 (tier - budget)^2 + thrift * discount / 60 + appeal)
 *
 * interest sums to 1 over the categories; tier is how dear the item is within its category and
 * budget how dear the user likes it, both in standard deviations; thrift, appeal: the user's and
 * the ad's own.  Nobody who learns from the logs sees any of this.
 */
#ifndef SHOP_WORLD_H
#define SHOP_WORLD_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum { CATEGORIES = 10, BRANDS = 16, BRANDS_HERE = 5, ITEMS_HERE = 200, ADS_HERE = 8, SLOTS = 3 };
enum { ITEMS = CATEGORIES * ITEMS_HERE, ADS = CATEGORIES * ADS_HERE };

/* A category's things are called by the English or the Chinese noun. */
struct category {
    const char *name, *english, *chinese;
    const char *family; /* the template of its ads */
    double price;       /* of its middle item */
    double share;       /* of all interest */
};
extern const struct category world_category[CATEGORIES];
extern const char *const world_brand[BRANDS];

struct item {
    size_t category, brand;
    double price, tier;
    unsigned discount; /* per cent */
    size_t companion;  /* item that is often bought with it */
    char name[80];
};

struct ad {
    size_t item;
    double appeal;
};

struct user {
    double interest[CATEGORIES];
    double share[CATEGORIES + 1]; /* running sums of interest */
    size_t brand;
    double budget, thrift;
    double activity; /* visits a day */
};

struct world {
    uint64_t seed;
    struct item item[ITEMS];           /* category by category, each from popular to rare */
    double popularity[ITEMS_HERE + 1]; /* running shares by place in the category: Zipf's law */
    struct ad ad[ADS];
    struct user *user;
    size_t users;
};

struct world *world_new(uint64_t seed, size_t users);
void world_free(struct world *);

/* Probability that the user clicks on the ad in the slot, 1 .. SLOTS. */
double world_click(const struct world *, const struct user *, size_t ad, size_t slot);

#endif
