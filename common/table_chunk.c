/* SPDX-License-Identifier: MIT */
/*
 * Rows to typed values.  Numbers are read many rows at once; a part in which something else waited
 * among them is read again one by one, and so are all that follow.
 */
#include <math.h>
#include <string.h>

#include "mem.h"
#include "num_short.h"
#include "table_private.h"

unsigned char table_width(enum table_type type)
{
    return type == TABLE_BY_VALUE ? 0 : type == TABLE_CATEGORY ? sizeof(uint32_t) : sizeof(double);
}

static void grow(struct piece *p, size_t row)
{
    size_t need = (row + 1) * table_width(p->type);
    if (need > p->bytes)
        p->values = mem_grow(p->values, &p->bytes, need < 8192 ? 8192 : need, 1);
}

static void set_missing(struct piece *p, size_t row)
{
    if (p->type == TABLE_NUMBER)
        ((double *)p->values)[row] = NAN;
    else if (p->type == TABLE_CATEGORY)
        ((uint32_t *)p->values)[row] = TABLE_MISSING;
    else
        ((int64_t *)p->values)[row] = INT64_MIN;
}

/* The first value decides what a column read by value is; rows before it are missing. */
static void decide(struct piece *p, enum table_type type, size_t row)
{
    p->type = type;
    grow(p, row);
    for (size_t i = 0; i < row; i++)
        set_missing(p, i);
}

/* The next rows of the chunk, n of them line by line, begin at this line. */
static void follow(struct chunk *c, uint64_t line, size_t n, const char *file)
{
    bool goes_on =
        c->stretches && line == c->next_line && c->stretch[c->stretches - 1].file == file;
    c->next_line = line + n;
    if (goes_on)
        return;
    c->stretch = mem_grow(c->stretch, &c->stretch_cap, c->stretches + 1, sizeof *c->stretch);
    c->stretch[c->stretches++] = (struct table_stretch){c->rows, line, file};
}

/* A field that is looked at by itself: in which row of the chunk, and where that stands. */
struct cell {
    struct str text;
    size_t row;
    uint64_t line;
    const char *file;
};

static void meet(struct met *m, const struct cell *cell)
{
    enum { SHOWN = 60 };
    if (m->n++)
        return;
    m->line = cell->line;
    m->file = cell->file;
    m->text = mem_text(cell->text.p, cell->text.n < SHOWN ? cell->text.n : SHOWN);
}

static const char beyond[] = "beyond the greatest number that can be held";
static const char no_time[] = "not a time (ISO 8601, Unix seconds or milliseconds are)";
const char table_other_kind[] =
    "another kind of time than those before (a column must be of one kind)";

/* A value that cannot be used at all; the first of a chunk is remembered. */
static void wrong(struct chunk *c, size_t i, const struct cell *cell, const char *what)
{
    struct buf b = {0};
    if (c->wrong &&
        (c->wrong_line < cell->line || (c->wrong_line == cell->line && c->wrong_column < i)))
        return;
    buf_print(&b, "\"%.*s\" is %s", STR_ARG(cell->text), what);
    mem_free(c->wrong);
    c->wrong = mem_text(b.p, b.n);
    c->wrong_line = cell->line;
    c->wrong_column = i;
    buf_release(&b);
}

static void put_word(struct words *w, const struct cell *cell)
{
    w->text[w->n] = cell->text;
    w->row[w->n++] = cell->row;
}

static void number_words(struct loader *l, struct chunk *c, size_t i)
{
    struct words *w = c->words;
    uint32_t code[NUM_AT_ONCE], *to = c->piece[i].values;
    dict_add_n(l->dict[c->thread * l->wants + i], w->text, w->n, code);
    for (size_t k = 0; k < w->n; k++)
        to[w->row[k]] = code[k];
    w->n = 0;
}

