/* SPDX-License-Identifier: MIT */
#include "transform.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "fmath.h"
#include "mem.h"
#include "num.h"
#include "stats.h"

static const char *const scale_name[] = {"none", "z", "minmax", "robust", "log1p"};

enum { SCALES = sizeof scale_name / sizeof *scale_name, MOST_BINS = 10000 };

const char *transform_scale_name(enum transform_scale scale)
{
    return scale_name[scale];
}

bool transform_scale_of(struct transform *t, struct str method)
{
    for (int i = 0; i < SCALES; i++) {
        if (!str_is(method, scale_name[i]))
            continue;
        *t = (struct transform){
            .kind = TRANSFORM_SCALE, .scale = (enum transform_scale)i, .divide = 1};
        return true;
    }
    return false;
}

static bool cuts_of(struct transform *t, struct str list)
{
    size_t cap = 0;
    t->bin = BIN_AT;
    while (list.p) {
        double x;
        if (num_double(str_cut(list, ',', &list), &x) != NUM_OK)
            return false;
        if (t->cuts && x <= t->cut[t->cuts - 1])
            return false;
        t->cut = mem_grow(t->cut, &cap, t->cuts + 1, sizeof *t->cut);
        t->cut[t->cuts++] = x;
    }
    transform_ready(t);
    return true;
}

bool transform_bin_of(struct transform *t, struct str rule)
{
    struct str count, word = str_cut(rule, ':', &count);
    int64_t bins;
    *t = (struct transform){.kind = TRANSFORM_BIN};
    if (!count.p && cuts_of(t, rule))
        return true;
    transform_release(t);
    t->kind = TRANSFORM_BIN;
    if (!count.p)
        return false;
    t->bin = str_is(word, "width") ? BIN_WIDTH : BIN_QUANTILE;
    if (t->bin == BIN_QUANTILE && !str_is(word, "quantile"))
        return false;
    if (num_int(count, &bins) != NUM_OK || bins < 2 || bins > MOST_BINS)
        return false;
    t->bins = (size_t)bins;
    return true;
}

bool transform_learns(const struct transform *t)
{
    if (t->kind == TRANSFORM_SCALE)
        return t->scale != SCALE_NONE && t->scale != SCALE_LOG1P;
    return t->kind == TRANSFORM_ONEHOT || t->bin != BIN_AT;
}

/* ---- labels and indicators ---- */

static void make_labels(struct transform *t)
{
    t->label = mem_alloc(t->cuts + 1, sizeof *t->label);
    for (size_t i = 0; i <= t->cuts; i++) {
        struct buf b = {0};
        if (i > 0)
            num_put(&b, t->cut[i - 1]);
        buf_text(&b, "..");
        if (i < t->cuts)
            num_put(&b, t->cut[i]);
        t->label[i] = buf_view(&b);
    }
}

void transform_ready(struct transform *t)
{
    if (t->kind == TRANSFORM_BIN)
        make_labels(t);
    if (t->kind != TRANSFORM_ONEHOT)
        return;
    uint32_t named = dict_find(t->levels, str_of("other"));
    t->other = named == DICT_NONE ? dict_size(t->levels) : named;
    t->indicators = dict_size(t->levels) + (named == DICT_NONE);
}

/* ---- learning ---- */

static double *present(const double *x, size_t n, size_t *kept)
{
    double *y = mem_alloc(n, sizeof *y);
    *kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            y[(*kept)++] = x[i];
    return y;
}

static bool learn_scale(struct transform *t, const double *x, size_t n)
{
    struct moments m = {0};
    size_t kept = 0;
    double *sorted = NULL;
    if (t->scale == SCALE_ROBUST) {
        sorted = present(x, n, &kept);
        stats_sort(sorted, kept);
        t->center = stats_quantile(sorted, kept, 0.5);
        t->divide = stats_quantile(sorted, kept, 0.75) - stats_quantile(sorted, kept, 0.25);
        mem_free(sorted);
    } else {
        for (size_t i = 0; i < n; i++)
            if (!isnan(x[i]))
                moments_add(&m, x[i]);
        kept = m.n;
        t->center = t->scale == SCALE_Z ? moments_mean(&m) : m.min;
        t->divide = t->scale == SCALE_Z ? moments_sd(&m) : m.max - m.min;
    }
    bool fits = isfinite(t->center) && isfinite(t->divide);
    if (!fits)
        t->center = 0;
    if (!fits || t->divide == 0)
        t->divide = 1;
    return fits || !kept;
}

static bool learn_cuts(struct transform *t, const double *x, size_t n)
{
    size_t kept;
    double *sorted = present(x, n, &kept);
    stats_sort(sorted, kept);
    t->cut = mem_alloc(t->bins, sizeof *t->cut);
    for (size_t i = 1; kept && i < t->bins; i++) {
        double share = (double)i / (double)t->bins, low = sorted[0], high = sorted[kept - 1];
        double cut =
            t->bin == BIN_WIDTH ? low + share * (high - low) : stats_quantile(sorted, kept, share);
        if (isfinite(cut) && (!t->cuts || cut > t->cut[t->cuts - 1]))
            t->cut[t->cuts++] = cut;
    }
    bool fits = t->bin != BIN_WIDTH || !kept || isfinite(sorted[kept - 1] - sorted[0]);
    mem_free(sorted);
    return fits;
}

bool transform_learn(struct transform *t, const double *x, size_t n)
{
    if (!transform_learns(t))
        return true;
    bool fits = t->kind == TRANSFORM_SCALE ? learn_scale(t, x, n) : learn_cuts(t, x, n);
    transform_ready(t);
    return fits;
}

void transform_learn_levels(struct transform *t, const struct dict *d, const bool *used)
{
    uint32_t *order = mem_alloc(dict_size(d), sizeof *order);
    dict_sort(d, order);
    t->levels = dict_new();
    for (size_t i = 0; i < dict_size(d); i++)
        if (!used || used[order[i]])
            dict_add(t->levels, dict_key(d, order[i]));
    mem_free(order);
    transform_ready(t);
}

/* ---- applying ---- */

double transform_scaled(const struct transform *t, double x)
{
    if (t->scale == SCALE_LOG1P)
        return x > -1 ? fm_log1p(x) : NAN;
    return (x - t->center) / t->divide;
}

size_t transform_binned(const struct transform *t, double x)
{
    size_t low = 0, high = t->cuts;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (x < t->cut[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

size_t transform_level(const struct transform *t, struct str level)
{
    uint32_t id = dict_find(t->levels, level);
    return id == DICT_NONE ? t->other : id;
}

struct str transform_level_name(const struct transform *t, size_t i)
{
    return i < dict_size(t->levels) ? dict_key(t->levels, (uint32_t)i) : str_of("other");
}

void transform_release(struct transform *t)
{
    for (size_t i = 0; t->label && i <= t->cuts; i++)
        mem_free((char *)t->label[i].p);
    mem_free(t->label);
    mem_free(t->cut);
    dict_free(t->levels);
    *t = (struct transform){0};
}
