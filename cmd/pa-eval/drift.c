/* SPDX-License-Identifier: MIT */
/*
 * pa-eval drift: how far each column has moved from that of a reference table.
 */
#include <math.h>
#include <string.h>

#include "die.h"
#include "group.h"
#include "kind.h"
#include "mem.h"
#include "pa-eval.h"
#include "report.h"
#include "role.h"
#include "shift.h"
#include "stats.h"

const char *const drift_names[] = {"rows", "ref_rows", "missing", "ref_missing", "bins", "psi",
    "null", "js", "ks", "chi2", "p_value", "q_value", "new", "alarm", NULL};

enum {
    ROWS,
    REF_ROWS,
    MISSING,
    REF_MISSING,
    BINS,
    PSI,
    NULL_PSI,
    JS,
    KS,
    CHI2,
    P_VALUE,
    Q_VALUE,
    NEW,
    ALARM,
    NUMBERS
};

enum { RARE = 5 }; /* levels with fewer rows in the reference are pooled */

/* One of the two tables: groups first, then what is compared. */
struct side {
    struct table *table;
    struct table_column **group;
    struct groups groups;
    size_t rows; /* of the group at hand: row[0] .. row[rows - 1], NULL: all */
    const uint32_t *row;
};

struct drift {
    struct side now, ref;
    size_t groups, columns;
    bool users; /* the last column of both tables is the user */
    size_t bins;
    bool width;
    double fdr;
    struct report report;
};

/* ---- one column in one group ---- */

static const struct table_column *column_of(const struct drift *d, const struct side *s, size_t c)
{
    return &s->table->column[d->groups + c];
}

static size_t row_of(const struct side *s, size_t i)
{
    return s->row ? s->row[i] : i;
}

/* The numbers that are there, ascending. */
static double *sorted(const struct side *s, const struct table_column *c, size_t *n)
{
    double *x = mem_alloc(s->rows, sizeof *x);
    *n = 0;
    for (size_t i = 0; i < s->rows; i++)
        if (!isnan(c->number[row_of(s, i)]))
            x[(*n)++] = c->number[row_of(s, i)];
    stats_sort(x, *n);
    return x;
}

/* Upper ends of all bins but the last, each once. */
static size_t find_edges(const struct drift *d, const double *x, size_t n, double *edge)
{
    size_t edges = 0;
    for (size_t b = 1; b < d->bins && n; b++) {
        double share = (double)b / (double)d->bins;
        double e = d->width ? x[0] + share * (x[n - 1] - x[0]) : stats_quantile(x, n, share);
        if ((edges == 0 || e > edge[edges - 1]) && e < x[n - 1])
            edge[edges++] = e;
    }
    return edges;
}

static void count_numbers(
    const double *x, size_t n, const double *edge, size_t edges, uint64_t *count)
{
    for (size_t i = 0, b = 0; i < n; i++) {
        while (b < edges && x[i] > edge[b])
            b++;
        count[b]++;
    }
}

/* How many of ascending numbers are below the least of the reference, and above its greatest. */
struct beyond {
    size_t below, above;
};

static struct beyond beyond_of(const double *x, size_t m, const double *ref, size_t n)
{
    struct beyond b = {0, 0};
    while (n && b.below < m && x[b.below] < ref[0])
        b.below++;
    while (n && b.above < m && x[m - 1 - b.above] > ref[n - 1])
        b.above++;
    return b;
}

/* Bins of both sides; the last is for missing values, and none when there are no such. */
struct counts {
    uint64_t *now, *ref;
    size_t n;
};

static void set_shift(const struct counts *k, double *value)
{
    size_t bins = k->n - (k->now[k->n - 1] + k->ref[k->n - 1] == 0);
    struct shift s = shift_of(k->ref, k->now, bins);
    value[BINS] = (double)bins;
    value[PSI] = s.psi;
    value[NULL_PSI] = s.null;
    value[JS] = s.js;
    value[CHI2] = s.chi2;
    value[P_VALUE] = s.p;
}

/* A bin that the reference has not, where there is anything in it. */
static size_t add_new(struct counts *k, size_t bins, size_t rows)
{
    k->now[bins] = rows;
    return bins + (rows > 0);
}

static struct counts counts_new(size_t n)
{
    return (struct counts){mem_zero(n, sizeof(uint64_t)), mem_zero(n, sizeof(uint64_t)), n};
}

