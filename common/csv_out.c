/* SPDX-License-Identifier: MIT */
/*
 * Output.  Fields that pass are copied as they stand when the dialect is the input's; columns that
 * stand side by side in the input go out in one piece.
 */
#include <string.h>

#include "csv_private.h"
#include "dict.h"
#include "die.h"
#include "num.h"

enum { NONE = -1 };

/* One column of the output: a column of the input, a value that the program sets, or both (the
 * value, when it is set, takes the place of the field). */
struct out_column {
    long input, value;
};

struct value {
    size_t at, n; /* encoded, in values */
    bool set;
};

struct csv_out {
    struct csv_in *in;
    struct stream_out *stream; /* NULL: a copy */
    struct buf bytes;          /* the row at hand; of a copy, its rows */
    struct slice_rules rules;
    bool same;    /* raw fields of the input can pass */
    bool passing; /* those of the input, in its order, then added ones: a whole row can pass */
    bool digits;  /* numbers are written as they are */
    bool headed, no_header, replace;
    bool any_set; /* a value is */
    struct out_column *column;
    size_t columns, columns_cap;
    long *place;        /* of a column of the input among them, or NONE */
    struct dict *names; /* of all columns, numbered as they stand; NULL: not needed yet */
    struct value *value;
    struct str *value_name;
    size_t values_n, value_cap, name_cap;
    struct buf values, field;
    struct arena arena;
    uint64_t rows;
};

static struct slice_rules rules_for(
    const struct common *c, const struct csv_in *in, const char *path)
{
    enum dialect d = c->to != DIALECT_AUTO ? c->to : csv_dialect_of_name(path);
    if (d == DIALECT_AUTO && in)
        return in->rules;
    bool tsv = d == DIALECT_TSV;
    return (struct slice_rules){.delim = tsv ? '\t' : ',', .tsv = tsv};
}

static void put_name(struct csv_out *out, struct buf *b, const struct out_column *c)
{
    if (c->input != NONE && out->same)
        buf_str(b, out->in->names_raw[c->input]);
    else if (c->input != NONE)
        csv_encode(b, out->in->header.name[c->input], &out->rules);
    else
        csv_encode(b, out->value_name[c->value], &out->rules);
}

void csv_put_header(struct csv_out *out)
{
    if (out->headed)
        return;
    out->headed = true;
    if (out->no_header)
        return;
    struct buf b = {0};
    for (size_t i = 0; i < out->columns; i++) {
        if (i)
            buf_char(&b, out->rules.delim);
        put_name(out, &b, &out->column[i]);
    }
    if (!b.n && !out->rules.tsv)
        buf_text(&b, "\"\""); /* one column without a name: a blank line is no header */
    buf_char(&b, '\n');
    stream_write(out->stream, b.p, b.n);
    buf_release(&b);
}

static void forget(struct csv_in *in, const struct csv_out *out)
{
    for (size_t i = 0; i < in->outs_n; i++)
        if (in->outs[i] == out)
            in->outs[i--] = in->outs[--in->outs_n];
}

/* Called by stream_finish: the end of an output. */
static void finish_out(void *context)
{
    struct csv_out *out = context;
    csv_put_header(out);
    if (out->in)
        forget(out->in, out);
    mem_free(out->column);
    mem_free(out->place);
    dict_free(out->names);
    mem_free(out->value);
    mem_free(out->value_name);
    buf_release(&out->bytes);
    buf_release(&out->values);
    buf_release(&out->field);
    arena_release(&out->arena);
    mem_free(out);
}

struct csv_out *csv_create(const struct common *c, struct csv_in *in, const char *path)
{
    static const char number[] = "0123456789+-.e";
    struct csv_out *out = mem_zero(1, sizeof *out);
    const char *to = path ? path : c->output;
    out->in = in;
    out->rules = rules_for(c, in, to);
    out->same = in && out->rules.delim == in->rules.delim && out->rules.tsv == in->rules.tsv;
    out->passing = out->same;
    out->digits = !memchr(number, out->rules.delim, sizeof number - 1);
    out->no_header = c->no_header;
    out->replace = c->replace;
    out->stream = stream_create(to, c->gzip);
    stream_before_finish(out->stream, finish_out, out);
    if (!in)
        return out;
    in->outs = mem_grow(in->outs, &in->outs_cap, in->outs_n + 1, sizeof *in->outs);
    in->outs[in->outs_n++] = out;
    out->columns_cap = out->columns = in->header.n;
    out->column = mem_alloc(out->columns, sizeof *out->column);
    out->place = mem_alloc(out->columns, sizeof *out->place);
    for (size_t i = 0; i < out->columns; i++) {
        out->column[i] = (struct out_column){(long)i, NONE};
        out->place[i] = (long)i;
    }
    return out;
}

