/* SPDX-License-Identifier: MIT */
/*
 * A row is written as its struct, which is taken back by the same process, its time, the sizes of
 * its fields, then the bytes of the row and of every field, raw and as text where the two differ.
 */
#include "held.h"

#include "mem.h"
#include "stream.h"

struct field {
    size_t raw, text;
    bool same, changed;
};

/* What a record begins with. */
struct head {
    struct row row;
    bool timed;
    int64_t us;
};

struct held {
    struct stream_temp *file;
    size_t n;
    struct field *field;
    struct str *raw, *text;
    struct buf bytes;
};

struct held *held_new(size_t columns)
{
    struct held *h = mem_zero(1, sizeof *h);
    h->file = stream_temp_new("--dedup");
    h->n = columns;
    h->field = mem_zero(columns, sizeof *h->field);
    h->raw = mem_zero(columns, sizeof *h->raw);
    h->text = mem_zero(columns, sizeof *h->text);
    return h;
}

void held_put(struct held *h, const struct row *row, const struct draft *draft, const int64_t *us)
{
    struct head head = {.row = *row, .timed = us, .us = us ? *us : 0};
    for (size_t i = 0; i < h->n; i++) {
        struct str raw = row->raw[i], text = row->text[i];
        h->field[i] = (struct field){
            raw.n, text.n, raw.p == text.p && raw.n == text.n, draft_changed(draft, i)};
    }
    stream_temp_put(h->file, &head, sizeof head);
    stream_temp_put(h->file, h->field, h->n * sizeof *h->field);
    stream_temp_put(h->file, row->bytes.p, row->bytes.n);
    for (size_t i = 0; i < h->n; i++) {
        stream_temp_put(h->file, row->raw[i].p, row->raw[i].n);
        if (!h->field[i].same)
            stream_temp_put(h->file, row->text[i].p, row->text[i].n);
    }
}

static size_t size_of(const struct held *h, const struct row *row)
{
    size_t n = row->bytes.n;
    for (size_t i = 0; i < h->n; i++)
        n += h->field[i].raw + (h->field[i].same ? 0 : h->field[i].text);
    return n;
}

static void point(struct held *h, struct row *row)
{
    const char *p = h->bytes.p;
    row->bytes.p = p;
    p += row->bytes.n;
    for (size_t i = 0; i < h->n; i++) {
        h->raw[i] = h->text[i] = (struct str){p, h->field[i].raw};
        p += h->field[i].raw;
        if (h->field[i].same)
            continue;
        h->text[i] = (struct str){p, h->field[i].text};
        p += h->field[i].text;
    }
    row->raw = h->raw;
    row->text = h->text;
}

bool held_take(struct held *h, struct row *row, struct draft *draft, bool *timed, int64_t *us)
{
    struct head head;
    if (stream_temp_take(h->file, &head, sizeof head) < sizeof head)
        return false;
    *row = head.row;
    *timed = head.timed;
    *us = head.us;
    stream_temp_take(h->file, h->field, h->n * sizeof *h->field);
    size_t n = size_of(h, row);
    buf_clear(&h->bytes);
    stream_temp_take(h->file, buf_room(&h->bytes, n + 1), n);
    point(h, row);
    draft_begin(draft, row);
    for (size_t i = 0; i < h->n; i++)
        if (h->field[i].changed)
            draft_set(draft, i, h->text[i]);
    return true;
}

void held_free(struct held *h)
{
    if (!h)
        return;
    stream_temp_free(h->file);
    mem_free(h->field);
    mem_free(h->raw);
    mem_free(h->text);
    buf_release(&h->bytes);
    mem_free(h);
}
