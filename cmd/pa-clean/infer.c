/* SPDX-License-Identifier: MIT */
#include "infer.h"

#include <math.h>

#include "decimal.h"
#include "dict.h"
#include "mem.h"
#include "num.h"

enum { MOST_VALUES = 20, LEAST_REPEATS = 5 };

/* What a column's values have been so far. */
struct guess {
    size_t column;
    struct str name;
    const struct timeform *form;
    bool any_time; /* not ISO 8601 alone */
    bool not_integer, not_number, not_time;
    bool too_large; /* for a double */
    uint64_t n, missing;
    struct extreme {
        struct buf text;
        struct decimal number; /* of text */
    } low, high;
    int64_t from, to;
    struct dict *values; /* NULL: too many */
};

struct infer {
    struct guess *guess;
    size_t n;
    struct timeform plain;
};

struct infer *infer_new(const struct header *header, const struct columns *columns,
    const struct timeform *form, long time, int32_t tz)
{
    struct infer *f = mem_zero(1, sizeof *f);
    f->guess = mem_zero(columns->n, sizeof *f->guess);
    f->n = columns->n;
    f->plain = (struct timeform){NULL, tz};
    for (size_t i = 0; i < f->n; i++) {
        bool is_time = (long)columns->at[i] == time;
        f->guess[i] = (struct guess){.column = columns->at[i],
            .name = header->name[columns->at[i]],
            .form = is_time ? form : &f->plain,
            .any_time = is_time,
            .from = INT64_MAX,
            .to = INT64_MIN,
            .values = dict_new()};
    }
    return f;
}

/* Would reading it as a number lose how it is written: 007, +1? */
static bool is_code(struct str s)
{
    bool sign = s.n && (*s.p == '-' || *s.p == '+');
    const char *p = s.p + sign;
    size_t n = s.n - sign;
    return (sign && *s.p == '+') || (n > 1 && p[0] == '0' && (unsigned)p[1] - '0' < 10);
}

/* Is it beyond the extreme, on the side of sign, or the first? */
static void see_extreme(struct extreme *e, const struct decimal *x, int sign)
{
    if (e->text.n && sign * decimal_compare(x, &e->number) <= 0)
        return;
    buf_clear(&e->text);
    buf_str(&e->text, x->text);
    e->number = (struct decimal){buf_view(&e->text), x->x};
}

static void see_number(struct guess *g, struct str text)
{
    struct decimal x;
    int64_t whole;
    if (is_code(text) || !decimal_read(text, &x)) {
        g->not_number = true;
        return;
    }
    g->not_integer = g->not_integer || num_int(text, &whole) == NUM_NOT;
    g->too_large = g->too_large || isinf(x.x);
    g->not_number = g->not_integer && g->too_large;
    see_extreme(&g->low, &x, -1);
    see_extreme(&g->high, &x, 1);
}

static void see_time(struct guess *g, struct str text)
{
    int64_t us;
    enum timestamp_kind kind = timeform_read(g->form, text, &us);
    if (kind == TIMESTAMP_NONE || (kind != TIMESTAMP_ISO && !g->any_time)) {
        g->not_time = true;
        return;
    }
    g->from = us < g->from ? us : g->from;
    g->to = us > g->to ? us : g->to;
}

static void see_value(struct guess *g, struct str text)
{
    dict_add(g->values, text);
    if (dict_size(g->values) <= MOST_VALUES)
        return;
    dict_free(g->values);
    g->values = NULL;
}

void infer_see(struct infer *f, const struct csv_in *in, const struct row *row)
{
    for (size_t i = 0; i < f->n; i++) {
        struct guess *g = &f->guess[i];
        struct str text = row->text[g->column];
        if (csv_missing(in, text)) {
            g->missing++;
            continue;
        }
        g->n++;
        if (!g->not_number)
            see_number(g, text);
        if (!g->not_time)
            see_time(g, text);
        if (g->values)
            see_value(g, text);
    }
}

/* The values in byte order, separated by |. */
static void put_enum(const struct guess *g, struct csv_out *out, size_t at)
{
    struct buf b = {0};
    size_t n = dict_size(g->values);
    uint32_t *order = mem_alloc(n, sizeof *order);
    dict_sort(g->values, order);
    for (size_t i = 0; i < n; i++) {
        struct str value = dict_key(g->values, order[i]);
        if (i)
            buf_char(&b, '|');
        for (size_t j = 0; j < value.n; j++) {
            if (value.p[j] == '|' || value.p[j] == '\\')
                buf_char(&b, '\\');
            buf_char(&b, value.p[j]);
        }
    }
    csv_set_text(out, at, buf_view(&b));
    mem_free(order);
    buf_release(&b);
}

static void put_time(struct csv_out *out, size_t at, int64_t us)
{
    struct buf b = {0};
    timeform_write(&b, TIMESTAMP_ISO, us);
    csv_set_text(out, at, buf_view(&b));
    buf_release(&b);
}

static void put_guess(const struct guess *g, struct csv_out *out, const size_t at[7])
{
    bool time = g->n && !g->not_time && (g->any_time || g->not_number);
    bool number = g->n && !g->not_number && !time;
    csv_set_text(out, at[0], g->name);
    csv_set_text(out, at[1],
        str_of(time             ? "time"
               : !number        ? "text"
               : g->not_integer ? "number"
                                : "integer"));
    csv_set_text(out, at[2], str_of(g->missing || !g->n ? "no" : "yes"));
    if (time) {
        put_time(out, at[3], g->from);
        put_time(out, at[4], g->to);
    } else if (number) {
        csv_set_text(out, at[3], buf_view(&g->low.text));
        csv_set_text(out, at[4], buf_view(&g->high.text));
    } else if (g->n && g->values && g->n >= LEAST_REPEATS * dict_size(g->values)) {
        put_enum(g, out, at[6]);
    }
    csv_write(out, NULL);
}

void infer_write(struct infer *f, struct csv_out *out)
{
    static const char *const name[] = {"column", "type", "required", "min", "max", "regex", "enum"};
    size_t at[7];
    for (int i = 0; i < 7; i++)
        at[i] = csv_add(out, str_of(name[i]));
    for (size_t i = 0; i < f->n; i++) {
        put_guess(&f->guess[i], out, at);
        dict_free(f->guess[i].values);
        buf_release(&f->guess[i].low.text);
        buf_release(&f->guess[i].high.text);
    }
    mem_free(f->guess);
    mem_free(f);
}
