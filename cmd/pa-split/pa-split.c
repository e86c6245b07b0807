/* SPDX-License-Identifier: MIT */
/*
 * pa-split - divide rows into training and test sets, or folds
 *
 * The part of a row is a keyed hash of the seed and its user, or of the row itself, and of nothing
 * else: it stays when rows are added, removed, reordered or spread over machines.  Exact shares and
 * the last rows of users need to know all rows; for these the input is read twice.
 */
#include <stdlib.h>

#include "args.h"
#include "columns.h"
#include "csv.h"
#include "csv_batch.h"
#include "cuts.h"
#include "divider.h"
#include "items.h"
#include "manifest.h"
#include "mem.h"
#include "names.h"
#include "parts.h"
#include "report.h"
#include "rowkey.h"
#include "strata.h"
#include "stream.h"

static struct {
    const char *ratio, *names, *user, *stratify, *at, *gap, *time, *label;
    int64_t folds, seed, leave_last, manifest;
    double neg_rate;
    bool ratio_given, exact, neg_rate_given, how_given;
} opt = {.ratio = "8:2", .seed = 1, .time = "time", .label = "click", .neg_rate = 1};

static const struct arg args[] = {
    {0, "ratio", "LIST", ARG_TEXT, &opt.ratio, "8:2", "shares of the parts, such as 8:1:1",
        .usual = true, .given = &opt.ratio_given},
    {0, "names", "LIST", ARG_TEXT, &opt.names, "none: part number in column fold, on stdout",
        "files to write the parts to, one a part", .usual = true},
    {0, "folds", "K", ARG_INT, &opt.folds, "off",
        "number of folds; here adds the column fold, 1 to K", .min = 2, .max = 1000000,
        .usual = true},
    {'u', "user", "COL", ARG_TEXT, &opt.user, "none: each row by itself",
        "column of the user; here its rows stay together", .usual = true},
    {0, "stratify", "COLS", ARG_TEXT, &opt.stratify, "none",
        "the same shares within each value of these", .usual = true},
    {0, "exact", NULL, ARG_FLAG, &opt.exact, "off",
        "exact shares, which then depend on the other rows"},
    {0, "at", "TIME,...", ARG_TEXT, &opt.at, "none", "cut by time: parts end before these",
        .usual = true},
    {0, "gap", "DURATION", ARG_TEXT, &opt.gap, "0",
        "leave out rows this close after a cut of --at"},
    {0, "leave-last", "N", ARG_INT, &opt.leave_last, "off",
        "the last N rows of each user are the second part", .min = 1, .max = 1000},
    {'T', "time", "COL", ARG_TEXT, &opt.time, "time", "column of the time",
        .given = &opt.how_given},
    {0, "neg-rate", "R", ARG_REAL, &opt.neg_rate, "1",
        "keep this share of the negatives, weighted 1/R; here in the column weight", .max = 1,
        .given = &opt.neg_rate_given},
    {'l', "label", "COL", ARG_TEXT, &opt.label, "click", "column of the label",
        .given = &opt.how_given},
    {'s', "seed", "N", ARG_INT, &opt.seed, "1", "seed of what is drawn by chance", .usual = true,
        .given = &opt.how_given},
    {0, "manifest", "N", ARG_INT, &opt.manifest, "off",
        "write N byte ranges of the input, cut at whole blocks of rows, instead of rows", .min = 1,
        .max = 1000000},
    {0},
};

static const struct program program = {
    .name = "pa-split",
    .purpose = "divide rows into training and test sets, or folds",
    .operands = "[FILE...]",
    .examples = "pa-split --ratio 8:2 --names train.csv,test.csv rows.csv\n"
                "pa-split -u user --stratify click --names train.csv,test.csv rows.csv\n"
                "pa-split --at 2026-02-01 --gap 1d --names past.csv,future.csv rows.csv\n"
                "pa-split --folds 5 rows.csv  # adds the column fold\n",
    .args = args,
};

struct split {
    const struct common *common;
    struct csv_in *in;
    struct items items;
    struct csv_out **out; /* one a part, or one for all */
    size_t fold, weight;  /* numbers of the added columns: without --names; with --neg-rate */
    struct names names;
    size_t n;             /* parts */
    double *share;        /* (n) unless cut by time */
    struct cuts cuts;     /* --at */
    struct columns value; /* --stratify */
    struct divider *divider;
    struct buf key;
    struct strata *strata; /* NULL without --stratify */
    uint64_t *rows, in_gap;
};

