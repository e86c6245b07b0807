/* SPDX-License-Identifier: MIT */
/*
 * FP-growth.  A tree's nodes stand in one array, parents before children; the nodes of an item are
 * chained.  Projecting item i takes the paths from its nodes up to the root, drops what is not
 * frequent among them, and builds the next tree.  A path is only compared with the one before it:
 * chains run through the tree from side to side, so neighbours share their beginnings, and no child
 * is ever searched for.  Where dropping items hides a shared beginning, two nodes of the same item
 * stand side by side; counts do not mind.  A tree that is one path is answered at once: each
 * combination of its items counts what its deepest item counts.
 *
 * Departures from Han, Pei and Yin (2000): no child pointers, and the first tree is fed by baskets
 * sorted by their first items instead of looking for each basket's place.
 */
#include <string.h>

#include "mem.h"
#include "mine.h"
#include "radix.h"

enum { ROOT = 0, FEW = 16 }; /* fewer than one item in FEW: sorted, not searched for */
static const uint32_t DROPPED = UINT32_MAX;

struct node {
    uint32_t parent, item, count;
    uint32_t next; /* of the same item; ROOT ends the chain */
};

struct tree {
    struct node *node; /* [0] is the root */
    size_t nodes, nodes_cap;
    uint32_t items;
    uint32_t *head, *count, *id; /* (items) first node, baskets, number for found */
    size_t head_cap, count_cap, id_cap;
    bool is_path;
};

struct growth {
    const struct mine_job *job;
    struct tree tree[ITEMSETS_LONGEST + 1]; /* by number of items projected on */
    uint32_t *tally, *map;                  /* (job->items); tally is all 0 between uses */
    uint32_t *touched;                      /* (job->items + 1) items that have a tally */
    uint32_t *path;                         /* (job->items) from the root down */
    uint32_t *last, *last_node;             /* (job->items) the path before it, and its nodes */
    size_t last_n;
};

static void tree_clear(struct growth *g, struct tree *t)
{
    t->node = mem_grow(t->node, &t->nodes_cap, 1, sizeof *t->node);
    t->nodes = 1;
    t->is_path = true;
    memset(t->head, 0, t->items * sizeof *t->head);
    g->last_n = 0;
}

static void tree_room(struct tree *t, size_t items)
{
    t->head = mem_grow(t->head, &t->head_cap, items, sizeof *t->head);
    t->count = mem_grow(t->count, &t->count_cap, items, sizeof *t->count);
    t->id = mem_grow(t->id, &t->id_cap, items, sizeof *t->id);
}

static uint32_t add_node(struct tree *t, uint32_t parent, uint32_t item, uint32_t count)
{
    uint32_t at = (uint32_t)t->nodes++;
    t->node[at] = (struct node){parent, item, count, t->head[item]};
    t->head[item] = at;
    return at;
}

/* Add a path of n items, ascending, that count baskets have. */
static void add_path(
    struct growth *g, struct tree *t, const uint32_t *path, size_t n, uint32_t count)
{
    size_t k = 0;
    for (; k < n && k < g->last_n && path[k] == g->last[k]; k++)
        t->node[g->last_node[k]].count += count;
    if (k == n)
        return;
    t->is_path &= k == g->last_n;
    t->node = mem_grow(t->node, &t->nodes_cap, t->nodes + n - k, sizeof *t->node);
    uint32_t parent = k ? g->last_node[k - 1] : ROOT;
    for (; k < n; k++) {
        parent = add_node(t, parent, path[k], count);
        g->last[k] = path[k];
        g->last_node[k] = parent;
    }
    g->last_n = n;
}

/* The first items of a basket as one number; a basket sorts after its own beginning. */
static uint64_t sort_key(const uint32_t *item, size_t n, unsigned bits)
{
    uint64_t key = 0;
    for (unsigned used = bits, k = 0; used <= 64; used += bits, k++)
        key |= k < n ? (uint64_t)(item[k] + 1) << (64 - used) : 0;
    return key;
}

static struct radix *sort_baskets(const struct mine_job *job)
{
    unsigned bits = 1;
    while ((uint64_t)job->items >> bits)
        bits++;
    struct radix *order = mem_alloc(2 * job->baskets, sizeof *order);
    for (size_t b = 0; b < job->baskets; b++) {
        size_t first = job->start[b];
        order[b].key = sort_key(job->item + first, job->start[b + 1] - first, bits);
        order[b].index = b;
    }
    radix_sort(order, order + job->baskets, job->baskets, 64);
    return order;
}

static void plant(struct growth *g)
{
    const struct mine_job *job = g->job;
    struct tree *t = &g->tree[0];
    tree_room(t, job->items);
    t->items = (uint32_t)job->items;
    memcpy(t->count, job->count, job->items * sizeof *t->count);
    memcpy(t->id, job->id, job->items * sizeof *t->id);
    tree_clear(g, t);
    struct radix *order = sort_baskets(job);
    for (size_t b = 0; b < job->baskets; b++) {
        size_t first = job->start[order[b].index], end = job->start[order[b].index + 1];
        add_path(g, t, job->item + first, end - first, 1);
    }
    mem_free(order);
}

