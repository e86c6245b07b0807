/* SPDX-License-Identifier: MIT */
/*
 * 256 open-addressing tables, chosen by the fingerprint's last byte, so that growing one moves a
 * small share of all and memory never doubles at once.  A table grows by half when it is 3/4 full;
 * they begin with different sizes, so that they do not all grow for the same rows, and the room of
 * those that have grown is that of the next; a place in 0.61 is taken at any time.
 * the home of a fingerprint is its high word scaled to the table's size.  The fingerprint 0
 * marks an empty place (a real 0 becomes 1).  An entry is the fingerprint, then the time and the
 * number of the last row that had it, as far as the rules ask for them.
 *
 * Batches are asked of one table after another, so that what is looked at stands close together,
 * and tables are worked on side by side.
 */
#include "dedup.h"

#include <string.h>

#include "mem.h"
#include "par.h"
#include "stream.h"

enum { TABLES = 256, FIRST = 64, FILES = 64, LEVELS = 8, AHEAD = 16 };
enum { LO, HI, WORDS };

__extension__ typedef unsigned __int128 uint128;

struct part {
    uint64_t *at; /* cap entries */
    size_t n, cap;
};

/* What is known of one row. */
struct print {
    struct hash128 h;
    int64_t us;
    uint64_t number;
};

struct dedup {
    struct dedup_rules rules;
    struct hash_key key;
    size_t words, time_at, number_at; /* of an entry */
    bool roomy;                       /* memory allows whatever comes of the rows at hand */
    struct part part[TABLES];
    struct stream_temp **file; /* (FILES) what did not fit; NULL: nothing, nothing yet */
    unsigned level;            /* how often the rows at hand have been parted */
    bool full;
    struct buf text;
};

struct dedup *dedup_new(struct dedup_rules rules)
{
    struct dedup *d = mem_zero(1, sizeof *d);
    d->rules = rules;
    d->key = hash_random_key();
    d->words = WORDS;
    if (rules.window)
        d->time_at = d->words++;
    if (rules.last)
        d->number_at = d->words++;
    return d;
}

static size_t home(const struct part *t, struct hash128 h)
{
    return (size_t)(((uint128)h.hi * t->cap) >> 64);
}

static bool empty(const uint64_t *entry)
{
    return !entry[LO] && !entry[HI];
}

/* The place of h, or the empty one where it belongs. */
static uint64_t *place(const struct dedup *d, const struct part *t, struct hash128 h)
{
    size_t i = home(t, h);
    for (;;) {
        uint64_t *entry = t->at + i * d->words;
        if (empty(entry) || (entry[LO] == h.lo && entry[HI] == h.hi))
            return entry;
        i = i + 1 == t->cap ? 0 : i + 1;
    }
}

/* Put an entry into a table that does not have it. */
static void move(const struct dedup *d, const struct part *t, const uint64_t *entry)
{
    size_t i = home(t, (struct hash128){entry[LO], entry[HI]});
    while (!empty(t->at + i * d->words))
        i = i + 1 == t->cap ? 0 : i + 1;
    memcpy(t->at + i * d->words, entry, d->words * sizeof *entry);
}

size_t dedup_bytes(const struct dedup *d)
{
    size_t places = 0;
    for (size_t i = 0; i < TABLES; i++)
        places += d->part[i].cap;
    return places * d->words * sizeof *d->part->at;
}

/* Up to half as much again as FIRST. */
static size_t first_cap(const struct dedup *d, const struct part *t)
{
    return FIRST + (size_t)(t - d->part) * FIRST / 2 / TABLES;
}

/* Room for one more; false when memory does not allow it. */
static bool room(struct dedup *d, struct part *t)
{
    if (t->n * 4 < t->cap * 3)
        return true;
    struct part old = *t;
    size_t cap = old.cap ? old.cap + old.cap / 2 : first_cap(d, t);
    size_t more = (cap - old.cap) * d->words * sizeof *t->at;
    if (!d->roomy && (d->full || dedup_bytes(d) + more > d->rules.memory))
        return false;
    t->cap = cap;
    t->at = mem_blank(cap * d->words, sizeof *t->at);
    for (size_t i = 0; i < old.cap; i++)
        if (!empty(old.at + i * d->words))
            move(d, t, old.at + i * d->words);
    mem_free(old.at);
    return true;
}

/* Do the fields stand side by side, a comma between each two?  Then that is how they are joined. */
static bool in_place(const struct row *row, const struct columns *columns, struct str *joined)
{
    *joined = row->text[columns->at[0]];
    for (size_t i = 1; i < columns->n; i++) {
        struct str next = row->text[columns->at[i]];
        if (next.p != joined->p + joined->n + 1 || next.p[-1] != ',')
            return false;
        joined->n += 1 + next.n;
    }
    return true;
}

