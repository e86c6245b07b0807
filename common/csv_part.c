/* SPDX-License-Identifier: MIT */
/*
 * Parts.  Outside quotes as many quotes have come before a byte as an even number says, so the
 * last newline of a run of bytes that has an even number before it ends a row, and counting is all
 * that must be done under the lock.  A stray quote upsets the count only behind itself, and the
 * slicer stops at it.
 */
#include <string.h>

#include "csv_private.h"
#include "die.h"
#include "scan.h"

struct csv_part {
    const struct csv_in *in;
    const struct file *file;
    size_t number, first;
    char *bytes;
    size_t n, cap;
    bool open; /* handed out although no row ends here: the slicer finds out why */
    struct slicer slicer;
    struct arranged arranged;
    uint64_t rows, blank;
    uint64_t line;     /* of its first byte */
    enum slice status; /* what ended csv_part_next */
    char *wrong;       /* csv_bad: a value cannot be used: message, line and column */
    uint64_t wrong_line;
    const char *wrong_column;
};

bool csv_can_take(const struct csv_in *in)
{
    return in->common.on_error == ON_ERROR_FAIL && !in->common.lenient;
}

struct csv_part *csv_part_new(const struct csv_in *in)
{
    struct csv_part *part = mem_zero(1, sizeof *part);
    part->in = in;
    part->arranged = csv_arranged_new(in);
    return part;
}

void csv_part_free(struct csv_part *part)
{
    if (!part)
        return;
    slicer_release(&part->slicer);
    csv_arranged_release(&part->arranged);
    mem_free(part->bytes);
    mem_free(part->wrong);
    mem_free(part);
}

/* How far a part was looked through for the end of a row, and found none. */
struct search {
    size_t done;
    bool open; /* a quote is, there */
    struct slicer *slicer;
};

/* Bytes of the part up to the end of the last row that ends in what came since the last time. */
static size_t whole_rows(const struct csv_part *part, struct search *search)
{
    const char *p = part->bytes;
    size_t from = search->done, end = part->n;
    search->done = part->n;
    if (!search->slicer->rules.tsv)
        return scan_row_end(p, from, end, &search->open);
    while (end > from && p[end - 1] != '\n')
        end--;
    return end > from ? end : 0;
}

static void make_room(struct csv_part *part, size_t want)
{
    if (part->cap >= want)
        return;
    part->bytes = mem_resize(part->bytes, want, 1);
    part->cap = want;
}

/* ready: no more than what is there without waiting, but for the first bytes. */
static void read_part(struct file *f, struct csv_part *part, size_t want, bool ready)
{
    make_room(part, want);
    for (bool wait = true; part->n < want && !f->ended; wait = false) {
        if (ready && !wait && !stream_ready(f->stream))
            return;
        size_t got = stream_read(f->stream, part->bytes + part->n, want - part->n);
        part->n += got;
        f->ended = !got;
    }
}

/* No row ends in the part: is it broken, or is a row this long? */
static bool broken(const struct csv_part *part, struct search *search)
{
    slicer_show(search->slicer, part->bytes, part->n, false);
    return slicer_next(search->slicer) == SLICE_BAD;
}

/* The part begins with what the file's slicer holds, as far as most goes; it holds the rest. */
static void take_held(struct file *f, struct csv_part *part, size_t most)
{
    const struct slicer *s = &f->slicer;
    size_t left = s->n - s->at;
    part->n = left < most ? left : most;
    make_room(part, part->n);
    if (part->n)
        memcpy(part->bytes, s->p + s->at, part->n);
    part->open = false;
}

/* So many bytes of the part are its own; the file's slicer holds what follows, unscanned. */
static void keep_rest(struct file *f, struct csv_part *part, size_t used)
{
    struct slicer *s = &f->slicer;
    size_t left = part->n - used, held = s->n - s->at;
    f->passed += s->at + used;
    if (part->n < held) { /* nothing was read */
        left = held - used;
        memmove(f->bytes, s->p + s->at + used, left);
    } else {
        f->bytes = mem_grow(f->bytes, &f->cap, left, 1);
        if (left)
            memcpy(f->bytes, part->bytes + used, left);
    }
    slicer_hold(s, f->bytes, left);
    part->n = used;
}

