/* SPDX-License-Identifier: MIT */
/*
 * pa-join - look rows up in a smaller table
 *
 * LOOKUP is held in memory; the rows stream past it, in their order and byte for byte, and each
 * gets the other columns of the row of LOOKUP that has its key.  A few rows at a time are looked up
 * together, while the computer fetches what each of them needs.
 */
#include <inttypes.h>
#include <string.h>

#include "args.h"

#include "columns.h"
#include "csv.h"
#include "csv_batch.h"
#include "dict.h"
#include "key.h"
#include "keys.h"
#include "lookup.h"
#include "mem.h"
#include "stream.h"

static struct {
    const char *on, *duplicates, *prefix;
    bool left, inner, anti, cross, duplicates_given;
} opt = {.duplicates = "error"};

static const struct arg args[] = {
    {0, "on", "KEY[=KEY],...", ARG_TEXT, &opt.on, "required but for --cross",
        "key columns, in the rows and (=) in LOOKUP", .usual = true},
    {0, "left", NULL, ARG_FLAG, &opt.left, "on unless another kind is named",
        "keep every row; without a match the added columns are missing", .usual = true},
    {0, "inner", NULL, ARG_FLAG, &opt.inner, "off", "keep only the rows that have a match",
        .usual = true},
    {0, "anti", NULL, ARG_FLAG, &opt.anti, "off", "keep only the rows that have none",
        .usual = true},
    {0, "cross", NULL, ARG_FLAG, &opt.cross, "off", "every row with every row of LOOKUP",
        .usual = true},
    {0, "duplicates", "error|first|all", ARG_CHOICE, &opt.duplicates, "error",
        "a key that LOOKUP has more than once: refuse, take the first, or pair with all",
        .given = &opt.duplicates_given},
    {0, "prefix", "TEXT", ARG_TEXT, &opt.prefix, "none: a clash is an error",
        "put before added columns whose name exists already"},
    {0},
};

static const struct program program = {
    .name = "pa-join",
    .purpose = "look rows up in a smaller table, or pair them with all of it",
    .operands = "LOOKUP [FILE...]",
    .examples = "pa-join --on item products.csv events.csv -o wide.csv\n"
                "pa-join --on customer=user --inner users.tsv orders.csv.gz\n"
                "pa-join --on user --anti blocked.csv requests.csv\n"
                "pa-join --cross ads.csv requests.csv  # every request with every ad\n",
    .args = args,
    .leading = 1,
};

struct join {
    const struct common *common;
    struct csv_in *in, *other; /* the rows, LOOKUP */
    struct csv_out *out;
    struct key key, other_key;
    size_t *source; /* columns of LOOKUP that are added ... */
    size_t *added;  /* ... and their numbers in out */
    size_t width;
    struct str *value; /* (width) one row of them */
    struct lookup *lookup;
    bool first, all; /* of the rows of LOOKUP that share a key; neither: there is one */
    struct batch *batch;
    struct keys keys; /* of the batch */
    uint64_t without_key, matched, unmatched;
};

static void check_options(const struct common *c)
{
    if (opt.left + opt.inner + opt.anti + opt.cross > 1)
        die_usage("--left, --inner, --anti and --cross exclude one another");
    if (opt.cross && (opt.on || opt.duplicates_given))
        die_usage("--cross pairs all rows and takes no --%s", opt.on ? "on" : "duplicates");
    if (opt.anti && opt.prefix)
        die_usage("--anti adds no columns and takes no --prefix");
    if (!opt.cross && !opt.on)
        die_usage("--on is missing: which columns are the key? (or --cross)");
    bool rows_from_stdin = c->files == 0;
    for (size_t i = 0; i < c->files; i++)
        rows_from_stdin |= strcmp(c->file[i], "-") == 0;
    if (rows_from_stdin && strcmp(c->leading[0], "-") == 0)
        die_usage("LOOKUP and the rows cannot both be standard input");
}

/* Into text the name that an added column gets: its own, with --prefix where the rows have that
 * one; without headers it goes on counting where those of the rows end. */
static void put_added_name(
    const struct join *j, const struct dict *taken, struct str name, struct buf *text)
{
    buf_clear(text);
    if (j->common->no_header) {
        buf_print(text, "c%zu", csv_header(j->in)->n + j->width + 1);
        return;
    }
    bool clashes = !j->common->replace || opt.prefix ? dict_find(taken, name) != DICT_NONE : false;
    if (clashes && !opt.prefix)
        die_usage("there is a column \"%.*s\" already (--prefix gives the added one another name, "
                  "--replace overwrites)",
            STR_ARG(name));
    buf_print(text, "%s%.*s", clashes ? opt.prefix : "", STR_ARG(name));
}

static void add_columns(struct join *j)
{
    const struct header *rows = csv_header(j->in), *other = csv_header(j->other);
    struct dict *taken = dict_new();
    struct buf name = {0};
    for (size_t i = 0; i < rows->n; i++)
        dict_add(taken, rows->name[i]);
    j->source = mem_alloc(other->n, sizeof *j->source);
    j->added = mem_alloc(other->n, sizeof *j->added);
    for (size_t i = 0; i < other->n && !opt.anti; i++) {
        if (key_has(&j->other_key, i))
            continue;
        put_added_name(j, taken, other->name[i], &name);
        j->source[j->width] = i;
        j->added[j->width++] = csv_add(j->out, buf_view(&name));
    }
    buf_release(&name);
    dict_free(taken);
}