/* A number, a word, or what settles which of them the column holds. */
static void take_value(struct loader *l, struct chunk *c, size_t i, const struct cell *cell)
{
    struct piece *p = &c->piece[i];
    double x = NAN;
    enum num_status status = p->wanted == TABLE_CATEGORY ? NUM_NOT : num_double(cell->text, &x);
    if (status == NUM_RANGE) {
        wrong(c, i, cell, beyond);
        return;
    }
    if (p->wanted == TABLE_BY_VALUE) {
        meet(status == NUM_OK ? &p->numbers : &p->words, cell);
        if (p->type == TABLE_BY_VALUE)
            decide(p, status == NUM_OK ? TABLE_NUMBER : TABLE_CATEGORY, cell->row);
    }
    grow(p, cell->row);
    if (p->type == TABLE_NUMBER)
        ((double *)p->values)[cell->row] = x;
    else if (l->want[i].hash_bits)
        ((uint32_t *)p->values)[cell->row] =
            table_bucket(l->seed[i], cell->text, l->want[i].hash_bits);
    else
        put_word(c->words, cell);
    p->not_numbers += p->type == TABLE_NUMBER && status != NUM_OK;
}

static void take_time(struct loader *l, struct chunk *c, size_t i, const struct cell *cell)
{
    struct piece *p = &c->piece[i];
    int64_t us = INT64_MIN;
    enum timestamp_kind kind = timestamp_read(cell->text, l->common->tz, &us);
    if (kind == TIMESTAMP_NONE) {
        wrong(c, i, cell, no_time);
        return;
    }
    if (p->kind != TIMESTAMP_NONE && p->kind != kind) {
        wrong(c, i, cell, table_other_kind);
        return;
    }
    if (p->kind == TIMESTAMP_NONE) {
        p->kind_line = cell->line;
        p->kind_text = mem_text(cell->text.p, cell->text.n);
    }
    p->kind = kind;
    grow(p, cell->row);
    ((int64_t *)p->values)[cell->row] = us;
}

static void take_missing(struct chunk *c, size_t i, size_t row)
{
    struct piece *p = &c->piece[i];
    p->missing++;
    if (p->type == TABLE_BY_VALUE)
        return;
    grow(p, row);
    set_missing(p, row);
}

/* A number in a column of numbers, which is what most fields are: it can wait. */
static inline bool take_later(
    const struct loader *l, const struct chunk *c, struct piece *p, struct str text, size_t row)
{
    size_t slot = row - c->batched;
    if (!p->batch || p->type != TABLE_NUMBER || (l->common->na_n && csv_missing(l->in, text)) ||
        !num_batch_put(p->batch, slot, text))
        return false;
    p->waiting |= (uint64_t)1 << slot;
    p->numbers.n += p->wanted == TABLE_BY_VALUE;
    return true;
}

/* What the batch did not read: short, but perhaps with an exponent; false: no number. */
static bool read_slot(const struct num_batch *b, size_t slot, double *x)
{
    char text[NUM_SHORT_TEXT];
    return num_double((struct str){text, num_batch_text(b, slot, text)}, x) == NUM_OK;
}

static void read_batch(struct chunk *c, struct piece *p)
{
    double x[NUM_AT_ONCE];
    size_t n = c->rows - c->batched;
    uint64_t good = num_batch_read(p->batch, n, x);
    grow(p, c->rows - 1);
    double *to = (double *)p->values + c->batched;
    if ((good & p->waiting) == (n < NUM_AT_ONCE ? ((uint64_t)1 << n) - 1 : UINT64_MAX)) {
        memcpy(to, x, n * sizeof *x);
    } else {
        for (uint64_t rest = p->waiting; rest; rest &= rest - 1) {
            size_t slot = (size_t)__builtin_ctzll(rest);
            if (good >> slot & 1)
                to[slot] = x[slot];
            else
                c->again |= !read_slot(p->batch, slot, &to[slot]);
        }
    }
    p->waiting = 0;
}

static void read_batches(const struct loader *l, struct chunk *c)
{
    for (size_t i = 0; i < l->wants; i++)
        if (c->piece[i].waiting)
            read_batch(c, &c->piece[i]);
    c->batched = c->rows;
}

