/* SPDX-License-Identifier: MIT */
/*
 * So many parts of the input at a time: threads find of each of their rows whether the simple rules
 * let it through, its fingerprint and its numbers.  Then which of the rows repeat earlier ones is
 * asked, for all these parts at once, and the others are learnt from, in the order of the input.
 * In the last pass rows are looked up by number and written by csv_map.
 *
 * A part much longer than usual, which is one long row, is looked at while no other is taken, and
 * let go of then: what it and its slicer need is needed once, not by each thread.
 */
#include <math.h>
#include <pthread.h>

#include "cleaner_private.h"
#include "csv_map.h"
#include "mem.h"
#include "par.h"

/* At a time: bytes of a part, parts for each thread, and rows in all.  LONG: bytes of a part that
 * is looked at by itself. */
enum { PART = 256 << 10, PARTS = 32, ROWS = 64 << 10, LONG = 4 * PART };

/* What was found in one part. */
struct catch
{
    struct csv_part *failed; /* it broke off */
    bool first;              /* of its file */
    uint64_t rows, lines, blank, left_out, incomplete;
    uint64_t *missing; /* by required column */
    size_t n;          /* rows let through */
    uint32_t *number;  /* within the part */
    double *value;     /* [n][rules] */
    size_t number_cap, value_cap;
    struct dedup_batch *batch;
};

/* What a thread works with. */
struct hand {
    struct csv_part *part;
    struct where *where;
    struct dedup_batch *added;
};

struct sifting {
    struct cleaner *c;
    size_t rules;
    struct hand *hand;
    struct catch *catch;
    struct dedup_batch **batch; /* of the catches */
    size_t room, n;             /* of catches */
    size_t held;                /* rows let through of the parts that are ready */
    bool ended;
    pthread_mutex_t taking;
    uint64_t rows, lines; /* before the part that is next; lines: of its file */
};

bool sift_can(const struct cleaner *c)
{
    const struct rules *r = c->rules;
    bool plain = c->time == NO_COLUMN && c->user == NO_COLUMN && !c->schema && !c->infer &&
                 !c->trim.n && !c->lower.n && !r->coarsen.n && !r->hmac && !r->k_anon;
    return plain && (c->stage == LIMITS || (c->stage == WRITE && c->dedup)) &&
           limits_by_numbers(c->limits) && c->late == UINT64_MAX && !c->common->rejects &&
           c->jobs > 1 && csv_can_take(c->in);
}

/* ---- one part, on any thread ---- */

static void look(const struct sifting *s, struct hand *h, struct catch *k, const struct row *row)
{
    struct cleaner *c = s->c;
    k->rows++;
    if (!where_holds(h->where, c->in, row)) {
        k->left_out++;
        return;
    }
    size_t lacking = cleaner_lacks(c, row);
    if (lacking < c->required.n) {
        k->incomplete++;
        k->missing[lacking]++;
        return;
    }
    k->number = mem_grow(k->number, &k->number_cap, k->n + 1, sizeof *k->number);
    k->value = mem_grow(k->value, &k->value_cap, (k->n + 1) * s->rules, sizeof *k->value);
    if (!limits_numbers(c->limits, c->in, row, k->value + k->n * s->rules))
        return;
    if (c->dedup)
        dedup_batch_add(c->dedup, h->added, row, &c->keys);
    k->number[k->n++] = (uint32_t)row->number;
}

static void look_at_part(const struct sifting *s, struct hand *h, struct catch *k)
{
    struct row row;
    k->rows = k->left_out = k->incomplete = 0;
    k->n = 0;
    for (size_t i = 0; i < s->c->required.n; i++)
        k->missing[i] = 0;
    while (csv_part_next(h->part, &row))
        look(s, h, k, &row);
    dedup_batch_sort(h->added, k->batch);
    k->first = csv_part_number(h->part) == csv_part_first(h->part);
    k->lines = csv_part_lines(h->part);
    k->blank = csv_part_blank(h->part);
    k->failed = csv_part_failed(h->part) ? h->part : NULL;
    if (k->failed)
        h->part = NULL;
}