static void counts_free(struct counts *k)
{
    mem_free(k->now);
    mem_free(k->ref);
}

static void compare_numbers(const struct drift *d, size_t c, double *value)
{
    size_t n, m;
    double *ref = sorted(&d->ref, column_of(d, &d->ref, c), &n);
    double *now = sorted(&d->now, column_of(d, &d->now, c), &m);
    double *edge = mem_alloc(d->bins, sizeof *edge);
    size_t edges = find_edges(d, ref, n, edge);
    struct beyond beyond = beyond_of(now, m, ref, n);
    size_t outside = beyond.below + beyond.above;
    struct counts k = counts_new(edges + 4);
    count_numbers(ref, n, edge, edges, k.ref);
    count_numbers(now + beyond.below, m - outside, edge, edges, k.now);
    size_t bins = add_new(&k, n + m ? edges + 1 : 0, beyond.below);
    bins = add_new(&k, bins, beyond.above);
    k.ref[bins] = d->ref.rows - n;
    k.now[bins] = d->now.rows - m;
    k.n = bins + 1;
    set_shift(&k, value);
    struct shift_ks ks = shift_ks(ref, n, now, m);
    value[KS] = ks.d;
    if (n && m) {
        value[P_VALUE] = ks.p;
        value[CHI2] = NAN;
    }
    value[NEW] = n && m ? (double)outside / (double)m : NAN;
    counts_free(&k);
    mem_free(edge);
    mem_free(now);
    mem_free(ref);
}

/* Rows of each level, by its number among those of both sides; missing ones are not counted. */
static uint64_t *count_levels(
    const struct side *s, const struct table_column *c, struct dict *levels, size_t *n)
{
    size_t own = c->levels ? dict_size(c->levels) : 0;
    uint32_t *number = mem_alloc(own, sizeof *number);
    for (uint32_t i = 0; i < own; i++)
        number[i] = dict_add(levels, dict_key(c->levels, i));
    uint64_t *count = mem_zero(dict_size(levels), sizeof *count);
    *n = 0;
    for (size_t i = 0; i < s->rows && own; i++) {
        uint32_t code = c->code[row_of(s, i)];
        if (code != TABLE_MISSING) {
            count[number[code]]++;
            ++*n;
        }
    }
    mem_free(number);
    return count;
}

static void compare_levels(const struct drift *d, size_t c, double *value)
{
    struct dict *levels = dict_new();
    size_t n, m, bins = 0;
    uint64_t *ref = count_levels(&d->ref, column_of(d, &d->ref, c), levels, &n);
    size_t known = dict_size(levels);
    uint64_t *now = count_levels(&d->now, column_of(d, &d->now, c), levels, &m);
    size_t all = dict_size(levels);
    struct counts k = counts_new(all + 2);
    uint64_t rare_ref = 0, rare_now = 0, unseen = 0;
    for (size_t i = 0; i < all; i++) {
        uint64_t before = i < known ? ref[i] : 0;
        unseen += before ? 0 : now[i];
        if (before >= RARE) {
            k.ref[bins] = before;
            k.now[bins++] = now[i];
        } else {
            rare_ref += before;
            rare_now += now[i];
        }
    }
    if (rare_ref + rare_now) {
        k.ref[bins] = rare_ref;
        k.now[bins++] = rare_now;
    }
    k.ref[bins] = d->ref.rows - n;
    k.now[bins++] = d->now.rows - m;
    k.n = bins;
    set_shift(&k, value);
    value[KS] = NAN;
    value[NEW] = m ? (double)unseen / (double)m : NAN;
    counts_free(&k);
    mem_free(now);
    mem_free(ref);
    dict_free(levels);
}

static double missing_share(const struct side *s, const struct table_column *c)
{
    size_t missing = 0;
    for (size_t i = 0; i < s->rows; i++) {
        size_t r = row_of(s, i);
        missing += c->type == TABLE_NUMBER ? isnan(c->number[r]) != 0 : c->code[r] == TABLE_MISSING;
    }
    return (double)missing / (double)s->rows;
}

static bool is_text(const struct drift *d, size_t c)
{
    return column_of(d, &d->now, c)->type == TABLE_CATEGORY ||
           column_of(d, &d->ref, c)->type == TABLE_CATEGORY;
}