/* Rows of one file, at least size bytes if there are as many; none when it has no more. */
static void fill_whole(struct file *f, struct csv_part *part, size_t size)
{
    struct search search = {.slicer = &part->slicer};
    size_t left = f->slicer.n - f->slicer.at, used = 0, want = left > size / 2 ? 2 * left : size;
    take_held(f, part, left);
    slicer_rules(search.slicer, f->slicer.rules);
    slicer_restart(search.slicer);
    for (; !used; want *= 2) {
        read_part(f, part, want, false);
        if (part->n > UINT32_MAX / 2)
            die("%s: a row of more than 1 GiB", f->name);
        used = f->ended ? part->n : whole_rows(part, &search);
        part->open = !used && part->n && broken(part, &search);
        if (f->ended || part->open)
            break;
    }
    keep_rest(f, part, part->open ? part->n : used);
}

/* Rows of one file that are there, at most size bytes; false when the first row is longer than
 * that, or broken. */
static bool fill_ready(struct file *f, struct csv_part *part, size_t size, struct slicer *own)
{
    struct search search = {.slicer = own};
    size_t held = f->slicer.n - f->slicer.at, used;
    bool longer = false;
    take_held(f, part, size);
    slicer_rules(own, f->slicer.rules);
    slicer_restart(own);
    for (;;) {
        bool all = f->ended && part->n >= held;
        used = all ? part->n : whole_rows(part, &search);
        if (used || all)
            break;
        longer = part->n == size || (part->n && broken(part, &search));
        if (longer)
            break;
        read_part(f, part, size, true);
    }
    keep_rest(f, part, used);
    return !longer;
}

/* A file's part is complete: it gets its number. */
static void number_part(struct csv_in *in, struct file *f, struct csv_part *part)
{
    if (!f->parts++)
        f->first_part = in->parts;
    part->file = f;
    part->number = in->parts++;
    part->first = f->first_part;
    part->rows = part->blank = 0;
    part->status = SLICE_ROW;
    part->line = f->parts == 1 ? f->slicer.line : 1;
}

/* On to the next file; false when there is none. */
static bool next_file(struct csv_in *in)
{
    if (in->current + 1 == in->files)
        return false;
    in->current++;
    return true;
}

static void begin_taking(struct csv_in *in)
{
    stream_begin();
    csv_progress(in);
}

void csv_part_begin(struct csv_part *part, struct slicer *own)
{
    struct slicer *s = &part->slicer;
    if (s != own) {
        slicer_release(s);
        *s = *own;
        *own = (struct slicer){0};
    }
    slicer_rules(s, part->file->slicer.rules);
    slicer_restart(s);
    csv_use_in(part->in, part->file, s);
    s->line = part->line;
}

void csv_part_end(struct csv_part *part, struct slicer *own)
{
    const struct slicer *s = &part->slicer;
    if (csv_part_failed(part))
        return;
    *own = *s;
    part->slicer =
        (struct slicer){.rules = s->rules, .line = s->line, .columns = s->columns, .use = s->use};
}

struct csv_part *csv_take(struct csv_in *in, struct csv_part *part, size_t size)
{
    begin_taking(in);
    if (!part)
        part = csv_part_new(in);
    do {
        struct file *f = &in->file[in->current];
        fill_whole(f, part, size);
        if (part->n) {
            number_part(in, f, part);
            csv_part_begin(part, &part->slicer);
            return part;
        }
    } while (next_file(in));
    csv_part_free(part);
    return NULL;
}

enum taken csv_take_ready(struct csv_in *in, struct csv_part *part, size_t size, struct slicer *own)
{
    begin_taking(in);
    do {
        struct file *f = &in->file[in->current];
        if (!fill_ready(f, part, size, own))
            return TAKEN_NONE;
        if (part->n) {
            number_part(in, f, part);
            return TAKEN_PART;
        }
    } while (next_file(in));
    return TAKEN_END;
}

