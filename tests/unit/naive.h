/* SPDX-License-Identifier: MIT */
/*
 * naive - a reader of tables by the byte, whose rows and errors the real one must give
 *
 * Before the first quote of a row the first thing wrong is the error: a field that is too long, a
 * NUL, a lone CR.  Then a field that is too long is, up to the line that decides about the quoting,
 * which is read with forgiveness; then the quoting, up to the end of the row, which a lone CR
 * outside quotes is, too; then NUL and lone CR in the order in which they stand.
 */
#ifndef PA_NAIVE_H
#define PA_NAIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "csv_slice.h"
#include "mem.h"

enum { NAIVE_GOOD = -1, NAIVE_FAILED = -2 }; /* or an enum reject */

struct naive_field {
    struct str raw, text;
};

struct naive_row {
    int code;
    uint64_t line, bad_line; /* of the first byte, of the error */
    size_t byte;             /* of the first byte */
    struct str bytes;        /* the row, or what --rejects says of it */
    size_t field;            /* of the error, from 0 */
    const char *message;     /* NULL: the one about long fields */
    bool opens;              /* of which one opens a quote */
    struct naive_field *fields;
    size_t n, cap;
};

struct naive {
    struct slice_rules rules;
    const char *p;
    size_t n, at;
    uint64_t line;
    struct naive_row row;
    struct buf text; /* decoded fields */
    size_t field, i; /* the field in work, the byte */
    size_t quote;    /* the first of the row */
    uint64_t lines;  /* newlines in this row so far */
    bool quotes, stop, failing, ended;
};

static inline void naive_init(
    struct naive *r, const struct slice_rules *rules, const char *p, size_t n)
{
    *r = (struct naive){.rules = *rules, .p = p, .n = n, .line = 1};
    buf_room(&r->text, 2 * n + 1); /* never moved, so views stay */
}

static inline void naive_release(struct naive *r)
{
    buf_release(&r->text);
    mem_free(r->row.fields);
}

/* The first error of a row stays; a quote's is told before that of another byte. */
static inline void naive_fault(struct naive *r, int code, uint64_t line, const char *message)
{
    if (r->row.code != NAIVE_GOOD && code != E_QUOTE)
        return;
    r->row.code = code;
    r->row.bad_line = line;
    r->row.field = r->row.n;
    r->row.message = message;
}

static inline bool naive_at_end(const struct naive *r)
{
    size_t left = r->n - r->i;
    const char *p = r->p + r->i;
    return !left || *p == '\n' || (left > 1 && *p == '\r' && p[1] == '\n');
}

static inline void naive_byte(struct naive *r)
{
    bool cr = r->p[r->i] == '\r';
    naive_fault(r, cr ? E_CR : E_NUL, r->line + r->lines,
        cr ? "a carriage return without a newline"
           : "a NUL byte (this is not text, or a broken file)");
    r->stop = cr || !r->quotes;
}

static inline void naive_put(struct naive *r, char c)
{
    r->text.p[r->text.n++] = c;
}

static inline void naive_quoted(struct naive *r)
{
    uint64_t opened = r->line + r->lines;
    r->quote = r->quotes ? r->quote : r->i;
    r->quotes = true;
    for (r->i++;; r->i++) {
        if (r->i == r->n) {
            naive_fault(r, E_QUOTE, opened, "the quote opened here is never closed");
            r->stop = true;
            return;
        }
        char c = r->p[r->i];
        if (c == '"' && (r->i + 1 == r->n || r->p[r->i + 1] != '"'))
            break;
        r->i += c == '"';
        if (c == '\0')
            naive_byte(r);
        r->lines += c == '\n';
        naive_put(r, c);
    }
    r->i++;
    if (naive_at_end(r) || r->p[r->i] == r->rules.delim)
        return;
    if (r->p[r->i] == '\r') {
        naive_byte(r);
        return;
    }
    naive_fault(r, E_QUOTE, opened,
        "something follows a closing quote (a quote inside a field is written twice)");
    r->stop = true;
}

static inline void naive_bare(struct naive *r)
{
    for (; !naive_at_end(r) && r->p[r->i] != r->rules.delim && !r->stop; r->i++) {
        char c = r->p[r->i], d = r->i + 1 < r->n ? r->p[r->i + 1] : 'x';
        if (c == '\r' || c == '\0')
            naive_byte(r);
        if (r->stop)
            return;
        if (c == '"' && !r->rules.tsv) {
            naive_fault(r, E_QUOTE, r->line + r->lines,
                "a quote in a field that does not begin with one (quote the whole field and "
                "write its quotes twice)");
            r->quote = r->quotes ? r->quote : r->i;
            r->stop = r->quotes = true;
            return;
        }
        bool escape = r->rules.tsv && c == '\\' && strchr("tnr\\", d) && d;
        naive_put(r, !escape ? c : d == 't' ? '\t' : d == 'n' ? '\n' : d == 'r' ? '\r' : '\\');
        r->i += escape;
    }
}

static inline void naive_add(struct naive *r, size_t text)
{
    struct naive_row *row = &r->row;
    row->fields = mem_grow(row->fields, &row->cap, row->n + 1, sizeof *row->fields);
    row->fields[row->n++] = (struct naive_field){
        {r->p + r->field, r->i - r->field}, {r->text.p + text, r->text.n - text}};
}

