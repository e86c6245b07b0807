/* SPDX-License-Identifier: MIT */
/*
 * Opening: the dialect of each file, its header, and where the table's columns are in its rows.
 */
#include <stdlib.h>
#include <string.h>

#include "csv_private.h"
#include "die.h"

enum { FIRST = 64 << 10, CHUNK = 256 << 10, DIALECT_LIMIT = 16 << 20 };

/* The first read is small, so that short inputs cost little; a row that fills half is given room,
 * and read on in small steps: what the slicer allocates grows with them. */
static size_t room_for(const struct file *f, size_t left)
{
    size_t want = f->cap ? CHUNK : FIRST;
    return left > f->cap / 2 && 2 * f->cap > want ? 2 * f->cap : want > f->cap ? want : f->cap;
}

void csv_fill(struct file *f)
{
    struct slicer *s = &f->slicer;
    size_t left = s->n - s->at, cap = room_for(f, left);
    if (cap > UINT32_MAX / 2)
        die("%s:%llu: a row of more than 1 GiB", f->name, (unsigned long long)s->line);
    if (left && s->at)
        memmove(f->bytes, f->bytes + s->at, left);
    if (cap > f->cap) {
        f->bytes = mem_resize(f->bytes, cap, 1);
        f->cap = cap;
    }
    f->passed += s->at;
    size_t step = left > CHUNK / 2 ? FIRST : CHUNK, room = f->cap - left;
    size_t got = stream_read(f->stream, f->bytes + left, room < step ? room : step);
    f->ended = !got;
    slicer_show(s, f->bytes, left + got, f->ended);
}

static bool ends_in(const char *name, size_t n, const char *ending)
{
    size_t e = strlen(ending);
    return n > e && memcmp(name + n - e, ending, e) == 0;
}

enum dialect csv_dialect_of_name(const char *path)
{
    size_t n = path ? strlen(path) : 0;
    if (ends_in(path, n, ".gz"))
        n -= 3;
    return ends_in(path, n, ".csv")   ? DIALECT_CSV
           : ends_in(path, n, ".tsv") ? DIALECT_TSV
                                      : DIALECT_AUTO;
}

static struct slice_rules rules_of(const struct common *c, enum dialect d)
{
    bool tsv = d == DIALECT_TSV;
    return (struct slice_rules){.delim = c->delimiter ? c->delimiter
                                         : tsv        ? '\t'
                                                      : ',',
        .tsv = tsv,
        .lenient = c->lenient && !tsv,
        .max_field = c->max_field};
}

/* By the header line alone: a tab and no comma. */
static enum dialect dialect_of_line(struct file *f)
{
    struct slicer *s = &f->slicer;
    const char *end = NULL;
    while (!(end = s->n ? memchr(s->p, '\n', s->n) : NULL) && !f->ended && s->n < DIALECT_LIMIT)
        csv_fill(f);
    size_t n = end ? (size_t)(end - s->p) : s->n;
    bool tab = n && memchr(s->p, '\t', n), comma = n && memchr(s->p, ',', n);
    return tab && !comma ? DIALECT_TSV : DIALECT_CSV;
}

static void check_delimiter(const struct common *c)
{
    if (c->delimiter && strchr("\"\n\r", c->delimiter))
        die_usage("-d: fields cannot be separated by a quote or the end of a line");
    if (c->tsv && c->delimiter && c->delimiter != '\t')
        die_usage("-d and -t exclude each other (TSV is separated by tabs)");
}

static void settle_dialect(const struct common *c, struct file *f, const char *path)
{
    enum dialect d = c->tsv ? DIALECT_TSV : c->delimiter ? DIALECT_CSV : csv_dialect_of_name(path);
    if (d == DIALECT_AUTO)
        d = dialect_of_line(f);
    struct slice_rules rules = rules_of(c, d);
    struct slicer *s = &f->slicer;
    size_t n = s->n;
    if (s->rules.delim == rules.delim && s->rules.tsv == rules.tsv)
        return;
    slicer_rules(s, rules);
    slicer_restart(s);
    slicer_show(s, f->bytes, n, f->ended);
}

/* Three bytes of UTF-8 that some programs begin a file with. */
static void skip_bom(struct file *f)
{
    struct slicer *s = &f->slicer;
    while (s->n < 3 && !f->ended && memcmp(s->p ? s->p : "", CSV_BOM, s->n) == 0)
        csv_fill(f);
    f->bom = s->n >= 3 && memcmp(s->p, CSV_BOM, 3) == 0;
    if (!f->bom)
        return;
    size_t n = s->n - 3;
    memmove(f->bytes, f->bytes + 3, n);
    f->passed = 3;
    slicer_restart(s);
    slicer_show(s, f->bytes, n, f->ended);
}