static void take_cell(struct loader *l, struct chunk *c, size_t i, const struct cell *cell)
{
    if (csv_missing(l->in, cell->text))
        take_missing(c, i, cell->row);
    else if (l->want[i].type == TABLE_TIME)
        take_time(l, c, i, cell);
    else
        take_value(l, c, i, cell);
}

static void take_field(struct loader *l, struct chunk *c, size_t i, const struct row *row)
{
    struct str text = row->text[l->want[i].column];
    if (!take_later(l, c, &c->piece[i], text, c->rows))
        take_cell(l, c, i, &(struct cell){text, c->rows, row->line, row->file});
    if (c->words->n)
        number_words(l, c, i);
}

/* Rows that come by columns; false when there are none now. */
static bool take_run(struct loader *l, struct chunk *c, struct csv_part *part, const struct desk *d)
{
    uint64_t line;
    size_t most = NUM_AT_ONCE - (c->rows - c->batched),
           n = csv_part_run(part, most, d->text, &line);
    for (size_t i = 0; i < l->wants; i++) {
        const struct str *text = d->text + l->used[i] * most;
        for (size_t j = 0; j < n; j++)
            if (!take_later(l, c, &c->piece[i], text[j], c->rows + j))
                take_cell(l, c, i, &(struct cell){text[j], c->rows + j, line + j, c->file});
        if (c->words->n)
            number_words(l, c, i);
    }
    if (n)
        follow(c, line, n, c->file);
    c->rows += n;
    return n > 0;
}

static struct chunk *chunk_new(const struct loader *l, unsigned thread, struct desk *d)
{
    struct chunk *c = mem_zero(1, sizeof *c);
    c->thread = thread;
    c->words = d->words;
    c->piece = mem_zero(l->wants, sizeof *c->piece);
    for (size_t i = 0; i < l->wants; i++) {
        struct piece *p = &c->piece[i];
        p->type = p->wanted = l->want[i].type;
        p->values = d->room[i].values;
        p->bytes = d->room[i].bytes;
        d->room[i].values = NULL;
    }
    return c;
}

void table_desk_clear(const struct loader *l, struct chunk *c, struct desk *d)
{
    for (size_t i = 0; i < l->wants; i++) {
        d->room[i].values = c->piece[i].values;
        d->room[i].bytes = c->piece[i].bytes;
        c->piece[i].values = NULL;
    }
}

void table_chunk_free(const struct loader *l, struct chunk *c)
{
    for (size_t i = 0; i < l->wants; i++) {
        mem_free(c->piece[i].values);
        mem_free(c->piece[i].numbers.text);
        mem_free(c->piece[i].words.text);
        mem_free(c->piece[i].kind_text);
    }
    mem_free(c->piece);
    mem_free(c->stretch);
    mem_free(c);
}

struct desk table_desk_new(const struct loader *l)
{
    return (struct desk){mem_alloc(l->wants, sizeof(struct num_batch)),
        mem_zero(1, sizeof(struct words)), mem_zero(l->wants, sizeof(struct room)),
        mem_alloc(l->uses * NUM_AT_ONCE, sizeof(struct str))};
}

void table_desk_release(const struct loader *l, struct desk *d)
{
    for (size_t i = 0; i < l->wants; i++)
        mem_free(d->room[i].values);
    mem_free(d->batch);
    mem_free(d->words);
    mem_free(d->room);
    mem_free(d->text);
}

void table_deliver(struct loader *l, struct chunk *c)
{
    unsigned char *widths = mem_alloc(l->wants, 1);
    /* What is wrong ends the program, and columns after it have no value in that row. */
    size_t rows = c->wrong ? 0 : c->rows;
    for (size_t i = 0; i < l->wants; i++)
        widths[i] = table_width(c->piece[i].type);
    c->at = table_store_place(l->store, c->number, rows, widths);
    for (size_t i = 0; i < l->wants; i++)
        table_store_put(l->store, i, c->at, c->piece[i].values, rows, widths[i]);
    table_store_done(l->store);
    mem_free(widths);
}