void csv_columns(struct csv_out *out, const size_t *column, size_t n)
{
    struct out_column *old = out->column;
    size_t olds = out->columns;
    out->passing = out->passing && n == out->in->header.n;
    out->column = mem_alloc(n + olds, sizeof *out->column);
    out->columns_cap = n + olds;
    out->columns = n;
    for (size_t i = 0; i < n; i++) {
        long place = out->place[column[i]];
        out->passing = out->passing && column[i] == i;
        out->column[i] = (struct out_column){(long)column[i], NONE};
        if (place != NONE)
            out->column[i].value = old[place].value;
    }
    for (size_t j = 0; j < olds; j++) {
        if (old[j].input == NONE)
            out->column[out->columns++] = old[j];
        else
            out->place[old[j].input] = NONE;
    }
    for (size_t i = 0; i < n; i++)
        out->place[column[i]] = (long)i;
    mem_free(old);
    dict_free(out->names);
    out->names = NULL;
}

static struct str name_at(const struct csv_out *out, size_t i)
{
    const struct out_column *c = &out->column[i];
    return c->input == NONE ? out->value_name[c->value] : out->in->header.name[c->input];
}

static long new_value(struct csv_out *out, struct str name)
{
    size_t n = out->values_n++;
    out->value = mem_grow(out->value, &out->value_cap, n + 1, sizeof *out->value);
    out->value_name = mem_grow(out->value_name, &out->name_cap, n + 1, sizeof *out->value_name);
    out->value[n] = (struct value){0};
    out->value_name[n] = (struct str){arena_text(&out->arena, name.p, name.n), name.n};
    return (long)n;
}

static struct dict *names(struct csv_out *out)
{
    if (out->names)
        return out->names;
    out->names = dict_new();
    for (size_t i = 0; i < out->columns; i++)
        dict_add(out->names, name_at(out, i));
    return out->names;
}

/* The value takes the place of the column of the input that has its name. */
static size_t replace(struct csv_out *out, struct out_column *c, struct str name)
{
    if (c->input == NONE || !out->replace)
        die_usage("there is a column \"%.*s\" already (--replace overwrites it)", STR_ARG(name));
    out->passing = false;
    out->place[c->input] = NONE;
    *c = (struct out_column){NONE, new_value(out, name)};
    return (size_t)c->value;
}

size_t csv_add(struct csv_out *out, struct str name)
{
    uint32_t place = dict_add(names(out), name);
    if (place < out->columns)
        return replace(out, &out->column[place], name);
    long value = new_value(out, name);
    out->column = mem_grow(out->column, &out->columns_cap, out->columns + 1, sizeof *out->column);
    out->column[out->columns++] = (struct out_column){NONE, value};
    return (size_t)value;
}

size_t csv_change(struct csv_out *out, size_t column)
{
    long place = out->place[column];
    if (place == NONE)
        return (size_t)new_value(out, out->in->header.name[column]);
    struct out_column *c = &out->column[place];
    out->passing = false;
    if (c->value == NONE)
        c->value = new_value(out, out->in->header.name[column]);
    return (size_t)c->value;
}

void csv_pick(struct csv_out *out, const size_t *column, size_t n)
{
    struct out_column *old = out->column;
    bool same = n == out->columns;
    for (size_t i = 0; i < n && same; i++)
        same = column[i] == i;
    if (same)
        return;
    out->passing = false;
    out->column = mem_alloc(n, sizeof *out->column);
    for (size_t i = 0; i < out->columns; i++)
        if (old[i].input != NONE)
            out->place[old[i].input] = NONE;
    for (size_t i = 0; i < n; i++) {
        out->column[i] = old[column[i]];
        if (out->column[i].input != NONE)
            out->place[out->column[i].input] = (long)i;
    }
    out->columns = out->columns_cap = n;
    mem_free(old);
    dict_free(out->names);
    out->names = NULL;
}

