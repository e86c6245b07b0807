/* SPDX-License-Identifier: MIT */
/*
 * Each thread takes a part of the input, reads its rows and converts the wanted columns into a
 * chunk of its own; categories get numbers of the thread's dictionary.  At the end the chunks are
 * put together in the order of the input, and the threads' numbers become those of first sight.
 * Numbers are read many rows at once; a part in which something else waited among them is read
 * again one by one, and so are all that follow.
 *
 * What is wrong in a chunk is told when all before it are known to be sound, so that the first
 * error of the input is the one that is reported.
 */
#include "table.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "die.h"
#include "mem.h"
#include "num_short.h"
#include "par.h"
#include "timestamp.h"

#define NO_CODE DICT_NONE

/* Values of one kind that a column read by value has met: how many, and where the first was. */
struct met {
    uint64_t n, line; /* line as rows of the chunk have it */
    const char *file;
    char *text;
};

/* One column of one chunk.  type is TABLE_BY_VALUE until a value decides. */
struct piece {
    enum table_type wanted, type;
    void *values;            /* double, uint32_t or int64_t */
    struct num_batch *batch; /* numbers of the rows since c->batched that are still to be read */
    uint64_t waiting;        /* which of them */
    size_t cap;
    uint64_t missing, not_numbers;
    struct met numbers, words;
    enum timestamp_kind kind;
    uint64_t kind_line; /* and text of the first time */
    char *kind_text;
};

struct chunk {
    size_t number, first;
    const char *file;
    uint64_t lines, blank;
    size_t rows, batched;
    unsigned thread;
    bool again; /* something in a batch was no number: it is to be looked at one by one */
    struct piece *piece;
    struct csv_part *broken; /* cannot be read any further */
    char *wrong;             /* a value cannot be used: message, line and column */
    uint64_t wrong_line;
    size_t wrong_column;
};

struct loader {
    struct csv_in *in;
    const struct common *common;
    const struct table_want *want;
    size_t wants;
    char **name;
    size_t *name_n;
    bool taken; /* in parts */
    pthread_mutex_t lock;
    struct csv_part *ready[2]; /* taken before the threads began */
    bool ended;                /* no further part is to be taken */
    struct chunk **chunk;      /* by number */
    size_t chunks, chunk_cap;
    struct dict **dict;  /* [thread][want] */
    atomic_bool careful; /* no batches any more */
    unsigned threads;
};

static size_t width(enum table_type type)
{
    return type == TABLE_CATEGORY ? sizeof(uint32_t) : sizeof(double);
}

static void grow(struct piece *p, size_t row)
{
    if (row < p->cap)
        return;
    size_t bytes = p->cap * width(p->type);
    p->values = mem_grow(p->values, &bytes, (row + 1 < 1024 ? 1024 : row + 1) * width(p->type), 1);
    p->cap = bytes / width(p->type);
}

static void set_missing(struct piece *p, size_t row)
{
    if (p->type == TABLE_NUMBER)
        ((double *)p->values)[row] = NAN;
    else if (p->type == TABLE_CATEGORY)
        ((uint32_t *)p->values)[row] = TABLE_MISSING;
    else
        ((int64_t *)p->values)[row] = INT64_MIN;
}

/* The first value decides what a column read by value is; rows before it are missing. */
static void decide(struct piece *p, enum table_type type, size_t row)
{
    p->type = type;
    grow(p, row);
    for (size_t i = 0; i < row; i++)
        set_missing(p, i);
}

static void meet(struct met *m, struct str text, const struct row *row)
{
    enum { SHOWN = 60 };
    if (m->n++)
        return;
    m->line = row->line;
    m->file = row->file;
    m->text = mem_text(text.p, text.n < SHOWN ? text.n : SHOWN);
}

static const char beyond[] = "beyond the greatest number that can be held";
static const char no_time[] = "not a time (ISO 8601, Unix seconds or milliseconds are)";
static const char other_kind[] =
    "another kind of time than those before (a column must be of one kind)";

