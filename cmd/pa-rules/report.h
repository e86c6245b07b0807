/* SPDX-License-Identifier: MIT */
/* report - write itemsets and rules as tables */
#ifndef PA_REPORT_H
#define PA_REPORT_H

#include "baskets.h"
#include "itemsets.h"
#include "rules.h"

struct report {
    struct itemsets *sets;
    uint32_t *frequent; /* item of the baskets by its number in sets; freed with the report */
    const struct baskets *baskets;
    char item_sep;
    struct csv_out *out;
    struct buf text;                 /* of the set written last, */
    size_t size;                     /* how many items it has, */
    uint32_t item[ITEMSETS_LONGEST]; /* which, */
    size_t end[ITEMSETS_LONGEST];    /* and where in the text each ends */
};

/* items, size, count, support: all sets, in their order. */
void report_sets(struct report *);

/* antecedent, consequent and all measures: the rules of all sizes. */
void report_rules(struct report *, const struct rule_limits *);

void report_release(struct report *);

#endif
