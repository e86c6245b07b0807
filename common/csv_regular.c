/* SPDX-License-Identifier: MIT */
/*
 * Bytes that are strictly regular.  The scan has found where fields and rows end, so a row is known
 * to be whole and sound by the number of its marks, and its fields are cut when they are wanted.
 */
#include <string.h>

#include "csv_regular.h"
#include "mem.h"

/* Newlines in quotes of the row at at that are not among those found. */
static size_t open_lines(const struct slicer *s)
{
    return s->next_row ? 0 : s->open_lines;
}

void regular_move(struct slicer *s)
{
    struct scan_rows *f = &s->found;
    if (f->rows > s->next_row) /* none has been taken */
        return;
    s->open_lines = open_lines(s) + f->inners - s->next_inner;
    f->rows = f->inners = 0;
}

bool regular_scan(struct slicer *s, size_t from)
{
    struct scan_rows *f = &s->found;
    if (!from) {
        s->marks = f->rows = f->inners = s->open_lines = 0;
        f->open = f->quotes = false;
        f->behind = 0;
    }
    size_t more = s->n - from + 64;
    s->mark = mem_grow(s->mark, &s->cap, s->marks + more, sizeof *s->mark);
    f->row = mem_grow(f->row, &s->row_cap, f->rows + more, sizeof *f->row);
    f->inner = mem_grow(f->inner, &s->inner_cap, f->inners + more, sizeof *f->inner);
    f->mark = s->mark;
    f->marks = s->marks;
    s->regular = scan_rows(f, s->p, from, s->n, s->rules.delim, s->rules.tsv);
    s->marks = f->marks;
    s->next = s->next_row = s->next_inner = 0;
    return s->regular;
}

/* Quotes off, and those written twice once. */
static struct str unquoted(struct slicer *s, struct str raw)
{
    if (!raw.n || raw.p[0] != '"')
        return raw;
    struct str text = {raw.p + 1, raw.n - 2};
    if (!text.n || !memchr(text.p, '"', text.n))
        return text;
    char *start = s->decoded.p + s->decoded.n, *to = start;
    for (const char *quote; text.n; text = (struct str){quote + 2, text.n - 1}) {
        quote = memchr(text.p, '"', text.n);
        size_t n = quote ? (size_t)(quote + 1 - text.p) : text.n;
        memcpy(to, text.p, n);
        to += n;
        text.n -= n;
        if (!quote)
            break;
    }
    s->decoded.n += (size_t)(to - start);
    return (struct str){start, (size_t)(to - start)};
}

/* The row whose marks begin at mark and whose last field ends at end. */
struct cutting {
    const char *p;
    const uint32_t *mark;
    size_t at, end, last; /* number of the last field */
};

static inline struct str field(const struct cutting *c, size_t i)
{
    size_t from = i ? c->mark[i - 1] + (size_t)1 : c->at;
    size_t to = i < c->last ? c->mark[i] : c->end;
    return (struct str){c->p + from, to - from};
}

/* Only what will be looked at, of rows that are as wide as they should be. */
static void cut_used(struct slicer *s, const struct cutting *c)
{
    struct str *slice = s->slices;
    const struct slice_use *use = &s->use;
    for (size_t j = 0; j < use->columns; j++)
        slice[use->column[j]] = field(c, use->column[j]);
    for (size_t j = 0; j < use->texts && s->found.quotes; j++)
        s->texts[use->text[j]] = unquoted(s, slice[use->text[j]]);
}

static void cut_all(struct slicer *s, const struct cutting *c)
{
    struct str *slice = s->slices;
    size_t from = c->at;
    for (size_t i = 0; i < c->last; i++) {
        slice[i] = (struct str){c->p + from, c->mark[i] - from};
        from = c->mark[i] + (size_t)1;
    }
    slice[c->last] = (struct str){c->p + from, c->end - from};
    for (size_t i = 0; i <= c->last && s->found.quotes; i++)
        s->texts[i] = unquoted(s, slice[i]);
}

/* Cut the row that ends at end, of which s->fields is known. */
static void cut_fields(struct slicer *s, size_t end)
{
    struct cutting c = {s->p, s->mark + s->next, s->at, end, s->fields - 1};
    bool some = s->use.column && s->fields == s->columns;
    slice_widen(s, s->fields - 1);
    s->raw = s->text = s->slices;
    if (s->found.quotes && !(some && !s->use.texts)) {
        s->texts = mem_grow(s->texts, &s->texts_cap, s->fields, sizeof *s->texts);
        buf_clear(&s->decoded);
        buf_room(&s->decoded, end - s->at + 1); /* not nothing: a place is taken of it */
        s->text = s->texts;
    }
    if (some)
        cut_used(s, &c);
    else
        cut_all(s, &c);
}

