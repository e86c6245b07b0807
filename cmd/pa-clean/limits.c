/* SPDX-License-Identifier: MIT */
#include "limits.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "dict.h"
#include "mem.h"
#include "model.h"
#include "num.h"
#include "select.h"
#include "stats.h"
#include "wrong.h"

enum fill { FILL_NONE, FILL_MEAN, FILL_MEDIAN, FILL_MODE, FILL_TEXT };
enum clip { CLIP_NONE, CLIP_BOUNDS, CLIP_QUANTILES, CLIP_MAD, CLIP_IQR };

static const double MAD_TO_SD = 1.4826; /* of a normal distribution */

/* Both rules of one column. */
struct rule {
    size_t column;
    struct str name;
    enum fill fill;
    struct buf text;  /* what fills: the text, or the learnt value as it is written */
    double number;    /* the same as a number, when it is one */
    bool fill_number; /* number is set */
    enum clip clip;
    double a, b;      /* as given: bounds, quantiles, or a factor */
    double low, high; /* -inf, inf: none */
    struct moments moments;
    double *value; /* all numbers, where a quantile is needed */
    size_t n, cap;
    struct dict *levels; /* mode */
    uint64_t *count;
    size_t count_cap;
    bool beyond;          /* the row at hand is an outlier */
    struct buf flag_name; /* COL_outlier */
    size_t flag;          /* number for csv_set_* of it */
    struct limits_counts counts;
};

struct limits {
    struct rule *rule;
    size_t n, cap;
    size_t *rule_of; /* by column: 1 + its rule, 0: none */
    enum outliers outliers;
    size_t number_cap;
    double *number; /* of the row at hand, one per rule */
};

static struct limits *limits_new(const struct header *header)
{
    struct limits *l = mem_zero(1, sizeof *l);
    l->rule_of = mem_zero(header->n, sizeof *l->rule_of);
    return l;
}

/* The column's rule, a fresh one if it has none. */
static struct rule *rule_of(struct limits *l, const struct header *header, size_t column)
{
    if (l->rule_of[column])
        return &l->rule[l->rule_of[column] - 1];
    l->rule = mem_grow(l->rule, &l->cap, l->n + 1, sizeof *l->rule);
    l->number = mem_grow(l->number, &l->number_cap, l->n + 1, sizeof *l->number);
    struct rule *r = &l->rule[l->n++];
    l->rule_of[column] = l->n;
    memset(r, 0, sizeof *r);
    *r = (struct rule){
        .column = column, .name = header->name[column], .low = -INFINITY, .high = INFINITY};
    buf_str(&r->flag_name, r->name);
    buf_text(&r->flag_name, "_outlier");
    return r;
}

static void set_fill_text(struct rule *r, struct str text)
{
    buf_clear(&r->text);
    buf_str(&r->text, text);
    r->fill_number = num_double(text, &r->number) == NUM_OK;
}

static void parse_fill(struct rule *r, struct str how)
{
    r->fill = str_is(how, "mean")     ? FILL_MEAN
              : str_is(how, "median") ? FILL_MEDIAN
              : str_is(how, "mode")   ? FILL_MODE
                                      : FILL_TEXT;
    if (r->fill != FILL_TEXT)
        return;
    bool escaped = how.n > 1 && how.p[0] == '\\';
    set_fill_text(r, (struct str){how.p + escaped, how.n - escaped});
}

/* "x" after its prefix; false when it is not a number within [0, most]. */
static bool number_after(struct str s, const char *prefix, double most, double *x)
{
    size_t n = strlen(prefix);
    return s.n > n && memcmp(s.p, prefix, n) == 0 &&
           num_double((struct str){s.p + n, s.n - n}, x) == NUM_OK && *x >= 0 && *x <= most;
}

static bool bound(struct str s, double none, double *x)
{
    *x = none;
    return s.n == 0 || num_double(s, x) == NUM_OK;
}

static void parse_clip(struct rule *r, struct str how, const char *option)
{
    struct str high, low = str_cut(how, ':', &high);
    if (number_after(how, "mad:", INFINITY, &r->a))
        r->clip = CLIP_MAD;
    else if (number_after(how, "iqr:", INFINITY, &r->a))
        r->clip = CLIP_IQR;
    else if (number_after(low, "q", 1, &r->a) && number_after(high, "q", 1, &r->b))
        r->clip = CLIP_QUANTILES;
    else if (high.p && low.n + high.n && bound(low, -INFINITY, &r->a) &&
             bound(high, INFINITY, &r->b))
        r->clip = CLIP_BOUNDS;
    else
        die_usage("--clip: %s: the rule is none of LO:HI, q.01:q.99, mad:3.5, iqr:1.5", option);
    if (r->clip <= CLIP_QUANTILES && r->a > r->b)
        die_usage("--clip: %s: the lower limit is above the upper one", option);
}

