/* SPDX-License-Identifier: MIT */
#include "factors.h"

#include "args.h"
#include "die.h"
#include "mem.h"
#include "num.h"
#include "pair.h"

static const double MOST = 1e100;

/* "CLASS=W". */
static struct factor factor_of(const char *item)
{
    struct factor f = {0};
    struct str weight;
    if (!args_last_pair(item, &f.class, &weight))
        die_usage("--class-weight: \"%s\" is not CLASS=W", item);
    if (num_double(weight, &f.weight) != NUM_OK || !(f.weight > 0) || f.weight > MOST)
        die_usage(
            "--class-weight: \"%.*s\" is not a number above 0 (and up to 1e100)", STR_ARG(weight));
    f.class = args_plain(f.class);
    return f;
}

const struct factor *factors_find(const struct factors *f, struct str class)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->many ? str_equal(f->at[i].class, class) : pair_same(f->at[i].class, class))
            return &f->at[i];
    return NULL;
}

struct factors factors_parse(const char *option, bool many)
{
    struct factors f = {.many = many};
    size_t items = 0;
    const char **item = option ? args_items(option, &items) : NULL;
    f.at = mem_alloc(items, sizeof *f.at);
    for (size_t i = 0; i < items; i++) {
        struct factor next = factor_of(item[i]);
        if (factors_find(&f, next.class))
            die_usage("--class-weight: \"%.*s\" is named twice", STR_ARG(next.class));
        f.at[f.n++] = next;
    }
    return f;
}

void factors_release(struct factors *f)
{
    mem_free(f->at);
}
