/* SPDX-License-Identifier: MIT */
#include "factors.h"

#include <string.h>

#include "args.h"
#include "die.h"
#include "mem.h"
#include "num.h"

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
    return f;
}

struct factors factors_parse(const char *option)
{
    struct factors f = {.text = option ? mem_text(option, strlen(option)) : NULL};
    for (char *p = f.text; p && *p;) {
        char *end = p + strcspn(p, ",");
        bool last = !*end;
        *end = '\0';
        f.at = mem_resize(f.at, f.n + 1, sizeof *f.at);
        f.at[f.n++] = factor_of(p);
        p = end + !last;
    }
    return f;
}

void factors_release(struct factors *f)
{
    mem_free(f->at);
    mem_free(f->text);
}

const struct factor *factors_find(const struct factors *f, struct str class)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_equal(f->at[i].class, class))
            return &f->at[i];
    return NULL;
}