/* A value that cannot be used at all; the first of a chunk is remembered. */
static void wrong(
    struct chunk *c, size_t i, const struct row *row, struct str text, const char *what)
{
    struct buf b = {0};
    buf_print(&b, "\"%.*s\" is %s", STR_ARG(text), what);
    c->wrong = mem_text(b.p, b.n);
    c->wrong_line = row->line;
    c->wrong_column = i;
    buf_release(&b);
}

/* A number, a word, or what settles which of them the column holds. */
static void take_value(struct loader *l, struct chunk *c, size_t i, const struct row *row)
{
    struct piece *p = &c->piece[i];
    struct str text = row->text[l->want[i].column];
    double x = NAN;
    enum num_status status = p->wanted == TABLE_CATEGORY ? NUM_NOT : num_double(text, &x);
    if (status == NUM_RANGE) {
        wrong(c, i, row, text, beyond);
        return;
    }
    if (p->wanted == TABLE_BY_VALUE) {
        meet(status == NUM_OK ? &p->numbers : &p->words, text, row);
        if (p->type == TABLE_BY_VALUE)
            decide(p, status == NUM_OK ? TABLE_NUMBER : TABLE_CATEGORY, c->rows);
    }
    grow(p, c->rows);
    if (p->type == TABLE_CATEGORY)
        ((uint32_t *)p->values)[c->rows] = dict_add(l->dict[c->thread * l->wants + i], text);
    else
        ((double *)p->values)[c->rows] = x;
    p->not_numbers += p->type == TABLE_NUMBER && status != NUM_OK;
}

static void take_time(struct loader *l, struct chunk *c, size_t i, const struct row *row)
{
    struct piece *p = &c->piece[i];
    struct str text = row->text[l->want[i].column];
    int64_t us = INT64_MIN;
    enum timestamp_kind kind = timestamp_read(text, l->common->tz, &us);
    if (kind == TIMESTAMP_NONE) {
        wrong(c, i, row, text, no_time);
        return;
    }
    if (p->kind != TIMESTAMP_NONE && p->kind != kind) {
        wrong(c, i, row, text, other_kind);
        return;
    }
    if (p->kind == TIMESTAMP_NONE) {
        p->kind_line = row->line;
        p->kind_text = mem_text(text.p, text.n);
    }
    p->kind = kind;
    grow(p, c->rows);
    ((int64_t *)p->values)[c->rows] = us;
}

static void take_missing(struct chunk *c, size_t i)
{
    struct piece *p = &c->piece[i];
    p->missing++;
    if (p->type == TABLE_BY_VALUE)
        return;
    grow(p, c->rows);
    set_missing(p, c->rows);
}

/* A number in a column of numbers, which is what most fields are: it can wait. */
static inline bool take_later(
    const struct loader *l, struct chunk *c, struct piece *p, struct str text)
{
    size_t slot = c->rows - c->batched;
    if (!p->batch || p->type != TABLE_NUMBER || (l->common->na_n && csv_missing(l->in, text)) ||
        !num_batch_put(p->batch, slot, text))
        return false;
    p->waiting |= (uint64_t)1 << slot;
    p->numbers.n += p->wanted == TABLE_BY_VALUE;
    return true;
}

/* What the batch did not read: short, but perhaps with an exponent; false: no number. */
static bool read_slot(const struct num_batch *b, size_t slot, double *x)
{
    char text[NUM_SHORT_TEXT];
    return num_double((struct str){text, num_batch_text(b, slot, text)}, x) == NUM_OK;
}

static void read_batch(struct chunk *c, struct piece *p)
{
    double x[NUM_AT_ONCE];
    size_t n = c->rows - c->batched;
    uint64_t good = num_batch_read(p->batch, n, x);
    grow(p, c->rows - 1);
    double *to = (double *)p->values + c->batched;
    if ((good & p->waiting) == (n < NUM_AT_ONCE ? ((uint64_t)1 << n) - 1 : UINT64_MAX)) {
        memcpy(to, x, n * sizeof *x);
    } else {
        for (uint64_t rest = p->waiting; rest; rest &= rest - 1) {
            size_t slot = (size_t)__builtin_ctzll(rest);
            if (good >> slot & 1)
                to[slot] = x[slot];
            else
                c->again |= !read_slot(p->batch, slot, &to[slot]);
        }
    }
    p->waiting = 0;
}