/* Could a field of the row that ends at mark k be too long?  Quotes count here. */
static bool long_field(const struct slicer *s, size_t k)
{
    size_t from = s->at;
    for (size_t i = s->next; i <= k; from = s->mark[i++] + (size_t)1)
        if (s->mark[i] - from > s->rules.max_field)
            return true;
    return false;
}

/* Has a field of the row that has not ended yet grown too long?  plain and open_at say how far that
 * is known. */
static bool grown_too_long(struct slicer *s)
{
    for (; s->next + s->plain < s->marks; s->plain++) {
        size_t m = s->mark[s->next + s->plain] - s->at;
        if (m - s->open_at > s->rules.max_field)
            return true;
        s->open_at = m + 1;
    }
    return s->n - s->at - s->open_at > s->rules.max_field;
}

/* The next row of bytes that are all regular. */
enum slice regular_next(struct slicer *s)
{
    struct scan_rows *f = &s->found;
    uint64_t max = s->rules.max_field;
    if (s->next_row == f->rows && !s->last && (s->n - s->at <= max || !grown_too_long(s)))
        return SLICE_MORE;
    size_t k = s->next_row < f->rows ? f->row[s->next_row] : 0;
    if (s->next_row == f->rows || (s->mark[k] - s->at > max && long_field(s, k))) {
        slice_doubt(s);
        return slicer_next(s);
    }
    size_t end = s->mark[k], last = k > s->next ? s->mark[k - 1] + (size_t)1 : s->at;
    size_t lines = 1 + open_lines(s);
    for (; s->next_inner < f->inners && f->inner[s->next_inner] < end; s->next_inner++)
        lines++;
    size_t after = end + 1;
    end -= end > last && s->p[end - 1] == '\r';
    s->fields = k - s->next + 1;
    cut_fields(s, end);
    s->next_row++;
    enum slice status = slice_row(s, end, after, k + 1);
    s->line += lines;
    return status;
}

/* How many of the rows to come are as a run must be. */
static size_t run_length(const struct slicer *s, size_t most)
{
    const struct scan_rows *f = &s->found;
    const uint32_t *row = f->row + s->next_row;
    size_t n = 0, rows = f->rows - s->next_row, from = s->at, last = s->next + s->columns - 1;
    size_t inner = open_lines(s)               ? s->at
                   : s->next_inner < f->inners ? f->inner[s->next_inner]
                                               : SIZE_MAX;
    for (; n < most && n < rows && row[n] == last; n++, last += s->columns) {
        size_t end = s->mark[last];
        if (end - from > s->rules.max_field || end > inner)
            break;
        from = end + 1;
    }
    return n;
}

/* One column of n rows. */
static void cut_column(struct slicer *s, size_t column, size_t n, struct str *text)
{
    const uint32_t *mark = s->mark + s->next + column;
    const char *p = s->p;
    size_t columns = s->columns, from = column ? mark[-1] + (size_t)1 : s->at;
    for (size_t i = 0; i < n; i++, mark += columns) {
        text[i] = (struct str){p + from, *mark - from};
        from = i + 1 < n ? mark[columns - 1] + (size_t)1 : 0;
    }
    for (size_t i = 0; i < n && column + 1 == columns; i++)
        text[i].n -= text[i].n && text[i].p[text[i].n - 1] == '\r';
    for (size_t i = 0; i < n && s->found.quotes; i++)
        text[i] = unquoted(s, text[i]);
}

static void pass(struct slicer *s, size_t n)
{
    s->at = s->mark[s->next + n * s->columns - 1] + (size_t)1;
    s->next += n * s->columns;
    s->next_row += n;
    s->line += n;
}

size_t slicer_pass(struct slicer *s)
{
    size_t n = s->regular ? run_length(s, SIZE_MAX) : 0;
    if (n)
        pass(s, n);
    return n;
}

size_t slicer_run(struct slicer *s, size_t most, struct str *text)
{
    if (!s->regular || !s->use.column)
        return 0;
    size_t n = run_length(s, most);
    if (!n)
        return 0;
    size_t after = s->mark[s->next + n * s->columns - 1] + (size_t)1;
    if (s->found.quotes) {
        buf_clear(&s->decoded);
        buf_room(&s->decoded, after - s->at);
    }
    for (size_t j = 0; j < s->use.texts; j++)
        cut_column(s, s->use.text[j], n, text + j * most);
    pass(s, n);
    return n;
}
