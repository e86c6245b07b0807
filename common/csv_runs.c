/* SPDX-License-Identifier: MIT */
/*
 * A thread takes a part, works on it, and puts what comes of it into the part's slot.  Whoever
 * finds the slot that is to be used next filled, and nobody using one, uses it; the others go on
 * with further parts, of which only so many are under way.  Two locks: one around taking, which may
 * wait for input, and one around what is shared, which waits for nothing.
 *
 * Memory: two parts' bytes, as taken and as they become, for each run under way, and what a slicer
 * allocates for one, for each thread.  So a row that is longer than a part waits for its turn, and
 * is then read and used by itself, as it is on one thread.
 */
#include "csv_runs.h"

#include <pthread.h>

#include "csv_private.h"
#include "mem.h"
#include "par.h"

/* DRIBLET: less than this at once is worked on where it is read. */
enum { PART = 96 << 10, DRIBLET = 32 << 10 };

/* A part under way, and what comes of it. */
struct run {
    struct csv_part *part;
    void *room;
    struct run *spare;
    uint64_t rows;
};

struct running {
    const struct csv_runs *how;
    struct run *early;      /* taken before the threads began */
    pthread_mutex_t taking; /* around csv_take_ready and ended */
    bool ended;
    pthread_mutex_t lock; /* around all that follows, and inside the other */
    pthread_cond_t change;
    struct run *run, *spare;
    struct run **slot; /* [part number % runs] */
    size_t runs, next; /* next: number of the part to be used */
    bool using, waiting, flushed;
    uint64_t lines, taken, blank; /* lines: of the file, before the part to be used */
    struct slicer *slicer;        /* by thread: what it allocates goes from part to part */
};

/* With the lock held. */
static void give_back(struct running *m, struct run *r)
{
    r->spare = m->spare;
    m->spare = r;
    pthread_cond_broadcast(&m->change);
}

/* ---- using ---- */

static void use_run(struct running *m, struct run *r)
{
    bool first = csv_part_number(r->part) == csv_part_first(r->part);
    m->lines = first ? 0 : m->lines;
    m->how->use(m->how->context, r->part, r->room);
    if (csv_part_failed(r->part))
        csv_part_die(r->part, m->lines);
    m->lines += csv_part_lines(r->part);
    m->taken += r->rows;
    m->blank += csv_part_blank(r->part);
}

/* With the lock held: use what can be used, unless somebody does. */
static void drain(struct running *m)
{
    if (m->using)
        return;
    m->using = true;
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
            use_run(m, r);
        pthread_mutex_lock(&m->lock);
        if (flush)
            continue;
        *slot = NULL;
        m->next++;
        give_back(m, r);
    }
    m->using = false;
}

/* The taker is about to wait for input. */
static void on_wait(void *context)
{
    struct running *m = context;
    pthread_mutex_lock(&m->lock);
    m->waiting = true;
    drain(m);
    pthread_mutex_unlock(&m->lock);
}

/* ---- taking ---- */

static struct run *spare_run(struct running *m)
{
    pthread_mutex_lock(&m->lock);
    while (!m->spare)
        pthread_cond_wait(&m->change, &m->lock);
    struct run *r = m->spare;
    m->spare = r->spare;
    pthread_mutex_unlock(&m->lock);
    return r;
}

/* With the lock of taking held: a row that no part can hold, once all before it have been used. */
static void take_long(struct running *m, unsigned thread)
{
    struct row row;
    pthread_mutex_lock(&m->lock);
    while (m->next < m->how->in->parts)
        pthread_cond_wait(&m->change, &m->lock);
    pthread_mutex_unlock(&m->lock);
    csv_flush_all(m->how->in); /* any thread may die of this row: the rows before it are out */
    if (csv_take_row(m->how->in, &row, &m->lines))
        m->how->one(m->how->context, &row, thread);
    pthread_mutex_lock(&m->lock);
    m->flushed = false;
    pthread_mutex_unlock(&m->lock);
}

/* The next part; NULL at the end. */
static struct run *take(struct running *m, unsigned thread)
{
    struct run *r = spare_run(m);
    enum taken got = TAKEN_END;
    pthread_mutex_lock(&m->taking);
    while (!m->ended &&
           (got = csv_take_ready(m->how->in, r->part, PART, &m->slicer[thread])) == TAKEN_NONE)
        take_long(m, thread);
    m->ended = got == TAKEN_END;
    pthread_mutex_lock(&m->lock);
    m->waiting = false;
    if (got == TAKEN_END)
        give_back(m, r);
    pthread_mutex_unlock(&m->lock);
    pthread_mutex_unlock(&m->taking);
    return got == TAKEN_END ? NULL : r;
}

/* ---- working ---- */

static void work(struct running *m, struct run *r, unsigned thread)
{
    csv_part_begin(r->part, &m->slicer[thread]);
    r->rows = m->how->work(m->how->context, r->part, r->room, thread);
    csv_part_end(r->part, &m->slicer[thread]);
    pthread_mutex_lock(&m->lock);
    m->slot[csv_part_number(r->part) % m->runs] = r;
    drain(m);
    pthread_mutex_unlock(&m->lock);
}

static void work_on(void *context, unsigned thread)
{
    struct running *m = context;
    struct run *r = thread ? NULL : m->early;
    while (r || (r = take(m, thread))) {
        work(m, r, thread);
        r = NULL;
    }
}

/* ---- all of it ---- */

static void running_init(struct running *m)
{
    pthread_mutex_init(&m->taking, NULL);
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->change, NULL);
    m->runs = m->how->runs;
    m->run = mem_zero(m->runs, sizeof *m->run);
    m->slot = mem_zero(m->runs, sizeof *m->slot);
    m->slicer = mem_zero(m->how->jobs, sizeof *m->slicer);
    for (size_t i = 0; i < m->runs; i++) {
        m->run[i].part = csv_part_new(m->how->in);
        m->run[i].room = m->how->room(m->how->context);
        m->run[i].spare = m->spare;
        m->spare = &m->run[i];
    }
}

static void running_release(struct running *m)
{
    for (size_t i = 0; i < m->runs; i++) {
        csv_part_free(m->run[i].part);
        m->how->free_room(m->how->context, m->run[i].room);
    }
    for (unsigned t = 0; t < m->how->jobs; t++)
        slicer_release(&m->slicer[t]);
    mem_free(m->run);
    mem_free(m->slot);
    mem_free(m->slicer);
    pthread_mutex_destroy(&m->taking);
    pthread_mutex_destroy(&m->lock);
    pthread_cond_destroy(&m->change);
}

void csv_runs(const struct csv_runs *how)
{
    struct running m = {.how = how};
    running_init(&m);
    csv_wait_hook(how->in, on_wait, &m);
    while ((m.early = take(&m, 0)) && csv_part_size(m.early->part) < DRIBLET)
        work(&m, m.early, 0);
    if (m.early)
        par_run(how->jobs, work_on, &m);
    csv_wait_hook(how->in, NULL, NULL);
    csv_count_taken(how->in, m.taken, m.blank);
    running_release(&m);
}