/* One use of --fill or --clip: each of its columns gets the rule. */
static void parse(struct limits *l, const char *option, bool fill, const struct header *header)
{
    struct str names, how;
    const char *what = fill ? "fill" : "clip";
    if (!args_pair(option, &names, &how))
        die_usage(
            "--%s: \"%s\" is not COLS=%s", what, option, fill ? "mean|median|mode|TEXT" : "RULE");
    char *list = mem_text(names.p, names.n);
    struct columns columns = columns_parse(what, list, header);
    for (size_t i = 0; i < columns.n; i++) {
        struct rule *r = rule_of(l, header, columns.at[i]);
        if (fill ? r->fill != FILL_NONE : r->clip != CLIP_NONE)
            die_usage("--%s: two rules for \"%.*s\" (a column has one)", what, STR_ARG(r->name));
        if (fill)
            parse_fill(r, how);
        else
            parse_clip(r, how, option);
    }
    mem_free(columns.at);
    mem_free(list);
}

struct limits *limits_parse(
    const struct arg_list *fills, const struct arg_list *clips, const struct header *header)
{
    struct limits *l = limits_new(header);
    for (size_t i = 0; i < fills->n; i++)
        parse(l, fills->at[i], true, header);
    for (size_t i = 0; i < clips->n; i++)
        parse(l, clips->at[i], false, header);
    for (size_t i = 0; i < l->n; i++) {
        struct rule *r = &l->rule[i];
        if (r->fill == FILL_TEXT && r->clip && !r->fill_number)
            die_usage("--fill: %.*s: \"%s\" is not a number, which --clip needs", STR_ARG(r->name),
                buf_cstr(&r->text));
        if (r->clip == CLIP_BOUNDS) {
            r->low = r->a;
            r->high = r->b;
        }
    }
    return l;
}

static bool needs_values(const struct rule *r)
{
    return r->fill == FILL_MEDIAN || r->clip > CLIP_BOUNDS;
}

static bool needs_numbers(const struct rule *r)
{
    return needs_values(r) || r->fill == FILL_MEAN;
}

bool limits_learn(const struct limits *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (needs_numbers(&l->rule[i]) || l->rule[i].fill == FILL_MODE)
            return true;
    return false;
}

/* ---- learning ---- */

static void count_level(struct rule *r, struct str field)
{
    if (!r->levels)
        r->levels = dict_new();
    uint32_t id = dict_add(r->levels, field);
    size_t before = r->count_cap;
    r->count = mem_grow(r->count, &r->count_cap, id + 1, sizeof *r->count);
    if (r->count_cap > before)
        memset(r->count + before, 0, (r->count_cap - before) * sizeof *r->count);
    r->count[id]++;
}

static void learn_number(struct rule *r, double x)
{
    if (r->fill == FILL_MEAN)
        moments_add(&r->moments, x);
    if (!needs_values(r))
        return;
    r->value = mem_grow(r->value, &r->cap, r->n + 1, sizeof *r->value);
    r->value[r->n++] = x;
}

static void read_numbers(
    const struct limits *l, const struct csv_in *in, const struct row *row, double *number)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct rule *r = &l->rule[i];
        struct str field = row->text[r->column];
        bool wanted = (needs_numbers(r) || r->clip) && !csv_missing(in, field);
        if (!wanted || num_double(field, &number[i]) != NUM_OK)
            number[i] = NAN;
    }
}

void limits_take(struct limits *l, const struct csv_in *in, const struct row *row)
{
    read_numbers(l, in, row, l->number);
}

bool limits_check(struct limits *l, struct csv_in *in, const struct row *row)
{
    return limits_numbers(l, in, row, l->number);
}

bool limits_numbers(
    const struct limits *l, struct csv_in *in, const struct row *row, double *number)
{
    read_numbers(l, in, row, number);
    for (size_t i = 0; i < l->n; i++) {
        const struct rule *r = &l->rule[i];
        struct str field = row->text[r->column];
        if (isnan(number[i]) && (needs_numbers(r) || r->clip) && !csv_missing(in, field) &&
            !wrong_number(in, row, r->name.p, field))
            return false;
    }
    return true;
}

