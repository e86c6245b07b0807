/* SPDX-License-Identifier: MIT */
#include "draft.h"

#include <string.h>

#include "mem.h"

/* The draft's state of one column. */
struct cell {
    struct buf own; /* what the field was changed to */
    bool changed, bound;
    size_t change; /* number for csv_set_text, when bound */
};

struct draft {
    struct str *text;
    struct cell *cell;
    size_t *touched, touched_n; /* columns that are changed */
    size_t n;
};

struct draft *draft_new(size_t columns)
{
    struct draft *d = mem_zero(1, sizeof *d);
    d->n = columns;
    d->text = mem_zero(columns, sizeof *d->text);
    d->cell = mem_zero(columns, sizeof *d->cell);
    d->touched = mem_zero(columns, sizeof *d->touched);
    return d;
}

void draft_bind(
    struct draft *d, struct csv_out *out, const struct columns *kept, const bool *change)
{
    for (size_t i = 0; i < kept->n; i++) {
        struct cell *c = &d->cell[kept->at[i]];
        if (!change[kept->at[i]] || c->bound)
            continue;
        c->change = csv_change(out, kept->at[i]);
        c->bound = true;
    }
}

struct draft *draft_copy(const struct draft *d)
{
    struct draft *copy = draft_new(d->n);
    for (size_t i = 0; i < d->n; i++) {
        copy->cell[i].bound = d->cell[i].bound;
        copy->cell[i].change = d->cell[i].change;
    }
    return copy;
}

void draft_begin(struct draft *d, struct row *row)
{
    memcpy(d->text, row->text, d->n * sizeof *d->text);
    row->text = d->text;
    for (size_t i = 0; i < d->touched_n; i++)
        d->cell[d->touched[i]].changed = false;
    d->touched_n = 0;
}

void draft_set(struct draft *d, size_t column, struct str text)
{
    struct cell *c = &d->cell[column];
    if (c->changed && c->own.n >= text.n) {
        if (text.n)
            memmove(c->own.p, text.p, text.n);
        c->own.n = text.n;
    } else {
        buf_clear(&c->own);
        buf_str(&c->own, text);
    }
    d->text[column] = buf_view(&c->own);
    if (!c->changed)
        d->touched[d->touched_n++] = column;
    c->changed = true;
}

bool draft_changed(const struct draft *d, size_t column)
{
    return d->cell[column].changed;
}

void draft_finish(const struct draft *d, struct csv_out *out)
{
    for (size_t i = 0; i < d->touched_n; i++) {
        size_t column = d->touched[i];
        const struct cell *c = &d->cell[column];
        if (c->bound)
            csv_set_text(out, c->change, d->text[column]);
    }
}

void draft_free(struct draft *d)
{
    for (size_t i = 0; i < d->n; i++)
        buf_release(&d->cell[i].own);
    mem_free(d->text);
    mem_free(d->cell);
    mem_free(d->touched);
    mem_free(d);
}
