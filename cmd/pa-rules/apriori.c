/* SPDX-License-Identifier: MIT */
/*
 * Apriori.  Pairs are counted in a table, a band of its rows at a time so that it stays small; from
 * three items on, candidates are two frequent sets that agree in all but the last item, kept if
 * every subset with one item less is frequent, and counted with a prefix tree: level d of it holds,
 * in order, the distinct beginnings of d + 1 items.
 */
#include <string.h>

#include "mem.h"
#include "mine.h"

enum { TABLE = 1 << 24 }; /* counters of the table of pairs */

/* Sets of one size, in order. */
struct sets {
    size_t size, n, cap;
    uint32_t *item; /* (n, size) */
};

static void sets_add(struct sets *s, const uint32_t *item)
{
    s->item = mem_grow(s->item, &s->cap, (s->n + 1) * s->size, sizeof *s->item);
    memcpy(s->item + s->n++ * s->size, item, s->size * sizeof *item);
}

static int compare(const uint32_t *a, const uint32_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static bool sets_have(const struct sets *s, const uint32_t *item)
{
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int c = compare(s->item + middle * s->size, item, s->size);
        if (c == 0)
            return true;
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* Tell the store of a frequent set. */
static void found(const struct mine_job *job, const uint32_t *item, size_t n, uint32_t count)
{
    uint32_t set[2][ITEMSETS_LONGEST];
    for (size_t i = 0; i < n; i++)
        itemset_insert(set[i & 1], set[~i & 1], i, job->id[item[i]]);
    itemsets_add(job->found, set[~n & 1], n, count);
}

static void count_pairs(const struct mine_job *job, size_t low, size_t high, uint32_t *table)
{
    memset(table, 0, (high - low) * job->items * sizeof *table);
    for (size_t k = 0; k < job->baskets; k++) {
        const uint32_t *end = job->item + job->start[k + 1];
        for (const uint32_t *a = job->item + job->start[k]; a < end && *a < high; a++)
            for (const uint32_t *b = a + 1; *a >= low && b < end; b++)
                table[(*a - low) * job->items + *b]++;
    }
}

static void find_pairs(const struct mine_job *job, struct sets *pairs)
{
    size_t band = TABLE / job->items ? TABLE / job->items : 1;
    band = band < job->items ? band : job->items;
    uint32_t *table = mem_alloc(band * job->items, sizeof *table);
    for (size_t low = 0; low < job->items; low += band) {
        size_t high = low + band < job->items ? low + band : job->items;
        count_pairs(job, low, high, table);
        for (size_t a = low; a < high; a++)
            for (size_t b = a + 1; b < job->items; b++) {
                uint32_t count = table[(a - low) * job->items + b];
                if (count < job->min_count)
                    continue;
                uint32_t pair[] = {(uint32_t)a, (uint32_t)b};
                sets_add(pairs, pair);
                found(job, pair, 2, count);
            }
    }
    mem_free(table);
}

/* Are all subsets of a candidate frequent, besides the two that it was made of? */
static bool likely(const struct sets *frequent, const uint32_t *candidate)
{
    uint32_t less[ITEMSETS_LONGEST + 1];
    for (size_t drop = 0; drop + 2 < frequent->size + 1; drop++) {
        itemset_without(less, candidate, frequent->size + 1, drop);
        if (!sets_have(frequent, less))
            return false;
    }
    return true;
}

static void join(const struct sets *frequent, struct sets *candidates)
{
    uint32_t set[ITEMSETS_LONGEST + 1];
    size_t size = frequent->size;
    for (size_t a = 0; a < frequent->n; a++) {
        const uint32_t *first = frequent->item + a * size;
        memcpy(set, first, size * sizeof *set);
        for (size_t b = a + 1; b < frequent->n; b++) {
            const uint32_t *second = frequent->item + b * size;
            if (compare(first, second, size - 1) != 0)
                break;
            set[size] = second[size - 1];
            if (likely(frequent, set))
                sets_add(candidates, set);
        }
    }
}

struct tree_level {
    uint32_t *item;
    size_t *child; /* node i's children are child[i] .. child[i + 1] - 1 of the next level */
    size_t n;
};

struct tree {
    struct tree_level level[ITEMSETS_LONGEST + 1];
    size_t depth;
    uint32_t *count; /* of the last level's nodes: the candidates */
};

static void tree_build(struct tree *t, const struct sets *c)
{
    t->depth = c->size;
    t->count = mem_zero(c->n, sizeof *t->count);
    for (size_t d = 0; d < t->depth; d++) {
        t->level[d].item = mem_alloc(c->n, sizeof *t->level[d].item);
        t->level[d].child = mem_alloc(c->n + 1, sizeof *t->level[d].child);
        t->level[d].n = 0;
    }
    for (size_t i = 0; i < c->n; i++) {
        const uint32_t *item = c->item + i * c->size;
        size_t d = 0;
        while (i > 0 && d + 1 < t->depth && item[d] == item[d - c->size])
            d++;
        for (; d < t->depth; d++) {
            struct tree_level *l = &t->level[d];
            l->child[l->n] = d + 1 < t->depth ? t->level[d + 1].n : 0;
            l->item[l->n++] = item[d];
        }
    }
    for (size_t d = 0; d + 1 < t->depth; d++)
        t->level[d].child[t->level[d].n] = t->level[d + 1].n;
}

static void tree_release(struct tree *t)
{
    for (size_t d = 0; d < t->depth; d++) {
        mem_free(t->level[d].item);
        mem_free(t->level[d].child);
    }
    mem_free(t->count);
}

/* The first of nodes [low, high) whose item is not below this one. */
static size_t seek(const struct tree_level *l, size_t low, size_t high, uint32_t item)
{
    size_t step = 1;
    while (low + step < high && l->item[low + step] < item)
        step *= 2;
    high = low + step < high ? low + step + 1 : high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->item[middle] < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Count the candidates below nodes [low, high) of level d that the items contain. */
static void tree_count(
    struct tree *t, size_t d, size_t low, size_t high, const uint32_t *item, size_t n)
{
    const struct tree_level *l = &t->level[d];
    for (size_t i = 0; i + (t->depth - d) <= n; i++) {
        low = seek(l, low, high, item[i]);
        if (low == high)
            return;
        if (l->item[low] != item[i])
            continue;
        if (d + 1 == t->depth)
            t->count[low]++;
        else
            tree_count(t, d + 1, l->child[low], l->child[low + 1], item + i + 1, n - i - 1);
    }
}

static void count_candidates(
    const struct mine_job *job, const struct sets *candidates, struct sets *frequent)
{
    struct tree t;
    tree_build(&t, candidates);
    for (size_t k = 0; k < job->baskets; k++) {
        size_t first = job->start[k];
        tree_count(&t, 0, 0, t.level[0].n, job->item + first, job->start[k + 1] - first);
    }
    for (size_t i = 0; i < candidates->n; i++) {
        const uint32_t *set = candidates->item + i * candidates->size;
        if (t.count[i] < job->min_count)
            continue;
        sets_add(frequent, set);
        found(job, set, candidates->size, t.count[i]);
    }
    tree_release(&t);
}

bool mine_apriori(const struct mine_job *job)
{
    struct sets frequent = {.size = 2};
    for (uint32_t i = 0; i < job->items; i++)
        found(job, &i, 1, job->count[i]);
    if (job->max_len > 1)
        find_pairs(job, &frequent);
    while (frequent.n && frequent.size < job->max_len && frequent.size < ITEMSETS_LONGEST) {
        struct sets candidates = {.size = frequent.size + 1};
        join(&frequent, &candidates);
        mem_free(frequent.item);
        frequent = (struct sets){.size = candidates.size};
        if (candidates.n)
            count_candidates(job, &candidates, &frequent);
        mem_free(candidates.item);
    }
    bool too_long = frequent.n && job->max_len > ITEMSETS_LONGEST;
    mem_free(frequent.item);
    return !too_long;
}
