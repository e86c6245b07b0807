/* SPDX-License-Identifier: MIT */
/*
 * pa-eval ctr: what impressions brought and cost, by group, in one pass; memory grows with groups.
 */
#include <math.h>

#include "crowd.h"
#include "dict.h"
#include "die.h"
#include "exact.h"
#include "gate.h"
#include "label.h"
#include "mem.h"
#include "num.h"
#include "pa-eval.h"
#include "report.h"
#include "resample.h"
#include "row_groups.h"

const char *const ctr_names[] = {"impressions", "clicks", "ctr", "ctr_low", "ctr_high",
    "conversions", "cvr", "cost", "cpc", "cpm", "cpa", "revenue", "roas", "roi", NULL};

enum amount { CONVERSION, COST, REVENUE, AMOUNTS };
static const char *const amount_names[AMOUNTS] = {"conversion", "cost", "revenue"};

struct tally {
    uint64_t impressions, clicks;
    struct exact sum[AMOUNTS];
};

/* Of a group with -w, by label: weight, and squared weight. */
struct weights {
    struct exact sum[2], squares[2];
};

/* Of a group's rows in one cluster (--se). */
struct member {
    uint32_t group;
    double impressions, clicks; /* weight */
};

struct ctr {
    struct csv_in *in;
    size_t label;
    long amount[AMOUNTS]; /* columns, or COLUMN_NONE */
    struct row_groups groups;
    struct tally *tally;
    struct weights *weights; /* by group, with -w */
    struct dict *members;    /* group and cluster, with --se */
    struct member *member;
    struct spreads *spread; /* by group, with --se */
    size_t cap, weights_cap, member_cap;
    const char *positive;
    long weight, cluster, user; /* columns, or COLUMN_NONE */
    struct crowd *crowd;        /* of groups, with --k-anon; else NULL */
    struct level level;
    uint64_t incomplete, missing[AMOUNTS]; /* rows without what is needed, without an amount */
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

/* Room for what the newest group, id, brings. */
static uint32_t new_group(struct ctr *c, uint32_t id)
{
    c->tally = mem_grow(c->tally, &c->cap, (size_t)id + 1, sizeof *c->tally);
    c->tally[id] = (struct tally){0};
    if (c->weight != COLUMN_NONE) {
        c->weights = mem_grow(c->weights, &c->weights_cap, (size_t)id + 1, sizeof *c->weights);
        c->weights[id] = (struct weights){0};
    }
    return id;
}

static uint32_t group_of(struct ctr *c, const struct row *row)
{
    size_t before = dict_size(c->groups.keys);
    uint32_t id = row_groups_of(&c->groups, row);
    return id == before ? new_group(c, id) : id;
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
    if (num_double(text, x) == NUM_OK && (c->weight == COLUMN_NONE || fabs(*x) <= GATE_MOST))
        return true;
    if (fabs(*x) > GATE_MOST)
        return csv_bad(c->in, row, E_RANGE, amount_names[a],
            "\"%.*s\" cannot be weighed (an amount is up to 1e150)", STR_ARG(text));
    int word = a == CONVERSION ? label_read(text, NULL) : -1;
    *x = word > 0;
    return word >= 0 ||
           csv_bad(c->in, row, E_NUM, amount_names[a], "\"%.*s\" is not a number", STR_ARG(text));
}

/* A row without one of the columns that it needs is left out, and counted. */
static bool is_complete(struct ctr *c, const struct row *row)
{
    const long needed[] = {(long)c->label, c->weight, c->cluster, c->user};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (needed[i] != COLUMN_NONE && csv_missing(c->in, row->text[needed[i]])) {
            c->incomplete++;
            csv_reject(c->in, row, E_REQUIRED, "%.*s is missing",
                STR_ARG(csv_header(c->in)->name[needed[i]]));
            return false;
        }
    return true;
}

/* 1 or 0; -1: the row is not to be used. */
static int read_label(struct ctr *c, const struct row *row)
{
    struct str text = row->text[c->label], name = csv_header(c->in)->name[c->label];
    int click = label_read(text, c->positive);
    if (click < 0)
        csv_unusable(c->in, row, E_ENUM, name.p,
            "\"%.*s\" is no outcome (0/1, -1/1, no/yes, false/true)", STR_ARG(text));
    return click;
}

/* m: what it grows by. */
static void add_to_member(
    struct ctr *c, uint32_t group, struct str cluster, struct member m, struct buf *key)
{
    buf_clear(key);
    buf_put(key, (const char *)&group, sizeof group);
    buf_str(key, cluster);
    size_t before = dict_size(c->members);
    uint32_t id = dict_add(c->members, buf_view(key));
    c->member = mem_grow(c->member, &c->member_cap, (size_t)id + 1, sizeof *c->member);
    if (id == before)
        c->member[id] = (struct member){group, 0, 0};
    c->member[id].impressions += m.impressions;
    c->member[id].clicks += m.clicks;
}

static void take(struct ctr *c, const struct row *row, struct buf *key)
{
    double x[AMOUNTS] = {0}, w = 1;
    if (!is_complete(c, row))
        return;
    int click = read_label(c, row);
    if (click < 0 || (c->weight != COLUMN_NONE && !gate_weight(c->in, row, (size_t)c->weight, &w)))
        return;
    for (int a = 0; a < AMOUNTS; a++)
        if (c->amount[a] != COLUMN_NONE && !read_amount(c, row, (enum amount)a, &x[a]))
            return;
    uint32_t id = group_of(c, row);
    struct tally *t = &c->tally[id];
    if (c->crowd && w > 0)
        crowd_add_row(c->crowd, id, row, c->user);
    t->impressions++;
    t->clicks += click > 0;
    for (int a = 0; a < AMOUNTS; a++)
        if (c->weight == COLUMN_NONE)
            exact_add(&t->sum[a], x[a]);
        else
            exact_add_product(&t->sum[a], w, x[a]);
    if (c->weight != COLUMN_NONE) {
        exact_add(&c->weights[id].sum[click], w);
        exact_add_product(&c->weights[id].squares[click], w, w);
    }
    if (c->cluster != COLUMN_NONE)
        add_to_member(c, id, row->text[c->cluster], (struct member){id, w, click ? w : 0}, key);
}

static void merge_tally(struct ctr *c, uint32_t to, uint32_t from)
{
    struct tally *a = &c->tally[to], *b = &c->tally[from];
    a->impressions += b->impressions;
    a->clicks += b->clicks;
    for (int i = 0; i < AMOUNTS; i++)
        exact_merge(&a->sum[i], &b->sum[i]);
    for (int y = 0; y < 2 && c->weights; y++) {
        exact_merge(&c->weights[to].sum[y], &c->weights[from].sum[y]);
        exact_merge(&c->weights[to].squares[y], &c->weights[from].squares[y]);
    }
}

/* A cluster that is in several small groups is one in theirs. */
static void merge_members(struct ctr *c, uint32_t pooled)
{
    struct dict *all = c->members;
    struct member *member = c->member;
    struct buf key = {0};
    c->members = dict_new();
    c->member = NULL;
    c->member_cap = 0;
    for (uint32_t i = 0; i < dict_size(all); i++) {
        struct str text = dict_key(all, i);
        uint32_t group = member[i].group;
        struct str cluster = {text.p + sizeof group, text.n - sizeof group};
        group = crowd_is_large(c->crowd, group) ? group : pooled;
        add_to_member(c, group, cluster, member[i], &key);
    }
    buf_release(&key);
    mem_free(member);
    dict_free(all);
}

/* Groups that are too small become one, the last, or nothing is told of them. */
static void pool(struct ctr *c)
{
    size_t groups = dict_size(c->groups.keys);
    uint64_t rows = 0;
    for (uint32_t id = 0; id < groups; id++)
        rows += crowd_is_large(c->crowd, id) ? 0 : c->tally[id].impressions;
    if (!crowd_pools(c->crowd, c->groups.columns.n ? groups : 1, rows, c->groups.columns.n > 0))
        return;
    uint32_t pooled = new_group(c, row_groups_add_small(&c->groups));
    for (uint32_t id = 0; id < groups; id++)
        if (!crowd_is_large(c->crowd, id))
            merge_tally(c, pooled, id);
    if (c->cluster != COLUMN_NONE)
        merge_members(c, pooled);
}

/* Is this group told of?  That which pool made is. */
static bool is_told(const struct ctr *c, uint32_t id, size_t groups)
{
    return !c->crowd || id >= groups || crowd_is_large(c->crowd, id);
}

/* Weight of a group's clicks and of its other impressions. */
static struct share share_of(const struct ctr *c, uint32_t id, const struct tally *t)
{
    double clicks = (double)t->clicks, others = (double)(t->impressions - t->clicks);
    if (id >= dict_size(c->groups.keys) || c->weight == COLUMN_NONE)
        return (struct share){clicks, others, clicks, others};
    const struct weights *w = &c->weights[id];
    return (struct share){exact_value(&w->sum[1]), exact_value(&w->sum[0]),
        exact_value(&w->squares[1]), exact_value(&w->squares[0])};
}

/* Of each group: clusters, and sums over them of (clicks - ctr impressions)^2 and impressions^2, in
 * parts of all impressions. */
struct spreads {
    double clusters, squares, sizes;
};

static void find_spreads(struct ctr *c)
{
    size_t groups = dict_size(c->groups.keys);
    struct share *share = mem_alloc(groups, sizeof *share);
    c->spread = mem_zero(groups, sizeof *c->spread);
    for (uint32_t id = 0; id < groups; id++)
        share[id] = share_of(c, id, &c->tally[id]);
    for (size_t i = 0; i < dict_size(c->members); i++) {
        const struct member *m = &c->member[i];
        struct spreads *s = &c->spread[m->group];
        double n = share[m->group].yes + share[m->group].no, ctr = share[m->group].yes / n;
        double clicks = m->clicks / n, size = m->impressions / n;
        double d = resample_settled(clicks - ctr * size, clicks + ctr * size);
        s->squares += d * d;
        s->sizes += size * size;
        s->clusters += size > 0;
    }
    mem_free(share);
}

/* With the error sqrt(g / (g - 1) squares) of g clusters; without one for as many clusters as would
 * be as sure. */
static struct estimate ctr_of(const struct ctr *c, uint32_t id, struct share share)
{
    if (id >= dict_size(c->groups.keys) || c->cluster == COLUMN_NONE)
        return estimate_weighted(share, c->level);
    struct spreads s = c->spread[id];
    double ctr = share.yes / (share.yes + share.no), g = s.clusters;
    double se = g > 1 ? sqrt(s.squares * g / (g - 1)) : NAN;
    return estimate_share_se(ctr, se, 1 / s.sizes, c->level);
}

/* A sum that no double holds is not a missing value. */
static void refuse_infinite(const struct tally *t)
{
    for (int a = 0; a < AMOUNTS; a++)
        if (isinf(exact_value(&t->sum[a])))
            die("%s: the amounts are too large to be summed", amount_names[a]);
}

static void put_tally(struct ctr *c, uint32_t id)
{
    static const struct tally nothing;
    const struct tally *t = id < dict_size(c->groups.keys) ? &c->tally[id] : &nothing;
    refuse_infinite(t);
    struct share share = share_of(c, id, t);
    struct estimate ctr = ctr_of(c, id, share);
    double n = share.yes + share.no, clicks = share.yes;
    double conversions = exact_value(&t->sum[CONVERSION]), cost = exact_value(&t->sum[COST]);
    double revenue = exact_value(&t->sum[REVENUE]);
    const double value[14] = {n, clicks, ctr.value, ctr.low, ctr.high, conversions,
        conversions / clicks, cost, cost / clicks, 1000 * cost / n, cost / conversions, revenue,
        revenue / cost, (revenue - cost) / cost};
    struct buf group = {0};
    for (size_t i = 0; i < 14; i++)
        if (c->has[i]) {
            csv_set_number(c->report.out, report_column(&c->report, c->column[i]), value[i]);
            check_value(c->report.check, ctr_names[i], value[i]);
        }
    if (id < dict_size(c->groups.keys)) {
        row_groups_put(&c->groups, id, &c->report);
        row_groups_name(&c->groups, id, &group);
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
    row_groups_init(&c->groups, job->options->group, h);
    c->positive = job->options->positive;
    c->level = job->level;
    c->weight = c->cluster = c->user = COLUMN_NONE;
    if (job->options->k_anon) {
        c->user = crowd_column(h);
        c->crowd = crowd_new((size_t)job->options->k_anon);
    }
    if (job->options->weight)
        c->weight = (long)columns_option("weight", job->options->weight, h);
    if (job->cluster)
        c->cluster = (long)columns_option("se", job->cluster, h);
    for (int a = 0; a < AMOUNTS; a++)
        c->amount[a] = columns_find(h, str_of(amount_names[a]));
    choose_columns(c, own);
    report_init(&c->report, job->common, c->in, &c->groups.columns, own);
    c->report.check = job->check;
}

static void say(const struct ctr *c)
{
    if (c->incomplete)
        warn("%llu rows are left out: the label%s is missing", (unsigned long long)c->incomplete,
            c->weight != COLUMN_NONE || c->cluster != COLUMN_NONE || c->user != COLUMN_NONE
                ? " or another column that is needed"
                : "");
    for (int a = 0; a < AMOUNTS; a++)
        if (c->missing[a])
            note("%s is missing in %llu rows and counts 0", amount_names[a],
                (unsigned long long)c->missing[a]);
}

/* What is named must be there, if there are labels at all. */
static void check_positive(const struct ctr *c)
{
    uint64_t impressions = 0, clicks = 0;
    for (uint32_t id = 0; id < dict_size(c->groups.keys); id++) {
        impressions += c->tally[id].impressions;
        clicks += c->tally[id].clicks;
    }
    if (c->positive && impressions && !clicks)
        die("label %.*s: no row has \"%s\" (--positive)",
            STR_ARG(csv_header(c->in)->name[c->label]), c->positive);
}

void ctr_run(const struct job *job)
{
    struct ctr c = {.in = csv_open(job->common, job->common->file, job->common->files)};
    struct row row;
    struct buf key = {0};
    find_columns(&c, job);
    c.members = dict_new();
    while (csv_next(c.in, &row))
        take(&c, &row, &key);
    check_positive(&c);
    size_t groups = dict_size(c.groups.keys);
    if (c.crowd)
        pool(&c);
    if (c.cluster != COLUMN_NONE)
        find_spreads(&c);
    for (uint32_t id = 0; id < dict_size(c.groups.keys) || (id == 0 && c.groups.columns.n == 0);
         id++)
        if (is_told(&c, id, groups ? groups : 1))
            put_tally(&c, id);
    say(&c);
    csv_close(c.in);
    mem_free(c.tally);
    mem_free(c.weights);
    mem_free(c.member);
    mem_free(c.spread);
    dict_free(c.members);
    crowd_free(c.crowd);
    row_groups_release(&c.groups);
    buf_release(&key);
    report_release(&c.report);
}
