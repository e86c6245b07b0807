/* SPDX-License-Identifier: MIT */
/*
 * events - a log in memory, by group: what aggregates are computed from
 *
 * First columns are asked for, then events_load reads them, then events_bind turns a recipe into
 * aggregates over their arrays.  Faults of the data end the program.
 */
#ifndef PA_EVENTS_H
#define PA_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aggregate.h"
#include "columns.h"
#include "csv.h"
#include "recipe.h"
#include "table.h"

/* The options that say what columns mean; texts, NULL: not given. */
struct event_options {
    const char *time, *event, *item;
    const char *features, *exclude, *categorical, *numeric, *label;
    bool time_given, event_given, item_given; /* else the names are only those by default */
};

struct events {
    const struct common *common;
    const struct header *header;
    struct columns group, numeric, categorical; /* by the options */
    const char *time_name;
    struct table_want *want;
    size_t wants, wants_cap;
    struct table *table;    /* column i is that of want i */
    uint32_t **rank;        /* (wants) order of levels, where TOP or SHARE asked for it */
    struct dict *composite; /* groups by several columns: their codes joined */
    uint32_t *of;           /* (rows) group */
    size_t groups;
    uint32_t *first; /* (groups) a row of each */
    uint32_t *day;   /* (rows) day of time, from the first one; where days asked for it */
    size_t days;
    long time; /* want, or COLUMN_NONE */
};

void events_init(struct events *, const struct common *, const struct header *, const char *group,
    const struct event_options *);

/* Ask for a column; asking twice is once.  events_number: by value, or as --numeric says. */
size_t events_want(struct events *, size_t column, enum table_type);
size_t events_number(struct events *, size_t column);
/* The time column; must: it is a wrong call that it is not there. */
void events_time(struct events *, bool must);
/* What the recipe's items look at. */
void events_want_recipe(struct events *, const struct recipe *);

/* Read; then every row has its group, AGGREGATE_NONE when a group column is missing. */
void events_load(struct events *, struct csv_in *);

/* Only rows before as_of count (INT64_MAX: all; rows without a time count only then). */
void events_cut(struct events *, int64_t as_of);
/* Groups without a row that counts go; the rest is numbered by first sight, and first is set. */
void events_renumber(struct events *);
int64_t events_latest(const struct events *);

/* The group of other rows, by the text of the same columns in another table: column[i] of it. */
uint32_t *events_groups_of(const struct events *, const struct table *, const size_t *column);

/* The text of group column i in a row. */
struct str events_group_text(const struct events *, uint32_t row, size_t i);

/* Aggregates of the recipe's items; text[j] is the dictionary of codes, NULL for numbers. */
void events_bind(struct events *, const struct recipe *, struct aggregate *, struct dict **text);
struct aggregate_rows events_rows(const struct events *);
void events_release(struct events *);

#endif