/* Tally the items above item i's nodes, and list them in ascending order; returns how many. */
static size_t tally_above(struct growth *g, const struct tree *t, uint32_t i)
{
    const struct node *node = t->node;
    size_t n = 0;
    for (uint32_t at = t->head[i]; at; at = node[at].next)
        for (uint32_t up = node[at].parent; up; up = node[up].parent) {
            uint32_t item = node[up].item;
            g->touched[n] = item;
            n += !g->tally[item];
            g->tally[item] += node[at].count;
        }
    if (n <= i / FEW) {
        radix_sort_numbers(g->touched, n);
        return n;
    }
    n = 0;
    for (uint32_t j = 0; j < i; j++) {
        g->touched[n] = j;
        n += g->tally[j] > 0;
    }
    return n;
}

/* Which items are frequent above item i's nodes: they become the items of to. */
static void count_above(struct growth *g, const struct tree *t, uint32_t i, struct tree *to)
{
    size_t n = tally_above(g, t, i);
    tree_room(to, n);
    to->items = 0;
    for (size_t k = 0; k < n; k++) {
        uint32_t j = g->touched[k];
        g->map[j] = DROPPED;
        if (g->tally[j] >= g->job->min_count) {
            to->count[to->items] = g->tally[j];
            to->id[to->items] = t->id[j];
            g->map[j] = to->items++;
        }
        g->tally[j] = 0;
    }
}

static void project(struct growth *g, const struct tree *t, uint32_t i, struct tree *to)
{
    const struct node *node = t->node;
    tree_clear(g, to);
    for (uint32_t at = t->head[i]; at; at = node[at].next) {
        uint32_t *end = g->path + g->job->items, *first = end;
        for (uint32_t up = node[at].parent; up; up = node[up].parent) {
            uint32_t item = g->map[node[up].item];
            if (item != DROPPED)
                *--first = item;
        }
        add_path(g, to, first, (size_t)(end - first), node[at].count);
    }
}

/* Every combination of the path's items from number from on, after prefix. */
static bool combine(
    const struct growth *g, const struct tree *t, uint32_t from, const uint32_t *prefix, size_t n)
{
    uint32_t set[ITEMSETS_LONGEST];
    if (n == ITEMSETS_LONGEST)
        return false;
    for (uint32_t i = from; i < t->items; i++) {
        itemset_insert(set, prefix, n, t->id[i]);
        itemsets_add(g->job->found, set, n + 1, t->count[i]);
        if (i + 1 < t->items && n + 1 < g->job->max_len && !combine(g, t, i + 1, set, n + 1))
            return false;
    }
    return true;
}

static bool grow(struct growth *g, const uint32_t *prefix, size_t n)
{
    struct tree *t = &g->tree[n];
    uint32_t set[ITEMSETS_LONGEST];
    if (t->is_path)
        return combine(g, t, 0, prefix, n);
    if (n == ITEMSETS_LONGEST)
        return false;
    for (uint32_t i = t->items; i-- > 0;) {
        itemset_insert(set, prefix, n, t->id[i]);
        itemsets_add(g->job->found, set, n + 1, t->count[i]);
        if (n + 1 == g->job->max_len)
            continue;
        count_above(g, t, i, &g->tree[n + 1]);
        if (!g->tree[n + 1].items)
            continue;
        g->tree[n + 1].is_path = true;
        if (g->tree[n + 1].items > 1)
            project(g, t, i, &g->tree[n + 1]);
        if (!grow(g, set, n + 1))
            return false;
    }
    return true;
}

static void tree_release(struct tree *t)
{
    mem_free(t->node);
    mem_free(t->head);
    mem_free(t->count);
    mem_free(t->id);
}

bool mine_fpgrowth(const struct mine_job *job)
{
    struct growth g = {.job = job};
    g.tally = mem_zero(job->items, sizeof *g.tally);
    g.map = mem_alloc(job->items, sizeof *g.map);
    g.touched = mem_alloc(job->items + 1, sizeof *g.touched);
    g.path = mem_alloc(job->items, sizeof *g.path);
    g.last = mem_alloc(job->items, sizeof *g.last);
    g.last_node = mem_alloc(job->items, sizeof *g.last_node);
    plant(&g);
    bool done = grow(&g, NULL, 0);
    for (size_t n = 0; n <= ITEMSETS_LONGEST; n++)
        tree_release(&g.tree[n]);
    mem_free(g.tally);
    mem_free(g.map);
    mem_free(g.touched);
    mem_free(g.path);
    mem_free(g.last);
    mem_free(g.last_node);
    return done;
}
