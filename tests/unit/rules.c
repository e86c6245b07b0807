/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-rules/rules.c cmd/pa-rules/itemsets.c */
/* links: cmd/pa-rules/support.c cmd/pa-rules/apply.c */
#include "t.h"

#include <stdbool.h>

#include "cmd/pa-rules/apply.h"
#include "cmd/pa-rules/rules.h"
#include "cmd/pa-rules/support.h"
#include "mem.h"
#include "rng.h"

static uint64_t draw(uint64_t i, uint32_t j, uint64_t n)
{
    return rng_below(11, 104, i, j, n);
}

/* Reference: 1000 baskets, 200 with A, 300 with C, 90 with both (mlxtend 0.23, scipy 1.11). */
static void measures(void)
{
    struct rule_counts k = {90, 200, 300, 1000};
    near(rule_support(&k), 0.09, 0);
    near(rule_confidence(&k), 0.45, 0);
    near(rule_lift(&k), 1.5, 1e-15);
    near(rule_leverage(&k), 0.03, 1e-16);
    near(rule_conviction(&k), 1.2727272727272725, 1e-15);
    near(rule_p_value(&k) / 3.4371914075854904e-07, 1, 1e-10);
    struct rule_counts sure = {200, 200, 300, 1000};
    ok(isinf(rule_conviction(&sure)));
}

static uint64_t least(const char *share, uint64_t n)
{
    uint64_t count;
    return support_count(str_of(share), n, &count) ? count : 0;
}

static void supports(void)
{
    ok(least("0.006", 9835) == 60);
    ok(least("0.1", 10) == 1 && least("0.1", 11) == 2 && least(".3", 10) == 3);
    ok(least("0.07", 100) == 7 && least("0.29", 100) == 29 && least("0.57", 100) == 57);
    ok(least("1", 7) == 7 && least("1.000", 7) == 7 && least("1e0", 7) == 7);
    ok(least("0", 7) == 1 && least("-0", 7) == 1 && least("0e5", 7) == 1 && least("0.5", 0) == 1);
    ok(least("5e-3", 1000) == 5 && least("0.05E-1", 1000) == 5 && least("50e-4", 1001) == 6);
    ok(least("0.5000000000000000000000000000000000000001", 2) == 2);
    ok(least("1e-999999999999", 4000000000) == 1 &&
        least("0.9999999999", 4294967295) == 4294967295);
    ok(!least("1.1", 7) && !least("-0.1", 7) && !least("50%", 7) && !least("", 7) &&
        !least("x", 7));
}

/* Every rule of a small complete family, against its definition. */
static void finds_rules(void)
{
    enum { ITEMS = 6 };
    struct itemsets s;
    uint32_t count[1 << ITEMS];
    itemsets_init(&s, ITEMS);
    for (uint32_t set = 1; set < 1 << ITEMS; set++) {
        uint32_t item[ITEMS];
        size_t n = 0;
        for (uint32_t i = 0; i < ITEMS; i++)
            if (set >> i & 1)
                item[n++] = i;
        count[set] = (uint32_t)(100 / n + draw(set, 0, 5));
        itemsets_add(&s, item, n, count[set]);
    }
    itemsets_sort(&s);
    struct rule_limits limits = {200, 0.7, 1.1};
    size_t wrong = 0, found = 0, all = 0;
    for (size_t size = 1; size < ITEMS; size++) {
        struct rule *rule;
        size_t n = rules_find(&s, size, &limits, &rule);
        for (size_t i = 0; i < n; i++, found++) {
            uint32_t item[ITEMS], set = 0;
            itemsets_get(&s, size, rule[i].antecedent, item);
            for (size_t k = 0; k < size; k++)
                set |= 1u << item[k];
            const struct rule_counts *c = &rule[i].counts;
            wrong += c->antecedent != count[set] || c->baskets != 200 ||
                     c->consequent != count[1u << rule[i].consequent] ||
                     c->both != count[set | 1u << rule[i].consequent];
            wrong += i > 0 && (rule[i].antecedent < rule[i - 1].antecedent ||
                                  (rule[i].antecedent == rule[i - 1].antecedent &&
                                      rule[i].consequent <= rule[i - 1].consequent));
        }
        mem_free(rule);
    }
    for (uint32_t set = 1; set < 1 << ITEMS; set++)
        for (uint32_t i = 0; i < ITEMS; i++) {
            double both = count[set | 1u << i], confidence = both / count[set];
            all += !(set >> i & 1) && confidence >= 0.7 &&
                   confidence / (count[1u << i] / 200.0) >= 1.1;
        }
    ok(wrong == 0);
    ok(found == all && all > 0);
    itemsets_release(&s);
}

enum { ITEMS = 10, RULES = 80 };

/* The rule that a plain search would put first among those not yet used. */
static size_t next_best(const struct apply_rule *rule, unsigned basket, const bool *used)
{
    size_t best = RULES;
    for (size_t r = 0; r < RULES; r++) {
        bool speaks = !used[rule[r].consequent] && !(basket >> rule[r].consequent & 1);
        for (size_t i = 0; i < rule[r].n; i++)
            speaks = speaks && basket >> rule[r].antecedent[i] & 1;
        if (speaks && (best == RULES || rule[r].confidence > rule[best].confidence ||
                          (rule[r].confidence == rule[best].confidence &&
                              (rule[r].lift > rule[best].lift ||
                                  (isnan(rule[best].lift) && !isnan(rule[r].lift))))))
            best = r;
    }
    return best;
}

static void recommends(void)
{
    static uint32_t antecedent[RULES][3];
    static struct apply_rule rule[RULES];
    for (size_t r = 0; r < RULES; r++) {
        rule[r] = (struct apply_rule){antecedent[r], (size_t)draw(r, 1, 3) + 1,
            (uint32_t)draw(r, 2, ITEMS), (double)draw(r, 3, 5) / 5, (double)draw(r, 4, 4)};
        rule[r].lift = rule[r].lift == 0 ? (double)NAN : rule[r].lift;
        for (uint32_t i = 0; i < rule[r].n; i++)
            antecedent[r][i] = (uint32_t)draw(r, 5 + i, ITEMS);
    }
    struct apply *a = apply_new(rule, RULES, ITEMS);
    size_t wrong = 0, spoken = 0;
    for (unsigned basket = 0; basket < 1 << ITEMS; basket++) {
        uint32_t item[ITEMS];
        size_t n = 0, k = basket % 4 + 1, best[4];
        bool used[ITEMS] = {false};
        for (uint32_t i = 0; i < ITEMS; i++)
            if (basket >> i & 1)
                item[n++] = i;
        size_t found = apply_best(a, item, n, k, best);
        spoken += found;
        for (size_t i = 0; i < k; i++) {
            size_t expected = next_best(rule, basket, used);
            wrong += i < found ? best[i] != expected : expected != RULES;
            if (expected != RULES)
                used[rule[expected].consequent] = true;
        }
    }
    ok(wrong == 0);
    ok(spoken > 1000);
    apply_free(a);
}

int main(void)
{
    measures();
    supports();
    finds_rules();
    recommends();
    return done();
}