/* The next part into the thread's hand; where what it holds goes, or NULL. */
static struct catch *take_any(struct sifting *s, struct hand *h)
{
    if (s->ended || s->n == s->room || s->held >= ROWS)
        return NULL;
    h->part = csv_take(s->c->in, h->part, PART);
    s->ended = !h->part;
    return s->ended ? NULL : &s->catch[s->n++];
}

static void let_go(struct hand *h)
{
    csv_part_free(h->part);
    h->part = NULL;
}

/* The next that is not long.  Long ones are looked at at once, and so is that behind them, which
 * stands in the same memory. */
static struct catch *take_usual(struct sifting *s, struct hand *h)
{
    struct catch *k;
    bool large = false;
    while ((k = take_any(s, h)) && (large || csv_part_size(h->part) > LONG)) {
        large = csv_part_size(h->part) > LONG;
        look_at_part(s, h, k);
        s->held += k->n;
        if (!large)
            let_go(h);
    }
    if (large)
        let_go(h);
    return k;
}

/* last: what came before it, or NULL. */
static struct catch *take(struct sifting *s, struct hand *h, const struct catch *last)
{
    pthread_mutex_lock(&s->taking);
    s->held += last ? last->n : 0;
    struct catch *k = take_usual(s, h);
    pthread_mutex_unlock(&s->taking);
    return k;
}

static void look_at_some(void *context, unsigned thread)
{
    struct sifting *s = context;
    struct hand *h = &s->hand[thread];
    struct catch *k = NULL;
    while ((k = take(s, h, k)))
        look_at_part(s, h, k);
}

/* ---- one part after another ---- */

static void settle_row(struct sifting *s, const struct catch *k, size_t i)
{
    struct cleaner *c = s->c;
    uint64_t number = s->rows + k->number[i];
    enum dedup_answer answer = c->dedup ? dedup_batch_answer(k->batch, i) : DEDUP_NEW;
    if (answer == DEDUP_REPEAT) {
        c->tally.duplicates++;
        return;
    }
    if (answer == DEDUP_LATER && number < c->late)
        c->late = number;
    bits_set(&c->left, number);
    if (s->rules == 1 && isnan(k->value[i]))
        bits_set(&c->other, number);
    if (number < c->late && s->rules)
        limits_see_numbers(c->limits, k->value + i * s->rules);
}

static void settle_part(struct sifting *s, const struct catch *k)
{
    struct cleaner *c = s->c;
    uint64_t repeats = c->tally.duplicates;
    for (size_t i = 0; i < k->n; i++)
        settle_row(s, k, i);
    for (size_t i = 0; i < c->required.n; i++)
        c->missing[i] += k->missing[i];
    c->tally.left_out += k->left_out;
    c->tally.incomplete += k->incomplete;
    csv_count_left_out(c->in, k->incomplete + c->tally.duplicates - repeats);
    csv_count_taken(c->in, k->rows, k->blank);
    s->rows += k->rows;
}

static void ask(struct sifting *s)
{
    uint64_t rows = s->rows;
    for (size_t i = 0; i < s->n; i++) {
        struct catch *k = &s->catch[i];
        s->lines = k->first ? 0 : s->lines;
        if (k->failed)
            csv_part_die(k->failed, s->lines);
        s->lines += k->lines;
        dedup_batch_place(k->batch, rows);
        rows += k->rows;
    }
    if (s->c->dedup)
        dedup_ask_all(s->c->dedup, s->batch, s->n, s->c->jobs);
}

/* ---- the first pass ---- */

static struct sifting sifting_new(struct cleaner *c)
{
    unsigned jobs = c->jobs;
    struct sifting s = {.c = c, .rules = limits_count(c->limits), .room = (size_t)PARTS * jobs};
    s.hand = mem_zero(jobs, sizeof *s.hand);
    s.catch = mem_zero(s.room, sizeof *s.catch);
    s.batch = mem_alloc(s.room, sizeof *s.batch);
    for (unsigned t = 0; t < jobs; t++) {
        s.hand[t].added = dedup_batch_new();
        s.hand[t].where = where_parse(&c->rules->where, c->header, c->common->tz);
    }
    for (size_t i = 0; i < s.room; i++) {
        s.batch[i] = s.catch[i].batch = dedup_batch_new();
        s.catch[i].missing = mem_zero(c->required.n, sizeof *s.catch[i].missing);
    }
    pthread_mutex_init(&s.taking, NULL);
    return s;
}

