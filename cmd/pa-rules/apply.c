/* SPDX-License-Identifier: MIT */
/*
 * Rules are listed under the rarest item of their antecedent, rarest among the rules, so a basket
 * looks only at rules one of whose items it surely has.
 */
#include "apply.h"

#include <stdbool.h>

#include "mem.h"

struct apply {
    const struct apply_rule *rule;
    size_t *start; /* (items + 1) rules listed under item i: listed[start[i]] .. */
    size_t *listed;
    bool *has;       /* (items) what the basket holds */
    size_t *best_of; /* (items) 1 + the best rule for this consequent so far; 0: none */
    uint32_t *said;  /* consequents that have one */
    size_t said_cap;
};

static uint32_t rarest(const struct apply_rule *r, const size_t *uses)
{
    uint32_t item = r->antecedent[0];
    for (size_t i = 1; i < r->n; i++)
        if (uses[r->antecedent[i]] < uses[item])
            item = r->antecedent[i];
    return item;
}

static size_t *count_uses(const struct apply_rule *rule, size_t rules, size_t items)
{
    size_t *uses = mem_zero(items, sizeof *uses);
    for (size_t r = 0; r < rules; r++)
        for (size_t i = 0; i < rule[r].n; i++)
            uses[rule[r].antecedent[i]]++;
    return uses;
}

struct apply *apply_new(const struct apply_rule *rule, size_t rules, size_t items)
{
    struct apply *a = mem_zero(1, sizeof *a);
    size_t *uses = count_uses(rule, rules, items);
    a->rule = rule;
    a->start = mem_zero(items + 2, sizeof *a->start);
    a->listed = mem_alloc(rules, sizeof *a->listed);
    a->has = mem_zero(items, sizeof *a->has);
    a->best_of = mem_zero(items, sizeof *a->best_of);
    for (size_t r = 0; r < rules; r++)
        a->start[rarest(&rule[r], uses) + 2]++;
    for (size_t i = 0; i < items; i++)
        a->start[i + 2] += a->start[i + 1];
    for (size_t r = 0; r < rules; r++)
        a->listed[a->start[rarest(&rule[r], uses) + 1]++] = r;
    mem_free(uses);
    return a;
}

void apply_free(struct apply *a)
{
    if (!a)
        return;
    mem_free(a->start);
    mem_free(a->listed);
    mem_free(a->has);
    mem_free(a->best_of);
    mem_free(a->said);
    mem_free(a);
}

static bool better(const struct apply *a, size_t x, size_t y)
{
    const struct apply_rule *r = &a->rule[x], *s = &a->rule[y];
    if (r->confidence != s->confidence)
        return r->confidence > s->confidence;
    if (r->lift > s->lift || r->lift < s->lift)
        return r->lift > s->lift;
    bool known = r->lift == r->lift, known_too = s->lift == s->lift;
    return known != known_too ? known : x < y;
}

static bool speaks(const struct apply *a, const struct apply_rule *r)
{
    if (a->has[r->consequent])
        return false;
    for (size_t i = 0; i < r->n; i++)
        if (!a->has[r->antecedent[i]])
            return false;
    return true;
}

/* Note the best rule of each consequent; returns how many consequents there are. */
static size_t listen(struct apply *a, const uint32_t *item, size_t n)
{
    size_t said = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = a->start[item[i]]; k < a->start[item[i] + 1]; k++) {
            size_t rule = a->listed[k];
            const struct apply_rule *r = &a->rule[rule];
            if (!speaks(a, r))
                continue;
            size_t *best = &a->best_of[r->consequent];
            if (!*best) {
                a->said = mem_grow(a->said, &a->said_cap, said + 1, sizeof *a->said);
                a->said[said++] = r->consequent;
            }
            if (!*best || better(a, rule, *best - 1))
                *best = rule + 1;
        }
    return said;
}

/* Keep best[0 .. n) the best of what was offered, best first, at most k. */
static size_t offer(const struct apply *a, size_t rule, size_t *best, size_t n, size_t k)
{
    if (n == k && !better(a, rule, best[n - 1]))
        return n;
    size_t at = n < k ? n : k - 1;
    for (; at > 0 && better(a, rule, best[at - 1]); at--)
        best[at] = best[at - 1];
    best[at] = rule;
    return n < k ? n + 1 : k;
}

size_t apply_best(struct apply *a, const uint32_t *item, size_t n, size_t k, size_t *best)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        a->has[item[i]] = true;
    size_t said = listen(a, item, n);
    for (size_t i = 0; i < said; i++) {
        found = offer(a, a->best_of[a->said[i]] - 1, best, found, k);
        a->best_of[a->said[i]] = 0;
    }
    for (size_t i = 0; i < n; i++)
        a->has[item[i]] = false;
    return found;
}