/* Equal shares with --folds, else those of --ratio. */
static void read_shares(struct split *s)
{
    s->share = parts_parse(opt.ratio, &s->n);
    if (opt.folds) {
        s->n = (size_t)opt.folds;
        s->share = mem_resize(s->share, s->n, sizeof *s->share);
        for (size_t i = 0; i < s->n; i++)
            s->share[i] = 1;
    }
    if (s->n < 2 && !opt.neg_rate_given)
        die_usage("--ratio: \"%s\" is one part only (8:2 is right)", opt.ratio);
}

static void check_options(void)
{
    bool by_time = opt.at || opt.leave_last;
    if ((opt.folds != 0) + opt.ratio_given + (opt.at != NULL) + (opt.leave_last != 0) > 1)
        die_usage("--ratio, --folds, --at and --leave-last exclude one another");
    if (by_time && opt.exact)
        die_usage("--exact is for shares (--ratio or --folds)");
    if (opt.gap && !opt.at)
        die_usage("--gap is for --at");
    if (opt.at && opt.user)
        die_usage("--at cuts by time alone and takes no -u");
    if (opt.leave_last && !opt.user)
        die_usage("--leave-last needs -u: whose last rows?");
    if (!(opt.neg_rate > 0))
        die_usage("--neg-rate: nothing would be kept (0.1 is right)");
}

static void check_manifest(const struct common *c)
{
    bool divides = opt.ratio_given || opt.folds || opt.at || opt.leave_last || opt.neg_rate_given;
    bool how = opt.names || opt.user || opt.stratify || opt.gap || opt.exact || opt.how_given;
    if (divides || how)
        die_usage("--manifest writes ranges of the input and divides no rows");
    if (c->files != 1 || str_is(str_of(c->file[0]), "-"))
        die_usage("--manifest is for one FILE");
}

static void read_options(struct split *s)
{
    check_options();
    if (opt.at) {
        s->cuts = cuts_parse(opt.at, opt.gap, s->common->tz);
        s->n = s->cuts.n + 1;
    } else if (opt.leave_last) {
        s->n = 2;
    } else {
        read_shares(s);
    }
    if (opt.names && s->common->output)
        die_usage("--names and -o exclude one another");
    if (opt.names)
        s->names = names_parse(opt.names, s->n);
}

static void find_columns(struct split *s)
{
    const struct header *h = csv_header(s->in);
    s->items = (struct items){s->common, s->in, COLUMN_NONE, COLUMN_NONE, COLUMN_NONE};
    if (opt.user)
        s->items.user = (long)columns_option("user", opt.user, h);
    if (opt.at || opt.leave_last)
        s->items.time = (long)columns_option("time", opt.time, h);
    if (opt.neg_rate_given)
        s->items.label = (long)columns_option("label", opt.label, h);
    s->value = columns_parse("stratify", opt.stratify, h);
}

/* What is to be written anew (--replace) is no part of the row. */
static struct columns row_columns(const struct split *s)
{
    static const char *const added[] = {"weight", "fold"};
    size_t from = opt.neg_rate_given ? 0 : 1, to = opt.names || s->n < 2 ? 1 : 2;
    return rowkey_columns(csv_header(s->in), added + from, to - from);
}

static void prepare(struct split *s)
{
    s->rows = mem_zero(s->n, sizeof *s->rows);
    if (s->value.n)
        s->strata = strata_new(s->n);
    s->divider = divider_new((struct division){.parts = s->n,
        .share = s->share,
        .cuts = opt.at ? &s->cuts : NULL,
        .last = (size_t)opt.leave_last,
        .folds = opt.folds > 0,
        .exact = opt.exact,
        .by_user = opt.user != NULL,
        .neg_rate = opt.neg_rate,
        .seed = (uint64_t)opt.seed,
        .row = row_columns(s),
        .value = s->value});
    if (divider_learns(s->divider))
        csv_keep(s->in);
}

static struct csv_out *create(struct split *s, const char *path)
{
    struct csv_out *out = csv_create(s->common, s->in, path);
    if (!opt.names && s->n > 1)
        s->fold = csv_add(out, str_of("fold"));
    if (opt.neg_rate_given)
        s->weight = csv_add(out, str_of("weight"));
    return out;
}

