/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <math.h>
#include <stdio.h>

#include "dice.h"
#include "fmath.h"
#include "mem.h"

const struct category world_category[CATEGORIES] = {
    {"phone", "phone", "手机", "tech", 600, 0.20},
    {"laptop", "laptop", "笔记本电脑", "tech", 1100, 0.10},
    {"camera", "camera", "相机", "tech", 800, 0.06},
    {"audio", "headphones", "耳机", "tech", 120, 0.09},
    {"kitchen", "pan", "厨具", "home", 60, 0.12},
    {"lighting", "lamp", "灯具", "home", 45, 0.07},
    {"shoes", "shoes", "鞋", "style", 80, 0.14},
    {"beauty", "lipstick", "美妆", "style", 25, 0.10},
    {"toys", "toy", "玩具", "leisure", 30, 0.07},
    {"books", "novel", "图书", "leisure", 18, 0.05},
};

const char *const world_brand[BRANDS] = {"Aurora", "北辰", "Kestrel", "云雀", "Halden", "青禾",
    "Mirabel", "松果", "Orchard & Vale", "Lumo", "星河", "O'Hara", "Juniper", "白鹭", "Pico",
    "Fenwick"};

/* Words that make the names of items. */
static const char *const english[] = {
    "Classic", "Mini", "Pro", "Air", "Studio", "Go", "Prime", "Nova", "Duo", "Flex", "Solo", "Max"};
static const char *const chinese[] = {
    "经典", "迷你", "专业", "轻", "旗舰", "青春", "尊享", "新星", "双子", "随行", "简约", "大师"};
enum { WORDS = sizeof english / sizeof *english };

static const double seen[SLOTS] = {1, 0.7, 0.45};

static void make_name(struct item *it, struct dice *d)
{
    const struct category *c = &world_category[it->category];
    const char *brand = world_brand[it->brand];
    size_t word = dice_below(d, WORDS);
    unsigned number = 1 + (unsigned)dice_below(d, 99);

    if ((unsigned char)brand[0] >= 0x80)
        snprintf(it->name, sizeof it->name, "%s%s%s %u", brand, chinese[word], c->chinese, number);
    else
        snprintf(
            it->name, sizeof it->name, "%s %s %s %u", brand, english[word], c->english, number);
}

static void make_item(struct world *w, size_t i)
{
    static const unsigned discounts[] = {5, 10, 15, 20, 30, 40, 50};
    struct item *it = &w->item[i];
    struct dice d = dice_of(w->seed, DICE_ITEM, i);

    it->category = i / ITEMS_HERE;
    it->brand = (it->category * 3 + dice_below(&d, BRANDS_HERE) * 5) % BRANDS;
    it->tier = dice_normal(&d);
    it->price = floor(world_category[it->category].price * fm_exp(0.45 * it->tier)) + 0.99;
    if (dice_happens(&d, 0.45))
        it->discount = discounts[dice_below(&d, sizeof discounts / sizeof *discounts)];
    it->companion = dice_below(&d, CATEGORIES) * ITEMS_HERE + dice_below(&d, ITEMS_HERE / 4);
    make_name(it, &d);
}

/* Ads are for popular items of each category, the discounted ones first. */
static void make_ads(struct world *w)
{
    for (size_t a = 0; a < ADS; a++) {
        struct dice d = dice_of(w->seed, DICE_AD, a);
        size_t place = a % ADS_HERE * 3 + dice_below(&d, 3);
        w->ad[a].item = a / ADS_HERE * ITEMS_HERE + place;
        w->ad[a].appeal = 0.2 * dice_normal(&d);
    }
}

/* A favourite category, a second one, and a little of the rest; visits differ by two decades. */
static void make_user(struct world *w, size_t i, const double *share)
{
    struct user *u = &w->user[i];
    struct dice d = dice_of(w->seed, DICE_USER, i);
    size_t first = dice_share(&d, share, CATEGORIES), second = dice_share(&d, share, CATEGORIES);
    double devotion = 0.45 + 0.3 * dice_uniform(&d);

    for (size_t c = 0; c < CATEGORIES; c++)
        u->interest[c] = (1 - devotion) * 0.5 * world_category[c].share;
    u->interest[first] += devotion;
    u->interest[second] += (1 - devotion) * 0.5;
    for (size_t c = 0; c < CATEGORIES; c++)
        u->share[c + 1] = u->share[c] + u->interest[c];
    u->brand = (first * 3 + dice_below(&d, BRANDS_HERE) * 5) % BRANDS;
    u->budget = 0.8 * dice_normal(&d);
    u->thrift = dice_uniform(&d);
    u->activity = dice_lognormal(&d, -3.75, 1.1);
}

struct world *world_new(uint64_t seed, size_t users)
{
    struct world *w = mem_zero(1, sizeof *w);
    double share[CATEGORIES + 1] = {0};

    w->seed = seed;
    w->users = users;
    w->user = mem_zero(users, sizeof *w->user);
    for (size_t i = 0; i < ITEMS_HERE; i++)
        w->popularity[i + 1] = w->popularity[i] + 1 / (double)(i + 2);
    for (size_t c = 0; c < CATEGORIES; c++)
        share[c + 1] = share[c] + world_category[c].share;
    for (size_t i = 0; i < ITEMS; i++)
        make_item(w, i);
    make_ads(w);
    for (size_t i = 0; i < users; i++)
        make_user(w, i, share);
    return w;
}

void world_free(struct world *w)
{
    mem_free(w->user);
    mem_free(w);
}

double world_click(const struct world *w, const struct user *u, size_t ad, size_t slot)
{
    const struct item *it = &w->item[w->ad[ad].item];
    double off = it->tier - u->budget;
    double eta = -3.55 + 2.1 * u->interest[it->category] - 0.15 * off * off;

    eta += 0.6 * (it->brand == u->brand) + u->thrift * it->discount / 60 + w->ad[ad].appeal;
    return seen[slot - 1] * fm_logistic(eta);
}
