/* SPDX-License-Identifier: MIT */
#include "coarsen.h"

#include <math.h>
#include <string.h>

#include "die.h"
#include "mem.h"
#include "num.h"
#include "wrong.h"

static const int64_t DAY = (int64_t)86400 * TIMESTAMP_SECOND;

struct step {
    size_t column;
    struct str name;
    const struct timeform *form; /* NULL: a number */
    int64_t span, start;         /* of times: steps begin at start + k * span */
    double times, over;          /* of numbers: multiples are k * times / over */
    struct kinds kinds;          /* of times */
};

struct coarsen {
    struct step *step;
    size_t n, cap;
    const struct timeform *form; /* of the column time */
    long time;
    struct timeform plain; /* of all others */
};

/* A step of decimals, 0.05, as 5 / 100: so multiples are the numbers nearest to what is meant. */
static bool number_step(struct step *s, struct str text)
{
    double x;
    if (num_double(text, &x) != NUM_OK || !(x > 0))
        return false;
    for (s->over = 1; s->over <= 1e15; s->over *= 10) {
        s->times = floor(x * s->over + 0.5);
        if (s->times > 0 && s->times / s->over == x)
            return true;
    }
    s->times = x;
    s->over = 1;
    return true;
}

static bool time_step(struct step *s, struct str text, int32_t tz)
{
    if (!timestamp_duration(text, &s->span))
        return false;
    int64_t origin = text.p[text.n - 1] == 'w' ? 4 * DAY : 0; /* 1970-01-05 was a Monday */
    s->start = origin - (int64_t)tz * TIMESTAMP_SECOND;
    return true;
}

/* One use of --coarsen; has[i]: column i has a step already. */
static void parse(struct coarsen *c, const char *option, const struct header *header, bool *has)
{
    struct str names, how;
    struct step s = {0};
    if (!args_pair(option, &names, &how))
        die_usage("--coarsen: \"%s\" is not COLS=STEP", option);
    bool number = number_step(&s, how);
    if (!number && !time_step(&s, how, c->plain.tz))
        die_usage("--coarsen: \"%s\": the step is neither a number above 0 nor a duration", option);
    char *list = mem_text(names.p, names.n);
    struct columns columns = columns_parse("coarsen", list, header);
    for (size_t i = 0; i < columns.n; i++) {
        s.column = columns.at[i];
        if (has[s.column])
            die_usage("--coarsen: two steps for \"%.*s\" (a column has one)",
                STR_ARG(header->name[s.column]));
        has[s.column] = true;
        s.name = header->name[s.column];
        s.form = number ? NULL : (long)s.column == c->time ? c->form : &c->plain;
        c->step = mem_grow(c->step, &c->cap, c->n + 1, sizeof *c->step);
        c->step[c->n++] = s;
    }
    mem_free(columns.at);
    mem_free(list);
}

struct coarsen *coarsen_parse(const struct arg_list *list, const struct header *header,
    const struct timeform *form, long time, int32_t tz)
{
    struct coarsen *c = mem_zero(1, sizeof *c);
    c->plain = (struct timeform){NULL, tz};
    c->form = form;
    c->time = time;
    bool *has = mem_zero(header->n, sizeof *has);
    for (size_t i = 0; i < list->n; i++)
        parse(c, list->at[i], header, has);
    mem_free(has);
    return c;
}

void coarsen_mark(const struct coarsen *c, bool *column)
{
    for (size_t i = 0; i < c->n; i++)
        column[c->step[i].column] = true;
}

bool coarsen_undecided(const struct coarsen *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->step[i].form && !c->step[i].form->in && !c->step[i].kinds.n)
            return true;
    return false;
}

static bool check_time(struct step *s, struct csv_in *in, const struct row *row, struct str text)
{
    int64_t us;
    enum timestamp_kind kind = timeform_read(s->form, text, &us);
    if (kind == TIMESTAMP_NONE)
        return wrong_time(in, row, s->name.p, text, s->form);
    return kinds_agree(&s->kinds, row->file, kind) ||
           wrong_kind(in, row, s->name.p, text, &s->kinds);
}

bool coarsen_check(struct coarsen *c, struct csv_in *in, const struct row *row)
{
    for (size_t i = 0; i < c->n; i++) {
        struct step *s = &c->step[i];
        struct str text = row->text[s->column];
        double x;
        if (csv_missing(in, text))
            continue;
        if (s->form ? !check_time(s, in, row, text)
                    : num_double(text, &x) != NUM_OK && !wrong_number(in, row, s->name.p, text))
            return false;
    }
    return true;
}

/* The greatest multiple not above x; x itself where multiples are closer than doubles. */
static double down(const struct step *s, double x)
{
    double k = floor(x / s->times * s->over);
    if (!(fabs(k) < 0x1p52))
        return x;
    while (k * s->times / s->over > x)
        k--;
    while ((k + 1) * s->times / s->over <= x)
        k++;
    return k == 0 ? 0 : k * s->times / s->over;
}

/* Steps shorter than a day begin anew at each midnight, and the first one with the first time. */
static int64_t start_of(const struct step *s, int64_t us)
{
    int64_t cycle = s->span < DAY ? DAY : s->span, since = (us - s->start) % cycle;
    since += since < 0 ? cycle : 0;
    int64_t start = us - since % s->span, first = TIMESTAMP_FIRST * TIMESTAMP_SECOND;
    return start < first ? first : start;
}

/* The value anew, into b; false when it is none of those that are coarsened. */
static bool coarse(struct step *s, const struct row *row, struct buf *b)
{
    double x;
    int64_t us;
    struct str text = row->text[s->column];
    buf_clear(b);
    if (!s->form) {
        if (num_double(text, &x) != NUM_OK)
            return false;
        num_put(b, down(s, x));
        return true;
    }
    enum timestamp_kind kind = timeform_read(s->form, text, &us);
    if (kind == TIMESTAMP_NONE || !kinds_agree(&s->kinds, row->file, kind))
        return false;
    timeform_write(b, kind, start_of(s, us));
    return true;
}

size_t coarsen_apply(
    struct coarsen *c, const struct csv_in *in, struct draft *draft, const struct row *row)
{
    struct buf b = {0};
    size_t changed = 0;
    for (size_t i = 0; i < c->n; i++) {
        struct str old = row->text[c->step[i].column];
        if (csv_missing(in, old) || !coarse(&c->step[i], row, &b) || str_equal(old, buf_view(&b)))
            continue;
        draft_set(draft, c->step[i].column, buf_view(&b));
        changed++;
    }
    buf_release(&b);
    return changed;
}

struct coarsen *coarsen_copy(const struct coarsen *c)
{
    struct coarsen *copy = mem_alloc(1, sizeof *copy);
    *copy = *c;
    copy->step = mem_alloc(c->n, sizeof *copy->step);
    for (size_t i = 0; i < c->n; i++) {
        copy->step[i] = c->step[i];
        copy->step[i].kinds = kinds_copy(&c->step[i].kinds);
    }
    return copy;
}

void coarsen_free(struct coarsen *c)
{
    for (size_t i = 0; i < c->n; i++)
        kinds_release(&c->step[i].kinds);
    mem_free(c->step);
    mem_free(c);
}
