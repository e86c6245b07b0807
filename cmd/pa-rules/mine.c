/* SPDX-License-Identifier: MIT */
#include "mine.h"

#include "mem.h"
#include "radix.h"

struct recoded {
    uint32_t *item, *count, *id;
    size_t *start;
};

static uint32_t *count_items(const struct mine_baskets *b)
{
    uint32_t *count = mem_zero(b->items, sizeof *count);
    for (size_t i = 0; i < b->start[b->n]; i++)
        count[b->item[i]]++;
    return count;
}

/* code[item] = 1 + number by falling count (ties: the lower item first), 0 when not frequent. */
static uint32_t *number_items(
    const uint32_t *count, const uint32_t *frequent, size_t n, size_t items, struct recoded *r)
{
    uint32_t *code = mem_zero(items, sizeof *code);
    struct radix *order = mem_alloc(2 * n, sizeof *order);
    for (size_t i = 0; i < n; i++)
        order[i] = (struct radix){UINT32_MAX - count[frequent[i]], i};
    radix_sort(order, order + n, n, 32);
    r->count = mem_alloc(n, sizeof *r->count);
    r->id = mem_alloc(n, sizeof *r->id);
    for (size_t i = 0; i < n; i++) {
        uint32_t item = frequent[order[i].index];
        r->id[i] = (uint32_t)order[i].index;
        r->count[i] = count[item];
        code[item] = (uint32_t)i + 1;
    }
    mem_free(order);
    return code;
}

static void recode(const struct mine_baskets *b, const uint32_t *code, struct recoded *r)
{
    r->item = mem_alloc(b->start[b->n], sizeof *r->item);
    r->start = mem_alloc(b->n + 1, sizeof *r->start);
    size_t at = 0;
    for (size_t k = 0; k < b->n; k++) {
        r->start[k] = at;
        for (size_t i = b->start[k]; i < b->start[k + 1]; i++)
            if (code[b->item[i]])
                r->item[at++] = code[b->item[i]] - 1;
        radix_sort_numbers(r->item + r->start[k], at - r->start[k]);
    }
    r->start[b->n] = at;
}

static bool run(enum mine_algo algo, const struct mine_job *job)
{
    switch (algo) {
    case MINE_APRIORI:
        return mine_apriori(job);
    case MINE_ECLAT:
        return mine_eclat(job);
    case MINE_FPGROWTH:
        break;
    }
    return mine_fpgrowth(job);
}

static void release(struct recoded *r)
{
    mem_free(r->item);
    mem_free(r->start);
    mem_free(r->count);
    mem_free(r->id);
}

enum mine_status mine(const struct mine_baskets *b, const struct mine_options *o,
    struct itemsets *found, uint32_t *frequent, size_t *frequents)
{
    struct recoded r;
    uint32_t *count = count_items(b);
    size_t n = 0;
    for (size_t i = 0; i < b->items; i++)
        if (count[i] >= o->min_count)
            frequent[n++] = (uint32_t)i;
    *frequents = n;
    itemsets_init(found, n);
    uint32_t *code = number_items(count, frequent, n, b->items, &r);
    recode(b, code, &r);
    mem_free(code);
    mem_free(count);
    struct mine_job job = {.item = r.item,
        .start = r.start,
        .baskets = b->n,
        .items = n,
        .count = r.count,
        .id = r.id,
        .min_count = (uint32_t)o->min_count,
        .max_len = o->max_len <= ITEMSETS_LONGEST ? o->max_len : ITEMSETS_LONGEST + 1,
        .found = found};
    bool done = n == 0 || run(o->algo, &job);
    release(&r);
    if (done)
        itemsets_sort(found);
    return done ? MINE_OK : MINE_TOO_LONG;
}
