/* SPDX-License-Identifier: MIT */
/*
 * pa-eval policy: what a new policy would earn, from the decisions of another one and their
 * probabilities.  Rewards and weights of all rows are kept.
 */
#include <math.h>

#include "crowd.h"
#include "dict.h"
#include "die.h"
#include "label.h"
#include "mem.h"
#include "num.h"
#include "pa-eval.h"
#include "policy.h"
#include "report.h"
#include "row_groups.h"

const char *const policy_names[] = {
    "ips", "snips", "dm", "dr", "ess", "mean_weight", "max_weight", NULL};

/* The last four need not be there: expected rewards, what rows are clustered by, and users. */
enum { REWARD, LOGGED, POLICY, Q, Q_POLICY, CLUSTER, USER, COLUMNS };

/* Of one row: weight, reward, expected rewards, cluster. */
struct kept {
    double w, r, logged, expected;
    uint32_t cluster;
};

struct log {
    struct csv_in *in;
    long column[COLUMNS]; /* or COLUMN_NONE */
    struct row_groups groups;
    uint32_t *id;      /* (rows) group */
    struct kept *kept; /* (rows) */
    size_t rows, id_cap, kept_cap;
    struct dict *clusters;
    struct crowd *crowd; /* of groups, with --k-anon; else NULL */
    struct level level;
    uint64_t incomplete, chosen; /* rows with something missing; with logged probability below 1 */
    struct report report;
};

static struct str name_of(const struct log *l, int c)
{
    return csv_header(l->in)->name[l->column[c]];
}

/* Of weights and rewards, whose products are squared. */
static const double MOST = 1e75;

/* False: the row was left out. */
static bool may_be(struct log *l, const struct row *row, int c, double x)
{
    if (fabs(x) > MOST)
        csv_unusable(l->in, row, E_RANGE, name_of(l, c).p, "%.*s is out of range (up to 1e75)",
            STR_ARG(row->text[l->column[c]]));
    return fabs(x) <= MOST;
}

/* A reward is any number or a word of yes and no. */
static bool read_reward(struct log *l, const struct row *row, double *x)
{
    struct str text = row->text[l->column[REWARD]];
    if (num_double(text, x) == NUM_OK)
        return may_be(l, row, REWARD, *x);
    int word = label_read(text, NULL);
    *x = word;
    if (word < 0)
        csv_unusable(
            l->in, row, E_NUM, name_of(l, REWARD).p, "\"%.*s\" is not a number", STR_ARG(text));
    return word >= 0;
}

static bool read_probability(struct log *l, const struct row *row, int c, double *x)
{
    struct str text = row->text[l->column[c]];
    const char *name = name_of(l, c).p;
    if (num_double(text, x) != NUM_OK) {
        csv_unusable(l->in, row, E_NUM, name, "\"%.*s\" is not a number", STR_ARG(text));
        return false;
    }
    if (*x <= 1 && (c == LOGGED ? *x > 0 : *x >= 0))
        return true;
    csv_unusable(l->in, row, E_RANGE, name, "%.*s is not a probability%s", STR_ARG(text),
        c == LOGGED ? " above 0, which what was shown must have had" : "");
    return false;
}

/* What is expected of an ad that the new policy never gives counts 0 times, so it may be missing.
 */
static bool is_needed(const struct log *l, const struct row *row, int c)
{
    double q;
    struct str text = row->text[l->column[POLICY]];
    return l->column[c] != COLUMN_NONE && !(c == Q && num_double(text, &q) == NUM_OK && q == 0);
}

static bool is_complete(struct log *l, const struct row *row)
{
    for (int c = 0; c < COLUMNS; c++)
        if (is_needed(l, row, c) && csv_missing(l->in, row->text[l->column[c]])) {
            l->incomplete++;
            csv_reject(l->in, row, E_REQUIRED, "%.*s is missing", STR_ARG(name_of(l, c)));
            return false;
        }
    return true;
}

/* An expected reward is any number. */
static bool read_expected(struct log *l, const struct row *row, int c, double *x)
{
    *x = 0;
    if (!is_needed(l, row, c))
        return true;
    if (num_double(row->text[l->column[c]], x) == NUM_OK)
        return may_be(l, row, c, *x);
    csv_unusable(l->in, row, E_NUM, name_of(l, c).p, "\"%.*s\" is not a number",
        STR_ARG(row->text[l->column[c]]));
    return false;
}

