/* SPDX-License-Identifier: MIT */
/*
 * Each frequent set of size + 1 items gives size + 1 rules.  Sets come in order, and then, among
 * those with the same antecedent, so do the consequents: a smaller one stands earlier in the set or
 * displaces a greater item.  A stable counting sort by antecedent is all that is left to do.
 */
#include "rules.h"

#include <stdbool.h>

#include "mem.h"
#include "stats.h"

double rule_support(const struct rule_counts *k)
{
    return (double)k->both / (double)k->baskets;
}

double rule_confidence(const struct rule_counts *k)
{
    return (double)k->both / (double)k->antecedent;
}

double rule_lift(const struct rule_counts *k)
{
    return (double)k->both * (double)k->baskets / ((double)k->antecedent * (double)k->consequent);
}

double rule_leverage(const struct rule_counts *k)
{
    double n = (double)k->baskets;
    return ((double)k->both * n - (double)k->antecedent * (double)k->consequent) / (n * n);
}

double rule_conviction(const struct rule_counts *k)
{
    double misses = (double)(k->antecedent - k->both), n = (double)k->baskets;
    return (double)(k->baskets - k->consequent) * (double)k->antecedent / (n * misses);
}

double rule_p_value(const struct rule_counts *k)
{
    /* The test does not care which is which; ordered, neither do the last bits. */
    bool swap = k->consequent > k->antecedent;
    return stats_fisher_greater(k->both, swap ? k->antecedent : k->consequent,
        swap ? k->consequent : k->antecedent, k->baskets);
}

static bool good(const struct rule_counts *k, const struct rule_limits *limits)
{
    return rule_confidence(k) >= limits->min_confidence && rule_lift(k) >= limits->min_lift;
}

/* Order by antecedent, below n, keeping the order of equal ones. */
static struct rule *sort_rules(struct rule *rule, size_t rules, size_t n)
{
    size_t *at = mem_zero(n + 1, sizeof *at);
    struct rule *sorted = mem_alloc(rules, sizeof *sorted);
    for (size_t i = 0; i < rules; i++)
        at[rule[i].antecedent + 1]++;
    for (size_t i = 0; i < n; i++)
        at[i + 1] += at[i];
    for (size_t i = 0; i < rules; i++)
        sorted[at[rule[i].antecedent]++] = rule[i];
    mem_free(at);
    mem_free(rule);
    return sorted;
}

size_t rules_find(
    struct itemsets *s, size_t size, const struct rule_limits *limits, struct rule **out)
{
    const struct itemset_level *l = &s->level[size + 1], *below = &s->level[size];
    uint32_t item[ITEMSETS_LONGEST + 1], less[ITEMSETS_LONGEST];
    struct rule *rule = NULL;
    size_t n = 0, cap = 0;
    itemsets_index(s, size);
    itemsets_index(s, 1);
    for (size_t i = 0; i < l->n; i++) {
        itemsets_get(s, size + 1, i, item);
        for (size_t drop = 0; drop <= size; drop++) {
            itemset_without(less, item, size + 1, drop);
            size_t a = itemsets_find(s, less, size);
            size_t c = itemsets_find(s, &item[drop], 1);
            struct rule_counts k = {
                l->count[i], below->count[a], s->level[1].count[c], limits->baskets};
            if (!good(&k, limits))
                continue;
            rule = mem_grow(rule, &cap, n + 1, sizeof *rule);
            rule[n++] = (struct rule){a, item[drop], k};
        }
    }
    *out = sort_rules(rule, n, below->n);
    return n;
}