bool csv_take_row(struct csv_in *in, struct row *row, uint64_t *lines)
{
    struct file *f = &in->file[in->current];
    struct slicer *s = &f->slicer;
    uint64_t line = f->parts ? *lines + 1 : s->line;
    size_t n = s->n;
    slicer_restart(s);
    s->line = line;
    slicer_show(s, f->bytes, n, f->ended);
    bool found = csv_next(in, row);
    *lines = s->line - 1;
    return found;
}

size_t csv_part_size(const struct csv_part *part)
{
    return part->n;
}

size_t csv_part_number(const struct csv_part *part)
{
    return part->number;
}

size_t csv_part_first(const struct csv_part *part)
{
    return part->first;
}

const char *csv_part_file(const struct csv_part *part)
{
    return part->file->name;
}

uint64_t csv_part_lines(const struct csv_part *part)
{
    return part->slicer.line - 1;
}

uint64_t csv_part_blank(const struct csv_part *part)
{
    return part->blank;
}

bool csv_part_failed(const struct csv_part *part)
{
    return part->status == SLICE_BAD || part->status == SLICE_FAILED || part->wrong;
}

static bool ragged_part(struct csv_part *part)
{
    struct slicer *s = &part->slicer;
    s->bad_line = s->row_line;
    s->bad_field = SIZE_MAX;
    buf_clear(&s->bad_message);
    csv_cols_message(&s->bad_message, s->fields, part->file);
    part->status = SLICE_BAD;
    return false;
}

static bool part_row(struct csv_part *part, struct row *row)
{
    const struct slicer *s = &part->slicer;
    const struct file *f = part->file;
    row->raw = s->raw;
    row->text = s->text;
    row->n = part->in->header.n;
    row->bytes = s->bytes;
    row->file = f->name;
    row->line = s->row_line;
    row->byte = 0;
    row->number = ++part->rows;
    row->part = part;
    row->bad = false;
    row->whole = f->straight; /* csv_can_take: quotes are strict */
    if (s->fields != f->columns)
        return ragged_part(part);
    if (!f->straight) {
        csv_arrange(part->in, f, s, &part->arranged);
        row->raw = part->arranged.raw;
        row->text = part->arranged.text;
    }
    return true;
}

bool csv_part_next(struct csv_part *part, struct row *row)
{
    struct slicer *s = &part->slicer;
    if (part->status != SLICE_ROW || part->wrong)
        return false;
    if (!s->n)
        slicer_show(s, part->bytes, part->n, !part->open);
    while ((part->status = slicer_next(s)) == SLICE_ROW) {
        if (s->bytes.n || part->file->columns == 1)
            return part_row(part, row);
        part->blank++;
    }
    return false;
}

size_t csv_part_run(struct csv_part *part, size_t most, struct str *text, uint64_t *line)
{
    struct slicer *s = &part->slicer;
    if (part->status != SLICE_ROW || part->wrong)
        return 0;
    if (!s->n)
        slicer_show(s, part->bytes, part->n, !part->open);
    *line = s->line;
    size_t n = slicer_run(s, most, text);
    part->rows += n;
    return n;
}

uint64_t csv_part_count(struct csv_part *part)
{
    struct row row;
    uint64_t rows = 0;
    for (;;) {
        size_t n = part->slicer.n ? slicer_pass(&part->slicer) : 0;
        if (!n && !csv_part_next(part, &row))
            break;
        rows += n ? n : 1;
    }
    csv_part_again(part);
    return rows;
}

void csv_part_again(struct csv_part *part)
{
    struct slicer *s = &part->slicer;
    slicer_again(s, part->line);
    part->rows = part->blank = 0;
    part->status = SLICE_ROW;
    mem_free(part->wrong);
    part->wrong = NULL;
}

void csv_part_wrong(
    struct csv_part *part, const struct row *row, const char *column, struct str message)
{
    if (part->wrong)
        return;
    part->wrong = mem_text(message.p, message.n);
    part->wrong_line = row->line;
    part->wrong_column = column;
}

_Noreturn void csv_part_die(const struct csv_part *part, uint64_t lines_before)
{
    if (part->wrong)
        die_at(
            (struct place){part->file->name, lines_before + part->wrong_line, part->wrong_column},
            "%s", part->wrong);
    if (part->status == SLICE_FAILED)
        csv_die_failed(part->file);
    csv_die(part->file, &part->slicer, lines_before);
}
