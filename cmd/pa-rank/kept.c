/* SPDX-License-Identifier: MIT */
/*
 * A row is packed as a byte that tells whether its decoded fields differ from the raw ones, the
 * lengths of its fields (7 bits a byte, the highest bit: more to come), then the fields, each
 * followed by the byte that follows it in the input, so that neighbours can be written in one
 * piece; then the same for the decoded fields, if they differ.
 */
#include "kept.h"

#include <string.h>

#include "die.h"

void kept_init(struct kept *k, size_t columns)
{
    *k = (struct kept){.columns = columns};
    k->raw = mem_alloc(columns, sizeof *k->raw);
    k->text = mem_alloc(columns, sizeof *k->text);
}

void kept_release(struct kept *k)
{
    mem_free(k->raw);
    mem_free(k->text);
    buf_release(&k->packed);
    arena_release(&k->arena);
}

static void pack(struct buf *b, const struct str *field, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t length = field[i].n;
        for (; length >= 128; length >>= 7)
            buf_char(b, (char)(length | 128));
        buf_char(b, (char)length);
    }
    for (size_t i = 0; i < n; i++) {
        bool joined = i + 1 < n && field[i].n && field[i + 1].p == field[i].p + field[i].n + 1;
        buf_str(b, field[i]);
        buf_char(b, joined ? field[i].p[field[i].n] : '\0');
    }
}

static const char *unpack(const char *p, struct str *field, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t length = 0;
        unsigned shift = 0;
        for (; *p & 128; shift += 7)
            length |= (size_t)(*p++ & 127) << shift;
        field[i].n = length | (size_t)*p++ << shift;
    }
    for (size_t i = 0; i < n; i++) {
        field[i].p = p;
        p += field[i].n + 1;
    }
    return p;
}

static bool decoded(const struct row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (row->raw[i].n != row->text[i].n ||
            (row->raw[i].p != row->text[i].p &&
                memcmp(row->raw[i].p, row->text[i].p, row->raw[i].n) != 0))
            return true;
    return false;
}

struct kept_row kept_put(struct kept *k, const struct row *row, const struct kept_row *old)
{
    bool differ = decoded(row);
    buf_clear(&k->packed);
    buf_char(&k->packed, (char)differ);
    pack(&k->packed, row->raw, k->columns);
    if (differ)
        pack(&k->packed, row->text, k->columns);
    if (k->packed.n > UINT32_MAX)
        die_at(csv_place(row, NULL), "a row of more than 4 GiB cannot be put aside");
    uint32_t n = (uint32_t)k->packed.n;
    if (old->bytes && old->room >= n) {
        memcpy(old->bytes, k->packed.p, n);
        return (struct kept_row){old->bytes, n, old->room};
    }
    return (struct kept_row){arena_text(&k->arena, k->packed.p, n), n, n};
}

struct row kept_get(struct kept *k, const struct kept_row *kept)
{
    const char *p = unpack(kept->bytes + 1, k->raw, k->columns);
    if (kept->bytes[0])
        unpack(p, k->text, k->columns);
    return (struct row){.raw = k->raw, .text = kept->bytes[0] ? k->text : k->raw, .n = k->columns};
}