_Noreturn void csv_die(const struct file *f, const struct slicer *s, uint64_t lines_before)
{
    struct buf column = {0};
    struct place at = {f->name, lines_before + s->bad_line, NULL};
    if (f->from && s->bad_field < f->columns) {
        buf_str(&column, f->own[s->bad_field]);
        at.column = buf_cstr(&column);
    }
    die_at(at, "%.*s", STR_ARG(buf_view(&s->bad_message)));
}

_Noreturn static void no_header(const struct file *f)
{
    die("%s: is empty (a table begins with a header line)", f->name);
}

static void read_header(struct csv_in *in, struct file *f)
{
    struct slicer *s = &f->slicer;
    enum slice got;
    while ((got = slicer_next(s)) == SLICE_MORE)
        csv_fill(f);
    if (got == SLICE_FAILED)
        csv_die_failed(f);
    if (got == SLICE_BAD)
        csv_die(f, s, 0);
    if (got == SLICE_END)
        no_header(f);
    if (!s->bytes.n && !in->common.no_header)
        die_at((struct place){f->name, s->row_line, NULL}, "the header line is blank");
    f->columns = s->fields;
}

static struct str kept(struct csv_in *in, struct str s)
{
    return (struct str){arena_text(&in->arena, s.p, s.n), s.n};
}

/* A name or value as the table's dialect writes it. */
static struct str encoded(struct csv_in *in, struct str text)
{
    struct buf b = {0};
    csv_encode(&b, text, &in->rules);
    struct str raw = kept(in, buf_view(&b));
    buf_release(&b);
    return raw;
}

/* Without a header columns are c1, c2, ...; the row is read again later. */
static void number_columns(struct csv_in *in, struct file *f)
{
    for (size_t i = 0; i < f->columns; i++) {
        struct buf b = {0};
        buf_print(&b, "c%zu", i + 1);
        f->own[i] = kept(in, buf_view(&b));
        buf_release(&b);
    }
    slicer_again(&f->slicer, f->slicer.row_line);
}

static void read_names(struct csv_in *in, struct file *f)
{
    for (size_t i = 0; i < f->columns; i++) {
        f->own[i] = kept(in, f->slicer.text[i]);
        f->own_raw[i] = f->foreign ? encoded(in, f->own[i]) : kept(in, f->slicer.raw[i]);
    }
}

/* Names with their numbers, to be sorted and searched. */
struct named {
    struct str name;
    size_t at;
};

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = str_compare(x->name, y->name);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static struct named *sorted(const struct str *name, size_t n)
{
    struct named *s = mem_alloc(n, sizeof *s);
    for (size_t i = 0; i < n; i++)
        s[i] = (struct named){name[i], i};
    qsort(s, n, sizeof *s, by_name);
    return s;
}

