/* SPDX-License-Identifier: MIT */
/*
 * kind - what --categorical and --numeric say that columns are
 */
#ifndef PA_KIND_H
#define PA_KIND_H

#include "columns.h"
#include "pa-eval.h"
#include "table.h"

struct kinds {
    struct columns categorical, numeric;
};

void kinds_init(struct kinds *, const struct options *, const struct header *);
void kinds_release(struct kinds *);

/* TABLE_BY_VALUE where they say nothing. */
enum table_type kinds_of(const struct kinds *, size_t column);

#endif