/* The fields joined by commas; their lengths at the end if one of several holds a comma itself. */
static struct str join(const struct row *row, const struct columns *columns, struct buf *b)
{
    bool comma = false;
    buf_clear(b);
    for (size_t i = 0; i < columns->n; i++) {
        struct str field = row->text[columns->at[i]];
        if (i)
            buf_char(b, ',');
        buf_str(b, field);
        comma = comma || (field.n && memchr(field.p, ',', field.n));
    }
    for (size_t i = 0; comma && columns->n > 1 && i < columns->n; i++) {
        uint64_t n = row->text[columns->at[i]].n;
        buf_put(b, (const char *)&n, sizeof n);
    }
    return buf_view(b);
}

static struct hash128 print_of(
    const struct dedup *d, const struct row *row, const struct columns *columns, struct buf *b)
{
    struct str joined = {0};
    if (columns->n && !in_place(row, columns, &joined))
        joined = join(row, columns, b);
    struct hash128 h = hash_sip13_128(d->key, joined.p, joined.n);
    h.lo += !h.lo && !h.hi;
    return h;
}

static void set(const struct dedup *d, uint64_t *entry, const struct print *p)
{
    entry[LO] = p->h.lo;
    entry[HI] = p->h.hi;
    if (d->time_at)
        entry[d->time_at] = (uint64_t)p->us;
    if (d->number_at)
        entry[d->number_at] = p->number;
}

static bool within(int64_t a, int64_t b, int64_t window)
{
    return a < b ? b - a <= window : a - b <= window;
}

/* A row whose fingerprint the entry has: does one of both go? */
static enum dedup_answer meet(
    const struct dedup *d, uint64_t *entry, const struct print *p, uint64_t *goes)
{
    bool repeats = !d->time_at || within((int64_t)entry[d->time_at], p->us, d->rules.window);
    *goes = d->number_at ? entry[d->number_at] : p->number;
    set(d, entry, p);
    return repeats ? DEDUP_REPEAT : DEDUP_NEW;
}

static void put_aside(struct dedup *d, const struct print *p)
{
    uint64_t rest = p->h.lo / TABLES;
    d->full = true;
    for (unsigned i = 0; i < d->level; i++)
        rest /= FILES;
    if (!d->file)
        d->file = mem_zero(FILES, sizeof(struct stream_temp *));
    struct stream_temp **file = &d->file[rest % FILES];
    if (!*file)
        *file = stream_temp_new("--dedup");
    stream_temp_put(*file, p, sizeof *p);
}

static enum dedup_answer ask(struct dedup *d, const struct print *p, uint64_t *goes)
{
    struct part *t = &d->part[p->h.lo % TABLES];
    bool fits = room(d, t);
    uint64_t *entry = t->cap ? place(d, t, p->h) : NULL;
    if (entry && !empty(entry))
        return meet(d, entry, p, goes);
    if (!fits || d->full) {
        put_aside(d, p);
        return DEDUP_LATER;
    }
    set(d, entry, p);
    t->n++;
    return DEDUP_NEW;
}

enum dedup_answer dedup_ask(struct dedup *d, const struct row *row, const struct columns *columns,
    int64_t us, uint64_t *goes)
{
    struct print p = {print_of(d, row, columns, &d->text), us, row->number};
    return ask(d, &p, goes);
}

/* ---- batches ---- */

/* A row as it was added, and in the order of tables. */
struct added {
    struct hash128 h;
    uint32_t number, at; /* at: it was the at-th that was added */
};

struct dedup_batch {
    uint64_t before;
    size_t n, cap, answer_cap;
    struct added *row;
    size_t first[TABLES + 1]; /* sorted: of the rows of each table */
    unsigned char *answer;    /* to the row that was added as the i-th */
    struct buf text;
};

struct dedup_batch *dedup_batch_new(void)
{
    return mem_zero(1, sizeof(struct dedup_batch));
}

void dedup_batch_free(struct dedup_batch *b)
{
    if (!b)
        return;
    mem_free(b->row);
    mem_free(b->answer);
    buf_release(&b->text);
    mem_free(b);
}

void dedup_batch_place(struct dedup_batch *b, uint64_t before)
{
    b->before = before;
}

void dedup_batch_add(const struct dedup *d, struct dedup_batch *b, const struct row *row,
    const struct columns *columns)
{
    b->row = mem_grow(b->row, &b->cap, b->n + 1, sizeof *b->row);
    b->row[b->n] =
        (struct added){print_of(d, row, columns, &b->text), (uint32_t)row->number, (uint32_t)b->n};
    b->n++;
}