void csv_flush(struct csv_out *out)
{
    csv_put_header(out);
    stream_flush(out->stream);
}

void csv_detach(struct csv_out *out)
{
    csv_put_header(out);
    out->in = NULL;
}

/* A value that has been put behind out->values.n. */
static void set(struct csv_out *out, size_t added, size_t n)
{
    out->value[added] = (struct value){out->values.n, n, true};
    out->values.n += n;
    out->any_set = true;
}

void csv_set_text(struct csv_out *out, size_t added, struct str text)
{
    size_t start = out->values.n;
    csv_encode(&out->values, text, &out->rules);
    size_t n = out->values.n - start;
    out->values.n = start;
    set(out, added, n);
}

/* n bytes of a number were put behind the values: they need quotes only where the delimiter is one
 * of them. */
static void set_digits(struct csv_out *out, size_t added, size_t n)
{
    char digits[NUM_WIDTH];
    if (out->digits) {
        set(out, added, n);
        return;
    }
    memcpy(digits, out->values.p + out->values.n, n);
    csv_set_text(out, added, (struct str){digits, n});
}

void csv_set_number(struct csv_out *out, size_t added, double x)
{
    set_digits(out, added, num_write(x, buf_room(&out->values, NUM_WIDTH)));
}

void csv_set_int(struct csv_out *out, size_t added, int64_t x)
{
    set_digits(out, added, num_write_int(x, buf_room(&out->values, NUM_WIDTH)));
}

/* ---- rows ---- */

/* memcpy, without a call where a field is as short as most are. */
static inline void copy(char *to, const char *p, size_t n)
{
    uint64_t first, last;
    uint32_t begin, end;
    if (n > 2 * sizeof first) {
        memcpy(to, p, n);
    } else if (n >= sizeof first) {
        memcpy(&first, p, sizeof first);
        memcpy(&last, p + n - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + n - sizeof last, &last, sizeof last);
    } else if (n >= sizeof begin) {
        memcpy(&begin, p, sizeof begin);
        memcpy(&end, p + n - sizeof end, sizeof end);
        memcpy(to, &begin, sizeof begin);
        memcpy(to + n - sizeof end, &end, sizeof end);
    } else {
        for (size_t i = 0; i < n; i++)
            to[i] = p[i];
    }
}

/* Hand rows to the stream, where it is no copy that holds them. */
static void put_bytes(struct csv_out *out)
{
    if (!out->stream)
        return;
    stream_write(out->stream, out->bytes.p, out->bytes.n);
    buf_clear(&out->bytes);
}

/* What is longer than this is not copied on its way to the stream. */
enum { LONG = 32 << 10 };

/* Bytes of a row; those that the stream takes at once are not held. */
static size_t put_long(struct csv_out *out, const char *p, size_t n)
{
    if (!out->stream || n <= LONG)
        return n;
    put_bytes(out);
    stream_write(out->stream, p, n);
    return 0;
}

/* A field or several that stand side by side, and the delimiter. */
static inline void put(struct csv_out *out, const char *p, size_t n)
{
    struct buf *b = &out->bytes;
    if (b->cap - b->n <= n) {
        n = put_long(out, p, n);
        buf_room(b, n + 1);
    }
    char *to = b->p + b->n;
    if (n)
        copy(to, p, n);
    to[n] = out->rules.delim;
    out->bytes.n += n + 1;
}

static inline bool is_set(const struct csv_out *out, const struct out_column *c)
{
    return out->any_set && c->value != NONE && out->value[c->value].set;
}

/* Columns from i on that stand side by side, which go out in one piece with their delimiters;
 * returns the first that is not among them. */
