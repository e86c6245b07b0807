/* SPDX-License-Identifier: MIT */
/*
 * The rows are read as every program reads them, so a newline in quotes is no cut, and what cannot
 * be read is found before anything is shared out.
 */
#include "manifest.h"

#include <inttypes.h>

#include "csv.h"
#include "die.h"
#include "mem.h"
#include "par.h"
#include "stream.h"

/* Where each block of rows begins, and where the last one ends. */
struct blocks {
    uint64_t *from; /* (n + 1) */
    size_t n, cap;
};

static uint64_t size_of(const char *path)
{
    struct stream_in *in = stream_open(path);
    char first; /* bytes tell gzip */
    stream_read(in, &first, 1);
    uint64_t size = stream_size(in);
    stream_close(in);
    if (!size)
        die("%s: ranges need a plain file (no pipe, and gunzip it first)", path);
    return size;
}

static struct blocks find_blocks(struct csv_in *in, uint64_t size)
{
    struct blocks b = {0};
    struct row row;
    while (csv_next(in, &row)) {
        if ((row.number - 1) / PAR_BLOCK < b.n)
            continue;
        b.from = mem_grow(b.from, &b.cap, b.n + 2, sizeof *b.from);
        b.from[b.n++] = row.byte;
    }
    if (b.n)
        b.from[b.n] = size;
    return b;
}

void manifest_write(const struct common *common, size_t n)
{
    struct csv_in *in = csv_open(common, common->file, 1);
    uint64_t size = size_of(common->file[0]);
    struct csv_out *out = csv_create(common, NULL, NULL);
    size_t range = csv_add(out, str_of("range"));
    struct blocks b = find_blocks(in, size);
    struct buf text = {0};
    csv_close(in);
    n = n < b.n ? n : b.n;
    for (size_t i = 0; i < n; i++) {
        size_t first = b.n * i / n, next = b.n * (i + 1) / n;
        buf_clear(&text);
        buf_print(&text, "%" PRIu64 ":%" PRIu64 ":%zu", b.from[first], b.from[next],
            first * PAR_BLOCK + 1);
        csv_set_text(out, range, buf_view(&text));
        csv_write(out, NULL);
    }
    note("ranges: %zu, of %zu blocks of %d rows", n, b.n, PAR_BLOCK);
    mem_free(b.from);
    buf_release(&text);
}