static size_t table_of(struct hash128 h)
{
    return (size_t)(h.lo % TABLES);
}

void dedup_batch_sort(struct dedup_batch *added, struct dedup_batch *b)
{
    size_t next[TABLES];
    memset(b->first, 0, sizeof b->first);
    b->n = added->n;
    b->row = mem_grow(b->row, &b->cap, b->n, sizeof *b->row);
    b->answer = mem_grow(b->answer, &b->answer_cap, b->n, sizeof *b->answer);
    for (size_t i = 0; i < b->n; i++)
        b->first[table_of(added->row[i].h) + 1]++;
    for (size_t t = 0; t < TABLES; t++)
        next[t] = b->first[t + 1] += b->first[t];
    for (size_t i = b->n; i-- > 0;)
        b->row[--next[table_of(added->row[i].h)]] = added->row[i];
    added->n = 0;
}

struct asking {
    struct dedup *d;
    struct dedup_batch *const *batch;
    size_t n;
};

/* The entry that will be looked at soon. */
static void fetch(const struct dedup *d, const struct part *t, struct hash128 h)
{
    if (t->cap)
        __builtin_prefetch(t->at + home(t, h) * d->words, 1);
}

static void ask_rows(struct dedup *d, const struct part *table, const struct dedup_batch *b)
{
    uint64_t goes;
    size_t from = b->first[table - d->part], to = b->first[table - d->part + 1];
    for (size_t i = from; i < to && i < from + AHEAD; i++)
        fetch(d, table, b->row[i].h);
    for (size_t i = from; i < to; i++) {
        const struct added *r = &b->row[i];
        if (i + AHEAD < to)
            fetch(d, table, b->row[i + AHEAD].h);
        struct print p = {r->h, 0, b->before + r->number};
        b->answer[r->at] = (unsigned char)ask(d, &p, &goes);
    }
}

static void ask_table(void *context, size_t table, unsigned thread)
{
    const struct asking *a = context;
    (void)thread;
    for (size_t i = 0; i < a->n; i++)
        ask_rows(a->d, &a->d->part[table], a->batch[i]);
}

/* However the rows fall, does memory suffice?  A table that has grown is more than half full. */
static bool roomy(const struct dedup *d, size_t more)
{
    size_t rows = more + (size_t)TABLES * FIRST;
    for (size_t i = 0; i < TABLES; i++)
        rows += d->part[i].n;
    return !d->full && rows < SIZE_MAX / 64 && 2 * rows * d->words * 8 <= d->rules.memory;
}

void dedup_ask_all(struct dedup *d, struct dedup_batch *const *batch, size_t n, unsigned jobs)
{
    struct asking a = {d, batch, n};
    size_t rows = 0;
    for (size_t i = 0; i < n; i++)
        rows += batch[i]->n;
    d->roomy = roomy(d, rows);
    par_for(d->roomy ? jobs : 1, TABLES, ask_table, &a);
    d->roomy = false;
}

enum dedup_answer dedup_batch_answer(const struct dedup_batch *b, size_t i)
{
    return (enum dedup_answer)b->answer[i];
}

/* ---- the end ---- */

static void free_tables(struct dedup *d)
{
    for (size_t i = 0; i < TABLES; i++) {
        mem_free(d->part[i].at);
        d->part[i] = (struct part){0};
    }
}

/* One file, which holds all rows of its fingerprints that the full table did not know. */
static void settle_file(struct dedup *d, struct stream_temp *file,
    void (*repeat)(void *context, uint64_t number), void *context)
{
    struct print p;
    uint64_t goes;
    free_tables(d);
    d->full = false;
    d->roomy = d->level == LEVELS; /* no further bits to part by: as good as never */
    while (stream_temp_take(file, &p, sizeof p) == sizeof p)
        if (ask(d, &p, &goes) == DEDUP_REPEAT)
            repeat(context, goes);
}

/* What of a file does not fit either is parted again. */
void dedup_settle(struct dedup *d, void (*repeat)(void *context, uint64_t number), void *context)
{
    struct stream_temp **file = d->file;
    if (!file)
        return;
    d->level++;
    for (size_t i = 0; i < FILES; i++) {
        d->file = NULL;
        if (file[i])
            settle_file(d, file[i], repeat, context);
        stream_temp_free(file[i]);
        dedup_settle(d, repeat, context);
    }
    d->level--;
    mem_free(file);
}

static void free_files(struct dedup *d)
{
    for (size_t i = 0; d->file && i < FILES; i++)
        stream_temp_free(d->file[i]);
    mem_free(d->file);
}

void dedup_free(struct dedup *d)
{
    if (!d)
        return;
    free_tables(d);
    free_files(d);
    buf_release(&d->text);
    mem_free(d);
}
