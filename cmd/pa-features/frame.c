/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include <math.h>

#include "mem.h"
#include "num.h"

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
        .n = n};
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

struct target *frame_targets(const struct frame *frame, struct chain *c, struct csv_out *out)
{
    size_t n = frame->header.n - frame->n;
    struct target *to = mem_alloc(n, sizeof *to);
    for (size_t j = 0; j < n; j++) {
        to[j].chain = chain_find(c, frame->n + j);
        struct chain_column *column = to[j].chain == COLUMN_NONE ? NULL : &c->column[to[j].chain];
        if (column && column->form == FORM_INDICATORS)
            continue;
        to[j].value = (long)csv_add(out, frame->name[frame->n + j]);
        if (column)
            column->out = (size_t)to[j].value;
    }
    return to;
}

static void set_feature(
    struct csv_out *out, struct chain *c, struct dict *levels, double x, struct target to)
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
        csv_set_text(out, (size_t)to.value, text);
    else
        csv_set_number(out, (size_t)to.value, x);
}

void frame_set(struct csv_out *out, struct chain *c, const struct features *f,
    const struct target *to, size_t row)
{
    for (size_t j = 0; j < f->recipe.n; j++)
        set_feature(out, c, f->text[j], f->value[j][row], to[j]);
}