void limits_see_numbers(struct limits *l, const double *number)
{
    for (size_t i = 0; i < l->n; i++)
        if (!isnan(number[i]))
            learn_number(&l->rule[i], number[i]);
}

void limits_see(struct limits *l, const struct csv_in *in, const struct row *row)
{
    limits_see_numbers(l, l->number);
    for (size_t i = 0; i < l->n; i++) {
        struct rule *r = &l->rule[i];
        struct str field = row->text[r->column];
        if (r->fill == FILL_MODE && !csv_missing(in, field))
            count_level(r, field);
    }
}

static double median_of(const double *x, size_t n)
{
    double half = 0.5, median;
    select_quantiles(x, n, &half, &median, 1);
    return median;
}

/* Numbers so large that differences of them may be beyond the greatest double are worked on at a
 * quarter of their size. */
static double scale_of(const double *x, size_t n)
{
    bool large = false;
    for (size_t i = 0; i < n; i++)
        large = large || fabs(x[i]) > DBL_MAX / 4;
    return large ? 0.25 : 1;
}

static double median_distance(const double *x, size_t n, double center, double scale)
{
    double *away = mem_alloc(n, sizeof *away);
    for (size_t i = 0; i < n; i++)
        away[i] = fabs(scale * x[i] - scale * center);
    double median = median_of(away, n);
    mem_free(away);
    return median;
}

/* A limit beyond the greatest double is none. */
static void settle_values(struct rule *r)
{
    double scale = scale_of(r->value, r->n);
    if (r->fill == FILL_MEDIAN)
        r->number = median_of(r->value, r->n);
    if (r->clip == CLIP_QUANTILES || r->clip == CLIP_IQR) {
        bool iqr = r->clip == CLIP_IQR;
        double q[] = {iqr ? 0.25 : r->a, iqr ? 0.75 : r->b}, x[2];
        select_quantiles(r->value, r->n, q, x, 2);
        double reach = iqr ? r->a * (scale * x[1] - scale * x[0]) : 0;
        r->low = (scale * x[0] - reach) / scale;
        r->high = (scale * x[1] + reach) / scale;
    } else if (r->clip == CLIP_MAD) {
        double median = median_of(r->value, r->n);
        double reach = r->a * MAD_TO_SD * median_distance(r->value, r->n, median, scale);
        r->low = (scale * median - reach) / scale;
        r->high = (scale * median + reach) / scale;
    }
}

/* The most frequent value, the first in byte order of those that tie. */
static struct str mode(const struct rule *r)
{
    struct str best = {0};
    uint64_t most = 0;
    for (uint32_t id = 0; r->levels && id < dict_size(r->levels); id++) {
        struct str level = dict_key(r->levels, id);
        if (r->count[id] > most || (r->count[id] == most && str_compare(level, best) < 0)) {
            best = level;
            most = r->count[id];
        }
    }
    return best;
}

/* What there is nothing to learn from: no value is filled, and there are no limits. */
static void give_up(struct rule *r)
{
    bool number = r->fill == FILL_MEAN || r->fill == FILL_MEDIAN;
    if (r->clip > CLIP_BOUNDS && !r->n)
        warn("%.*s: there is no number to learn limits from: there are none", STR_ARG(r->name));
    if (number ? r->n || r->moments.n : r->fill != FILL_MODE || r->levels)
        return;
    warn("%.*s: there is no %s to learn a %s from: missing values stay missing", STR_ARG(r->name),
        number ? "number" : "value",
        r->fill == FILL_MEAN     ? "mean"
        : r->fill == FILL_MEDIAN ? "median"
                                 : "mode");
    r->fill = FILL_NONE;
}

static void settle(struct rule *r)
{
    give_up(r);
    if (needs_values(r) && r->n)
        settle_values(r);
    if (r->fill == FILL_MEAN)
        r->number = moments_mean(&r->moments);
    if (r->fill == FILL_MEAN || r->fill == FILL_MEDIAN) {
        r->fill_number = true;
        buf_clear(&r->text);
        num_put(&r->text, r->number);
    }
    if (r->fill == FILL_MODE)
        set_fill_text(r, mode(r));
}

void limits_settle(struct limits *l)
{
    for (size_t i = 0; i < l->n; i++)
        settle(&l->rule[i]);
}

/* ---- the file ---- */

static void write_bound(struct model_out *out, double x)
{
    if (isinf(x))
        model_text(out, (struct str){0});
    else
        model_number(out, x);
}