static void read_batches(const struct loader *l, struct chunk *c)
{
    for (size_t i = 0; i < l->wants; i++)
        if (c->piece[i].waiting)
            read_batch(c, &c->piece[i]);
    c->batched = c->rows;
}

static void take_field(struct loader *l, struct chunk *c, size_t i, const struct row *row)
{
    if (take_later(l, c, &c->piece[i], row->text[l->want[i].column]))
        return;
    if (csv_missing(l->in, row->text[l->want[i].column]))
        take_missing(c, i);
    else if (l->want[i].type == TABLE_TIME)
        take_time(l, c, i, row);
    else
        take_value(l, c, i, row);
}

static struct chunk *chunk_new(const struct loader *l, unsigned thread)
{
    struct chunk *c = mem_zero(1, sizeof *c);
    c->thread = thread;
    c->piece = mem_zero(l->wants, sizeof *c->piece);
    for (size_t i = 0; i < l->wants; i++)
        c->piece[i].type = c->piece[i].wanted = l->want[i].type;
    return c;
}

static void chunk_free(const struct loader *l, struct chunk *c)
{
    for (size_t i = 0; i < l->wants; i++) {
        mem_free(c->piece[i].values);
        mem_free(c->piece[i].numbers.text);
        mem_free(c->piece[i].words.text);
        mem_free(c->piece[i].kind_text);
    }
    mem_free(c->piece);
    mem_free(c);
}

static void put_chunk(struct loader *l, struct chunk *c)
{
    size_t cap = l->chunk_cap;
    l->chunk = mem_grow(l->chunk, &l->chunk_cap, c->number + 1, sizeof(struct chunk *));
    for (size_t i = cap; i < l->chunk_cap; i++)
        l->chunk[i] = NULL;
    l->chunk[c->number] = c;
    if (c->number >= l->chunks)
        l->chunks = c->number + 1;
    l->ended = l->ended || c->broken || c->wrong;
}

static void read_part(struct loader *l, struct chunk *c, struct csv_part *part)
{
    struct row row;
    c->number = csv_part_number(part);
    c->first = csv_part_first(part);
    c->file = csv_part_file(part);
    while (!c->wrong && !c->again && csv_part_next(part, &row)) {
        for (size_t i = 0; i < l->wants && !c->wrong; i++)
            take_field(l, c, i, &row);
        if (++c->rows - c->batched == NUM_AT_ONCE)
            read_batches(l, c);
    }
    read_batches(l, c);
    c->lines = csv_part_lines(part);
    c->blank = csv_part_blank(part);
    if (csv_part_failed(part))
        c->broken = part;
}

/* A part as a chunk; numbers in batches, if there are any and nothing else is met. */
static struct chunk *read_chunk(
    struct loader *l, unsigned thread, struct csv_part *part, struct num_batch *batch)
{
    struct chunk *c = chunk_new(l, thread);
    for (size_t i = 0; i < l->wants && !atomic_load(&l->careful); i++)
        c->piece[i].batch = &batch[i];
    read_part(l, c, part);
    if (!c->again)
        return c;
    atomic_store(&l->careful, true);
    chunk_free(l, c);
    csv_part_again(part);
    c = chunk_new(l, thread);
    read_part(l, c, part);
    return c;
}

static struct csv_part *next_part(struct loader *l, struct csv_part *done)
{
    pthread_mutex_lock(&l->lock);
    struct csv_part *part = l->ready[0] ? l->ready[0] : l->ready[1];
    if (l->ended || part)
        csv_part_free(done);
    if (part)
        l->ready[part == l->ready[1]] = NULL;
    else if (!l->ended)
        part = csv_take(l->in, done);
    l->ended = l->ended || !part;
    pthread_mutex_unlock(&l->lock);
    return part;
}

