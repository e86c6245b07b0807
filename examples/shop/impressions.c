/* SPDX-License-Identifier: MIT */
/*
 * The policy that the shop has logged: 70 % by the popularity of the item, 30 % evenly over all
 * ads, whoever asks; so prob is known and never small.
 */
#include <math.h>
#include <stdlib.h>

#include "dice.h"
#include "files.h"
#include "fmath.h"
#include "mem.h"
#include "tables.h"

enum { FIRST_DAY = 30, REQUESTS_A_VISIT = 5 };

struct request {
    int64_t time;
    uint32_t user, number;
};

/* share (ADS + 1): running sums of the policy's probabilities */
static void policy(const struct world *w, double *share)
{
    double weight[ADS], total = 0;

    for (size_t a = 0; a < ADS; a++) {
        size_t item = w->ad[a].item, place = item % ITEMS_HERE;
        double liked = world_category[item / ITEMS_HERE].share *
                       (w->popularity[place + 1] - w->popularity[place]);
        total += weight[a] = fm_pow(liked, 0.7);
    }
    share[0] = 0;
    for (size_t a = 0; a < ADS; a++)
        share[a + 1] = share[a] + 0.7 * weight[a] / total + 0.3 / ADS;
}

static int by_time(const void *a, const void *b)
{
    const struct request *x = a, *y = b;

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static struct request *requests_of(const struct world *w, size_t *n)
{
    struct request *all = NULL;
    size_t cap = 0;

    *n = 0;
    for (size_t i = 0; i < w->users; i++) {
        struct dice d = dice_of(w->seed, DICE_REQUEST, i);
        double days = DAYS - FIRST_DAY;
        unsigned own = dice_poisson(&d, w->user[i].activity * days * REQUESTS_A_VISIT);
        all = mem_grow(all, &cap, *n + own, sizeof *all);
        for (uint32_t j = 0; j < own; j++) {
            int64_t day = FIRST_DAY + (int64_t)dice_below(&d, DAYS - FIRST_DAY);
            int64_t time = visits_start() + day * 86400 + visits_hour(&d);
            all[(*n)++] = (struct request){time, (uint32_t)i, j};
        }
    }
    qsort(all, *n, sizeof *all, by_time);
    return all;
}

static void put_outcome(
    struct table_out *t, const struct world *w, size_t ad, double click_prob, struct dice *d)
{
    const struct item *it = &w->item[w->ad[ad].item];
    double price = it->price * (100 - it->discount) / 100;
    bool click = dice_happens(d, click_prob), bought = dice_happens(d, 0.08);
    double cost = floor(10 + 30 * dice_uniform(d)) / 100;

    table_int(t, click);
    table_int(t, click && bought);
    table_number(t, click ? cost : 0);
    table_number(t, click && bought ? floor(price * 100 + 0.5) / 100 : 0);
}

void files_impressions(const struct common *common, const struct world *w, const char *folder)
{
    static const double slots[SLOTS + 1] = {0, 0.45, 0.78, 1};
    struct table_out t = table_begin(common, folder, "impressions.csv",
        "request,time,user,slot,ad,prob,click,conversion,cost,revenue");
    double share[ADS + 1];
    size_t n;
    struct request *request = requests_of(w, &n);

    policy(w, share);
    for (size_t i = 0; i < n; i++) {
        const struct request *r = &request[i];
        struct dice d =
            dice_of(w->seed, DICE_REQUEST, (uint64_t)1 << 63 | (uint64_t)r->user << 24 | r->number);
        size_t slot = 1 + dice_share(&d, slots, SLOTS), ad = dice_share(&d, share, ADS);
        table_id(&t, 'r', i + 1);
        table_time(&t, r->time, false);
        table_id(&t, 'u', r->user + 1);
        table_int(&t, (int64_t)slot);
        table_id(&t, 'a', ad + 1);
        table_number(&t, (share[ad + 1] - share[ad]) / share[ADS]);
        put_outcome(&t, w, ad, world_click(w, &w->user[r->user], ad, slot), &d);
        table_end(&t);
    }
    mem_free(request);
}
