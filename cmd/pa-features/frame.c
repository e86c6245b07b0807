/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include <math.h>

#include "die.h"
#include "mem.h"
#include "num.h"
#include "role.h"

double **features_room(struct features *f, size_t rows)
{
    f->rows = rows;
    f->value = mem_alloc(f->recipe.n, sizeof *f->value);
    for (size_t j = 0; j < f->recipe.n; j++)
        f->value[j] = mem_alloc(rows, sizeof **f->value);
    return f->value;
}

void features_release(struct features *f)
{
    for (size_t j = 0; f->value && j < f->recipe.n; j++)
        mem_free(f->value[j]);
    mem_free(f->value);
    mem_free(f->text);
    recipe_release(&f->recipe);
}

struct frame frame_of(
    const struct header *h, const size_t *column, size_t n, const struct features *f)
{
    size_t all = n + f->recipe.n;
    struct frame frame = {.name = mem_alloc(all, sizeof *frame.name),
        .form = mem_alloc(all, sizeof *frame.form),
        .offered = mem_zero(all, sizeof *frame.offered),
        .n = n,
        .grouped = column,
        .label = COLUMN_NONE};
    for (size_t i = 0; i < all; i++) {
        bool feature = i >= n;
        frame.name[i] = feature ? f->recipe.item[i - n].name : h->name[column ? column[i] : i];
        frame.offered[i] = feature;
        frame.form[i] = !feature ? FORM_UNKNOWN : f->text[i - n] ? FORM_TEXT : FORM_NUMBER;
    }
    frame.header = (struct header){frame.name, all};
    return frame;
}

void frame_release(struct frame *f)
{
    mem_free(f->name);
    mem_free(f->form);
    mem_free(f->offered);
    mem_free(f->use);
}

/* ---- uses ---- */

/* The label, where it may be asked for: by the option, or by a form that cannot do without. */
static long find_label(const struct frame *f, const char *to, const char *name)
{
    long at = columns_find(&f->header, str_of(name));
    bool must = !args_default("label") || (sparse_is(to) && !sparse_has_weights(to));
    return at == COLUMN_NONE && must ? (long)columns_option("label", name, &f->header) : at;
}

/* A column "weight" that is no feature by name. */
static long find_weight(const struct frame *f, const char *to, const char *features)
{
    long at = columns_find(&f->header, str_of("weight"));
    if (at == COLUMN_NONE || !sparse_has_weights(to))
        return COLUMN_NONE;
    struct columns named = columns_parse("features", features, &f->header);
    bool is_feature = columns_have(&named, (size_t)at);
    mem_free(named.at);
    return is_feature ? COLUMN_NONE : at;
}

void frame_uses(struct frame *f, const char *to, const struct event_options *o, bool rows)
{
    f->label = find_label(f, to, o->label);
    if (!sparse_is(to))
        return;
    long weight = find_weight(f, to, rows ? o->features : NULL);
    struct columns not = {mem_alloc(f->n + 2, sizeof *not .at), 0};
    for (size_t i = 0; i < f->n && f->grouped; i++)
        not .at[not .n++] = i;
    if (f->label != COLUMN_NONE)
        not .at[not .n++] = (size_t)f->label;
    if (weight != COLUMN_NONE)
        not .at[not .n++] = (size_t)weight;
    struct role_choice choice = {rows ? o->features : NULL, rows ? o->exclude : NULL, &not };
    struct columns chosen = role_features(&f->header, &choice);
    f->use = mem_zero(f->header.n, sizeof *f->use);
    for (size_t i = 0; i < chosen.n; i++)
        f->use[chosen.at[i]] = SPARSE_FEATURE;
    if (weight != COLUMN_NONE)
        f->use[weight] = SPARSE_WEIGHT;
    if (f->label != COLUMN_NONE)
        f->use[f->label] = SPARSE_LABEL;
    mem_free(chosen.at);
    mem_free(not .at);
}

void frame_check_uses(const struct frame *f, const struct chain *c)
{
    for (size_t i = 0; f->use && i < c->columns; i++) {
        enum sparse_use use = f->use[c->column[i].at];
        if (use == SPARSE_LABEL || use == SPARSE_WEIGHT)
            die_usage("\"%.*s\" is the %s of a row: it stays as it is", STR_ARG(c->column[i].name),
                use == SPARSE_LABEL ? "label" : "weight");
    }
}

void frame_labels(const struct frame *frame, const struct features *f, struct sink *out)
{
    size_t j = (size_t)frame->label - frame->n;
    char digits[NUM_WIDTH];
    if (!frame->use || frame->label < (long)frame->n)
        return;
    for (size_t i = 0; i < f->rows; i++) {
        double x = f->value[j][i];
        if (isnan(x))
            continue;
        sparse_label(out->sparse, f->text[j] ? dict_key(f->text[j], (uint32_t)x)
                                             : (struct str){digits, num_write(x, digits)});
    }
}

void frame_learn(const struct frame *frame, struct chain *c, const struct features *f)
{
    for (size_t i = 0; i < c->columns; i++) {
        size_t j = c->column[i].at - frame->n;
        if (c->column[i].at < frame->n)
            continue;
        if (!f->text[j]) {
            chain_learn(c, i, &(struct chain_values){.number = f->value[j], .n = f->rows});
            continue;
        }
        uint32_t *code = mem_alloc(f->rows, sizeof *code);
        for (size_t k = 0; k < f->rows; k++)
            code[k] = isnan(f->value[j][k]) ? DICT_NONE : (uint32_t)f->value[j][k];
        chain_learn(c, i, &(struct chain_values){.code = code, .levels = f->text[j], .n = f->rows});
        mem_free(code);
    }
}

struct target *frame_targets(const struct frame *frame, struct chain *c, struct sink *out)
{
    size_t n = frame->header.n - frame->n;
    struct target *to = mem_alloc(n, sizeof *to);
    for (size_t j = 0; j < n; j++) {
        to[j].chain = chain_find(c, frame->n + j);
        struct chain_column *column = to[j].chain == COLUMN_NONE ? NULL : &c->column[to[j].chain];
        if (column && column->form == FORM_INDICATORS)
            continue;
        size_t at = frame->n + j;
        bool text = (column ? column->form : frame->form[at]) == FORM_TEXT;
        to[j].value = (long)sink_add(out, frame->name[at], at, text);
        if (column)
            column->out = (size_t)to[j].value;
    }
    return to;
}

static void set_feature(
    struct sink *out, struct chain *c, struct dict *levels, double x, struct target to)
{
    char digits[NUM_WIDTH];
    struct str text = {digits, 0};
    bool chained = to.chain != COLUMN_NONE;
    if (levels)
        text = isnan(x) ? text : dict_key(levels, (uint32_t)x);
    else if (chained && c->column[to.chain].reads_text)
        text.n = num_write(x, digits);
    if (chained)
        chain_set(c, (size_t)to.chain, out, levels ? NAN : x, text);
    else if (levels)
        sink_set_text(out, (size_t)to.value, text);
    else
        sink_set_number(out, (size_t)to.value, x);
}

void frame_set(struct sink *out, struct chain *c, const struct features *f, const struct target *to,
    size_t row)
{
    for (size_t j = 0; j < f->recipe.n; j++)
        set_feature(out, c, f->text[j], f->value[j][row], to[j]);
}
