/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_private.h"
#include "die.h"
#include "num.h"

static const char *const reject_name[] = {
    [E_COLS] = "E_COLS",
    [E_QUOTE] = "E_QUOTE",
    [E_FIELD_SIZE] = "E_FIELD_SIZE",
    [E_NUM] = "E_NUM",
    [E_TIME] = "E_TIME",
    [E_RANGE] = "E_RANGE",
    [E_ENUM] = "E_ENUM",
    [E_REQUIRED] = "E_REQUIRED",
    [E_DUP] = "E_DUP",
    [E_BOT] = "E_BOT",
    [E_NUL] = "E_NUL",
    [E_CR] = "E_CR",
};

/* --max-errors: one more row is unusable. */
static void count_error(struct csv_in *in, const struct row *row, struct str message)
{
    unsigned long long most = in->common.max_errors;
    if (++in->errors > most)
        die_at(csv_place(row, NULL),
            "%.*s; that makes more than %llu unusable rows, which --max-errors allows (--rejects "
            "FILE shows them all)",
            STR_ARG(message), most);
}

/* A row may be unusable in several ways; it is counted once. */
static void count_kept(struct csv_in *in, const struct row *row, struct str message)
{
    if (!in->again && in->last_kept != row->number) {
        in->counts.kept++;
        count_error(in, row, message);
    }
    in->last_kept = row->number;
}

void csv_flush_all(struct csv_in *in)
{
    if (in->on_wait)
        in->on_wait(in->on_wait_context);
    for (size_t i = 0; i < in->outs_n; i++)
        csv_flush(in->outs[i]);
}

/* The input has no bytes ready: what the program holds goes out. */
static void before_wait(void *context)
{
    struct csv_in *in = context;
    if (in->wait_hook)
        in->wait_hook(in->wait_context);
    else
        csv_flush_all(in);
}

void csv_wait_hook(struct csv_in *in, void (*fn)(void *context), void *context)
{
    in->wait_hook = fn;
    in->wait_context = context;
}

void csv_on_wait(struct csv_in *in, void (*fn)(void *context), void *context)
{
    in->on_wait = fn;
    in->on_wait_context = context;
}

/* All inputs of a program share one file of rejects. */
static void open_rejects(struct csv_in *in)
{
    const char *path = in->common.rejects;
    if (!path)
        return;
    in->rejects = stream_find(path);
    if (in->rejects)
        return;
    in->rejects = stream_create(path, false);
    static const char head[] = "file,line,byte,code,message,raw\n";
    stream_write(in->rejects, head, sizeof head - 1);
}

struct csv_in *csv_open_as(
    const struct common *common, const char *const *path, size_t n, const struct csv_edit *edit)
{
    struct csv_in *in = mem_zero(1, sizeof *in);
    in->common = *common;
    csv_open_files(in, path, n, edit);
    for (size_t i = 0; i < in->files; i++)
        stream_on_wait(in->file[i].stream, before_wait, in);
    in->arranged = csv_arranged_new(in);
    open_rejects(in);
    return in;
}

struct csv_in *csv_open(const struct common *common, const char *const *path, size_t n)
{
    return csv_open_as(common, path, n, NULL);
}

const char *csv_name(const struct csv_in *in)
{
    return in->file[0].name;
}

const struct header *csv_header(const struct csv_in *in)
{
    return &in->header;
}

struct place csv_place(const struct row *row, const char *column)
{
    return (struct place){row->file, row->line, column};
}

struct csv_counts csv_counts(const struct csv_in *in)
{
    return in->counts;
}

void csv_use_in(const struct csv_in *in, const struct file *f, struct slicer *s)
{
    slicer_use(s, f->columns, f->straight ? in->use : (struct slice_use){0});
}

