/* SPDX-License-Identifier: MIT */
/*
 * pa-eval ctr: what impressions brought and cost, by group, in one pass; memory grows with groups.
 */
#include <math.h>

#include "dict.h"
#include "die.h"
#include "exact.h"
#include "label.h"
#include "mem.h"
#include "num.h"
#include "pa-eval.h"
#include "report.h"

const char *const ctr_names[] = {"impressions", "clicks", "ctr", "ctr_low", "ctr_high",
    "conversions", "cvr", "cost", "cpc", "cpm", "cpa", "revenue", "roas", "roi", NULL};

enum amount { CONVERSION, COST, REVENUE, AMOUNTS };
static const char *const amount_names[AMOUNTS] = {"conversion", "cost", "revenue"};

struct tally {
    uint64_t impressions, clicks;
    struct exact sum[AMOUNTS];
};

struct ctr {
    struct csv_in *in;
    size_t label;
    long amount[AMOUNTS]; /* columns, or COLUMN_NONE */
    struct columns group;
    struct dict *keys; /* group values, each ended by a NUL, which no field has */
    struct tally *tally;
    size_t cap;
    uint64_t unlabelled, missing[AMOUNTS];
    struct report report;
    size_t column[14]; /* of ctr_names in the output, for what is there */
    bool has[14];
};

/* Which output columns there are, by what the input has. */
static void choose_columns(struct ctr *c, const char **own)
{
    bool conversion = c->amount[CONVERSION] != COLUMN_NONE, cost = c->amount[COST] != COLUMN_NONE;
    bool revenue = c->amount[REVENUE] != COLUMN_NONE;
    const bool has[14] = {true, true, true, true, true, conversion, conversion, cost, cost, cost,
        cost && conversion, revenue, revenue && cost, revenue && cost};
    size_t n = 0;
    for (size_t i = 0; i < 14; i++) {
        c->has[i] = has[i];
        if (has[i]) {
            c->column[i] = n;
            own[n++] = ctr_names[i];
        }
    }
    own[n] = NULL;
}

static struct tally *tally_of(struct ctr *c, const struct row *row, struct buf *key)
{
    buf_clear(key);
    for (size_t i = 0; i < c->group.n; i++) {
        buf_str(key, row->text[c->group.at[i]]);
        buf_char(key, '\0');
    }
    size_t before = dict_size(c->keys);
    uint32_t id = dict_add(c->keys, buf_view(key));
    c->tally = mem_grow(c->tally, &c->cap, (size_t)id + 1, sizeof *c->tally);
    if (id == before)
        c->tally[id] = (struct tally){0};
    return &c->tally[id];
}

/* A conversion may be a word; amounts are numbers.  False: the row is not to be used. */
static bool read_amount(struct ctr *c, const struct row *row, enum amount a, double *x)
{
    struct str text = row->text[c->amount[a]];
    *x = 0;
    if (csv_missing(c->in, text)) {
        c->missing[a]++;
        return true;
    }
    if (num_double(text, x) == NUM_OK)
        return true;
    int word = a == CONVERSION ? label_read(text) : -1;
    *x = word > 0;
    return word >= 0 ||
           csv_bad(c->in, row, E_NUM, amount_names[a], "\"%.*s\" is not a number", STR_ARG(text));
}

/* 1 or 0; -1: the row is not to be used. */
static int read_label(struct ctr *c, const struct row *row)
{
    struct str text = row->text[c->label], name = csv_header(c->in)->name[c->label];
    if (csv_missing(c->in, text)) {
        c->unlabelled++;
        csv_reject(c->in, row, E_REQUIRED, "%.*s is missing", STR_ARG(name));
        return -1;
    }
    int click = label_read(text);
    if (click < 0)
        csv_bad(c->in, row, E_ENUM, name.p,
            "\"%.*s\" is no outcome (0/1, -1/1, no/yes, false/true)", STR_ARG(text));
    return click;
}

