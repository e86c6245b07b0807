/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-rules/mine.c cmd/pa-rules/apriori.c cmd/pa-rules/fpgrowth.c */
/* links: cmd/pa-rules/eclat.c cmd/pa-rules/eclat_kernel.c */
/* links: cmd/pa-rules/itemsets.c */
/*
 * The three methods against counting every subset of the items in every basket, on many small
 * random inputs and on the awkward ones: nothing frequent, everything in every basket, one basket,
 * wide items that need several words.
 */
#include "t.h"

#include <stdbool.h>

#include "cmd/pa-rules/mine.h"
#include "mem.h"
#include "rng.h"

enum { ITEMS = 12, SUBSETS = 1 << ITEMS, BASKETS = 60 };

struct input {
    uint32_t item[BASKETS * ITEMS];
    size_t start[BASKETS + 1];
    unsigned set[BASKETS];
    size_t n;
};

/* Item i * stride is in a basket with a chance that falls with i. */
static struct mine_baskets draw(struct input *in, uint64_t seed, uint32_t stride)
{
    size_t at = 0;
    in->n = (size_t)rng_below(seed, 100, 0, 0, BASKETS) + 1;
    double dense = rng_uniform(seed, 100, 0, 1);
    for (size_t b = 0; b < in->n; b++) {
        in->start[b] = at;
        in->set[b] = 0;
        for (uint32_t i = 0; i < ITEMS; i++) {
            double chance = dense + (1 - dense) / (i + 1.0) - 0.2;
            if (rng_uniform(seed, 100, b + 1, i) >= chance)
                continue;
            in->item[at++] = i * stride;
            in->set[b] |= 1u << i;
        }
    }
    in->start[in->n] = at;
    return (struct mine_baskets){in->item, in->start, in->n, (ITEMS - 1) * (size_t)stride + 1};
}

static uint32_t count_of(const struct input *in, unsigned set)
{
    uint32_t n = 0;
    for (size_t b = 0; b < in->n; b++)
        n += (in->set[b] & set) == set;
    return n;
}

static unsigned set_of(const uint32_t *item, size_t n, const uint32_t *frequent, uint32_t stride)
{
    unsigned set = 0;
    for (size_t i = 0; i < n; i++)
        set |= 1u << frequent[item[i]] / stride;
    return set;
}

enum find { ALL, CLOSED, MAXIMAL };

static bool wanted(
    const struct input *in, unsigned set, uint32_t least, size_t max_len, enum find find)
{
    uint32_t count = count_of(in, set);
    if (!set || count < least || (size_t)__builtin_popcount(set) > max_len)
        return false;
    for (unsigned i = 0; i < ITEMS && find != ALL; i++) {
        uint32_t more = set >> i & 1 ? 0 : count_of(in, set | 1u << i);
        if (find == MAXIMAL ? more >= least : more == count)
            return false;
    }
    return true;
}

/* Are the sets found exactly those wanted, with their counts and in order? */
static bool right(const struct input *in, struct itemsets *s, const uint32_t *frequent,
    uint32_t stride, uint32_t least, size_t max_len, enum find find)
{
    static unsigned char seen[SUBSETS];
    memset(seen, 0, sizeof seen);
    size_t found = 0, all = 0;
    for (size_t size = 1; size <= s->longest; size++) {
        uint32_t before[ITEMSETS_LONGEST], item[ITEMSETS_LONGEST];
        for (size_t i = 0; i < s->level[size].n; i++, found++) {
            itemsets_get(s, size, i, item);
            unsigned set = set_of(item, size, frequent, stride);
            if (seen[set]++ || !wanted(in, set, least, max_len, find) ||
                count_of(in, set) != s->level[size].count[i])
                return false;
            size_t k = 0;
            while (i && k < size && item[k] == before[k])
                k++;
            if (i && (k == size || item[k] < before[k]))
                return false;
            memcpy(before, item, sizeof item);
        }
    }
    for (unsigned set = 1; set < SUBSETS; set++)
        all += wanted(in, set, least, max_len, find);
    return all == found;
}

static bool agree(uint64_t seed, enum mine_algo algo, uint32_t stride, enum find find)
{
    static struct input in;
    struct mine_baskets b = draw(&in, seed, stride);
    struct itemsets s;
    uint32_t *frequent = mem_alloc(b.items, sizeof *frequent);
    size_t n, max_len = (size_t)rng_below(seed, 100, 0, 2, ITEMS + 1) + 1;
    uint32_t least = (uint32_t)rng_below(seed, 100, 0, 3, in.n / 3 + 1) + 1;
    struct mine_options o = {algo, least, find == ALL ? max_len : max_len + 1};
    bool good = mine(&b, &o, &s, frequent, &n) == MINE_OK;
    if (find == CLOSED)
        itemsets_keep_closed(&s, max_len);
    if (find == MAXIMAL)
        itemsets_keep_maximal(&s, max_len);
    good = good && right(&in, &s, frequent, stride, least, max_len, find);
    itemsets_release(&s);
    mem_free(frequent);
    return good;
}

static void random_baskets(enum mine_algo algo, const char *name)
{
    static const char *const finds[] = {"all", "closed", "maximal"};
    for (int find = ALL; find <= MAXIMAL; find++) {
        int bad = 0;
        for (uint64_t seed = 1; seed <= 60; seed++)
            bad += !agree(seed, algo, seed % 2 ? 1 : 1000, (enum find)find);
        char text[80];
        snprintf(
            text, sizeof text, "%s, %s: 60 random inputs as by brute force", name, finds[find]);
        ok_named(bad == 0, text);
    }
}

static void long_baskets(enum mine_algo algo, const char *name)
{
    static uint32_t item[2 * 600];
    size_t start[] = {0, 600, 1200};
    for (uint32_t i = 0; i < 1200; i++)
        item[i] = i % 600;
    struct mine_baskets b = {item, start, 2, 600};
    struct itemsets s;
    uint32_t frequent[600];
    size_t n;
    char text[80];
    enum mine_status status = mine(&b, &(struct mine_options){algo, 2, 2}, &s, frequent, &n);
    snprintf(text, sizeof text, "%s: all pairs of 600 items", name);
    ok_named(status == MINE_OK && s.level[1].n == 600 && s.level[2].n == 600 * 599 / 2, text);
    itemsets_release(&s);
    status = mine(&b, &(struct mine_options){algo, 3, 9}, &s, frequent, &n);
    snprintf(text, sizeof text, "%s: nothing frequent", name);
    ok_named(status == MINE_OK && n == 0 && s.longest == 0, text);
    itemsets_release(&s);
    if (algo == MINE_APRIORI)
        return;
    status = mine(&b, &(struct mine_options){algo, 2, 600}, &s, frequent, &n);
    snprintf(text, sizeof text, "%s: a set of 600 items is too long", name);
    ok_named(status == MINE_TOO_LONG, text);
    itemsets_release(&s);
}

int main(void)
{
    static const char *const names[] = {"apriori", "fpgrowth", "eclat"};
    for (int algo = MINE_APRIORI; algo <= MINE_ECLAT; algo++) {
        random_baskets((enum mine_algo)algo, names[algo]);
        long_baskets((enum mine_algo)algo, names[algo]);
    }
    return done();
}
