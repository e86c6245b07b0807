/* SPDX-License-Identifier: MIT */
/*
 * recipe - the list of aggregates that a run computes, as --agg, the default or a model has it
 *
 *   LIST = ITEM{,ITEM}   ITEM = [NAME=]FUNCTION[:COLUMN[*COLUMN]][:COLUMN=VALUE]
 *
 * A list that cannot be read ends the program as a wrong call, one in a model as bad input.
 */
#ifndef PA_RECIPE_H
#define PA_RECIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "aggregate.h"
#include "buf.h"
#include "mem.h"
#include "model.h"

/* What a function looks at besides the condition. */
enum recipe_needs {
    NEEDS_NUMBER,
    NEEDS_CODE,
    MAY_HAVE_CODE,           /* count, frequency */
    NEEDS_CODE_OR_CONDITION, /* share */
    NEEDS_DAYS,              /* days: the code is the day */
    NEEDS_NOTHING            /* recency */
};

struct recipe_function {
    const char *name;
    enum aggregate_function function;
    enum recipe_needs needs;
    bool time; /* no sense without a time */
    bool text; /* the result is a level of the column */
};

/* Parts that are not there have p == NULL. */
struct recipe_item {
    struct str name;
    const struct recipe_function *function;
    struct str column, factor, where, is;
};

struct recipe {
    struct recipe_item *item;
    size_t n, cap;
    struct arena text; /* of names that were put together */
};

void recipe_parse(struct recipe *, const char *list);

/* Adds one; a name of NULL is the one that the item has by default, a where of NULL no condition.
 */
struct recipe_words {
    const char *name, *function;
    struct str column; /* may hold a '*' */
    const char *where;
    struct str is;
};
void recipe_add(struct recipe *, const struct recipe_words *);

void recipe_write(const struct recipe *, struct model_out *);
void recipe_read(struct recipe *, struct model_in *);
/* The list as --agg takes it. */
void recipe_print(const struct recipe *, struct buf *);
void recipe_release(struct recipe *);

#endif