static void read_parts(void *context, unsigned thread)
{
    struct loader *l = context;
    struct csv_part *part = NULL;
    struct num_batch *batch = mem_alloc(l->wants, sizeof *batch);
    while ((part = next_part(l, part))) {
        struct chunk *c = read_chunk(l, thread, part, batch);
        if (c->broken)
            part = NULL;
        pthread_mutex_lock(&l->lock);
        put_chunk(l, c);
        pthread_mutex_unlock(&l->lock);
    }
    mem_free(batch);
}

/* Why a value cannot be used, or NULL. */
static const char *fault(
    const struct loader *l, const struct piece *p, struct str text, enum reject *code)
{
    double x;
    int64_t us;
    *code = p->wanted == TABLE_TIME ? E_TIME : E_RANGE;
    if (p->wanted == TABLE_CATEGORY)
        return NULL;
    if (p->wanted != TABLE_TIME)
        return num_double(text, &x) == NUM_RANGE ? beyond : NULL;
    enum timestamp_kind kind = timestamp_read(text, l->common->tz, &us);
    if (kind == TIMESTAMP_NONE)
        return no_time;
    return p->kind != TIMESTAMP_NONE && p->kind != kind ? other_kind : NULL;
}

/* Are all values of a row usable, or may they be taken as missing? */
static bool usable(struct loader *l, struct chunk *c, const struct row *row, bool *missing)
{
    for (size_t i = 0; i < l->wants; i++) {
        enum reject code;
        struct str text = row->text[l->want[i].column];
        missing[i] = csv_missing(l->in, text);
        const char *what = missing[i] ? NULL : fault(l, &c->piece[i], text, &code);
        if (!what)
            continue;
        if (!csv_bad(l->in, row, code, l->name[i], "\"%.*s\" is %s", STR_ARG(text), what))
            return false;
        missing[i] = true;
    }
    return true;
}

/* Inputs that cannot be taken in parts: one chunk, whose lines are the file's. */
static void read_rows(struct loader *l, struct table *t)
{
    struct chunk *c = chunk_new(l, 0);
    bool *missing = mem_alloc(l->wants, sizeof *missing);
    struct row row;
    for (uint64_t number = 1; csv_next(l->in, &row); number++) {
        if (!usable(l, c, &row, missing)) {
            t->left_out =
                mem_grow(t->left_out, &t->left_out_cap, t->left_outs + 1, sizeof *t->left_out);
            t->left_out[t->left_outs++] = number;
            continue;
        }
        for (size_t i = 0; i < l->wants; i++)
            if (missing[i])
                take_missing(c, i);
            else
                take_field(l, c, i, &row);
        c->rows++;
    }
    mem_free(missing);
    put_chunk(l, c);
}

/* Times of all chunks must be of one kind: the first that is not is the chunk's error. */
static void compare_kinds(const struct loader *l, struct chunk *c, enum timestamp_kind *kind)
{
    for (size_t i = 0; i < l->wants; i++) {
        struct piece *p = &c->piece[i];
        if (p->kind == TIMESTAMP_NONE)
            continue;
        if (kind[i] == TIMESTAMP_NONE)
            kind[i] = p->kind;
        if (p->kind != kind[i] && (!c->wrong || p->kind_line < c->wrong_line)) {
            struct buf b = {0};
            mem_free(c->wrong);
            buf_print(&b, "\"%s\" is %s", p->kind_text, other_kind);
            c->wrong = mem_text(b.p, b.n);
            buf_release(&b);
            c->wrong_line = p->kind_line;
            c->wrong_column = i;
        }
    }
}

/* The first error of the input ends the program; on the way, lines become those of the files. */
static void settle(struct loader *l)
{
    enum timestamp_kind *kind = mem_zero(l->wants, sizeof *kind);
    uint64_t before = 0, rows = 0, blank = 0;
    for (size_t k = 0; k < l->chunks; k++) {
        struct chunk *c = l->chunk[k];
        before = c->number == c->first ? 0 : before;
        compare_kinds(l, c, kind);
        if (c->wrong)
            die_at((struct place){c->file, before + c->wrong_line, l->name[c->wrong_column]}, "%s",
                c->wrong);
        if (c->broken)
            csv_part_die(c->broken, before);
        for (size_t i = 0; i < l->wants; i++) {
            c->piece[i].numbers.line += before;
            c->piece[i].words.line += before;
        }
        before += c->lines;
        rows += c->rows;
        blank += c->blank;
    }
    mem_free(kind);
    if (l->taken)
        csv_count_taken(l->in, rows, blank);
}

