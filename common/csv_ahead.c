/* SPDX-License-Identifier: MIT */
/*
 * As csv_map, with room for what rows become in place of bytes: whoever finds the run that is next
 * ready, and nobody using one, uses it.
 */
#include "csv_ahead.h"

#include <pthread.h>

#include "csv_private.h"
#include "par.h"

/* DRIBLET: less than this at once is worked on where it is read. */
enum { PART = 256 << 10, DRIBLET = 32 << 10, EACH = 4 };

struct run {
    struct csv_part *part;
    void *room;
    struct run *spare;
    uint64_t rows;
    bool one_by_one;
};

struct ahead {
    const struct csv_ahead *how;
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
};

/* With the lock held. */
static void give_back(struct ahead *a, struct run *r)
{
    r->spare = a->spare;
    a->spare = r;
    pthread_cond_signal(&a->change);
}

/* ---- using ---- */

static void take_rows(struct ahead *a, struct run *r)
{
    struct row row;
    csv_part_again(r->part);
    r->rows = 0;
    while (csv_part_next(r->part, &row)) {
        r->rows++;
        a->how->take(a->how->context, &row);
    }
}

static void use_run(struct ahead *a, struct run *r)
{
    bool first = csv_part_number(r->part) == csv_part_first(r->part);
    a->lines = first ? 0 : a->lines;
    if (r->one_by_one) {
        a->how->empty_room(r->room);
        take_rows(a, r);
    } else {
        a->how->use(a->how->context, r->room);
    }
    if (csv_part_failed(r->part))
        csv_part_die(r->part, a->lines);
    a->lines += csv_part_lines(r->part);
    a->taken += r->rows;
    a->blank += csv_part_blank(r->part);
}

/* With the lock held: use what can be used, unless somebody does. */
static void drain(struct ahead *a)
{
    if (a->using)
        return;
    a->using = true;
    for (;;) {
        struct run **slot = &a->slot[a->next % a->runs], *r = *slot;
        bool flush = !r && a->waiting && !a->flushed;
        if (!r && !flush)
            break;
        a->flushed = flush;
        pthread_mutex_unlock(&a->lock);
        if (flush)
            csv_flush_all(a->how->in);
        else
            use_run(a, r);
        pthread_mutex_lock(&a->lock);
        if (flush)
            continue;
        *slot = NULL;
        a->next++;
        give_back(a, r);
    }
    a->using = false;
}

/* The taker is about to wait for input. */
static void on_wait(void *context)
{
    struct ahead *a = context;
    pthread_mutex_lock(&a->lock);
    a->waiting = true;
    drain(a);
    pthread_mutex_unlock(&a->lock);
}

/* ---- making ready ---- */

static struct run *spare_run(struct ahead *a)
{
    pthread_mutex_lock(&a->lock);
    while (!a->spare)
        pthread_cond_wait(&a->change, &a->lock);
    struct run *r = a->spare;
    a->spare = r->spare;
    pthread_mutex_unlock(&a->lock);
    return r;
}

/* The next part; NULL at the end. */
static struct run *take(struct ahead *a)
{
    struct run *r = spare_run(a);
    pthread_mutex_lock(&a->taking);
    if (!a->ended)
        r->part = csv_take_ready(a->how->in, r->part, PART);
    bool ended = a->ended = a->ended || !r->part;
    pthread_mutex_lock(&a->lock);
    a->waiting = false;
    if (ended)
        give_back(a, r);
    pthread_mutex_unlock(&a->lock);
    pthread_mutex_unlock(&a->taking);
    return ended ? NULL : r;
}

static void work(struct ahead *a, struct run *r, unsigned thread)
{
    struct row row;
    r->rows = 0;
    r->one_by_one = false;
    while (!r->one_by_one && csv_part_next(r->part, &row)) {
        r->rows++;
        r->one_by_one = !a->how->ready(a->how->context, r->room, &row, thread);
        if (csv_part_failed(r->part))
            r->one_by_one = false;
    }
    pthread_mutex_lock(&a->lock);
    a->slot[csv_part_number(r->part) % a->runs] = r;
    drain(a);
    pthread_mutex_unlock(&a->lock);
}

static void work_on(void *context, unsigned thread)
{
    struct ahead *a = context;
    struct run *r = thread ? NULL : a->early;
    while (r || (r = take(a))) {
        work(a, r, thread);
        r = NULL;
    }
}

/* ---- all of it ---- */

static void ahead_init(struct ahead *a)
{
    pthread_mutex_init(&a->taking, NULL);
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->change, NULL);
    a->runs = (size_t)EACH * a->how->jobs;
    a->run = mem_zero(a->runs, sizeof *a->run);
    a->slot = mem_zero(a->runs, sizeof *a->slot);
    for (size_t i = 0; i < a->runs; i++) {
        a->run[i].room = a->how->room(a->how->context);
        a->run[i].spare = a->spare;
        a->spare = &a->run[i];
    }
}

static void ahead_release(struct ahead *a)
{
    for (size_t i = 0; i < a->runs; i++) {
        csv_part_free(a->run[i].part);
        a->how->free_room(a->run[i].room);
    }
    mem_free(a->run);
    mem_free(a->slot);
    pthread_mutex_destroy(&a->taking);
    pthread_mutex_destroy(&a->lock);
    pthread_cond_destroy(&a->change);
}

void csv_ahead(const struct csv_ahead *how)
{
    struct ahead a = {.how = how};
    struct row row;
    if (!csv_can_take(how->in)) {
        while (csv_next(how->in, &row))
            how->take(how->context, &row);
        return;
    }
    ahead_init(&a);
    csv_wait_hook(how->in, on_wait, &a);
    while ((a.early = take(&a)) && csv_part_size(a.early->part) < DRIBLET)
        work(&a, a.early, 0);
    if (a.early)
        par_run(how->jobs, work_on, &a);
    csv_wait_hook(how->in, NULL, NULL);
    csv_count_taken(how->in, a.taken, a.blank);
    ahead_release(&a);
}
