/* SPDX-License-Identifier: MIT */
/*
 * pa-clean - make one clean table of a shop's logs
 *
 * Rows keep their order and nothing is reformatted: what no rule changes comes out byte for byte as
 * it went in.  A row meets, in this order: --where, --require, --dedup, then --fill and --clip.
 * When limits must be learnt the input is read twice, and what the first pass left out is
 * remembered in one bit a row; otherwise rows pass as they come.
 */
#include <math.h>
#include <string.h>

#include "args.h"
#include "columns.h"
#include "csv.h"
#include "dedup.h"
#include "limits.h"
#include "mem.h"
#include "sources.h"
#include "stream.h"
#include "where.h"

static struct {
    struct arg_list tag, where, fill, clip;
    const char *rename, *keep, *drop, *require, *dedup_keys, *model, *save_model;
    bool dedup;
} opt;

static const struct arg args[] = {
    {0, "tag", "COL=VALUE:FILE", ARG_LIST, &opt.tag, "none",
        "rows of FILE get VALUE in column COL; may be repeated", .usual = true},
    {0, "rename", "OLD=NEW,...", ARG_TEXT, &opt.rename, "none",
        "rename columns, in each file that has them", .usual = true},
    {0, "keep", "COLS", ARG_TEXT, &opt.keep, "all", "write only these columns, in this order",
        .usual = true},
    {0, "drop", "COLS", ARG_TEXT, &opt.drop, "none", "leave these columns out"},
    {0, "where", "CONDITION", ARG_LIST, &opt.where, "none",
        "keep rows where COL op VALUE, op one of == != < <= > >= ~ !~; repeated: all hold",
        .usual = true},
    {0, "require", "COLS", ARG_TEXT, &opt.require, "none",
        "reject rows in which one of these is missing", .usual = true},
    {0, "dedup", NULL, ARG_FLAG, &opt.dedup, "off",
        "drop a row all of whose fields repeat an earlier row's", .usual = true},
    {0, "dedup-keys", "COLS", ARG_TEXT, &opt.dedup_keys, "all columns",
        "drop a row that repeats these columns of an earlier row"},
    {0, "fill", "COLS=mean|median|mode|TEXT", ARG_LIST, &opt.fill, "none",
        "fill missing values with a learnt one or with TEXT (\\mean: the word); may be repeated"},
    {0, "clip", "COLS=RULE", ARG_LIST, &opt.clip, "none",
        "pull outliers to LO:HI, q.01:q.99, mad:3.5 or iqr:1.5; may be repeated", .usual = true},
    {'m', "model", "FILE", ARG_TEXT, &opt.model, "none",
        "read what was learnt from FILE; here limits and fills"},
    {'M', "save-model", "FILE", ARG_TEXT, &opt.save_model, "none", "write what was learnt to FILE"},
    {0},
};

static const struct program program = {
    .name = "pa-clean",
    .purpose = "make one clean table of a shop's logs",
    .operands = "[FILE...]",
    .examples = "pa-clean --union --tag event=view:browse.csv --tag event=cart:cart.tsv.gz \\\n"
                "    --rename customer_id=user,ts=time --dedup browse.csv cart.tsv.gz\n"
                "pa-clean --require user,item --clip price=q.01:q.99 -M limits events.csv\n"
                "tail -F today.csv | pa-clean -m limits --where 'event!=view'\n",
    .args = args,
};

/* Which rows the first pass let through. */
struct survivors {
    unsigned char *bit;
    size_t cap;
};

struct cleaner {
    struct csv_in *in;
    struct where *where;
    struct columns required, keys;
    struct dedup *dedup;
    struct limits *limits;
    struct survivors survivors;
    uint64_t left_out, duplicates, incomplete;
};

static void remember(struct survivors *s, uint64_t number)
{
    size_t before = s->cap;
    s->bit = mem_grow(s->bit, &s->cap, number / 8 + 1, 1);
    if (s->cap > before)
        memset(s->bit + before, 0, s->cap - before);
    s->bit[number / 8] |= (unsigned char)(1u << number % 8);
}

static bool survived(const struct survivors *s, uint64_t number)
{
    return number / 8 < s->cap && s->bit[number / 8] >> number % 8 & 1;
}

static bool complete(struct cleaner *c, const struct row *row)
{
    for (size_t i = 0; i < c->required.n; i++)
        if (csv_missing(c->in, row->text[c->required.at[i]])) {
            struct str name = csv_header(c->in)->name[c->required.at[i]];
            c->incomplete++;
            csv_reject(c->in, row, E_REQUIRED, "%.*s is missing", STR_ARG(name));
            return false;
        }
    return true;
}