static inline size_t put_run(struct csv_out *out, const struct row *row, size_t i)
{
    struct str field = row->raw[out->column[i].input];
    const char *start = field.p;
    while (start && i + 1 < out->columns) {
        const struct out_column *next = &out->column[i + 1];
        if (next->input == NONE || is_set(out, next))
            break;
        struct str after = row->raw[next->input];
        if (after.p != field.p + field.n + 1 || field.p[field.n] != out->rules.delim)
            break;
        field = after;
        i++;
    }
    put(out, start, start ? (size_t)(field.p - start) + field.n : 0);
    return i + 1;
}

static void put_encoded(struct csv_out *out, struct str text)
{
    buf_clear(&out->field);
    csv_encode(&out->field, text, &out->rules);
    put(out, out->field.p, out->field.n);
}

static inline size_t put_field(struct csv_out *out, const struct row *row, size_t i)
{
    const struct out_column *c = &out->column[i];
    if (is_set(out, c)) {
        const struct value *v = &out->value[c->value];
        put(out, out->values.p + v->at, v->n);
    } else if (c->input == NONE) {
        put(out, NULL, 0);
    } else if (out->same) {
        return put_run(out, row, i);
    } else {
        put_encoded(out, row->text[c->input]);
    }
    return i + 1;
}

/* The row is written: no value is set any more. */
static void end_row(struct csv_out *out)
{
    out->rows++;
    if (!out->any_set)
        return;
    for (size_t i = 0; i < out->values_n; i++)
        out->value[i].set = false;
    buf_clear(&out->values);
    out->any_set = false;
}

bool csv_copies(const struct csv_out *out)
{
    return out->same;
}

bool csv_passes(const struct csv_out *out)
{
    return out->passing;
}

/* A row as it came, then what is set of the added columns; returns the end. */
static char *compose(const struct csv_out *out, struct str bytes, char *to)
{
    if (bytes.n)
        memcpy(to, bytes.p, bytes.n);
    to += bytes.n;
    for (size_t i = 0; i < out->values_n; i++) {
        const struct value *v = &out->value[i];
        *to++ = out->rules.delim;
        if (v->set && v->n)
            memcpy(to, out->values.p + v->at, v->n);
        to += v->set ? v->n : 0;
    }
    *to++ = '\n';
    return to;
}

void csv_write_bytes(struct csv_out *out, struct str bytes)
{
    size_t most = bytes.n + out->values.n + out->values_n + 1;
    if (out->stream)
        csv_put_header(out);
    if (out->stream && most <= LONG) {
        char *to = stream_room(out->stream, most);
        stream_used(out->stream, (size_t)(compose(out, bytes, to) - to));
    } else {
        most -= bytes.n;
        bytes.n = put_long(out, bytes.p, bytes.n);
        char *to = buf_room(&out->bytes, most + bytes.n);
        out->bytes.n += (size_t)(compose(out, bytes, to) - to);
        put_bytes(out);
    }
    end_row(out);
}

void csv_write(struct csv_out *out, const struct row *row)
{
    if (out->passing && row->whole) {
        csv_write_bytes(out, row->bytes);
        return;
    }
    if (out->stream)
        csv_put_header(out);
    for (size_t i = 0; i < out->columns;)
        i = put_field(out, row, i);
    out->bytes.p[out->bytes.n - 1] = '\n';
    put_bytes(out);
    end_row(out);
}

uint64_t csv_written(const struct csv_out *out)
{
    return out->rows;
}

/* ---- copies ---- */

struct csv_out *csv_out_copy(const struct csv_out *out)
{
    struct csv_out *copy = mem_alloc(1, sizeof *copy);
    *copy = *out;
    copy->stream = NULL;
    copy->headed = true;
    copy->rows = 0;
    copy->value = mem_zero(out->values_n, sizeof *copy->value);
    copy->bytes = copy->values = copy->field = (struct buf){0};
    return copy;
}

void csv_out_copy_free(struct csv_out *copy)
{
    mem_free(copy->value);
    buf_release(&copy->bytes);
    buf_release(&copy->values);
    buf_release(&copy->field);
    mem_free(copy);
}

void csv_out_put(struct csv_out *out, struct csv_out *copy)
{
    if (!copy->rows)
        return;
    csv_put_header(out);
    stream_write(out->stream, copy->bytes.p, copy->bytes.n);
    out->rows += copy->rows;
    copy->rows = 0;
    buf_clear(&copy->bytes);
}