void limits_write(const struct limits *l, const char *path)
{
    struct model_out *out = model_create(path, "pa-clean", "limits");
    for (size_t i = 0; i < l->n; i++) {
        const struct rule *r = &l->rule[i];
        if (r->fill) {
            model_key(out, "fill");
            model_text(out, r->name);
            model_text(out, buf_view(&r->text));
        }
        if (r->clip) {
            model_key(out, "clip");
            model_text(out, r->name);
            write_bound(out, r->low);
            write_bound(out, r->high);
        }
    }
    model_close(out);
}

static double read_bound(
    const struct model_in *in, const struct model_line *line, size_t i, double none)
{
    return line->field[i].n ? model_get_number(in, line, i) : none;
}

static void read_line(struct limits *l, const struct model_in *in, const struct model_line *line,
    const struct header *header)
{
    bool fill = str_is(line->field[0], "fill"), clip = str_is(line->field[0], "clip");
    if ((!fill || line->n != 3) && (!clip || line->n != 4))
        model_die(in, line, "neither fill, column and value nor clip, column and two limits");
    struct rule *r = rule_of(l, header, columns_need(line->field[1], header, "the limits of -m"));
    if (fill ? r->fill != FILL_NONE : r->clip != CLIP_NONE)
        model_die(in, line, "the column has such a line already");
    if (fill) {
        r->fill = FILL_TEXT;
        set_fill_text(r, line->field[2]);
        return;
    }
    r->clip = CLIP_BOUNDS;
    r->low = read_bound(in, line, 2, -INFINITY);
    r->high = read_bound(in, line, 3, INFINITY);
    if (r->low > r->high)
        model_die(in, line, "the lower limit is above the upper one");
}

struct limits *limits_read(const char *path, const struct header *header)
{
    struct limits *l = limits_new(header);
    struct model_in *in = model_open(path, "pa-clean", "limits");
    struct model_line line;
    while (model_next(in, &line))
        read_line(l, in, &line, header);
    model_free(in);
    return l;
}

void limits_note(const struct limits *l)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct rule *r = &l->rule[i];
        char low[NUM_WIDTH], high[NUM_WIDTH];
        if (r->fill)
            note("%.*s: missing values become \"%.*s\"", STR_ARG(r->name),
                STR_ARG(buf_view(&r->text)));
        if (r->clip && isfinite(r->low) + isfinite(r->high))
            note("%.*s: kept within [%.*s, %.*s]", STR_ARG(r->name), (int)num_write(r->low, low),
                low, (int)num_write(r->high, high), high);
    }
}

/* ---- applying ---- */

void limits_outliers(struct limits *l, enum outliers outliers)
{
    l->outliers = outliers;
}

struct str limits_flag_name(const struct limits *l, size_t i)
{
    return l->outliers == OUTLIERS_FLAG && l->rule[i].clip ? buf_view(&l->rule[i].flag_name)
                                                           : (struct str){0};
}

void limits_bind(struct limits *l, struct csv_out *out)
{
    for (size_t i = 0; i < l->n; i++)
        if (limits_flag_name(l, i).n)
            l->rule[i].flag = csv_add(out, limits_flag_name(l, i));
}

/* The number of a column once it is filled; NaN where there is none. */
static double filled(const struct limits *l, size_t i, bool missing)
{
    const struct rule *r = &l->rule[i];
    return r->fill && missing && r->fill_number ? r->number : l->number[i];
}

bool limits_by_numbers(const struct limits *l)
{
    bool by_numbers = l->outliers == OUTLIERS_CLIP;
    for (size_t i = 0; i < l->n; i++)
        by_numbers = by_numbers && l->rule[i].fill != FILL_MODE;
    return by_numbers;
}

void limits_columns(const struct limits *l, struct csv_out *out, size_t *change)
{
    for (size_t i = 0; i < l->n; i++)
        change[i] = csv_change(out, l->rule[i].column);
}

static bool beyond(const struct rule *r, double x)
{
    return r->clip && (x < r->low || x > r->high);
}

bool limits_remembers(const struct limits *l)
{
    return l->n == 1 && l->rule->value && l->rule->clip;
}

bool limits_was_beyond(const struct limits *l, size_t i)
{
    return beyond(l->rule, l->rule->value[i]);
}

static void apply(struct limits *l, size_t i, bool missing, struct draft *draft)
{
    struct rule *r = &l->rule[i];
    double x = filled(l, i, missing);
    if (r->fill && missing) {
        draft_set(draft, r->column, buf_view(&r->text));
        r->counts.filled++;
    }
    r->beyond = beyond(r, x);
    if (!r->beyond)
        return;
    r->counts.outliers++;
    if (l->outliers == OUTLIERS_CLIP) {
        char digits[NUM_WIDTH];
        size_t n = num_write(x < r->low ? r->low : r->high, digits);
        draft_set(draft, r->column, (struct str){digits, n});
    }
}

