/* SPDX-License-Identifier: MIT */
#include "profile.h"

#include <math.h>

#include "mem.h"
#include "num.h"
#include "stats.h"

enum { TOLD = 3 }; /* terms of "distinctive" */
static const double WORTH_TELLING = 0.2;

/* A column: moments[groups] of a number; counts[level * groups + group] of a category. */
struct column {
    struct moments *moments;
    struct dict *levels;
    uint64_t *count;
    size_t cap;
};

struct profile {
    const struct space *space;
    size_t groups;
    uint64_t rows, *size;
    struct column *column;
};

struct profile *profile_new(const struct space *space, size_t groups)
{
    struct profile *p = mem_zero(1, sizeof *p);
    *p = (struct profile){.space = space, .groups = groups};
    p->size = mem_zero(groups, sizeof *p->size);
    p->column = mem_zero(space->columns, sizeof *p->column);
    for (size_t i = 0; i < space->columns; i++)
        if (space->column[i].category)
            p->column[i].levels = dict_new();
        else
            p->column[i].moments = mem_zero(groups, sizeof *p->column[i].moments);
    return p;
}

static void count_level(struct profile *p, struct column *c, size_t group, struct str text)
{
    size_t before = dict_size(c->levels), level = dict_add(c->levels, text);
    if (level == before) {
        c->count = mem_grow(c->count, &c->cap, (level + 1) * p->groups, sizeof *c->count);
        for (size_t g = 0; g < p->groups; g++)
            c->count[level * p->groups + g] = 0;
    }
    c->count[level * p->groups + group]++;
}

void profile_add(struct profile *p, size_t group, const struct str *text)
{
    p->rows++;
    p->size[group]++;
    for (size_t i = 0; i < p->space->columns; i++) {
        struct column *c = &p->column[i];
        double x;
        if (c->levels)
            count_level(p, c, group, text[i]);
        else if (text[i].n && num_double(text[i], &x) == NUM_OK)
            moments_add(&c->moments[group], x);
    }
}

/* ---- what is distinctive ---- */

/* One term of one group: how far from all rows, in sd of all. */
struct difference {
    double sd, share, share_all;
    size_t column, level; /* level: of a category */
};

static struct difference of_number(const struct profile *p, size_t column, size_t group)
{
    const struct column *c = &p->column[column];
    struct moments all = {0};
    for (size_t g = 0; g < p->groups; g++)
        moments_merge(&all, &c->moments[g]);
    double sd = moments_sd(&all);
    double d = moments_mean(&c->moments[group]) - moments_mean(&all);
    return (struct difference){.sd = sd > 0 && c->moments[group].n ? d / sd : 0, .column = column};
}

static struct difference of_level(
    const struct profile *p, size_t column, size_t level, size_t group)
{
    const uint64_t *count = p->column[column].count + level * p->groups;
    uint64_t all = 0;
    for (size_t g = 0; g < p->groups; g++)
        all += count[g];
    struct difference d = {.column = column, .level = level};
    d.share_all = (double)all / (double)p->rows;
    d.share = p->size[group] ? (double)count[group] / (double)p->size[group] : d.share_all;
    double sd = sqrt(d.share_all * (1 - d.share_all));
    d.sd = sd > 0 ? (d.share - d.share_all) / sd : 0;
    return d;
}

/* Keep the TOLD largest, in order; the earlier of equal ones first. */
static void consider(struct difference *top, size_t *n, struct difference d)
{
    if (!(fabs(d.sd) >= WORTH_TELLING))
        return;
    size_t at = *n;
    while (at && fabs(top[at - 1].sd) < fabs(d.sd))
        at--;
    if (at == TOLD)
        return;
    *n += *n < TOLD;
    for (size_t i = *n - 1; i > at; i--)
        top[i] = top[i - 1];
    top[at] = d;
}

static void tell(const struct profile *p, const struct difference *d, struct buf *out)
{
    const struct column *c = &p->column[d->column];
    buf_str(out, p->space->column[d->column].name);
    if (!c->levels) {
        buf_print(out, " %+.2f sd", d->sd);
        return;
    }
    buf_char(out, '=');
    buf_str(out, dict_key(c->levels, (uint32_t)d->level));
    buf_print(out, " %.0f%% (all %.0f%%)", 100 * d->share, 100 * d->share_all);
}

