/* SPDX-License-Identifier: MIT */
/*
 * Each thread takes a part of the input, reads its rows and converts the wanted columns into a
 * chunk of its own, which then goes to its place in the table; categories get numbers of the
 * thread's dictionary, which at the end become those of first sight.
 * What is wrong in a chunk is told when all before it are known to be sound, so that the first
 * error of the input is the one that is reported.
 */
#include "table.h"

#include <math.h>
#include <string.h>

#include "die.h"
#include "keys.h"
#include "mem.h"
#include "par.h"
#include "table_private.h"

#define NO_CODE DICT_NONE

/* What a thread reads at once. */
enum { PART = 1 << 20 };

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

static struct csv_part *next_part(struct loader *l, struct csv_part *done)
{
    pthread_mutex_lock(&l->lock);
    struct csv_part *part = l->ready[0] ? l->ready[0] : l->ready[1];
    if (l->ended || part)
        csv_part_free(done);
    if (part)
        l->ready[part == l->ready[1]] = NULL;
    else if (!l->ended)
        part = csv_take(l->in, done, PART);
    l->ended = l->ended || !part;
    pthread_mutex_unlock(&l->lock);
    return part;
}

static void read_parts(void *context, unsigned thread)
{
    struct loader *l = context;
    struct csv_part *part = NULL;
    struct desk d = table_desk_new(l);
    while ((part = next_part(l, part))) {
        struct chunk *c = table_chunk_read(l, thread, part, &d);
        table_deliver(l, c);
        table_desk_clear(l, c, &d);
        if (c->broken)
            part = NULL;
        pthread_mutex_lock(&l->lock);
        put_chunk(l, c);
        pthread_mutex_unlock(&l->lock);
    }
    table_desk_release(l, &d);
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
            buf_print(&b, "\"%s\" is %s", p->kind_text, table_other_kind);
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
        for (size_t i = 0; i < c->stretches; i++) {
            c->stretch[i].row += c->at;
            c->stretch[i].line += before;
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

/* Numbers for words that are met for the first time, among these codes. */
static void meet_words(const struct recode *r, unsigned thread, const uint32_t *code, size_t n)
{
    const struct dict *words = r->l->dict[thread * r->l->wants + r->want];
    struct str key[KEYS_MOST];
    uint32_t from[KEYS_MOST], to[KEYS_MOST];
    size_t fresh = 0;
    for (size_t i = 0; i < n; i++)
        if (code[i] != TABLE_MISSING && r->map[thread][code[i]] == NO_CODE)
            from[fresh++] = code[i];
    if (!fresh)
        return;
    for (size_t i = 0; i < fresh; i++)
        key[i] = dict_key(words, from[i]);
    dict_add_n(r->levels, key, fresh, to);
    for (size_t i = 0; i < fresh; i++)
        r->map[thread][from[i]] = to[i];
}

/* The codes of a chunk, in place; it may have met no word at all. */
static void recode_chunk(
    uint32_t *code, const struct recode *r, const struct chunk *c, const struct piece *p)
{
    const uint32_t *map = r->map[c->thread];
    for (size_t at = 0; at < c->rows; at += KEYS_MOST) {
        size_t end = c->rows - at < KEYS_MOST ? c->rows : at + KEYS_MOST;
        if (p->type != TABLE_BY_VALUE)
            meet_words(r, c->thread, code + at, end - at);
        for (size_t i = at; i < end; i++) {
            bool missing = p->type == TABLE_BY_VALUE || code[i] == TABLE_MISSING;
            code[i] = missing ? TABLE_MISSING : map[code[i]];
        }
    }
}

static void assemble_codes(const struct loader *l, size_t i, struct table_column *to)
{
    struct recode r = recode_new(l, i);
    to->levels = r.levels;
    to->code = table_store_take(l->store, i, table_width(TABLE_CATEGORY));
    for (size_t k = 0; k < l->chunks; k++)
        recode_chunk(to->code + l->chunk[k]->at, &r, l->chunk[k], &l->chunk[k]->piece[i]);
    for (unsigned t = 0; t < l->threads; t++)
        mem_free(r.map[t]);
    mem_free(r.map);
}

/* Buckets get numbers in order of first sight, too. */
static void assemble_buckets(const struct loader *l, size_t i, struct table_column *to)
{
    size_t all = (size_t)1 << l->want[i].hash_bits, cap = 0;
    uint32_t *known = mem_alloc(all, sizeof *known);
    memset(known, 0xff, all * sizeof *known);
    to->code = table_store_take(l->store, i, table_width(TABLE_CATEGORY));
    to->bucket = mem_grow(NULL, &cap, 1, sizeof *to->bucket);
    for (size_t k = 0; k < l->chunks; k++) {
        const struct chunk *c = l->chunk[k];
        uint32_t *code = to->code + c->at;
        for (size_t j = 0; j < c->rows; j++) {
            if (c->piece[i].type == TABLE_BY_VALUE)
                code[j] = TABLE_MISSING;
            if (code[j] == TABLE_MISSING)
                continue;
            uint32_t *id = &known[code[j]];
            if (*id == NO_CODE) {
                *id = (uint32_t)to->buckets++;
                to->bucket = mem_grow(to->bucket, &cap, to->buckets, sizeof *to->bucket);
                to->bucket[*id] = code[j];
            }
            code[j] = *id;
        }
    }
    mem_free(known);
}

static void assemble_numbers(const struct loader *l, size_t i, struct table_column *to)
{
    void *all = table_store_take(l->store, i, table_width(to->type));
    if (to->type == TABLE_TIME)
        to->time = all;
    else
        to->number = all;
    for (size_t k = 0; k < l->chunks; k++) {
        const struct chunk *c = l->chunk[k];
        for (size_t j = 0; j < c->rows && c->piece[i].type == TABLE_BY_VALUE; j++)
            to->number[c->at + j] = NAN;
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
    if (to->type == TABLE_CATEGORY && a->l->want[i].hash_bits)
        assemble_buckets(a->l, i, to);
    else if (to->type == TABLE_CATEGORY)
        assemble_codes(a->l, i, to);
    else
        assemble_numbers(a->l, i, to);
}

static void assemble_stretches(const struct loader *l, struct table *t)
{
    for (size_t k = 0; k < l->chunks; k++)
        t->stretches += l->chunk[k]->stretches;
    t->stretch = mem_alloc(t->stretches, sizeof *t->stretch);
    struct table_stretch *to = t->stretch;
    const char *name = NULL;
    for (size_t k = 0; k < l->chunks; k++)
        for (size_t i = 0; i < l->chunk[k]->stretches; i++, to++) {
            *to = l->chunk[k]->stretch[i];
            if (to->file != name) {
                name = to->file;
                t->file = mem_grow(t->file, &t->file_cap, t->files + 1, sizeof *t->file);
                t->file[t->files++] = mem_text(name, strlen(name));
            }
            to->file = t->file[t->files - 1];
        }
}

static void read_all(struct loader *l, struct table *t)
{
    l->dict = mem_alloc(l->threads * l->wants, sizeof *l->dict);
    for (size_t i = 0; i < l->threads * l->wants; i++)
        l->dict[i] = dict_new();
    if (!l->taken) {
        put_chunk(l, table_chunk_rows(l, t));
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
        table_chunk_free(l, l->chunk[k]);
    for (size_t i = 0; i < l->wants; i++)
        mem_free(l->name[i]);
    mem_free(l->name);
    mem_free(l->name_n);
    mem_free(l->used);
    mem_free(l->seed);
    mem_free(l->dict);
    mem_free(l->chunk);
    table_store_free(l->store);
}

/* The columns that are wanted, each once; in runs of rows they come in the order of numbers. */
static void use_columns(struct loader *l)
{
    size_t columns = csv_header(l->in)->n, *rank = mem_zero(columns + 1, sizeof *rank);
    size_t *column = mem_alloc(l->wants, sizeof *column);
    l->used = mem_alloc(l->wants, sizeof *l->used);
    for (size_t i = 0; i < l->wants; i++) {
        column[i] = l->want[i].column;
        rank[column[i] + 1] = 1;
    }
    for (size_t i = 0; i < columns; i++)
        rank[i + 1] += rank[i];
    for (size_t i = 0; i < l->wants; i++)
        l->used[i] = rank[column[i]];
    l->uses = rank[columns];
    csv_use(l->in, column, l->wants);
    mem_free(column);
    mem_free(rank);
}

struct table *table_load(
    struct csv_in *in, const struct common *common, const struct table_want *want, size_t n)
{
    return table_load_past(NULL, in, common, want, n);
}

struct table *table_load_past(const struct table_gate *gate, struct csv_in *in,
    const struct common *common, const struct table_want *want, size_t n)
{
    struct loader l = {.in = in, .common = common, .want = want, .gate = gate, .wants = n};
    struct table *t = mem_zero(1, sizeof *t);
    l.taken = csv_can_take(in) && !gate;
    l.threads = l.taken ? common->jobs : 1;
    l.name = mem_alloc(n, sizeof *l.name);
    l.name_n = mem_alloc(n, sizeof *l.name_n);
    l.seed = mem_alloc(n, sizeof *l.seed);
    for (size_t i = 0; i < n; i++) {
        struct str name = csv_header(in)->name[want[i].column];
        l.name[i] = mem_text(name.p, name.n);
        l.name_n[i] = name.n;
        l.seed[i] = table_seed(name);
    }
    use_columns(&l);
    l.store = table_store_new(n);
    read_all(&l, t);
    csv_use_all(in);
    settle(&l);
    for (size_t i = 0; i < n; i++)
        refuse_mixture(&l, i);
    t->rows = table_store_rows(l.store);
    t->n = n;
    t->column = mem_zero(n, sizeof *t->column);
    struct assembly a = {&l, t};
    par_for(common->jobs, n, assemble, &a);
    assemble_stretches(&l, t);
    release(&l);
    return t;
}

void table_free(struct table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        struct table_column *c = &t->column[i];
        mem_free(c->number);
        mem_free(c->code);
        mem_free(c->bucket);
        mem_free(c->time);
        dict_free(c->levels);
        mem_free((void *)(uintptr_t)c->name.p);
    }
    mem_free(t->column);
    mem_free(t->left_out);
    for (size_t i = 0; i < t->files; i++)
        mem_free(t->file[i]);
    mem_free(t->file);
    mem_free(t->stretch);
    mem_free(t);
}

struct place table_place(const struct table *t, size_t row, size_t column)
{
    size_t low = 0, high = t->stretches; /* the last that begins with the row or before it */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (t->stretch[middle].row <= row)
            low = middle;
        else
            high = middle;
    }
    const struct table_stretch *s = &t->stretch[low];
    return (struct place){s->file, s->line + (row - s->row), t->column[column].name.p};
}
