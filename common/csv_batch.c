/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a row are copied in one piece, then those of its fields that stand elsewhere
 * (decoded, or of a file whose columns have another order); views move with their bytes, so fields
 * that stood side by side still do.
 */
#include "csv_batch.h"

#include "mem.h"

enum { BYTES = 256 << 10, VIEWS = 32 << 10 };

struct batch {
    size_t columns, cap, n;
    struct row row[BATCH_ROWS];
    struct str *raw, *text; /* (cap, columns) */
    struct buf bytes;       /* never grows but for the first row */
    size_t room;
};

struct batch *batch_new(size_t columns)
{
    struct batch *b = mem_zero(1, sizeof *b);
    size_t cap = VIEWS / (columns + 1);
    b->columns = columns;
    b->cap = cap < 1 ? 1 : cap < BATCH_ROWS ? cap : BATCH_ROWS;
    b->raw = mem_alloc(b->cap * columns, sizeof *b->raw);
    b->text = mem_alloc(b->cap * columns, sizeof *b->text);
    b->room = BYTES;
    buf_room(&b->bytes, b->room);
    return b;
}

void batch_free(struct batch *b)
{
    mem_free(b->raw);
    mem_free(b->text);
    buf_release(&b->bytes);
    mem_free(b);
}

static inline bool within(struct str field, struct str bytes)
{
    return field.p >= bytes.p && field.p + field.n <= bytes.p + bytes.n;
}

static size_t size_of(const struct row *row)
{
    size_t n = row->bytes.n;
    for (size_t i = 0; i < row->n; i++) {
        n += within(row->raw[i], row->bytes) ? 0 : row->raw[i].n;
        n += row->text == row->raw || within(row->text[i], row->bytes) ? 0 : row->text[i].n;
    }
    return n;
}

static void copy_views(
    struct batch *b, struct str *to, const struct str *from, struct str bytes, const char *copy)
{
    for (size_t i = 0; i < b->columns; i++) {
        to[i] = from[i];
        if (within(from[i], bytes)) {
            to[i].p = copy + (from[i].p - bytes.p);
        } else if (from[i].p) {
            to[i].p = b->bytes.p + b->bytes.n;
            buf_str(&b->bytes, from[i]);
        }
    }
}

bool batch_add(struct batch *b, const struct row *row)
{
    size_t need = size_of(row);
    if (b->n && (b->n == b->cap || need > b->room - b->bytes.n))
        return false;
    if (need > b->room)
        buf_room(&b->bytes, b->room = need);
    struct row *r = &b->row[b->n];
    const char *copy = b->bytes.p + b->bytes.n;
    buf_str(&b->bytes, row->bytes);
    *r = *row;
    r->bytes.p = copy;
    struct str *raw = b->raw + b->n * b->columns, *text = b->text + b->n * b->columns;
    copy_views(b, raw, row->raw, row->bytes, copy);
    r->raw = r->text = raw;
    if (row->text != row->raw) {
        copy_views(b, text, row->text, row->bytes, copy);
        r->text = text;
    }
    b->n++;
    return true;
}

size_t batch_size(const struct batch *b)
{
    return b->n;
}

const struct row *batch_row(const struct batch *b, size_t i)
{
    return &b->row[i];
}

void batch_clear(struct batch *b)
{
    b->n = 0;
    buf_clear(&b->bytes);
}