static void create_outputs(struct split *s)
{
    s->out = mem_alloc(s->n, sizeof *s->out);
    for (size_t i = 0; i < s->names.n; i++) {
        char *path = mem_text(s->names.at[i].p, s->names.at[i].n);
        s->out[i] = create(s, path);
        mem_free(path);
    }
    if (!opt.names)
        s->out[0] = create(s, NULL);
}

static void put_row(struct split *s, const struct item *item, size_t part)
{
    struct csv_out *out = s->out[opt.names ? part : 0];
    s->rows[part]++;
    if (s->strata) {
        struct str value = rowkey_put(&s->key, item->row, &s->value);
        strata_add(s->strata, (struct str){value.p, value.n - 1}, part);
    }
    if (!opt.names && s->n > 1)
        csv_set_int(out, s->fold, (int64_t)part + 1);
    if (opt.neg_rate_given)
        csv_set_number(out, s->weight, item->negative ? 1 / opt.neg_rate : 1);
    csv_write(out, item->row);
}

static void learn_some(struct split *s, const struct item *item, size_t n)
{
    divider_learn(s->divider, item, n);
}

static void divide_some(struct split *s, const struct item *item, size_t n)
{
    size_t part[BATCH_ROWS];
    divider_parts(s->divider, item, n, part);
    for (size_t i = 0; i < n; i++) {
        s->in_gap += part[i] == CUTS_GAP;
        if (part[i] != CUTS_GAP && (!item[i].negative || divider_keeps(s->divider, &item[i])))
            put_row(s, &item[i], part[i]);
    }
}

/* A copy of the item that does not need the row to stay; false: there is no room. */
static bool put_aside(struct batch *batch, const struct item *item, struct item *copy)
{
    size_t i = batch_size(batch);
    if (!batch_add(batch, item->row))
        return false;
    copy[i] = *item;
    copy[i].row = batch_row(batch, i);
    if (item->user)
        copy[i].user = copy[i].row->text + (item->user - item->row->text);
    return true;
}

/* All rows, many at once, so that what is known of their users is fetched for many at once. */
static void pass(struct split *s, void (*work)(struct split *, const struct item *, size_t))
{
    struct batch *batch = batch_new(csv_header(s->in)->n);
    struct row row;
    struct item item, copy[BATCH_ROWS];
    while (items_next(&s->items, &row, &item)) {
        if (put_aside(batch, &item, copy))
            continue;
        work(s, copy, batch_size(batch));
        batch_clear(batch);
        put_aside(batch, &item, copy);
    }
    work(s, copy, batch_size(batch));
    batch_free(batch);
}

/* Where all must be known first. */
static void divide_in_two_passes(struct split *s)
{
    pass(s, learn_some);
    divider_settle(s->divider);
    csv_rewind(s->in);
    pass(s, divide_some);
}

static void divide_at_once(struct split *s)
{
    struct row row;
    struct item item;
    while (items_next(&s->items, &row, &item))
        divide_some(s, &item, 1);
}

static void tell(const struct split *s)
{
    struct division_counts counts = divider_counts(s->divider);
    report_write(&(struct report){.name = opt.names ? s->names.at : NULL,
        .parts = s->n,
        .rows = s->rows,
        .in_gap = s->in_gap,
        .negatives = counts.negatives,
        .negatives_kept = counts.kept,
        .without_user = counts.without_user,
        .few = counts.few,
        .drawn = s->share,
        .strata = s->strata,
        .stratify = opt.stratify});
}

static void release(struct split *s)
{
    mem_free(s->names.at);
    mem_free(s->out);
    mem_free(s->share);
    mem_free(s->cuts.at);
    mem_free(s->value.at);
    mem_free(s->rows);
    buf_release(&s->key);
    divider_free(s->divider);
    strata_free(s->strata);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    struct split split = {.common = &common};
    if (opt.manifest) {
        check_manifest(&common);
        manifest_write(&common, (size_t)opt.manifest);
        return stream_finish();
    }
    read_options(&split);
    split.in = csv_open(&common, common.file, common.files);
    find_columns(&split);
    prepare(&split);
    create_outputs(&split);
    if (divider_learns(split.divider))
        divide_in_two_passes(&split);
    else
        divide_at_once(&split);
    csv_close(split.in);
    tell(&split);
    release(&split);
    return stream_finish();
}
