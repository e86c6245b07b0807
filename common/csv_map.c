/* SPDX-License-Identifier: MIT */
/* Each run's rows go into a stand-in of the output, which is appended to it in the run's turn. */
#include "csv_map.h"

#include <pthread.h>

#include "csv_private.h"
#include "csv_runs.h"

/* How many rows come before each part: parts are counted one after another, in their order. */
struct mapping {
    const struct csv_map *how;
    pthread_mutex_t lock;
    pthread_cond_t change;
    size_t counted; /* the part to be counted next */
    uint64_t first; /* rows before it */
};

static uint64_t count_rows(struct mapping *m, struct csv_part *part)
{
    uint64_t rows = csv_part_count(part);
    pthread_mutex_lock(&m->lock);
    while (m->counted != csv_part_number(part))
        pthread_cond_wait(&m->change, &m->lock);
    uint64_t first = m->first;
    m->first += rows;
    m->counted++;
    pthread_cond_broadcast(&m->change);
    pthread_mutex_unlock(&m->lock);
    return first;
}

static uint64_t map_part(void *context, struct csv_part *part, void *room, unsigned thread)
{
    struct mapping *m = context;
    const struct csv_map *how = m->how;
    struct csv_out *out = room;
    uint64_t first = how->numbered ? count_rows(m, part) : 0, rows = 0;
    struct row row;
    while (csv_part_next(part, &row)) {
        rows++;
        row.number += first;
        how->row(how->context, &row, out, thread);
        if (how->batch && rows % CSV_MAP_BATCH == 0)
            how->batch(how->context, out, thread);
    }
    if (how->batch)
        how->batch(how->context, out, thread);
    return rows;
}

static void put_part(void *context, struct csv_part *part, void *room)
{
    const struct mapping *m = context;
    csv_out_put(m->how->out, room);
    if (csv_part_failed(part))
        csv_flush(m->how->out);
}

static void *new_out(void *context)
{
    const struct mapping *m = context;
    return csv_out_copy(m->how->out);
}

static void free_out(void *context, void *room)
{
    (void)context;
    csv_out_copy_free(room);
}

/* One row, in its turn. */
static void map_row(void *context, const struct row *given, unsigned thread)
{
    struct mapping *m = context;
    const struct csv_map *how = m->how;
    struct row row = *given;
    if (how->numbered)
        row.number = ++m->first;
    how->row(how->context, &row, how->out, thread);
    if (how->batch)
        how->batch(how->context, how->out, thread);
}

void csv_map(const struct csv_map *how)
{
    struct mapping m = {.how = how};
    struct row row;
    if (how->jobs == 1 || !csv_can_take(how->in)) {
        while (csv_next(how->in, &row))
            map_row(&m, &row, 0);
        return;
    }
    pthread_mutex_init(&m.lock, NULL);
    pthread_cond_init(&m.change, NULL);
    csv_runs(&(struct csv_runs){.in = how->in,
        .jobs = how->jobs,
        .runs = how->jobs + how->jobs / 2 + 2,
        .room = new_out,
        .free_room = free_out,
        .work = map_part,
        .use = put_part,
        .one = map_row,
        .context = &m});
    pthread_mutex_destroy(&m.lock);
    pthread_cond_destroy(&m.change);
}
