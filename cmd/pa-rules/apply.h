/* SPDX-License-Identifier: MIT */
/*
 * apply - what rules recommend to a basket
 *
 * A rule speaks when the basket holds all of its antecedent and not its consequent.  For each item
 * the best rule that speaks for it counts: the greatest confidence, then the greatest lift, then
 * the rule that stands first.  Items come in the same order of their rules.
 */
#ifndef PA_APPLY_H
#define PA_APPLY_H

#include <stddef.h>
#include <stdint.h>

struct apply_rule {
    uint32_t *antecedent; /* (n) items */
    size_t n;
    uint32_t consequent;
    double confidence, lift; /* lift NaN: unknown, less than any other */
};

struct apply;

/* Rules in the order of their file; items are numbers below items.  The rules must outlive it. */
struct apply *apply_new(const struct apply_rule *, size_t rules, size_t items);
void apply_free(struct apply *);

/*
 * The best k recommendations for a basket of n items, each once: numbers of rules to best[k].
 * Returns how many there are.
 */
size_t apply_best(struct apply *, const uint32_t *item, size_t n, size_t k, size_t *best);

#endif