static void read_part(
    struct loader *l, struct chunk *c, struct csv_part *part, const struct desk *d)
{
    struct row row;
    c->number = csv_part_number(part);
    c->first = csv_part_first(part);
    c->file = csv_part_file(part);
    while (!c->wrong && !c->again) {
        if (!take_run(l, c, part, d)) {
            if (!csv_part_next(part, &row))
                break;
            for (size_t i = 0; i < l->wants && !c->wrong; i++)
                take_field(l, c, i, &row);
            follow(c, row.line, 1, c->file);
            c->rows++;
        }
        if (c->rows - c->batched == NUM_AT_ONCE)
            read_batches(l, c);
    }
    read_batches(l, c);
    c->lines = csv_part_lines(part);
    c->blank = csv_part_blank(part);
    if (csv_part_failed(part))
        c->broken = part;
}

/* Numbers go in batches, if there are any and nothing else is met. */
struct chunk *table_chunk_read(
    struct loader *l, unsigned thread, struct csv_part *part, struct desk *d)
{
    struct chunk *c = chunk_new(l, thread, d);
    for (size_t i = 0; i < l->wants && !atomic_load(&l->careful); i++)
        c->piece[i].batch = &d->batch[i];
    read_part(l, c, part, d);
    if (!c->again)
        return c;
    atomic_store(&l->careful, true);
    table_desk_clear(l, c, d);
    table_chunk_free(l, c);
    csv_part_again(part);
    c = chunk_new(l, thread, d);
    read_part(l, c, part, d);
    return c;
}

/* Why a value cannot be used, or NULL. */
static const char *fault(
    const struct loader *l, const struct piece *p, struct str text, enum reject *code)
{
    double x;
    int64_t us;
    *code = p->wanted == TABLE_TIME ? E_TIME : E_RANGE;
    if (p->wanted == TABLE_CATEGORY)
        return NULL;
    if (p->wanted != TABLE_TIME)
        return num_double(text, &x) == NUM_RANGE ? beyond : NULL;
    enum timestamp_kind kind = timestamp_read(text, l->common->tz, &us);
    if (kind == TIMESTAMP_NONE)
        return no_time;
    return p->kind != TIMESTAMP_NONE && p->kind != kind ? table_other_kind : NULL;
}

/* Are all values of a row usable, or may they be taken as missing? */
static bool usable(struct loader *l, struct chunk *c, const struct row *row, bool *missing)
{
    for (size_t i = 0; i < l->wants; i++) {
        enum reject code;
        struct str text = row->text[l->want[i].column];
        missing[i] = csv_missing(l->in, text);
        const char *what = missing[i] ? NULL : fault(l, &c->piece[i], text, &code);
        if (!what)
            continue;
        if (!csv_bad(l->in, row, code, l->name[i], "\"%.*s\" is %s", STR_ARG(text), what))
            return false;
        missing[i] = true;
    }
    return true;
}

struct chunk *table_chunk_rows(struct loader *l, struct table *t)
{
    struct desk d = table_desk_new(l);
    struct chunk *c = chunk_new(l, 0, &d);
    bool *missing = mem_alloc(l->wants, sizeof *missing);
    struct row row;
    for (uint64_t number = 1; csv_next(l->in, &row); number++) {
        if ((l->gate && !l->gate->open(l->gate->context, l->in, &row)) ||
            !usable(l, c, &row, missing)) {
            t->left_out =
                mem_grow(t->left_out, &t->left_out_cap, t->left_outs + 1, sizeof *t->left_out);
            t->left_out[t->left_outs++] = number;
            continue;
        }
        for (size_t i = 0; i < l->wants; i++)
            if (missing[i])
                take_missing(c, i, c->rows);
            else
                take_field(l, c, i, &row);
        if (l->gate && l->gate->enter)
            l->gate->enter(l->gate->context, &row);
        follow(c, row.line, 1, row.file);
        c->rows++;
    }
    mem_free(missing);
    table_deliver(l, c);
    table_desk_release(l, &d);
    return c;
}