static void compare(const struct drift *d, size_t c, double *value)
{
    if (is_text(d, c))
        compare_levels(d, c, value);
    else
        compare_numbers(d, c, value);
    value[ROWS] = (double)d->now.rows;
    value[REF_ROWS] = (double)d->ref.rows;
    value[MISSING] = missing_share(&d->now, column_of(d, &d->now, c));
    value[REF_MISSING] = missing_share(&d->ref, column_of(d, &d->ref, c));
}

/* ---- groups ---- */

/* The values of a group, each ended by a NUL, which no field has. */
static struct str key_of(const struct drift *d, const struct side *s, size_t g, struct buf *b)
{
    buf_clear(b);
    for (size_t c = 0; c < d->groups; c++) {
        buf_str(b, groups_text(&s->groups, g, c));
        buf_char(b, 0);
    }
    return buf_view(b);
}

/* Which group of the reference each group is, SIZE_MAX: none; (groups), to be freed. */
static size_t *match_groups(const struct drift *d)
{
    struct dict *keys = dict_new();
    struct buf b = {0};
    size_t *match = mem_alloc(d->now.groups.n, sizeof *match);
    for (size_t r = 0; r < d->ref.groups.n; r++)
        dict_add(keys, key_of(d, &d->ref, r, &b));
    for (size_t g = 0; g < d->now.groups.n; g++) {
        uint32_t r = dict_find(keys, key_of(d, &d->now, g, &b));
        match[g] = r == DICT_NONE ? SIZE_MAX : r;
    }
    buf_release(&b);
    dict_free(keys);
    return match;
}

/* A group of the reference that has no rows any more is no row of the report. */
static void say_gone(const struct drift *d, const size_t *match)
{
    size_t found = 0;
    for (size_t g = 0; g < d->now.groups.n; g++)
        found += match[g] != SIZE_MAX;
    if (found < d->ref.groups.n && d->groups)
        warn("%zu of %zu groups of the reference have no rows", d->ref.groups.n - found,
            d->ref.groups.n);
}

static void select_group(struct side *s, size_t g)
{
    bool there = g != SIZE_MAX;
    s->rows = there ? s->groups.start[g + 1] - s->groups.start[g] : 0;
    s->row = there && s->groups.row ? s->groups.row + s->groups.start[g] : NULL;
}

static const char *band(double psi)
{
    return isnan(psi) ? "" : psi < 0.1 ? "stable" : psi < 0.25 ? "moderate" : "major";
}

static void put_column(const struct drift *d, size_t g, size_t c, const double *value)
{
    const struct report *r = &d->report;
    struct buf name = {0};
    struct str column = column_of(d, &d->now, c)->name;
    for (size_t i = 0; i < d->groups; i++)
        csv_set_text(r->out, r->group[i], groups_text(&d->now.groups, g, i));
    csv_set_text(r->out, report_column(r, 0), column);
    csv_set_text(r->out, report_column(r, 1), str_of(is_text(d, c) ? "text" : "number"));
    for (size_t i = 0; i < NUMBERS; i++) {
        csv_set_number(r->out, report_column(r, 2 + i), value[i]);
        check_value(r->check, drift_names[i], value[i]);
    }
    csv_set_text(r->out, report_column(r, 2 + NUMBERS), str_of(band(value[PSI])));
    csv_write(r->out, NULL);
    groups_name(&d->now.groups, g, &name);
    buf_print(&name, "%scolumn=%.*s", name.n ? ", " : "", STR_ARG(column));
    check_group(r->check, buf_view(&name));
    buf_release(&name);
}

/* g, and in the reference r. */
static void put_group(struct drift *d, size_t g, size_t r)
{
    select_group(&d->now, g);
    select_group(&d->ref, r);
    double *value = mem_zero(d->columns * NUMBERS, sizeof *value);
    double *p = mem_alloc(d->columns, sizeof *p);
    for (size_t c = 0; c < d->columns; c++) {
        compare(d, c, value + c * NUMBERS);
        p[c] = value[c * NUMBERS + P_VALUE];
    }
    shift_adjust(p, d->columns);
    for (size_t c = 0; c < d->columns; c++) {
        double *v = value + c * NUMBERS;
        v[Q_VALUE] = p[c];
        v[ALARM] = isnan(p[c]) ? NAN : p[c] <= d->fdr;
        put_column(d, g, c, v);
    }
    mem_free(p);
    mem_free(value);
}

/* ---- groups of too few users ---- */