static inline void naive_long(struct naive *r, size_t field, uint64_t line, bool opens)
{
    r->row.code = E_FIELD_SIZE;
    r->row.bad_line = line;
    r->row.field = field;
    r->row.message = NULL;
    r->row.opens = opens;
}

/* A field, as far as it stands before the first quote. */
static inline bool naive_long_bare(struct naive *r)
{
    for (size_t k = 0; k < r->row.n; k++) {
        struct str raw = r->row.fields[k].raw;
        size_t at = (size_t)(raw.p - r->p), end = at + raw.n;
        end = r->quotes && end > r->quote ? r->quote : end;
        if (end > at && end - at > r->rules.max_field) {
            naive_long(r, k, r->line, false);
            return true;
        }
    }
    return false;
}

/* The length of the text of the field at byte *at, which moves to where it ends, if no stray quote
 * ends one. */
static inline size_t naive_forgiven(const struct naive *r, size_t *at, size_t end)
{
    const char *p = r->p;
    size_t i = *at, n = 0;
    bool quoted = i < end && p[i] == '"';
    for (i += quoted; i < end && (quoted || p[i] != r->rules.delim); i++, n++) {
        if (!quoted || p[i] != '"')
            continue;
        if (i + 1 == end || p[i + 1] == r->rules.delim || (p[i + 1] == '\r' && i + 2 == end))
            break;
        i += p[i + 1] == '"';
    }
    *at = i + (quoted && i < end);
    return n - (!quoted && i == end && n && p[i - 1] == '\r');
}

/* A field, in the lines that decide about the row, read with forgiveness. */
static inline bool naive_long_quoted(struct naive *r)
{
    const char *newline = memchr(r->p + r->i, '\n', r->n - r->i);
    size_t end = newline ? (size_t)(newline - r->p) : r->n, field = r->row.byte, k = 0;
    for (size_t reach = field; field <= end; field = ++reach, k++) {
        if (naive_forgiven(r, &reach, end) <= r->rules.max_field)
            continue;
        uint64_t lines = 0;
        for (size_t b = r->row.byte; b < field; b++)
            lines += r->p[b] == '\n';
        naive_long(r, k, r->line + lines, r->p[field] == '"');
        return true;
    }
    return false;
}

static inline void naive_lengths(struct naive *r)
{
    if (naive_long_bare(r) || (r->quotes && naive_long_quoted(r)) || r->row.code != NAIVE_GOOD)
        return;
    for (size_t k = 0; k < r->row.n && !r->quotes; k++)
        if (r->row.fields[k].raw.n > r->rules.max_field) {
            naive_long(r, k, r->line, false);
            return;
        }
}

static inline void naive_message(struct buf *out, const struct naive *r)
{
    if (r->row.message)
        buf_text(out, r->row.message);
    else
        buf_print(out, "a field of more than %llu bytes (--max-field allows more)%s",
            (unsigned long long)r->rules.max_field,
            r->row.opens ? ", or the quote opened here is never closed" : "");
}

/* Behind an error: its first line, as told and left. */
static inline void naive_leave(struct naive *r)
{
    struct naive_row *row = &r->row;
    const char *start = r->p + row->byte, *end = memchr(start, '\n', r->n - row->byte);
    bool newline = end;
    end = end ? end : r->p + r->n;
    size_t n = (size_t)(end - start);
    row->bytes = (struct str){start, n - (n && end[-1] == '\r')};
    if (row->bytes.n > r->rules.max_field)
        row->bytes.n = r->rules.max_field;
    r->at = (size_t)(end - r->p) + newline;
    r->line += newline;
    r->failing = !newline && r->p[r->n - 1] == '\0';
}

/* Is the last byte of all a NUL, and this where it comes out? */
static inline bool naive_failed(const struct naive *r)
{
    const struct naive_row *row = &r->row;
    if (row->code == NAIVE_GOOD || row->code == E_FIELD_SIZE || r->p[r->n - 1] != '\0')
        return false;
    if (!r->quotes)
        return row->code == E_NUL && r->i == r->n - 1;
    return !memchr(r->p + r->i, '\n', r->n - r->i);
}

/* The next row or error; false at the end. */
static inline bool naive_next(struct naive *r)
{
    struct naive_row *row = &r->row;
    row->code = NAIVE_GOOD;
    row->opens = false;
    if (r->at == r->n && r->failing && !r->ended) {
        row->code = NAIVE_FAILED;
        r->ended = true;
        return true;
    }
    if (r->at == r->n || r->ended)
        return false;
    row->line = r->line;
    row->byte = r->field = r->i = r->at;
    row->n = 0;
    r->quotes = r->stop = false;
    r->text.n = r->lines = 0;
    for (;; r->field = ++r->i) {
        size_t text = r->text.n;
        if (!r->rules.tsv && r->i < r->n && r->p[r->i] == '"')
            naive_quoted(r);
        else
            naive_bare(r);
        naive_add(r, text);
        if (r->stop || naive_at_end(r))
            break;
    }
    naive_lengths(r);
    if (naive_failed(r)) {
        row->code = NAIVE_FAILED;
        r->ended = true;
        return true;
    }
    if (row->code != NAIVE_GOOD) {
        naive_leave(r);
        return true;
    }
    row->bytes = (struct str){r->p + row->byte, r->i - row->byte};
    r->at = r->i == r->n ? r->n : r->i + 1 + (r->p[r->i] == '\r');
    r->line += r->lines + 1;
    return true;
}

#endif