static const struct named *look_up(const struct named *s, size_t n, struct str name)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_compare(s[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && str_equal(s[low].name, name) ? &s[low] : NULL;
}

/* Of the first n names; renamed: by the caller, whose call is wrong then, not the file. */
static void refuse_duplicates(const struct file *f, size_t n, bool renamed)
{
    static const char message[] = "%s:1: columns %zu and %zu have the same name, \"%.*s\"%s";
    struct named *own = sorted(f->own, n);
    for (size_t i = 1; i < n; i++) {
        struct str name = own[i].name;
        if (!str_equal(own[i - 1].name, name))
            continue;
        if (renamed)
            die_usage(message, f->name, own[i - 1].at + 1, own[i].at + 1, STR_ARG(name),
                " after --rename");
        die(message, f->name, own[i - 1].at + 1, own[i].at + 1, STR_ARG(name), "");
    }
    mem_free(own);
}

/* Names that nobody changes are written as they stand in the file. */
static void rename_columns(struct csv_in *in, struct file *f, const struct csv_edit *edit)
{
    for (size_t i = 0; i < f->columns; i++) {
        struct str old = f->own[i];
        f->own[i] = edit->rename(edit->context, (size_t)(f - in->file), old);
        if (!str_equal(f->own[i], old))
            f->own_raw[i] = encoded(in, f->own[i]);
    }
    refuse_duplicates(f, f->columns, true);
}

/* A file's own column of that name stays, unless there is a value to take its place. */
static void add_extra(struct csv_in *in, struct file *f, struct str name, size_t number)
{
    for (size_t i = 0; i < f->columns; i++) {
        if (!str_equal(f->own[i], name))
            continue;
        if (f->extra[number].p && !in->common.replace)
            die_usage("%s: there is a column \"%.*s\" already (--replace overwrites it)", f->name,
                STR_ARG(name));
        if (f->extra[number].p)
            f->field[i] = f->columns + number;
        return;
    }
    f->own[f->all] = name;
    f->own_raw[f->all] = encoded(in, name);
    f->field[f->all++] = f->columns + number;
}

static void name_columns(struct csv_in *in, struct file *f, const struct csv_edit *edit)
{
    size_t number = (size_t)(f - in->file), extras = edit ? edit->extras : 0;
    f->own = mem_zero(f->columns + extras, sizeof *f->own);
    f->own_raw = mem_zero(f->columns + extras, sizeof *f->own_raw);
    f->field = mem_zero(f->columns + extras, sizeof *f->field);
    f->extra = mem_zero(extras, sizeof *f->extra);
    f->extra_raw = mem_zero(extras, sizeof *f->extra_raw);
    if (in->common.no_header)
        number_columns(in, f);
    else
        read_names(in, f);
    refuse_duplicates(f, f->columns, false);
    if (edit && edit->rename)
        rename_columns(in, f, edit);
    for (f->all = 0; f->all < f->columns; f->all++)
        f->field[f->all] = f->all;
    for (size_t i = 0; i < extras; i++) {
        f->extra[i] = edit->extra_value[number][i];
        f->extra_raw[i] = encoded(in, f->extra[i]);
        add_extra(in, f, edit->extra[i], i);
    }
}

/* With --union: columns that no file before has come last, in the file's order. */
static void add_columns(struct csv_in *in, const struct file *f)
{
    struct named *table = sorted(in->names, in->header.n);
    size_t known = in->header.n, cap = known, raw_cap = known;
    for (size_t i = 0; i < f->all; i++) {
        if (look_up(table, known, f->own[i]))
            continue;
        if (known && !in->common.union_)
            die("%s: has a column \"%.*s\" that %s lacks (--union allows it)", f->name,
                STR_ARG(f->own[i]), in->file[0].name);
        in->names = mem_grow(in->names, &cap, in->header.n + 1, sizeof *in->names);
        in->names_raw = mem_grow(in->names_raw, &raw_cap, in->header.n + 1, sizeof *in->names_raw);
        in->names_raw[in->header.n] = f->own_raw[i];
        in->names[in->header.n++] = f->own[i];
    }
    in->header.name = in->names;
    mem_free(table);
}

static void match_columns(struct csv_in *in, struct file *f)
{
    struct named *own = sorted(f->own, f->all);
    f->from = mem_alloc(in->header.n, sizeof *f->from);
    f->straight = f->columns == in->header.n && !f->foreign;
    for (size_t i = 0; i < in->header.n; i++) {
        const struct named *found = look_up(own, f->all, in->header.name[i]);
        if (!found && !in->common.union_)
            die("%s: lacks the column \"%.*s\" (--union fills it as missing)", f->name,
                STR_ARG(in->header.name[i]));
        f->from[i] = found ? (long)f->field[found->at] : FROM_NOWHERE;
        f->straight = f->straight && f->from[i] == (long)i;
    }
    mem_free(own);
}

static void open_file(struct csv_in *in, struct file *f, const char *path)
{
    *f = (struct file){.stream = stream_open(path), .no_header = in->common.no_header};
    f->name = stream_name(f->stream);
    slicer_init(&f->slicer, rules_of(&in->common, DIALECT_CSV));
    skip_bom(f);
    settle_dialect(&in->common, f, path);
}

void csv_open_files(
    struct csv_in *in, const char *const *path, size_t n, const struct csv_edit *edit)
{
    static const char *const standard_input[] = {NULL};
    check_delimiter(&in->common);
    in->files = n ? n : 1;
    in->file = mem_zero(in->files, sizeof *in->file);
    for (size_t i = 0; i < in->files; i++) {
        struct file *f = &in->file[i];
        open_file(in, f, n ? path[i] : standard_input[0]);
        if (i == 0)
            in->rules = f->slicer.rules;
        f->foreign = f->slicer.rules.delim != in->rules.delim;
        read_header(in, f);
        name_columns(in, f, edit);
        add_columns(in, f);
    }
    for (size_t i = 0; i < in->files; i++)
        match_columns(in, &in->file[i]);
}

void csv_reread_header(struct csv_in *in, struct file *f)
{
    struct slicer *s = &f->slicer;
    slicer_restart(s);
    s->line = 1;
    f->passed = 0;
    f->ended = false;
    skip_bom(f);
    read_header(in, f);
    if (in->common.no_header)
        slicer_again(s, s->row_line);
}