static const uint32_t *users_of(const struct drift *d, const struct side *s)
{
    return d->users ? s->table->column[d->groups + d->columns].code : NULL;
}

/* Which groups have too few users in either table; a group that the reference lacks has as many as
 * it has. */
static void find_small(const struct drift *d, size_t k, uint8_t *now, uint8_t *ref)
{
    struct crowd *mine = groups_crowd(&d->now.groups, users_of(d, &d->now), NULL, k);
    struct crowd *other = groups_crowd(&d->ref.groups, users_of(d, &d->ref), NULL, k);
    size_t *match = match_groups(d);
    for (size_t r = 0; r < d->ref.groups.n; r++)
        ref[r] = !crowd_is_large(other, r);
    for (size_t g = 0; g < d->now.groups.n; g++) {
        size_t r = match[g];
        now[g] = !crowd_is_large(mine, g) || (r != SIZE_MAX && ref[r]);
        if (r != SIZE_MAX)
            ref[r] = now[g];
    }
    mem_free(match);
    crowd_free(mine);
    crowd_free(other);
}

/* Make one of those that are small; are there none, or enough users in them? */
static bool merge_small(const struct drift *d, struct side *s, size_t k, const uint8_t *small)
{
    size_t found = 0;
    for (size_t g = 0; g < s->groups.n; g++)
        found += small[g];
    if (!found)
        return true;
    groups_merge(&s->groups, small);
    struct crowd *crowd = groups_crowd(&s->groups, users_of(d, s), NULL, k);
    bool large = crowd_is_large(crowd, s->groups.pooled);
    crowd_free(crowd);
    return large;
}

static void pool(struct drift *d, size_t k)
{
    size_t groups = d->now.groups.n, found = 0;
    uint8_t *now = mem_zero(groups, 1), *ref = mem_zero(d->ref.groups.n, 1);
    find_small(d, k, now, ref);
    for (size_t g = 0; g < groups; g++)
        found += now[g];
    if (found && !d->groups) {
        warn("--k-anon: nothing is told of fewer than %zu users", k);
        d->now.groups.n = 0;
    } else if (found) {
        note("--k-anon: %zu of %zu groups are pooled as %s", found, groups, crowd_name);
        bool told = merge_small(d, &d->now, k, now);
        if (!merge_small(d, &d->ref, k, ref) || !told) {
            warn("--k-anon: small groups together have fewer than %zu users, so they are left out",
                k);
            d->now.groups.n--;
            d->ref.groups.n -= d->ref.groups.pooled != SIZE_MAX;
        }
    }
    mem_free(now);
    mem_free(ref);
}

/* ---- set-up ---- */

/* What to compare: the columns of the new table, found by name in the reference; user is last. */
struct choice {
    struct table_want *now, *ref;
    size_t n;
    bool users;
};

/* A column that the reference must have. */
static void add_column(struct choice *k, const struct header *now, const struct csv_in *reference,
    size_t at, enum table_type type)
{
    struct str name = now->name[at];
    long in_ref = columns_find(csv_header(reference), name);
    if (in_ref == COLUMN_NONE)
        die("%s: there is no column \"%.*s\", which the input has", csv_name(reference),
            STR_ARG(name));
    k->now[k->n] = (struct table_want){at, type};
    k->ref[k->n++] = (struct table_want){(size_t)in_ref, type};
}

/* Leave out of those columns what the other table lacks, and tell of it. */
static void take_common(const struct header *h, struct columns *columns, const struct header *other,
    const char *lacking)
{
    struct buf text = {0};
    size_t kept = 0;
    for (size_t i = 0; i < columns->n; i++) {
        struct str name = h->name[columns->at[i]];
        if (columns_find(other, name) != COLUMN_NONE)
            columns->at[kept++] = columns->at[i];
        else
            buf_print(&text, "%s%.*s", text.n ? ", " : "", STR_ARG(name));
    }
    columns->n = kept;
    if (text.n)
        warn("not compared, because %s lacks them: %s", lacking, buf_cstr(&text));
    buf_release(&text);
}

/* Tell of what the reference alone has. */
static void say_vanished(const struct header *ref, const struct header *now)
{
    struct columns all = columns_all(ref);
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (role_is_learnt_from(role_of(ref->name[all.at[i]])))
            all.at[n++] = all.at[i];
    all.n = n;
    take_common(ref, &all, now, "the input");
    mem_free(all.at);
}

