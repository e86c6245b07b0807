/* SPDX-License-Identifier: MIT */
#include "kind.h"

#include "die.h"
#include "mem.h"

void kinds_init(struct kinds *k, const struct options *o, const struct header *h)
{
    k->categorical = columns_parse("categorical", o->categorical, h);
    k->numeric = columns_parse("numeric", o->numeric, h);
}

void kinds_release(struct kinds *k)
{
    mem_free(k->categorical.at);
    mem_free(k->numeric.at);
}

enum table_type kinds_of(const struct kinds *k, size_t column)
{
    bool category = columns_have(&k->categorical, column);
    bool number = columns_have(&k->numeric, column);
    if (category && number)
        die_usage("--categorical and --numeric name the same column");
    return category ? TABLE_CATEGORY : number ? TABLE_NUMBER : TABLE_BY_VALUE;
}
