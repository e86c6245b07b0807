/* SPDX-License-Identifier: MIT */
/*
 * A thread takes a part, works on it, and puts the bytes that come of it into the part's slot.
 * Whoever finds the slot that is to be written next filled, and nobody writing, writes; the others
 * go on with further parts, of which only so many are under way.  Two locks: one around taking,
 * which may wait for input, and one around what is shared, which waits for nothing.
 */
#include "csv_map.h"

#include <pthread.h>

#include "csv_private.h"
#include "par.h"

/* DRIBLET: less than this at once is worked on where it is read. */
enum { PART = 256 << 10, DRIBLET = 32 << 10, EACH = 3 };

/* A part under way, and its rows as they are to be written. */
struct run {
    struct csv_part *part;
    struct csv_out *out;
    struct run *spare;
    uint64_t rows;
    bool done;
};

struct mapping {
    const struct csv_map *how;
    struct run *early;      /* taken before the threads began */
    pthread_mutex_t taking; /* around csv_take_ready and ended */
    bool ended;
    pthread_mutex_t lock; /* around all that follows, and inside the other */
    pthread_cond_t change;
    struct run *run, *spare;
    struct run **slot; /* [part number % runs] */
    size_t runs, next; /* next: number of the part to be written */
    bool writing, waiting, flushed;
    size_t counted;               /* numbered: the part to be counted next */
    uint64_t first;               /* and the rows before it */
    uint64_t lines, taken, blank; /* lines: of the file, before the part to be written */
};

/* With the lock held. */
static void give_back(struct mapping *m, struct run *r)
{
    r->spare = m->spare;
    m->spare = r;
    pthread_cond_broadcast(&m->change);
}

/* ---- writing ---- */

static void write_run(struct mapping *m, struct run *r)
{
    bool first = csv_part_number(r->part) == csv_part_first(r->part);
    m->lines = first ? 0 : m->lines;
    csv_out_put(m->how->out, r->out);
    if (csv_part_failed(r->part)) {
        csv_flush(m->how->out);
        csv_part_die(r->part, m->lines);
    }
    m->lines += csv_part_lines(r->part);
    m->taken += r->rows;
    m->blank += csv_part_blank(r->part);
}

/* With the lock held: write what can be written, unless somebody does. */
static void drain(struct mapping *m)
{
    if (m->writing)
        return;
    m->writing = true;
    for (;;) {
        struct run **slot = &m->slot[m->next % m->runs], *r = *slot;
        bool flush = !r && m->waiting && !m->flushed;
        if (!r && !flush)
            break;
        m->flushed = flush;
        pthread_mutex_unlock(&m->lock);
        if (flush)
            csv_flush_all(m->how->in);
        else
            write_run(m, r);
        pthread_mutex_lock(&m->lock);
        if (flush)
            continue;
        *slot = NULL;
        m->next++;
        give_back(m, r);
    }
    m->writing = false;
}

/* The taker is about to wait for input. */
static void on_wait(void *context)
{
    struct mapping *m = context;
    pthread_mutex_lock(&m->lock);
    m->waiting = true;
    drain(m);
    pthread_mutex_unlock(&m->lock);
}

/* ---- taking ---- */

static struct run *spare_run(struct mapping *m)
{
    pthread_mutex_lock(&m->lock);
    while (!m->spare)
        pthread_cond_wait(&m->change, &m->lock);
    struct run *r = m->spare;
    m->spare = r->spare;
    pthread_mutex_unlock(&m->lock);
    return r;
}

/* The next part; NULL at the end. */
static struct run *take(struct mapping *m)
{
    struct run *r = spare_run(m);
    pthread_mutex_lock(&m->taking);
    if (!m->ended)
        r->part = csv_take_ready(m->how->in, r->part, PART);
    bool ended = m->ended = m->ended || !r->part;
    pthread_mutex_lock(&m->lock);
    m->waiting = false;
    if (ended)
        give_back(m, r);
    pthread_mutex_unlock(&m->lock);
    pthread_mutex_unlock(&m->taking);
    return ended ? NULL : r;
}

/* ---- working ---- */

/* How many rows come before a part: parts are counted one after another, in their order. */
static uint64_t count_rows(struct mapping *m, struct run *r)
{
    uint64_t rows = csv_part_count(r->part);
    pthread_mutex_lock(&m->lock);
    while (m->counted != csv_part_number(r->part))
        pthread_cond_wait(&m->change, &m->lock);
    uint64_t first = m->first;
    m->first += rows;
    m->counted++;
    pthread_cond_broadcast(&m->change);
    pthread_mutex_unlock(&m->lock);
    return first;
}

static void work(struct mapping *m, struct run *r, unsigned thread)
{
    const struct csv_map *how = m->how;
    uint64_t first = how->numbered ? count_rows(m, r) : 0;
    struct row row;
    r->rows = 0;
    while (csv_part_next(r->part, &row)) {
        r->rows++;
        row.number += first;
        how->row(how->context, &row, r->out, thread);
        if (how->batch && r->rows % CSV_MAP_BATCH == 0)
            how->batch(how->context, r->out, thread);
    }
    if (how->batch)
        how->batch(how->context, r->out, thread);
    pthread_mutex_lock(&m->lock);
    m->slot[csv_part_number(r->part) % m->runs] = r;
    drain(m);
    pthread_mutex_unlock(&m->lock);
}

static void work_on(void *context, unsigned thread)
{
    struct mapping *m = context;
    struct run *r = thread ? NULL : m->early;
    while (r || (r = take(m))) {
        work(m, r, thread);
        r = NULL;
    }
}

/* ---- all of it ---- */

static void map_rows(const struct csv_map *how)
{
    struct row row;
    for (uint64_t number = 1; csv_next(how->in, &row); number++) {
        if (how->numbered)
            row.number = number;
        how->row(how->context, &row, how->out, 0);
        if (how->batch)
            how->batch(how->context, how->out, 0);
    }
}

static void mapping_init(struct mapping *m)
{
    pthread_mutex_init(&m->taking, NULL);
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->change, NULL);
    m->runs = (size_t)EACH * m->how->jobs;
    m->run = mem_zero(m->runs, sizeof *m->run);
    m->slot = mem_zero(m->runs, sizeof *m->slot);
    for (size_t i = 0; i < m->runs; i++) {
        m->run[i].out = csv_out_copy(m->how->out);
        m->run[i].spare = m->spare;
        m->spare = &m->run[i];
    }
}

static void mapping_release(struct mapping *m)
{
    for (size_t i = 0; i < m->runs; i++) {
        csv_part_free(m->run[i].part);
        csv_out_copy_free(m->run[i].out);
    }
    mem_free(m->run);
    mem_free(m->slot);
    pthread_mutex_destroy(&m->taking);
    pthread_mutex_destroy(&m->lock);
    pthread_cond_destroy(&m->change);
}

void csv_map(const struct csv_map *how)
{
    struct mapping m = {.how = how};
    if (how->jobs == 1 || !csv_can_take(how->in)) {
        map_rows(how);
        return;
    }
    mapping_init(&m);
    csv_wait_hook(how->in, on_wait, &m);
    while ((m.early = take(&m)) && csv_part_size(m.early->part) < DRIBLET)
        work(&m, m.early, 0);
    if (m.early)
        par_run(how->jobs, work_on, &m);
    csv_wait_hook(how->in, NULL, NULL);
    csv_count_taken(how->in, m.taken, m.blank);
    mapping_release(&m);
}