static int by_number(const void *a, const void *b)
{
    const size_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Both lists together, sorted, each column once; mem_free. */
static size_t *merged(const size_t *a, size_t n, const size_t *b, size_t m, size_t *all)
{
    size_t *sorted = mem_alloc(n + m, sizeof *sorted), kept = 0;
    for (size_t i = 0; i < n + m; i++)
        sorted[i] = i < n ? a[i] : b[i - n];
    qsort(sorted, n + m, sizeof *sorted, by_number);
    for (size_t i = 0; i < n + m; i++)
        if (!kept || sorted[kept - 1] != sorted[i])
            sorted[kept++] = sorted[i];
    *all = kept;
    return sorted;
}

static void forget_use(struct csv_in *in)
{
    mem_free((size_t *)(uintptr_t)in->use.column);
    mem_free((size_t *)(uintptr_t)in->use.text);
    in->use = (struct slice_use){0};
}

static void use(struct csv_in *in, struct slice_use u)
{
    forget_use(in);
    in->use = u;
    for (size_t i = 0; i < in->files; i++)
        csv_use_in(in, &in->file[i], &in->file[i].slicer);
}

void csv_use(struct csv_in *in, const size_t *column, size_t n)
{
    struct slice_use u;
    u.column = merged(column, n, NULL, 0, &u.columns);
    u.text = merged(column, n, NULL, 0, &u.texts);
    use(in, u);
}

void csv_use_raw(struct csv_in *in, const size_t *column, size_t n)
{
    struct slice_use u;
    u.column = merged(column, n, in->use.text, in->use.texts, &u.columns);
    u.text = merged(in->use.text, in->use.texts, NULL, 0, &u.texts);
    use(in, u);
}

void csv_use_all(struct csv_in *in)
{
    use(in, (struct slice_use){0});
}

void csv_keep_bad(struct csv_in *in)
{
    in->keeps_bad = true;
}

bool csv_missing(const struct csv_in *in, struct str text)
{
    if (!text.n)
        return true;
    for (size_t i = 0; i < in->common.na_n; i++)
        if (str_equal(in->common.na[i], text))
            return true;
    return false;
}

/* One line of --rejects, which is CSV whatever the input is. */
static void log_reject(
    struct csv_in *in, const struct row *row, enum reject code, struct str message)
{
    static const struct slice_rules csv = {.delim = ','};
    struct buf *b = &in->line;
    if (!in->rejects)
        return;
    buf_clear(b);
    csv_encode(b, str_of(row->file), &csv);
    buf_char(b, ',');
    num_put_int(b, (int64_t)row->line);
    buf_char(b, ',');
    num_put_int(b, (int64_t)row->byte);
    buf_char(b, ',');
    buf_text(b, reject_name[code]);
    buf_char(b, ',');
    csv_encode(b, message, &csv);
    buf_char(b, ',');
    csv_encode(b, row->bytes, &csv);
    buf_char(b, '\n');
    stream_write(in->rejects, b->p, b->n);
}

static void print_message(struct buf *b, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    if (n > 0) {
        vsnprintf(buf_room(b, (size_t)n + 1), (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

/* An unusable row is left out, once; it may have been kept for another of its values till now. */
static void leave_out(
    struct csv_in *in, const struct row *row, enum reject code, struct str message)
{
    if (in->again)
        return;
    in->counts.rejected++;
    log_reject(in, row, code, message);
    if (in->last_kept == row->number)
        in->counts.kept--;
    else
        count_error(in, row, message);
}

void csv_reject(struct csv_in *in, const struct row *row, enum reject code, const char *format, ...)
{
    struct buf message = {0};
    va_list ap;
    va_start(ap, format);
    print_message(&message, format, ap);
    va_end(ap);
    in->counts.rejected++;
    log_reject(in, row, code, buf_view(&message));
    buf_release(&message);
}

/* A row has a value that cannot be used. */
static void bad_value(struct csv_in *in, const struct row *row, enum reject code,
    const char *column, struct str what, bool keep)
{
    struct buf message = {0};
    bool fail = in->common.on_error == ON_ERROR_FAIL;
    if (column && !fail)
        buf_print(&message, "%s: ", column);
    buf_str(&message, what);
    if (fail)
        buf_text(&message, " (--on-error skip leaves such rows out)");
    if (fail && row->part)
        csv_part_wrong(row->part, row, column, buf_view(&message));
    else if (fail)
        die_at(csv_place(row, column), "%.*s", STR_ARG(buf_view(&message)));
    else if (keep)
        count_kept(in, row, buf_view(&message));
    else
        leave_out(in, row, code, buf_view(&message));
    buf_release(&message);
}

bool csv_bad(struct csv_in *in, const struct row *row, enum reject code, const char *column,
    const char *format, ...)
{
    struct buf what = {0};
    va_list ap;
    bool keep = in->common.on_error == ON_ERROR_KEEP;
    va_start(ap, format);
    print_message(&what, format, ap);
    va_end(ap);
    bad_value(in, row, code, column, buf_view(&what), keep);
    buf_release(&what);
    return keep;
}

void csv_unusable(struct csv_in *in, const struct row *row, enum reject code, const char *column,
    const char *format, ...)
{
    struct buf what = {0};
    va_list ap;
    va_start(ap, format);
    print_message(&what, format, ap);
    va_end(ap);
    bad_value(in, row, code, column, buf_view(&what), false);
    buf_release(&what);
}

struct arranged csv_arranged_new(const struct csv_in *in)
{
    return (struct arranged){.raw = mem_alloc(in->header.n, sizeof(struct str)),
        .text = mem_alloc(in->header.n, sizeof(struct str))};
}

void csv_arranged_release(struct arranged *a)
{
    mem_free(a->raw);
    mem_free(a->text);
    buf_release(&a->mended);
}

/* Raw fields that the table's dialect would write otherwise. */
static void mend_raw(const struct csv_in *in, struct arranged *a)
{
    buf_clear(&a->mended);
    for (size_t i = 0; i < in->header.n; i++) {
        size_t start = a->mended.n;
        csv_encode(&a->mended, a->text[i], &in->rules);
        a->raw[i].n = a->mended.n - start;
    }
    const char *p = a->mended.p;
    for (size_t i = 0; i < in->header.n; p += a->raw[i++].n)
        a->raw[i].p = p;
}

void csv_arrange(
    const struct csv_in *in, const struct file *f, const struct slicer *s, struct arranged *a)
{
    for (size_t i = 0; i < in->header.n; i++) {
        long from = f->from[i];
        if (from == FROM_NOWHERE) {
            a->raw[i] = a->text[i] = (struct str){NULL, 0};
        } else if ((size_t)from < f->columns) {
            a->raw[i] = s->raw[from];
            a->text[i] = s->text[from];
        } else {
            a->raw[i] = f->extra_raw[(size_t)from - f->columns];
            a->text[i] = f->extra[(size_t)from - f->columns];
        }
    }
    if (f->foreign)
        mend_raw(in, a);
}

static void describe(const struct csv_in *in, const struct file *f, struct row *row)
{
    *row = (struct row){.n = in->header.n,
        .file = f->name,
        .line = f->slicer.line,
        .byte = f->passed + f->slicer.at,
        .number = in->number,
        .bytes = f->slicer.bad_bytes};
}

/* An unusable row: true when it comes out all the same, marked. */
static bool unusable(struct csv_in *in, struct row *row, enum reject code, struct str message)
{
    if (in->common.on_error == ON_ERROR_KEEP && in->keeps_bad) {
        count_kept(in, row, message);
        if (!in->again)
            log_reject(in, row, code, message);
        memset(in->arranged.raw, 0, in->header.n * sizeof *in->arranged.raw);
        row->raw = row->text = in->arranged.raw;
        row->n = in->header.n;
        row->bad = true;
        row->whole = false;
        return true;
    }
    leave_out(in, row, code, message);
    return false;
}

static bool broken_row(struct csv_in *in, struct file *f, struct row *row)
{
    struct slicer *s = &f->slicer;
    if (in->common.on_error == ON_ERROR_FAIL)
        csv_die(f, s, 0);
    in->counts.rows += !in->again;
    in->number++;
    describe(in, f, row);
    bool out = unusable(in, row, s->bad_code, buf_view(&s->bad_message));
    slicer_skip(s);
    return out;
}

void csv_cols_message(struct buf *b, size_t fields, const struct file *f)
{
    buf_print(b, "%zu field%s, but the %s has %zu", fields, fields == 1 ? "" : "s",
        f->no_header ? "first row" : "header", f->columns);
}

static bool ragged_row(struct csv_in *in, struct file *f, struct row *row)
{
    struct buf message = {0};
    csv_cols_message(&message, f->slicer.fields, f);
    if (in->common.on_error == ON_ERROR_FAIL)
        die_at(csv_place(row, NULL), "%.*s", STR_ARG(buf_view(&message)));
    bool out = unusable(in, row, E_COLS, buf_view(&message));
    buf_release(&message);
    return out;
}

/* The slicer has a row; false when it is none of the table. */
static bool whole_row(struct csv_in *in, struct file *f, struct row *row)
{
    const struct slicer *s = &f->slicer;
    if (!s->bytes.n && f->columns != 1) {
        in->counts.blank += !in->again;
        return false;
    }
    in->counts.rows += !in->again;
    in->number++;
    *row = (struct row){.raw = s->raw,
        .text = s->text,
        .n = in->header.n,
        .bytes = s->bytes,
        .file = f->name,
        .line = s->row_line,
        .byte = f->passed + (uint64_t)(s->bytes.p - s->p),
        .number = in->number,
        .whole = f->straight && !s->rules.lenient};
    if (s->fields != f->columns)
        return ragged_row(in, f, row);
    if (!f->straight) {
        csv_arrange(in, f, s, &in->arranged);
        row->raw = in->arranged.raw;
        row->text = in->arranged.text;
    }
    return true;
}

_Noreturn void csv_die_failed(const struct file *f)
{
    die("%s: ends with a NUL byte: the program before this one failed", f->name);
}

void csv_progress(struct csv_in *in)
{
    uint64_t done = 0, total = 0;
    for (size_t i = 0; i < in->files; i++) {
        done += in->file[i].passed;
        total += stream_size(in->file[i].stream);
    }
    progress_tell(&in->progress, in->parts || in->again ? 0 : in->number, done, total);
}

bool csv_next(struct csv_in *in, struct row *row)
{
    for (;;) {
        struct file *f = &in->file[in->current];
        switch (slicer_next(&f->slicer)) {
        case SLICE_ROW:
            if (whole_row(in, f, row))
                return true;
            break;
        case SLICE_MORE:
            stream_begin();
            csv_progress(in);
            csv_fill(f);
            break;
        case SLICE_END:
            if (in->current + 1 == in->files)
                return false;
            in->current++;
            break;
        case SLICE_BAD:
            stream_begin();
            if (broken_row(in, f, row))
                return true;
            break;
        case SLICE_FAILED:
        default:
            stream_begin();
            csv_die_failed(f);
        }
    }
}

void csv_keep(struct csv_in *in)
{
    for (size_t i = 0; i < in->files; i++) {
        const struct file *f = &in->file[i];
        if (f->bom)
            stream_keep(f->stream, CSV_BOM, sizeof CSV_BOM - 1);
        stream_keep(f->stream, f->bytes, f->slicer.n);
    }
}

void csv_rewind(struct csv_in *in)
{
    in->again = true;
    in->number = 0;
    in->current = 0;
    in->parts = 0;
    for (size_t i = 0; i < in->files; i++) {
        in->file[i].parts = 0;
        stream_rewind(in->file[i].stream);
        csv_reread_header(in, &in->file[i]);
    }
}

void csv_count_taken(struct csv_in *in, uint64_t rows, uint64_t blank)
{
    in->counts.rows += in->again ? 0 : rows;
    in->counts.blank += in->again ? 0 : blank;
}

void csv_count_left_out(struct csv_in *in, uint64_t rows)
{
    in->counts.rejected += rows;
}

static void put_count(struct buf *b, uint64_t n, const char *one, const char *many)
{
    buf_print(b, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

static void tell_unusable(const struct csv_in *in)
{
    unsigned long long kept = in->counts.kept, left_out = in->errors - kept;
    struct buf b = {0};
    buf_print(&b, "%s%s: %llu of %llu rows unusable, ", in->file[0].name,
        in->files > 1 ? " and the other files" : "", (unsigned long long)in->errors,
        (unsigned long long)in->counts.rows);
    if (kept && left_out)
        buf_print(&b, "%llu kept and %llu left out", kept, left_out);
    else
        buf_text(&b, kept ? "kept" : "left out");
    warn("%s", buf_cstr(&b));
    buf_release(&b);
}

static void tell(const struct csv_in *in)
{
    const struct csv_counts *c = &in->counts;
    struct buf b = {0};
    if (in->errors)
        tell_unusable(in);
    buf_print(&b, "%s: ", in->file[0].name);
    if (in->files > 1) {
        buf_text(&b, "with ");
        put_count(&b, in->files - 1, "more file: ", "more files: ");
    }
    put_count(&b, c->rows, "row", "rows");
    if (c->rejected)
        buf_print(&b, ", %llu left out", (unsigned long long)c->rejected);
    if (c->kept)
        buf_print(&b, ", %llu unusable but kept", (unsigned long long)c->kept);
    if (c->blank) {
        buf_text(&b, ", ");
        put_count(&b, c->blank, "blank line skipped", "blank lines skipped");
    }
    note("%s", buf_cstr(&b));
    buf_release(&b);
}

static void release_file(struct file *f)
{
    stream_close(f->stream);
    slicer_release(&f->slicer);
    mem_free(f->bytes);
    mem_free(f->own);
    mem_free(f->own_raw);
    mem_free(f->field);
    mem_free(f->from);
    mem_free(f->extra);
    mem_free(f->extra_raw);
}

void csv_close(struct csv_in *in)
{
    for (size_t i = 0; i < in->outs_n; i++)
        csv_detach(in->outs[i]);
    progress_end(&in->progress);
    tell(in);
    for (size_t i = 0; i < in->files; i++)
        release_file(&in->file[i]);
    arena_release(&in->arena);
    mem_free(in->file);
    mem_free(in->names);
    mem_free(in->names_raw);
    csv_arranged_release(&in->arranged);
    mem_free(in->outs);
    forget_use(in);
    buf_release(&in->line);
    mem_free(in);
}
