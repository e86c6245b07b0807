/* SPDX-License-Identifier: MIT */
/*
 * pa-join - look rows up in a smaller table
 *
 * LOOKUP is held in memory; the rows stream past it, in their order and byte for byte, and each
 * gets the other columns of the one row of LOOKUP that has its key.
 */
#include <inttypes.h>
#include <string.h>

#include "args.h"
#include "columns.h"
#include "csv.h"
#include "lookup.h"
#include "mem.h"
#include "stream.h"

static struct {
    const char *on;
    bool left, inner, cross;
} opt;

static const struct arg args[] = {
    {0, "on", "KEY[=KEY],...", ARG_TEXT, &opt.on, "required but for --cross",
        "key columns, in the rows and (=) in LOOKUP", .usual = true},
    {0, "left", NULL, ARG_FLAG, &opt.left, "on unless another kind is named",
        "keep every row; without a match the added columns are missing", .usual = true},
    {0, "inner", NULL, ARG_FLAG, &opt.inner, "off", "keep only the rows that have a match",
        .usual = true},
    {0, "cross", NULL, ARG_FLAG, &opt.cross, "off", "every row with every row of LOOKUP",
        .usual = true},
    {0},
};

static const struct program program = {
    .name = "pa-join",
    .purpose = "look rows up in a smaller table, or pair them with all of it",
    .operands = "LOOKUP [FILE...]",
    .examples = "pa-join --on item products.csv events.csv -o wide.csv\n"
                "pa-join --on customer=user --inner users.tsv orders.csv.gz\n"
                "pa-join --cross ads.csv requests.csv  # every request with every ad\n",
    .args = args,
    .leading = 1,
};

/* The key's columns in one of the two tables. */
struct key {
    size_t *at;
    size_t n;
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
    uint64_t without_key, matched, unmatched;
};

static void check_options(const struct common *c)
{
    if (opt.left + opt.inner + opt.cross > 1)
        die_usage("--left, --inner and --cross exclude one another");
    if (opt.cross && opt.on)
        die_usage("--cross pairs all rows and takes no --on");
    if (!opt.cross && !opt.on)
        die_usage("--on is missing: which columns are the key? (or --cross)");
    bool rows_from_stdin = c->files == 0;
    for (size_t i = 0; i < c->files; i++)
        rows_from_stdin |= strcmp(c->file[i], "-") == 0;
    if (rows_from_stdin && strcmp(c->leading[0], "-") == 0)
        die_usage("LOOKUP and the rows cannot both be standard input");
}

/* The next item of a list, up to a comma that no backslash precedes, as a text of its own. */
static const char *next_item(const char **list)
{
    const char *p = *list;
    struct buf item = {0};
    for (; *p && *p != ','; p++) {
        p += p[0] == '\\' && p[1] == ',';
        buf_char(&item, *p);
    }
    *list = *p ? p + 1 : NULL;
    return buf_cstr(&item);
}

static void add_column(struct key *key, size_t column)
{
    for (size_t i = 0; i < key->n; i++)
        if (key->at[i] == column)
            die_usage("--on: a column stands twice in the key");
    key->at = mem_resize(key->at, key->n + 1, sizeof *key->at);
    key->at[key->n++] = column;
}

static void read_on(struct join *j)
{
    for (const char *list = opt.on; list;) {
        const char *item = next_item(&list);
        struct str rows = str_of(item), other = rows;
        args_pair(item, &rows, &other);
        add_column(&j->key, columns_option("on", rows.p, csv_header(j->in)));
        add_column(&j->other_key, columns_option("on (in LOOKUP)", other.p, csv_header(j->other)));
    }
}

static bool in_key(const struct key *key, size_t column)
{
    for (size_t i = 0; i < key->n; i++)
        if (key->at[i] == column)
            return true;
    return false;
}

/* Without headers the added columns go on counting where those of the rows end. */
static void add_columns(struct join *j)
{
    const struct header *other = csv_header(j->other);
    j->source = mem_alloc(other->n, sizeof *j->source);
    j->added = mem_alloc(other->n, sizeof *j->added);
    for (size_t i = 0; i < other->n; i++) {
        if (in_key(&j->other_key, i))
            continue;
        struct str name = other->name[i];
        struct buf number = {0};
        if (j->common->no_header) {
            buf_print(&number, "c%zu", csv_header(j->in)->n + j->width + 1);
            name = buf_view(&number);
        }
        j->source[j->width] = i;
        j->added[j->width++] = csv_add(j->out, name);
    }
}

