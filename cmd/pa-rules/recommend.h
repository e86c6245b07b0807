/* SPDX-License-Identifier: MIT */
/* recommend - read a table of rules and write what they recommend to each basket */
#ifndef PA_RECOMMEND_H
#define PA_RECOMMEND_H

#include "baskets.h"

struct recommend {
    const char *rules; /* file: antecedent, consequent, confidence and what else pa-rules writes */
    const char *item;  /* name of the output's column of items */
    char item_sep;     /* between the items of an antecedent */
    size_t k;          /* recommendations per basket */
};

/*
 * Rows: the basket's group columns, the item, rank 1 .. k, then the rule: its antecedent and every
 * further column of the file as it stands there.  Baskets in order of first sight; those to which
 * nothing is recommended are counted with -v.
 */
void recommend(
    const struct common *, const struct baskets *, struct csv_out *, const struct recommend *);

#endif