static struct met sum_met(const struct loader *l, size_t i, bool words)
{
    struct met sum = {0};
    for (size_t k = 0; k < l->chunks; k++) {
        const struct piece *p = &l->chunk[k]->piece[i];
        struct met m = words ? p->words : p->numbers;
        uint64_t n = sum.n + m.n;
        if (!sum.n)
            sum = m;
        sum.n = n;
    }
    return sum;
}

static void refuse_mixture(const struct loader *l, size_t i)
{
    struct met numbers = sum_met(l, i, false), words = sum_met(l, i, true);
    if (!numbers.n || !words.n)
        return;
    die("%s: %s: %llu numbers (\"%s\" in line %llu) and %llu other values (\"%s\" in line %llu of "
        "%s); say which words mean missing (--na)%s",
        numbers.file, l->name[i], (unsigned long long)numbers.n, numbers.text,
        (unsigned long long)numbers.line, (unsigned long long)words.n, words.text,
        (unsigned long long)words.line, words.file,
        args_has("numeric") ? ", or what the column is (--numeric, --categorical)" : "");
}

/* Numbers of a thread's words become those of first sight in the input. */
struct recode {
    const struct loader *l;
    struct dict *levels;
    uint32_t **map; /* [thread]: of its numbers, NO_CODE where not met yet */
    size_t want;
};

static struct recode recode_new(const struct loader *l, size_t i)
{
    struct recode r = {.l = l, .want = i, .levels = dict_new()};
    r.map = mem_alloc(l->threads, sizeof *r.map);
    for (unsigned t = 0; t < l->threads; t++) {
        size_t n = dict_size(l->dict[t * l->wants + i]);
        r.map[t] = mem_alloc(n, sizeof **r.map);
        for (size_t j = 0; j < n; j++)
            r.map[t][j] = NO_CODE;
    }
    return r;
}

static uint32_t recode(const struct recode *r, unsigned thread, uint32_t code)
{
    uint32_t *known = &r->map[thread][code];
    if (*known == NO_CODE)
        *known = dict_add(r->levels, dict_key(r->l->dict[thread * r->l->wants + r->want], code));
    return *known;
}

static void append_codes(struct table_column *to, size_t at, const struct recode *r,
    const struct chunk *c, const struct piece *p)
{
    const uint32_t *code = p->values;
    for (size_t j = 0; j < c->rows; j++) {
        bool missing = p->type == TABLE_BY_VALUE || code[j] == TABLE_MISSING;
        to->code[at + j] = missing ? TABLE_MISSING : recode(r, c->thread, code[j]);
    }
}

static void assemble_codes(const struct loader *l, size_t i, struct table_column *to, size_t rows)
{
    struct recode r = recode_new(l, i);
    size_t at = 0;
    to->levels = r.levels;
    to->code = mem_alloc(rows, sizeof *to->code);
    for (size_t k = 0; k < l->chunks; k++) {
        struct piece *p = &l->chunk[k]->piece[i];
        append_codes(to, at, &r, l->chunk[k], p);
        at += l->chunk[k]->rows;
        mem_free(p->values);
        p->values = NULL;
    }
    for (unsigned t = 0; t < l->threads; t++)
        mem_free(r.map[t]);
    mem_free(r.map);
}

static void assemble_numbers(const struct loader *l, size_t i, struct table_column *to, size_t rows)
{
    char *all = mem_alloc(rows, sizeof(double));
    size_t at = 0;
    if (to->type == TABLE_TIME)
        to->time = (int64_t *)(void *)all;
    else
        to->number = (double *)(void *)all;
    for (size_t k = 0; k < l->chunks; k++) {
        struct chunk *c = l->chunk[k];
        struct piece *p = &c->piece[i];
        if (p->type == TABLE_BY_VALUE)
            decide(p, TABLE_NUMBER, c->rows);
        if (c->rows)
            memcpy(all + at * sizeof(double), p->values, c->rows * sizeof(double));
        at += c->rows;
        mem_free(p->values);
        p->values = NULL;
    }
}

