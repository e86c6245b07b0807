/* SPDX-License-Identifier: MIT */
#include "csv_referee.h"

#include <csv.h>

#include "mem.h"

enum { GROWTH = 4096 };

struct referee {
    struct csv_parser parser;
    unsigned char options, delim;
    bool ended; /* the row has; what comes after it is ignored */
    struct buf text;
    size_t *end; /* of each field in text */
    size_t fields, cap;
};

static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void *resize(void *p, size_t n)
{
    return mem_resize(p, n, 1);
}

static void start(struct referee *r)
{
    csv_init(&r->parser, r->options);
    csv_set_space_func(&r->parser, no_space);
    csv_set_delim(&r->parser, r->delim);
    csv_set_blk_size(&r->parser, GROWTH);
    csv_set_realloc_func(&r->parser, resize);
    csv_set_free_func(&r->parser, mem_free);
}

struct referee *referee_new(char delim, bool lenient)
{
    struct referee *r = mem_zero(1, sizeof *r);
    r->options = lenient ? 0 : CSV_STRICT | CSV_STRICT_FINI;
    r->delim = (unsigned char)delim;
    start(r);
    return r;
}

void referee_free(struct referee *r)
{
    if (!r)
        return;
    csv_free(&r->parser);
    buf_release(&r->text);
    mem_free(r->end);
    mem_free(r);
}

static void on_field(void *p, size_t n, void *context)
{
    struct referee *r = context;
    if (r->ended)
        return;
    buf_put(&r->text, p, n);
    r->end = mem_grow(r->end, &r->cap, r->fields + 1, sizeof *r->end);
    r->end[r->fields++] = r->text.n;
}

static void on_row(int end, void *context)
{
    struct referee *r = context;
    (void)end;
    r->ended = true;
}

void referee_begin(struct referee *r)
{
    r->ended = true;
    if (csv_fini(&r->parser, on_field, on_row, r)) {
        csv_free(&r->parser);
        start(r);
    }
    csv_set_opts(&r->parser, r->options);
    buf_clear(&r->text);
    r->fields = 0;
    r->ended = false;
}

enum verdict referee_read(struct referee *r, const char *p, size_t n, size_t *bad)
{
    size_t done = csv_parse(&r->parser, p, n, on_field, on_row, r);
    if (r->ended)
        return REFEREE_ROW;
    *bad = done;
    return done < n ? REFEREE_BAD : REFEREE_MORE;
}

size_t referee_fields(const struct referee *r)
{
    return r->fields;
}

struct str referee_field(const struct referee *r, size_t i)
{
    size_t start_at = i ? r->end[i - 1] : 0;
    return (struct str){(r->text.p ? r->text.p : "") + start_at, r->end[i] - start_at};
}

void referee_quote(struct buf *out, struct str text)
{
    size_t room = 2 * text.n + 2;
    char *p = buf_room(out, room);
    out->n += csv_write2(p, room, text.p, text.n, CSV_QUOTE);
}