static void take(struct ctr *c, const struct row *row, struct buf *key)
{
    double x[AMOUNTS] = {0};
    int click = read_label(c, row);
    if (click < 0)
        return;
    for (int a = 0; a < AMOUNTS; a++)
        if (c->amount[a] != COLUMN_NONE && !read_amount(c, row, (enum amount)a, &x[a]))
            return;
    struct tally *t = tally_of(c, row, key);
    t->impressions++;
    t->clicks += click > 0;
    for (int a = 0; a < AMOUNTS; a++)
        if (c->amount[a] != COLUMN_NONE)
            exact_add(&t->sum[a], x[a]);
}

static void put_group(const struct ctr *c, uint32_t id)
{
    struct str rest = dict_key(c->keys, id);
    for (size_t i = 0; i < c->group.n; i++)
        csv_set_text(c->report.out, c->report.group[i], str_cut(rest, '\0', &rest));
}

/* "ad=a1, slot=2" */
static void name_group(const struct ctr *c, const struct str *name, uint32_t id, struct buf *b)
{
    struct str rest = dict_key(c->keys, id);
    for (size_t i = 0; i < c->group.n; i++) {
        buf_text(b, i ? ", " : "");
        buf_str(b, name[i]);
        buf_char(b, '=');
        buf_str(b, str_cut(rest, '\0', &rest));
    }
}

static void put_tally(struct ctr *c, const struct str *name, uint32_t id)
{
    static const struct tally nothing;
    const struct tally *t = id < dict_size(c->keys) ? &c->tally[id] : &nothing;
    double n = (double)t->impressions, clicks = (double)t->clicks;
    double conversions = exact_value(&t->sum[CONVERSION]), cost = exact_value(&t->sum[COST]);
    double revenue = exact_value(&t->sum[REVENUE]);
    struct estimate ctr = estimate_share(clicks, n);
    const double value[14] = {n, clicks, ctr.value, ctr.low, ctr.high, conversions,
        conversions / clicks, cost, cost / clicks, 1000 * cost / n, cost / conversions, revenue,
        revenue / cost, (revenue - cost) / cost};
    struct buf group = {0};
    for (size_t i = 0; i < 14; i++)
        if (c->has[i]) {
            csv_set_number(c->report.out, report_column(&c->report, c->column[i]), value[i]);
            check_value(c->report.check, ctr_names[i], value[i]);
        }
    if (id < dict_size(c->keys)) {
        put_group(c, id);
        name_group(c, name, id, &group);
    }
    csv_write(c->report.out, NULL);
    check_group(c->report.check, buf_view(&group));
    buf_release(&group);
}

static void find_columns(struct ctr *c, const struct job *job)
{
    const struct header *h = csv_header(c->in);
    const char *own[15];
    c->label = columns_option("label", job->options->label, h);
    c->group = columns_parse("group", job->options->group, h);
    for (int a = 0; a < AMOUNTS; a++)
        c->amount[a] = columns_find(h, str_of(amount_names[a]));
    choose_columns(c, own);
    report_init(&c->report, job->common, c->in, &c->group, own);
    c->report.check = job->check;
}

static void say(const struct ctr *c)
{
    if (c->unlabelled)
        warn("%llu rows are left out: the label is missing", (unsigned long long)c->unlabelled);
    for (int a = 0; a < AMOUNTS; a++)
        if (c->missing[a])
            note("%s is missing in %llu rows and counts 0", amount_names[a],
                (unsigned long long)c->missing[a]);
}

void ctr_run(const struct job *job)
{
    struct ctr c = {.in = csv_open(job->common, job->common->file, job->common->files)};
    struct row row;
    struct buf key = {0};
    find_columns(&c, job);
    c.keys = dict_new();
    while (csv_next(c.in, &row))
        take(&c, &row, &key);
    struct str *name = mem_alloc(c.group.n, sizeof *name);
    for (size_t i = 0; i < c.group.n; i++)
        name[i] = csv_header(c.in)->name[c.group.at[i]];
    size_t groups = dict_size(c.keys);
    for (uint32_t id = 0; id < groups || (id == 0 && c.group.n == 0); id++)
        put_tally(&c, name, id);
    say(&c);
    csv_close(c.in);
    mem_free(name);
    mem_free(c.tally);
    mem_free(c.group.at);
    dict_free(c.keys);
    buf_release(&key);
    report_release(&c.report);
}