bool limits_drop(struct limits *l, const struct csv_in *in, const struct row *row, struct buf *why)
{
    if (l->outliers != OUTLIERS_DROP)
        return false;
    for (size_t i = 0; i < l->n; i++) {
        struct rule *r = &l->rule[i];
        double x = filled(l, i, csv_missing(in, row->text[r->column]));
        if (!beyond(r, x))
            continue;
        buf_clear(why);
        buf_str(why, r->name);
        buf_text(why, ": ");
        num_put(why, x);
        buf_text(why, " is an outlier");
        r->counts.outliers++;
        return true;
    }
    return false;
}

void limits_apply(
    struct limits *l, const struct csv_in *in, const struct row *row, struct draft *draft)
{
    for (size_t i = 0; i < l->n; i++)
        apply(l, i, csv_missing(in, row->text[l->rule[i].column]), draft);
}

void limits_flag(const struct limits *l, struct csv_out *out)
{
    if (l->outliers != OUTLIERS_FLAG)
        return;
    for (size_t i = 0; i < l->n; i++)
        if (l->rule[i].clip)
            csv_set_int(out, l->rule[i].flag, l->rule[i].beyond);
}

void limits_set(const struct limits *l, const struct limits_row *row, struct csv_out *out)
{
    read_numbers(l, row->in, row->row, row->number);
    for (size_t i = 0; i < l->n; i++) {
        const struct rule *r = &l->rule[i];
        bool fill = r->fill && csv_missing(row->in, row->row->text[r->column]);
        double x = fill && r->fill_number ? r->number : row->number[i];
        row->counts[i].filled += fill;
        row->counts[i].outliers += beyond(r, x);
        if (beyond(r, x))
            csv_set_number(out, row->change[i], x < r->low ? r->low : r->high);
        else if (fill)
            csv_set_text(out, row->change[i], buf_view(&r->text));
    }
}

void limits_add(struct limits *l, const struct limits_counts *counts)
{
    for (size_t i = 0; i < l->n; i++) {
        l->rule[i].counts.filled += counts[i].filled;
        l->rule[i].counts.outliers += counts[i].outliers;
    }
}

size_t limits_count(const struct limits *l)
{
    return l->n;
}

bool limits_have(const struct limits *l, size_t column)
{
    return l->rule_of[column];
}

struct str limits_text(const struct limits *l, size_t column)
{
    const struct rule *r = l->rule_of[column] ? &l->rule[l->rule_of[column] - 1] : NULL;
    return r && r->fill == FILL_TEXT ? buf_view(&r->text) : (struct str){0};
}

void limits_mark(const struct limits *l, bool *column)
{
    for (size_t i = 0; i < l->n; i++)
        column[l->rule[i].column] = true;
}

/* What a rule holds is not changed any more once it is settled, so copies share it. */
struct limits *limits_copy(const struct limits *l)
{
    struct limits *copy = mem_alloc(1, sizeof *copy);
    *copy = *l;
    copy->rule = mem_zero(l->n, sizeof *copy->rule);
    copy->number = mem_zero(l->n, sizeof *copy->number);
    for (size_t i = 0; i < l->n; i++) {
        copy->rule[i] = l->rule[i];
        copy->rule[i].counts = (struct limits_counts){0};
    }
    return copy;
}

void limits_join(struct limits *l, struct limits *copy)
{
    for (size_t i = 0; i < l->n; i++) {
        l->rule[i].counts.filled += copy->rule[i].counts.filled;
        l->rule[i].counts.outliers += copy->rule[i].counts.outliers;
    }
    mem_free(copy->rule);
    mem_free(copy->number);
    mem_free(copy);
}

struct limits_counts limits_counts(const struct limits *l, size_t i)
{
    struct limits_counts counts = l->rule[i].counts;
    counts.column = l->rule[i].name;
    return counts;
}

void limits_free(struct limits *l)
{
    for (size_t i = 0; i < l->n; i++) {
        dict_free(l->rule[i].levels);
        mem_free(l->rule[i].count);
        mem_free(l->rule[i].value);
        buf_release(&l->rule[i].text);
        buf_release(&l->rule[i].flag_name);
    }
    mem_free(l->rule);
    mem_free(l->rule_of);
    mem_free(l->number);
    mem_free(l);
}