static void distinctive(const struct profile *p, size_t group, struct buf *out)
{
    struct difference top[TOLD];
    size_t n = 0;
    for (size_t i = 0; i < p->space->columns; i++) {
        const struct column *c = &p->column[i];
        uint32_t levels = c->levels ? (uint32_t)dict_size(c->levels) : 0;
        uint32_t *order = mem_alloc(levels, sizeof *order);
        if (c->levels)
            dict_sort(c->levels, order);
        else
            consider(top, &n, of_number(p, i, group));
        for (size_t rank = 0; rank < levels; rank++)
            consider(top, &n, of_level(p, i, order[rank], group));
        mem_free(order);
    }
    if (!n)
        buf_text(out, "near the average");
    for (size_t i = 0; i < n; i++) {
        buf_text(out, i ? "; " : "");
        tell(p, &top[i], out);
    }
}

/* ---- the table ---- */

static void add_column(struct csv_out *out, const char *prefix, struct str name)
{
    struct buf b = {0};
    buf_text(&b, prefix);
    buf_str(&b, name);
    csv_add(out, buf_view(&b));
    buf_release(&b);
}

static struct csv_out *create(
    const struct profile *p, const struct common *common, const char *path)
{
    struct csv_out *out = csv_create(common, NULL, path);
    csv_add(out, str_of("group"));
    csv_add(out, str_of("size"));
    csv_add(out, str_of("share"));
    for (size_t i = 0; i < p->space->columns; i++) {
        const struct space_column *c = &p->space->column[i];
        add_column(out, c->category ? "top_" : "mean_", c->name);
        if (c->category)
            add_column(out, "share_", c->name);
    }
    csv_add(out, str_of("distinctive"));
    return out;
}

/* The most frequent level of a group, the first in byte order of several; DICT_NONE: no rows. */
static uint32_t top_level(const struct profile *p, const struct column *c, size_t group)
{
    uint32_t best = DICT_NONE;
    uint64_t most = 0;
    for (uint32_t level = 0; level < dict_size(c->levels); level++) {
        uint64_t count = c->count[level * p->groups + group];
        if (count > most ||
            (count == most && count &&
                str_compare(dict_key(c->levels, level), dict_key(c->levels, best)) < 0)) {
            most = count;
            best = level;
        }
    }
    return best;
}

/* Fills the columns of a category from number at; returns the next number. */
static size_t write_category(
    const struct profile *p, struct csv_out *out, size_t at, const struct column *c, size_t group)
{
    uint32_t top = top_level(p, c, group);
    if (top != DICT_NONE) {
        csv_set_text(out, at, dict_key(c->levels, top));
        csv_set_number(
            out, at + 1, (double)c->count[top * p->groups + group] / (double)p->size[group]);
    }
    return at + 2;
}

void profile_write(
    const struct profile *p, const struct common *common, const struct str *name, const char *path)
{
    struct csv_out *out = create(p, common, path);
    struct buf text = {0};
    for (size_t g = 0; g < p->groups; g++) {
        size_t at = 3;
        csv_set_text(out, 0, name[g]);
        csv_set_int(out, 1, (int64_t)p->size[g]);
        csv_set_number(out, 2, (double)p->size[g] / (double)p->rows);
        for (size_t i = 0; i < p->space->columns; i++) {
            const struct column *c = &p->column[i];
            if (c->levels)
                at = write_category(p, out, at, c, g);
            else
                csv_set_number(out, at++, moments_mean(&c->moments[g]));
        }
        buf_clear(&text);
        distinctive(p, g, &text);
        csv_set_text(out, at, buf_view(&text));
        csv_write(out, NULL);
    }
    buf_release(&text);
}

void profile_free(struct profile *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->space->columns; i++) {
        dict_free(p->column[i].levels);
        mem_free(p->column[i].moments);
        mem_free(p->column[i].count);
    }
    mem_free(p->column);
    mem_free(p->size);
    mem_free(p);
}
