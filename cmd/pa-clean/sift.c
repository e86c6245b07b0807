/* SPDX-License-Identifier: MIT */
/*
 * A thread takes a part of the input and finds of each of its rows whether the simple rules let it
 * through, its fingerprint and its numbers.  Then it waits for the part's turn: which of the rows
 * repeat earlier ones is asked, and the others are learnt from, in the order of the input.  In the
 * last pass rows are looked up by number and written by csv_map.
 */
#include <pthread.h>

#include "cleaner_private.h"
#include "csv_map.h"
#include "mem.h"
#include "par.h"

/* What one thread found in one part. */
struct catch
{
    struct csv_part *part;
    struct where *where;
    struct buf text;
    uint64_t rows, left_out, incomplete;
    uint64_t *missing; /* by required column */
    size_t n;          /* rows let through */
    struct hash128 *print;
    uint64_t *number; /* within the part, then of the table */
    double *value;    /* [n][rules] */
    enum dedup_answer *answer;
    size_t print_cap, number_cap, value_cap, answer_cap;
};

struct sifting {
    struct cleaner *c;
    size_t rules;
    pthread_mutex_t taking, lock;
    pthread_cond_t change;
    size_t next;          /* part whose turn it is */
    uint64_t rows, lines; /* before it; lines: of its file */
};

bool sift_can(const struct cleaner *c)
{
    const struct rules *r = c->rules;
    bool plain = c->time == NO_COLUMN && c->user == NO_COLUMN && !c->schema && !c->infer &&
                 !c->trim.n && !c->lower.n && !r->coarsen.n && !r->hmac && !r->k_anon;
    return plain && c->stage == LIMITS && limits_by_numbers(c->limits) && c->late == UINT64_MAX &&
           !c->common->rejects && c->common->jobs > 1 && csv_can_take(c->in);
}

/* ---- one part, on any thread ---- */

static void make_room(struct catch *k, size_t rules)
{
    size_t need = k->n + 1;
    k->print = mem_grow(k->print, &k->print_cap, need, sizeof *k->print);
    k->number = mem_grow(k->number, &k->number_cap, need, sizeof *k->number);
    k->value = mem_grow(k->value, &k->value_cap, need * rules, sizeof *k->value);
    k->answer = mem_grow(k->answer, &k->answer_cap, need, sizeof *k->answer);
}

static void look(const struct sifting *s, struct catch *k, const struct row *row)
{
    struct cleaner *c = s->c;
    k->rows++;
    if (!where_holds(k->where, c->in, row)) {
        k->left_out++;
        return;
    }
    size_t lacking = cleaner_lacks(c, row);
    if (lacking < c->required.n) {
        k->incomplete++;
        k->missing[lacking]++;
        return;
    }
    make_room(k, s->rules);
    if (!limits_numbers(c->limits, c->in, row, k->value + k->n * s->rules))
        return;
    if (c->dedup)
        k->print[k->n] = dedup_print(c->dedup, row, &c->keys, &k->text);
    k->number[k->n++] = row->number;
}

static void look_at_part(const struct sifting *s, struct catch *k)
{
    struct row row;
    k->rows = k->left_out = k->incomplete = 0;
    k->n = 0;
    for (size_t i = 0; i < s->c->required.n; i++)
        k->missing[i] = 0;
    while (csv_part_next(k->part, &row))
        look(s, k, &row);
}

/* ---- one part after another ---- */

static void settle_row(struct sifting *s, const struct catch *k, size_t i)
{
    struct cleaner *c = s->c;
    if (c->dedup && k->answer[i] == DEDUP_REPEAT) {
        c->tally.duplicates++;
        return;
    }
    if (c->dedup && k->answer[i] == DEDUP_LATER && k->number[i] < c->late)
        c->late = k->number[i];
    bits_set(&c->left, k->number[i]);
    if (k->number[i] < c->late)
        limits_see_numbers(c->limits, k->value + i * s->rules);
}

static void settle_part(struct sifting *s, struct catch *k)
{
    struct cleaner *c = s->c;
    uint64_t repeats = c->tally.duplicates;
    s->lines = csv_part_number(k->part) == csv_part_first(k->part) ? 0 : s->lines;
    if (csv_part_failed(k->part))
        csv_part_die(k->part, s->lines);
    for (size_t i = 0; i < k->n; i++)
        k->number[i] += s->rows;
    if (c->dedup)
        dedup_ask_n(c->dedup, k->print, k->number, k->n, k->answer);
    for (size_t i = 0; i < k->n; i++)
        settle_row(s, k, i);
    for (size_t i = 0; i < c->required.n; i++)
        c->missing[i] += k->missing[i];
    c->tally.left_out += k->left_out;
    c->tally.incomplete += k->incomplete;
    csv_count_left_out(c->in, k->incomplete + c->tally.duplicates - repeats);
    csv_count_taken(c->in, k->rows, csv_part_blank(k->part));
    s->lines += csv_part_lines(k->part);
    s->rows += k->rows;
}

static void in_turn(struct sifting *s, struct catch *k)
{
    pthread_mutex_lock(&s->lock);
    while (s->next != csv_part_number(k->part))
        pthread_cond_wait(&s->change, &s->lock);
    pthread_mutex_unlock(&s->lock);
    settle_part(s, k);
    pthread_mutex_lock(&s->lock);
    s->next++;
    pthread_cond_broadcast(&s->change);
    pthread_mutex_unlock(&s->lock);
}

static bool take(struct sifting *s, struct catch *k)
{
    pthread_mutex_lock(&s->taking);
    k->part = csv_take(s->c->in, k->part);
    pthread_mutex_unlock(&s->taking);
    return k->part != NULL;
}

static void catch_release(struct catch *k)
{
    where_free(k->where);
    buf_release(&k->text);
    mem_free(k->missing);
    mem_free(k->print);
    mem_free(k->number);
    mem_free(k->value);
    mem_free(k->answer);
}

static void work(void *context, unsigned thread)
{
    struct sifting *s = context;
    struct cleaner *c = s->c;
    struct catch k = {.where = where_parse(&c->rules->where, c->header, c->common->tz),
        .missing = mem_zero(c->required.n, sizeof *k.missing)};
    (void)thread;
    while (take(s, &k)) {
        look_at_part(s, &k);
        in_turn(s, &k);
    }
    catch_release(&k);
}

void sift(struct cleaner *c)
{
    struct sifting s = {.c = c, .rules = limits_count(c->limits)};
    pthread_mutex_init(&s.taking, NULL);
    pthread_mutex_init(&s.lock, NULL);
    pthread_cond_init(&s.change, NULL);
    par_run(c->common->jobs, work, &s);
    pthread_mutex_destroy(&s.taking);
    pthread_mutex_destroy(&s.lock);
    pthread_cond_destroy(&s.change);
}

/* ---- the last pass ---- */

struct writing {
    struct cleaner *c;
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
    struct limits_row r = {w->c->in, row, w->change, t->number, t->counts};
    limits_set(w->c->limits, &r, out);
    csv_write(out, row);
    t->written++;
}

void sift_write(struct cleaner *c)
{
    size_t n = limits_count(c->limits);
    unsigned jobs = c->common->jobs;
    struct writing w = {c, mem_zero(n, sizeof *w.change), mem_zero(jobs, sizeof *w.writer)};
    limits_columns(c->limits, c->out, w.change);
    for (unsigned t = 0; t < jobs; t++) {
        w.writer[t].number = mem_zero(n, sizeof *w.writer[t].number);
        w.writer[t].counts = mem_zero(n, sizeof *w.writer[t].counts);
    }
    csv_rewind(c->in);
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