struct assembly {
    const struct loader *l;
    struct table *t;
};

static void assemble(void *context, size_t i, unsigned thread)
{
    const struct assembly *a = context;
    struct table_column *to = &a->t->column[i];
    (void)thread;
    to->name = (struct str){mem_text(a->l->name[i], a->l->name_n[i]), a->l->name_n[i]};
    to->type = a->l->want[i].type;
    for (size_t k = 0; k < a->l->chunks; k++) {
        const struct piece *p = &a->l->chunk[k]->piece[i];
        to->missing += p->missing + p->not_numbers;
        to->not_numbers += p->not_numbers;
        if (to->type == TABLE_BY_VALUE)
            to->type = p->type;
    }
    if (to->type == TABLE_BY_VALUE)
        to->type = TABLE_NUMBER;
    if (to->type == TABLE_CATEGORY)
        assemble_codes(a->l, i, to, a->t->rows);
    else
        assemble_numbers(a->l, i, to, a->t->rows);
}

static void read_all(struct loader *l, struct table *t)
{
    l->dict = mem_alloc(l->threads * l->wants, sizeof *l->dict);
    for (size_t i = 0; i < l->threads * l->wants; i++)
        l->dict[i] = dict_new();
    if (!l->taken) {
        read_rows(l, t);
        return;
    }
    pthread_mutex_init(&l->lock, NULL);
    struct csv_part *first = next_part(l, NULL), *second = l->ended ? NULL : next_part(l, NULL);
    l->ready[0] = first;
    l->ready[1] = second;
    par_run(second ? l->threads : 1, read_parts, l);
    pthread_mutex_destroy(&l->lock);
}

static void release(struct loader *l)
{
    for (size_t i = 0; i < l->threads * l->wants; i++)
        dict_free(l->dict[i]);
    for (size_t k = 0; k < l->chunks; k++)
        chunk_free(l, l->chunk[k]);
    for (size_t i = 0; i < l->wants; i++)
        mem_free(l->name[i]);
    mem_free(l->name);
    mem_free(l->name_n);
    mem_free(l->dict);
    mem_free(l->chunk);
}

struct table *table_load(
    struct csv_in *in, const struct common *common, const struct table_want *want, size_t n)
{
    struct loader l = {.in = in, .common = common, .want = want, .wants = n};
    struct table *t = mem_zero(1, sizeof *t);
    l.taken = csv_can_take(in);
    l.threads = l.taken ? common->jobs : 1;
    l.name = mem_alloc(n, sizeof *l.name);
    l.name_n = mem_alloc(n, sizeof *l.name_n);
    for (size_t i = 0; i < n; i++) {
        struct str name = csv_header(in)->name[want[i].column];
        l.name[i] = mem_text(name.p, name.n);
        l.name_n[i] = name.n;
    }
    size_t *column = mem_alloc(n, sizeof *column);
    for (size_t i = 0; i < n; i++)
        column[i] = want[i].column;
    csv_use(in, column, n);
    mem_free(column);
    read_all(&l, t);
    csv_use_all(in);
    settle(&l);
    for (size_t i = 0; i < n; i++)
        refuse_mixture(&l, i);
    for (size_t k = 0; k < l.chunks; k++)
        t->rows += l.chunk[k]->rows;
    t->n = n;
    t->column = mem_zero(n, sizeof *t->column);
    struct assembly a = {&l, t};
    par_for(common->jobs, n, assemble, &a);
    release(&l);
    return t;
}

void table_free(struct table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        struct table_column *c = &t->column[i];
        mem_free(c->number);
        mem_free(c->code);
        mem_free(c->time);
        dict_free(c->levels);
        mem_free((void *)(uintptr_t)c->name.p);
    }
    mem_free(t->column);
    mem_free(t->left_out);
    mem_free(t);
}
