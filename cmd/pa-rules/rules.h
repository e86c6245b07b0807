/* SPDX-License-Identifier: MIT */
/*
 * rules - association rules "who buys A also buys c", and how much they say
 *
 * With n baskets, of which a hold all of A, c hold the consequent and ac hold both:
 *
 *   support ac/n    confidence ac/a    lift ac n / (a c)    leverage ac/n - (a/n)(c/n)
 *   conviction (1 - c/n) / (1 - confidence), infinite when confidence is 1
 *   p_value P(X >= ac), X hypergeometric: a draws from n baskets of which c count (Fisher's exact
 *           test, one-sided: would independent items meet as often?)
 */
#ifndef PA_RULES_H
#define PA_RULES_H

#include "itemsets.h"

struct rule_counts {
    uint64_t both, antecedent, consequent, baskets;
};

double rule_support(const struct rule_counts *);
double rule_confidence(const struct rule_counts *);
double rule_lift(const struct rule_counts *);
double rule_leverage(const struct rule_counts *);
double rule_conviction(const struct rule_counts *);
double rule_p_value(const struct rule_counts *);

struct rule {
    size_t antecedent;   /* index among the sets of its size */
    uint32_t consequent; /* item */
    struct rule_counts counts;
};

struct rule_limits {
    uint64_t baskets;
    double min_confidence, min_lift;
};

/*
 * The rules whose antecedent has size items (>= 1) and whose consequent has one, ordered by the
 * antecedent and then the consequent.  All frequent sets must be there, sorted.  Returns how many;
 * *out is to be freed by the caller.
 */
size_t rules_find(struct itemsets *, size_t size, const struct rule_limits *, struct rule **out);

#endif