static void take(struct log *l, const struct row *row)
{
    double p, q;
    struct kept k = {0};
    if (!is_complete(l, row) || !read_reward(l, row, &k.r) ||
        !read_probability(l, row, LOGGED, &p) || !read_probability(l, row, POLICY, &q) ||
        !read_expected(l, row, Q, &k.logged) || !read_expected(l, row, Q_POLICY, &k.expected))
        return;
    k.w = q / p;
    if (k.w > MOST) {
        csv_unusable(l->in, row, E_RANGE, name_of(l, LOGGED).p,
            "%.*s is too small: %.*s / %.*s is above 1e75", STR_ARG(row->text[l->column[LOGGED]]),
            STR_ARG(name_of(l, POLICY)), STR_ARG(name_of(l, LOGGED)));
        return;
    }
    size_t n = l->rows++;
    if (l->column[CLUSTER] != COLUMN_NONE)
        k.cluster = dict_add(l->clusters, row->text[l->column[CLUSTER]]);
    l->id = mem_grow(l->id, &l->id_cap, n + 1, sizeof *l->id);
    l->kept = mem_grow(l->kept, &l->kept_cap, n + 1, sizeof *l->kept);
    l->id[n] = row_groups_of(&l->groups, row);
    l->kept[n] = k;
    if (l->crowd && k.w > 0)
        crowd_add_row(l->crowd, l->id[n], row, l->column[USER]);
    l->chosen += p < 1;
}

static void put_row(
    const struct log *l, uint32_t id, const char *estimator, struct policy_value v, double ess)
{
    const struct report *r = &l->report;
    struct estimate e = estimate_normal(v.value, v.se, -INFINITY, INFINITY, l->level);
    row_groups_put(&l->groups, id, r);
    csv_set_text(r->out, report_column(r, 0), str_of(estimator));
    csv_set_number(r->out, report_column(r, 1), v.value);
    csv_set_number(r->out, report_column(r, 2), v.se);
    csv_set_number(r->out, report_column(r, 3), e.low);
    csv_set_number(r->out, report_column(r, 4), e.high);
    csv_set_number(r->out, report_column(r, 5), ess);
    csv_write(r->out, NULL);
    check_value(r->check, estimator, v.value);
}

static void diagnose(const struct policy *p, size_t rows, const char *where)
{
    note("%s%zu rows: mean weight %.6g (se %.3g, 1 is right), largest %.6g, worth %.6g rows (ess)",
        where, rows, p->mean_weight, p->mean_weight_se, p->max_weight, p->ess);
    if (p->mean_weight == 0)
        warn("%sno overlap: the new policy never does what the log shows, so nothing can be said "
             "of it",
            where);
    else if (fabs(p->mean_weight - 1) > 2 * p->mean_weight_se)
        warn("%sthe mean weight is %.4g, not 1 (se %.3g): probabilities are wrong, or the new "
             "policy does what the log never shows",
            where, p->mean_weight, p->mean_weight_se);
}

static void put_policy(const struct log *l, uint32_t id, const struct policy_rows *rows)
{
    struct policy p = policy_of(rows);
    struct buf name = {0}, where = {0};
    if (p.mean_weight == 0)
        p.ips = (struct policy_value){NAN, NAN};
    put_row(l, id, "ips", p.ips, p.ess);
    put_row(l, id, "snips", p.snips, p.ess);
    if (rows->expected)
        put_row(l, id, "dm", p.dm, NAN);
    if (rows->expected && rows->logged)
        put_row(l, id, "dr", p.dr, p.ess);
    check_value(l->report.check, "ess", p.ess);
    check_value(l->report.check, "mean_weight", p.mean_weight);
    check_value(l->report.check, "max_weight", p.max_weight);
    row_groups_name(&l->groups, id, &name);
    check_group(l->report.check, buf_view(&name));
    if (name.n)
        buf_print(&where, "%s: ", buf_cstr(&name));
    diagnose(&p, rows->n, buf_cstr(&where));
    buf_release(&where);
    buf_release(&name);
}

/* The rows kept[order[i]] as arrays. */
static void put_group(const struct log *l, uint32_t id, const size_t *order, size_t n)
{
    double *x[4];
    uint32_t *cluster = mem_alloc(n, sizeof *cluster);
    for (int c = 0; c < 4; c++)
        x[c] = mem_alloc(n, sizeof *x[c]);
    for (size_t i = 0; i < n; i++) {
        const struct kept *k = &l->kept[order[i]];
        x[0][i] = k->w;
        x[1][i] = k->r;
        x[2][i] = k->logged;
        x[3][i] = k->expected;
        cluster[i] = k->cluster;
    }
    bool clustered = l->column[CLUSTER] != COLUMN_NONE;
    struct policy_rows rows = {x[0], x[1], l->column[Q] == COLUMN_NONE ? NULL : x[2],
        l->column[Q_POLICY] == COLUMN_NONE ? NULL : x[3],
        {clustered ? cluster : NULL, dict_size(l->clusters)}, n};
    put_policy(l, id, &rows);
    for (int c = 0; c < 4; c++)
        mem_free(x[c]);
    mem_free(cluster);
}