static void choose(struct choice *k, const struct options *o, const struct header *now,
    const struct csv_in *reference, const struct columns *group)
{
    const struct header *ref = csv_header(reference);
    struct role_choice may = {o->features, o->exclude, group};
    struct columns features = role_features(now, &may);
    if (!o->features) {
        take_common(now, &features, ref, "the reference");
        say_vanished(ref, now);
    }
    struct kinds kinds;
    kinds_init(&kinds, o, now);
    long user = o->k_anon ? crowd_column(now) : COLUMN_NONE;
    *k = (struct choice){.users = user != COLUMN_NONE};
    k->now = mem_alloc(group->n + features.n + 1, sizeof *k->now);
    k->ref = mem_alloc(group->n + features.n + 1, sizeof *k->ref);
    for (size_t i = 0; i < group->n; i++)
        add_column(k, now, reference, group->at[i], TABLE_CATEGORY);
    for (size_t i = 0; i < features.n; i++)
        add_column(k, now, reference, features.at[i], kinds_of(&kinds, features.at[i]));
    if (k->users)
        add_column(k, now, reference, (size_t)user, TABLE_CATEGORY);
    if (features.n == 0)
        die("there is no column to compare (-f names some)");
    mem_free(features.at);
    kinds_release(&kinds);
}

static void side_init(struct side *s, struct csv_in *in, const struct common *common,
    const struct table_want *want, size_t n, size_t groups)
{
    s->table = table_load(in, common, want, n);
    s->group = mem_alloc(groups, sizeof *s->group);
    for (size_t i = 0; i < groups; i++)
        s->group[i] = &s->table->column[i];
    groups_init(&s->groups, s->table->rows, NULL, s->group, groups);
}

static void side_release(struct side *s)
{
    groups_release(&s->groups);
    mem_free(s->group);
    table_free(s->table);
}

/* A column is of one kind in both; one without any value is of either. */
static void check_types(const struct drift *d)
{
    for (size_t c = 0; c < d->columns; c++) {
        const struct table_column *now = column_of(d, &d->now, c), *ref = column_of(d, &d->ref, c);
        if (now->type == ref->type || now->missing == d->now.table->rows ||
            ref->missing == d->ref.table->rows)
            continue;
        die("column %.*s is %s, but %s in the reference (--categorical or --numeric settles it)",
            STR_ARG(now->name), now->type == TABLE_NUMBER ? "numbers" : "text",
            ref->type == TABLE_NUMBER ? "numbers" : "text");
    }
}

static void drift_open(struct drift *d, const struct job *job)
{
    static const char *const own[] = {"column", "type", "rows", "ref_rows", "missing",
        "ref_missing", "bins", "psi", "null", "js", "ks", "chi2", "p_value", "q_value", "new",
        "alarm", "band", NULL};
    const struct options *o = job->options;
    if (!o->ref)
        die_usage("drift needs a table to compare with (--ref FILE)");
    struct csv_in *now = csv_open(job->common, job->common->file, job->common->files);
    struct csv_in *ref = csv_open(job->common, &o->ref, 1);
    struct columns group = columns_parse("group", o->group, csv_header(now));
    struct choice k;
    choose(&k, o, csv_header(now), ref, &group);
    *d = (struct drift){.groups = group.n,
        .columns = k.n - group.n - k.users,
        .users = k.users,
        .bins = (size_t)o->bins,
        .width = strcmp(o->bin_mode, "width") == 0,
        .fdr = o->fdr};
    report_init(&d->report, job->common, now, &group, own);
    d->report.check = job->check;
    side_init(&d->now, now, job->common, k.now, k.n, group.n);
    side_init(&d->ref, ref, job->common, k.ref, k.n, group.n);
    csv_close(now);
    csv_close(ref);
    check_types(d);
    if (o->k_anon)
        pool(d, (size_t)o->k_anon);
    mem_free(k.now);
    mem_free(k.ref);
    mem_free(group.at);
}

void drift_run(const struct job *job)
{
    struct drift d;
    drift_open(&d, job);
    size_t *match = match_groups(&d);
    say_gone(&d, match);
    for (size_t g = 0; g < d.now.groups.n; g++)
        put_group(&d, g, match[g]);
    mem_free(match);
    side_release(&d.now);
    side_release(&d.ref);
    report_release(&d.report);
}