/* Does a row pass --where, --require and --dedup?  One that does not is counted. */
static bool usable(struct cleaner *c, const struct row *row)
{
    if (!where_holds(c->where, c->in, row)) {
        c->left_out++;
        return false;
    }
    if (!complete(c, row))
        return false;
    if (c->dedup && dedup_seen(c->dedup, row, &c->keys)) {
        c->duplicates++;
        csv_reject(c->in, row, E_DUP, "repeats an earlier row");
        return false;
    }
    return true;
}

/* The first pass: what passes, and what it teaches. */
static void learn(struct cleaner *c)
{
    struct row row;
    csv_keep(c->in);
    while (csv_next(c->in, &row))
        if (usable(c, &row) && limits_see(c->limits, c->in, &row))
            remember(&c->survivors, row.number);
    csv_rewind(c->in);
    limits_settle(c->limits);
    dedup_free(c->dedup);
    c->dedup = NULL;
}

static struct columns kept_columns(const struct header *header)
{
    struct columns all = opt.keep ? columns_parse("keep", opt.keep, header) : columns_all(header);
    struct columns dropped = columns_parse("drop", opt.drop, header);
    bool *drop = mem_zero(header->n, sizeof *drop);
    size_t n = 0;
    for (size_t i = 0; i < dropped.n; i++)
        drop[dropped.at[i]] = true;
    for (size_t i = 0; i < all.n; i++)
        if (!drop[all.at[i]])
            all.at[n++] = all.at[i];
    mem_free(drop);
    if (!n)
        die_usage("--keep and --drop leave no column");
    all.n = n;
    mem_free(dropped.at);
    return all;
}

static struct limits *make_limits(const struct header *header)
{
    if (!opt.model)
        return limits_parse(&opt.fill, &opt.clip, header);
    if (opt.fill.n || opt.clip.n || opt.save_model)
        die_usage("-m brings its own limits: leave out --fill, --clip and -M");
    return limits_read(opt.model, header);
}

static void report(const struct cleaner *c, const struct csv_out *out)
{
    struct csv_counts n = csv_counts(c->in);
    struct limits_counts changed = limits_counts(c->limits);
    note("%llu rows in = %llu out + %llu rejected (%llu incomplete) + %llu duplicates + %llu left "
         "out by --where",
        (unsigned long long)n.rows, (unsigned long long)csv_written(out),
        (unsigned long long)(n.rejected - c->duplicates), (unsigned long long)c->incomplete,
        (unsigned long long)c->duplicates, (unsigned long long)c->left_out);
    limits_note(c->limits);
    if (changed.filled + changed.clipped)
        note("%llu values filled, %llu clipped", (unsigned long long)changed.filled,
            (unsigned long long)changed.clipped);
}

static void release(struct cleaner *c, struct columns *kept, struct sources *sources)
{
    where_free(c->where);
    mem_free(c->required.at);
    mem_free(c->keys.at);
    dedup_free(c->dedup);
    limits_free(c->limits);
    mem_free(c->survivors.bit);
    mem_free(kept->at);
    sources_free(sources);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    struct sources *sources = sources_parse(opt.rename, &opt.tag, &common);
    struct csv_in *in = csv_open_as(&common, common.file, common.files, sources_edit(sources));
    const struct header *header = csv_header(in);
    sources_check(sources, header);
    struct cleaner c = {.in = in,
        .where = where_parse(&opt.where, header, common.tz),
        .required = columns_parse("require", opt.require, header),
        .keys = opt.dedup_keys ? columns_parse("dedup-keys", opt.dedup_keys, header)
                               : columns_all(header),
        .dedup = opt.dedup || opt.dedup_keys ? dedup_new() : NULL,
        .limits = make_limits(header)};
    bool twice = !opt.model && limits_learn(c.limits);
    struct columns kept = kept_columns(header);
    struct csv_out *out = csv_create(&common, in, NULL);
    csv_columns(out, kept.at, kept.n);
    limits_bind(c.limits, out, &kept);

    if (twice)
        learn(&c);
    struct row row;
    while (csv_next(in, &row)) {
        bool good = twice ? survived(&c.survivors, row.number) : usable(&c, &row);
        if (good && limits_apply(c.limits, in, &row, out))
            csv_write(out, &row);
    }
    if (opt.save_model)
        limits_write(c.limits, opt.save_model);
    report(&c, out);
    csv_close(in);
    release(&c, &kept, sources);
    return stream_finish();
}