/* Rows of groups that are too small come into one, the last, or into none; returns how many groups
 * there are then. */
static size_t pool(struct log *l, size_t groups)
{
    size_t small = 0, kept = 0;
    for (size_t i = 0; i < l->rows; i++)
        small += !crowd_is_large(l->crowd, l->id[i]);
    bool told = crowd_pools(l->crowd, groups, small, l->groups.columns.n > 0);
    uint32_t pooled = told ? row_groups_add_small(&l->groups) : 0;
    for (size_t i = 0; i < l->rows; i++) {
        bool large = crowd_is_large(l->crowd, l->id[i]);
        if (!large && !told)
            continue;
        l->id[kept] = large ? l->id[i] : pooled;
        l->kept[kept++] = l->kept[i];
    }
    l->rows = kept;
    return groups + told;
}

/* Is this group, which has n rows, told of? */
static bool is_told(const struct log *l, size_t n)
{
    return n > 0 || !l->crowd;
}

/* Rows dealt to their groups, in order. */
static void put_groups(const struct log *l, size_t groups)
{
    size_t *start = mem_zero(groups + 2, sizeof *start);
    size_t *order = mem_alloc(l->rows, sizeof *order);
    for (size_t i = 0; i < l->rows; i++)
        start[l->id[i] + 2]++;
    for (size_t g = 0; g < groups; g++)
        start[g + 2] += start[g + 1];
    for (size_t i = 0; i < l->rows; i++)
        order[start[l->id[i] + 1]++] = i;
    for (size_t g = 0; g < groups; g++)
        if (is_told(l, start[g + 1] - start[g]))
            put_group(l, (uint32_t)g, order + start[g], start[g + 1] - start[g]);
    mem_free(order);
    mem_free(start);
}

/* A column named by an option must be there, its usual name need not. */
static long optional(
    const char *option, const char *name, const char *usual, const struct header *h)
{
    return name ? (long)columns_option(option, name, h) : columns_find(h, str_of(usual));
}

static void open_log(struct log *l, const struct job *job)
{
    static const char *const own[] = {
        "estimator", "value", "std_error", "low", "high", "ess", NULL};
    const struct options *o = job->options;
    *l = (struct log){.in = csv_open(job->common, job->common->file, job->common->files)};
    const struct header *h = csv_header(l->in);
    l->level = job->level;
    l->clusters = dict_new();
    l->column[REWARD] = (long)columns_option("reward", o->reward, h);
    l->column[LOGGED] = (long)columns_option("logged-prob", o->logged_prob, h);
    l->column[POLICY] = (long)columns_option("policy-prob", o->policy_prob, h);
    l->column[Q] = optional("q", o->q, "q", h);
    l->column[Q_POLICY] = optional("q-policy", o->q_policy, "q_policy", h);
    l->column[CLUSTER] =
        job->cluster ? (long)columns_option("se", job->cluster, h) : (long)COLUMN_NONE;
    l->column[USER] = o->k_anon ? crowd_column(h) : (long)COLUMN_NONE;
    l->crowd = o->k_anon ? crowd_new((size_t)o->k_anon) : NULL;
    row_groups_init(&l->groups, o->group, h);
    report_init(&l->report, job->common, l->in, &l->groups.columns, own);
    l->report.check = job->check;
}

void policy_run(const struct job *job)
{
    struct log l;
    struct row row;
    open_log(&l, job);
    while (csv_next(l.in, &row))
        take(&l, &row);
    if (l.incomplete)
        warn("%llu rows are left out: the reward, a probability or another column that is needed "
             "is missing",
            (unsigned long long)l.incomplete);
    if (l.rows && !l.chosen)
        warn("no overlap but where both agree: every logged probability is 1 (only policies that "
             "agree with the log can be evaluated)");
    size_t groups = l.groups.columns.n ? dict_size(l.groups.keys) : 1;
    put_groups(&l, l.crowd ? pool(&l, groups) : groups);
    csv_close(l.in);
    report_release(&l.report);
    mem_free(l.id);
    mem_free(l.kept);
    dict_free(l.clusters);
    crowd_free(l.crowd);
    row_groups_release(&l.groups);
}
