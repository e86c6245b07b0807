/* SPDX-License-Identifier: MIT */
#include "sparse_form.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "dict.h"
#include "die.h"
#include "mem.h"
#include "num.h"
#include "pair.h"
#include "stream.h"
#include "vw.h"

enum { NOWHERE = -1 };

struct column {
    struct str name;
    enum sparse_use use;
    bool text;
    double x;
    struct str level;
};

struct sparse_form {
    struct stream_out *stream;
    bool vw, replace;
    struct dict *names;
    struct column *column;
    size_t columns, columns_cap;
    long *place; /* (adds) column, NOWHERE: another took its place */
    size_t adds, adds_cap;
    unsigned pair; /* what all labels are in, of pair_set */
    bool numbers;  /* are all labels numbers? */
    struct buf line, label;
    double weight; /* NaN: none */
};

bool sparse_is(const char *to)
{
    return to && (strcmp(to, "vw") == 0 || strcmp(to, "libsvm") == 0);
}

bool sparse_has_weights(const char *to)
{
    return to && strcmp(to, "vw") == 0;
}

/* Called by stream_finish. */
static void finish(void *context)
{
    struct sparse_form *f = context;
    dict_free(f->names);
    mem_free(f->column);
    mem_free(f->place);
    buf_release(&f->line);
    buf_release(&f->label);
    mem_free(f);
}

struct sparse_form *sparse_create(const struct common *c)
{
    struct sparse_form *f = mem_zero(1, sizeof *f);
    f->vw = strcmp(c->to_name, "vw") == 0;
    f->replace = c->replace;
    f->names = dict_new();
    f->pair = UINT_MAX;
    f->numbers = true;
    f->weight = NAN;
    f->stream = stream_create(c->output, c->gzip);
    stream_before_finish(f->stream, finish, f);
    return f;
}

void sparse_flush(void *form)
{
    struct sparse_form *f = form;
    stream_flush(f->stream);
}

/* ---- columns ---- */

/* What was added there goes nowhere from now on. */
static void displace(struct sparse_form *f, size_t column)
{
    for (size_t i = 0; i < f->adds; i++)
        if (f->place[i] == (long)column)
            f->place[i] = NOWHERE;
}

size_t sparse_add(struct sparse_form *f, struct str name, enum sparse_use use, bool text)
{
    if (use == SPARSE_FEATURE && text && !f->vw)
        die("%.*s: libsvm has numbers only, and the column holds text (--onehot makes it columns "
            "of 0 and 1)",
            STR_ARG(name));
    size_t at = dict_add(f->names, name), n = f->columns;
    if (at < n && !f->replace)
        die_usage("there is a column \"%.*s\" already (--replace overwrites it)", STR_ARG(name));
    if (at < n)
        displace(f, at);
    f->columns = at < n ? n : n + 1;
    f->column = mem_grow(f->column, &f->columns_cap, f->columns, sizeof *f->column);
    f->place = mem_grow(f->place, &f->adds_cap, f->adds + 1, sizeof *f->place);
    f->column[at] =
        (struct column){.name = dict_key(f->names, (uint32_t)at), .use = use, .text = text};
    f->place[f->adds] = (long)at;
    return f->adds++;
}

/* ---- labels ---- */

void sparse_label(struct sparse_form *f, struct str label)
{
    double x;
    if (!label.n)
        return;
    f->pair &= pair_set(label);
    f->numbers &= num_double(label, &x) == NUM_OK;
    if (!f->pair && !f->numbers)
        die("--label: with the label \"%.*s\" they are neither all numbers nor all of 0/1, -1/1, "
            "no/yes or false/true",
            STR_ARG(label));
}

static void put_label(struct sparse_form *f)
{
    struct str label = buf_view(&f->label);
    double x = NAN;
    if (label.n && f->pair)
        buf_text(&f->line, pair_side(label) == 1 ? "1" : f->vw ? "-1" : "0");
    else if (label.n && num_double(label, &x) == NUM_OK)
        num_put(&f->line, x);
}

/* ---- lines ---- */

static void set_label(struct sparse_form *f, struct str text)
{
    buf_clear(&f->label);
    buf_str(&f->label, text);
}

void sparse_set_number(struct sparse_form *f, size_t column, double x)
{
    char digits[NUM_WIDTH];
    long at = f->place[column];
    if (at == NOWHERE)
        return;
    struct column *c = &f->column[at];
    c->x = x;
    if (c->use == SPARSE_LABEL)
        set_label(f, (struct str){digits, num_write(x, digits)});
    else if (c->use == SPARSE_WEIGHT)
        f->weight = x;
}

void sparse_set_text(struct sparse_form *f, size_t column, struct str text)
{
    long at = f->place[column];
    if (at == NOWHERE)
        return;
    struct column *c = &f->column[at];
    c->level = text;
    if (c->use == SPARSE_LABEL)
        set_label(f, text);
    else if (c->use == SPARSE_WEIGHT && text.n && num_double(text, &f->weight) != NUM_OK)
        f->weight = -1;
}

/* Value of feature number index. */
static void put_feature(struct sparse_form *f, const struct column *c, size_t index)
{
    bool missing = c->text ? c->level.n == 0 : !isfinite(c->x);
    if ((!c->text && c->x == 0) || (missing && !f->vw))
        return;
    buf_char(&f->line, ' ');
    if (!f->vw)
        num_put_int(&f->line, (int64_t)index);
    else if (c->text || missing)
        vw_put_level(&f->line, c->name, c->text ? c->level : str_of(""));
    else
        vw_put_name(&f->line, c->name);
    if (c->text || missing)
        return;
    buf_char(&f->line, ':');
    num_put(&f->line, c->x);
}

static void put_line(struct sparse_form *f)
{
    size_t index = 0;
    put_label(f);
    if (f->vw && f->label.n && isfinite(f->weight)) {
        buf_char(&f->line, ' ');
        num_put(&f->line, f->weight);
    }
    if (f->vw)
        buf_text(&f->line, f->label.n ? " |" : "|");
    for (size_t i = 0; i < f->columns; i++)
        if (f->column[i].use == SPARSE_FEATURE)
            put_feature(f, &f->column[i], ++index);
    buf_char(&f->line, '\n');
}

enum sparse_status sparse_write(struct sparse_form *f)
{
    enum sparse_status status = f->weight < 0           ? SPARSE_BAD_WEIGHT
                                : !f->vw && !f->label.n ? SPARSE_NO_LABEL
                                                        : SPARSE_OK;
    if (status == SPARSE_OK) {
        put_line(f);
        stream_write(f->stream, f->line.p, f->line.n);
    }
    for (size_t i = 0; i < f->columns; i++) {
        f->column[i].x = 0;
        f->column[i].level = (struct str){NULL, 0};
    }
    buf_clear(&f->line);
    buf_clear(&f->label);
    f->weight = NAN;
    return status;
}