/* The text by which a row is found: fields end in NUL, which no field holds.  False: one is
 * missing, and what is missing equals nothing. */
static bool key_of(
    const struct csv_in *in, const struct key *key, const struct row *row, struct buf *text)
{
    buf_clear(text);
    for (size_t i = 0; i < key->n; i++) {
        struct str field = row->text[key->at[i]];
        if (csv_missing(in, field))
            return false;
        buf_str(text, field);
        if (key->n > 1)
            buf_char(text, '\0');
    }
    return true;
}

_Noreturn static void refuse_duplicate(const struct row *row, struct buf *key, uint64_t line)
{
    key->n -= key->n && !key->p[key->n - 1];
    for (size_t i = 0; i < key->n; i++)
        key->p[i] = key->p[i] ? key->p[i] : ',';
    die_at(csv_place(row, opt.on),
        "\"%.*s\" stands on line %" PRIu64 " already (LOOKUP may have a key once)",
        STR_ARG(buf_view(key)), line);
}

static void load(struct join *j)
{
    struct buf key = {0};
    struct row row;
    uint64_t without_key = 0;
    j->value = mem_alloc(j->width, sizeof *j->value);
    j->lookup = lookup_new(j->width);
    while (csv_next(j->other, &row)) {
        for (size_t i = 0; i < j->width; i++)
            j->value[i] = row.text[j->source[i]];
        if (opt.cross) {
            lookup_add(j->lookup, j->value);
            continue;
        }
        if (!key_of(j->other, &j->other_key, &row, &key)) {
            without_key++;
            continue;
        }
        uint64_t line = lookup_add_key(j->lookup, buf_view(&key), j->value, row.line);
        if (line)
            refuse_duplicate(&row, &key, line);
    }
    if (without_key)
        warn("%s: rows without a key, which match nothing: %" PRIu64, j->common->leading[0],
            without_key);
    note("%s: rows that can be found: %zu", j->common->leading[0], lookup_rows(j->lookup));
    csv_close(j->other);
    buf_release(&key);
}

static void write_with(struct join *j, const struct row *row, size_t found)
{
    lookup_values(j->lookup, found, j->value);
    for (size_t i = 0; i < j->width; i++)
        csv_set_text(j->out, j->added[i], j->value[i]);
    csv_write(j->out, row);
}

static void look_up(struct join *j)
{
    struct buf key = {0};
    struct row row;
    while (csv_next(j->in, &row)) {
        bool has_key = key_of(j->in, &j->key, &row, &key);
        size_t found = has_key ? lookup_find(j->lookup, buf_view(&key)) : LOOKUP_NONE;
        j->without_key += !has_key;
        j->matched += found != LOOKUP_NONE;
        j->unmatched += found == LOOKUP_NONE;
        if (found != LOOKUP_NONE)
            write_with(j, &row, found);
        else if (!opt.inner)
            csv_write(j->out, &row);
    }
    note("rows matched: %" PRIu64 ", unmatched: %" PRIu64 " (%s), of these without a key: %" PRIu64,
        j->matched, j->unmatched, opt.inner ? "left out" : "kept", j->without_key);
    buf_release(&key);
}

static void pair(struct join *j)
{
    struct row row;
    while (csv_next(j->in, &row))
        for (size_t i = 0; i < lookup_rows(j->lookup); i++)
            write_with(j, &row, i);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    check_options(&common);
    struct join join = {.common = &common};
    join.other = csv_open(&common, common.leading, 1);
    join.in = csv_open(&common, common.file, common.files);
    join.out = csv_create(&common, join.in, NULL);
    if (!opt.cross)
        read_on(&join);
    add_columns(&join);
    load(&join);
    if (opt.cross)
        pair(&join);
    else
        look_up(&join);
    csv_close(join.in);
    note("rows written: %" PRIu64, csv_written(join.out));
    lookup_free(join.lookup);
    return stream_finish();
}