static void sifting_release(struct sifting *s)
{
    for (unsigned t = 0; t < s->c->jobs; t++) {
        csv_part_free(s->hand[t].part);
        where_free(s->hand[t].where);
        dedup_batch_free(s->hand[t].added);
    }
    for (size_t i = 0; i < s->room; i++) {
        dedup_batch_free(s->batch[i]);
        mem_free(s->catch[i].missing);
        mem_free(s->catch[i].number);
        mem_free(s->catch[i].value);
    }
    mem_free(s->hand);
    mem_free(s->catch);
    mem_free(s->batch);
    pthread_mutex_destroy(&s->taking);
}

void sift(struct cleaner *c)
{
    struct sifting s = sifting_new(c);
    cleaner_use(c, false);
    while (!s.ended) {
        s.n = s.held = 0;
        par_run(c->jobs, look_at_some, &s);
        ask(&s);
        for (size_t i = 0; i < s.n; i++)
            settle_part(&s, &s.catch[i]);
    }
    c->end = s.rows + 1;
    if (c->stage == WRITE) /* nothing was written yet, whatever is late */
        c->late = UINT64_MAX;
    sifting_release(&s);
}

/* ---- the last pass ---- */

struct writing {
    struct cleaner *c;
    bool bare; /* rows left that are not among c->other need no rule */
    size_t *change;
    struct writer {
        double *number;
        struct limits_counts *counts;
        uint64_t written;
    } * writer; /* by thread */
};

static void write_row(void *context, const struct row *row, struct csv_out *out, unsigned thread)
{
    const struct writing *w = context;
    struct writer *t = &w->writer[thread];
    if (!bits_has(&w->c->left, row->number))
        return;
    if (w->bare && !bits_has(&w->c->other, row->number)) {
        csv_write(out, row);
        t->written++;
        return;
    }
    struct limits_row r = {w->c->in, row, w->change, t->number, t->counts};
    limits_set(w->c->limits, &r, out);
    csv_write(out, row);
    t->written++;
}

/* Numbers were learnt in the order of the rows that are left: rows whose number is beyond its
 * limits join those that have none.  False: that is not known. */
static bool mark_beyond(struct cleaner *c)
{
    size_t learnt = 0;
    if (!limits_count(c->limits))
        return true;
    if (!limits_remembers(c->limits))
        return false;
    for (uint64_t number = 1; number < c->end; number++)
        if (bits_has(&c->left, number) && !bits_has(&c->other, number) &&
            limits_was_beyond(c->limits, learnt++))
            bits_set(&c->other, number);
    return true;
}

void sift_write(struct cleaner *c)
{
    size_t n = limits_count(c->limits);
    unsigned jobs = c->jobs;
    struct writing w = {
        c, mark_beyond(c), mem_zero(n, sizeof *w.change), mem_zero(jobs, sizeof *w.writer)};
    limits_columns(c->limits, c->out, w.change);
    for (unsigned t = 0; t < jobs; t++) {
        w.writer[t].number = mem_zero(n, sizeof *w.writer[t].number);
        w.writer[t].counts = mem_zero(n, sizeof *w.writer[t].counts);
    }
    csv_rewind(c->in);
    cleaner_use(c, true);
    csv_map(&(struct csv_map){c->in, c->out, jobs, true, write_row, &w});
    for (unsigned t = 0; t < jobs; t++) {
        limits_add(c->limits, w.writer[t].counts);
        c->tally.written += w.writer[t].written;
        mem_free(w.writer[t].number);
        mem_free(w.writer[t].counts);
    }
    mem_free(w.writer);
    mem_free(w.change);
}