_Noreturn static void refuse_duplicate(const struct row *row, struct buf *key, uint64_t line)
{
    key_show(key);
    die_at(csv_place(row, opt.on),
        "\"%.*s\" stands on line %" PRIu64 " already (LOOKUP may have a key once, unless "
        "--duplicates says which row is meant)",
        STR_ARG(buf_view(key)), line);
}

/* What of LOOKUP could not be found, and what can. */
static void tell_loaded(const struct join *j, uint64_t without_key, uint64_t repeated)
{
    const char *lookup = csv_name(j->other);
    if (without_key)
        warn("%s: rows without a key, which match nothing: %" PRIu64, lookup, without_key);
    if (repeated)
        note("%s: rows left out, whose key came before: %" PRIu64, lookup, repeated);
    note("%s: rows that can be found: %zu", lookup, lookup_rows(j->lookup));
}

static void load(struct join *j)
{
    struct row row;
    uint64_t without_key = 0, repeated = 0;
    j->value = mem_alloc(j->width, sizeof *j->value);
    j->lookup = lookup_new(j->width, j->all);
    while (csv_next(j->other, &row)) {
        for (size_t i = 0; i < j->width; i++)
            j->value[i] = row.text[j->source[i]];
        keys_clear(&j->keys);
        if (opt.cross) {
            lookup_add(j->lookup, j->value);
        } else if (!key_put(j->other, &j->other_key, &row, &j->keys.text)) {
            without_key++;
        } else {
            uint64_t line = lookup_add_key(j->lookup, buf_view(&j->keys.text), j->value, row.line);
            if (line && !j->first)
                refuse_duplicate(&row, &j->keys.text, line);
            repeated += line > 0;
        }
    }
    tell_loaded(j, without_key, repeated);
    csv_close(j->other);
}

/* Write a row with a row of LOOKUP; returns the next one to pair it with. */
static size_t write_with(struct join *j, const struct row *row, size_t place)
{
    size_t next = lookup_values(j->lookup, place, j->value);
    for (size_t i = 0; i < j->width; i++)
        csv_set_text(j->out, j->added[i], j->value[i]);
    csv_write(j->out, row);
    return next;
}

static void write_row(struct join *j, const struct row *row, size_t place)
{
    j->matched += place != LOOKUP_NONE;
    j->unmatched += place == LOOKUP_NONE;
    if (place == LOOKUP_NONE && !opt.inner)
        csv_write(j->out, row);
    while (place != LOOKUP_NONE && !opt.anti)
        place = write_with(j, row, place);
}

/* Look up and write the rows that wait. */
static void settle(void *context)
{
    struct join *j = context;
    size_t rows = batch_size(j->batch), place[KEYS_MOST];
    struct str key[KEYS_MOST];
    bool has_key[BATCH_ROWS];
    keys_clear(&j->keys);
    for (size_t i = 0; i < rows; i++) {
        has_key[i] = key_put(j->in, &j->key, batch_row(j->batch, i), &j->keys.text);
        if (has_key[i])
            keys_end(&j->keys);
    }
    keys_views(&j->keys, key);
    lookup_find(j->lookup, key, j->keys.n, place);
    for (size_t i = 0, k = 0; i < rows; i++)
        write_row(j, batch_row(j->batch, i), has_key[i] ? place[k++] : LOOKUP_NONE);
    j->without_key += rows - j->keys.n;
    batch_clear(j->batch);
}

static void look_up(struct join *j)
{
    struct row row;
    j->batch = batch_new(csv_header(j->in)->n);
    csv_on_wait(j->in, settle, j);
    while (csv_next(j->in, &row))
        if (!batch_add(j->batch, &row)) {
            settle(j);
            batch_add(j->batch, &row);
        }
    settle(j);
    note("rows matched: %" PRIu64 " (%s), unmatched: %" PRIu64
         " (%s), of these without a key: %" PRIu64,
        j->matched, opt.anti ? "left out" : "kept", j->unmatched, opt.inner ? "left out" : "kept",
        j->without_key);
    batch_free(j->batch);
}

static void pair(struct join *j)
{
    struct row row;
    while (csv_next(j->in, &row))
        for (size_t at = lookup_first(j->lookup); at != LOOKUP_NONE;)
            at = write_with(j, &row, at);
}

static void release(struct join *j)
{
    lookup_free(j->lookup);
    buf_release(&j->keys.text);
    mem_free(j->key.at);
    mem_free(j->other_key.at);
    mem_free(j->source);
    mem_free(j->added);
    mem_free(j->value);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    check_options(&common);
    struct join join = {.common = &common, .all = strcmp(opt.duplicates, "all") == 0};
    join.first = strcmp(opt.duplicates, "first") == 0 || (opt.anti && !opt.duplicates_given);
    join.other = csv_open(&common, common.leading, 1);
    join.in = csv_open(&common, common.file, common.files);
    join.out = csv_create(&common, join.in, NULL);
    if (!opt.cross)
        key_parse(opt.on, csv_header(join.in), csv_header(join.other), &join.key, &join.other_key);
    add_columns(&join);
    load(&join);
    if (opt.cross)
        pair(&join);
    else
        look_up(&join);
    csv_close(join.in);
    note("rows written: %" PRIu64, csv_written(join.out));
    release(&join);
    return stream_finish();
}
