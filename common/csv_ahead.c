/* SPDX-License-Identifier: MIT */
#include "csv_ahead.h"

#include "csv_private.h"
#include "csv_runs.h"

/* What a run becomes. */
struct readied {
    void *room;
    bool one_by_one; /* not that: its rows are to be taken in its turn */
};

static uint64_t ready_part(void *context, struct csv_part *part, void *room, unsigned thread)
{
    const struct csv_ahead *how = context;
    struct readied *r = room;
    struct row row;
    uint64_t rows = 0;
    r->one_by_one = false;
    while (!r->one_by_one && csv_part_next(part, &row)) {
        rows++;
        r->one_by_one = !how->ready(how->context, r->room, &row, thread);
        if (csv_part_failed(part))
            r->one_by_one = false;
    }
    if (!r->one_by_one)
        return rows;
    csv_part_again(part);
    return csv_part_count(part);
}

static void use_part(void *context, struct csv_part *part, void *room)
{
    const struct csv_ahead *how = context;
    const struct readied *r = room;
    struct row row;
    if (!r->one_by_one && how->use(how->context, r->room))
        return;
    how->empty_room(r->room);
    csv_part_again(part);
    while (csv_part_next(part, &row))
        how->take(how->context, &row);
}

static void take_one(void *context, const struct row *row, unsigned thread)
{
    const struct csv_ahead *how = context;
    (void)thread;
    how->take(how->context, row);
}

static void *new_room(void *context)
{
    const struct csv_ahead *how = context;
    struct readied *r = mem_zero(1, sizeof *r);
    r->room = how->room(how->context);
    return r;
}

static void free_room(void *context, void *room)
{
    const struct csv_ahead *how = context;
    struct readied *r = room;
    how->free_room(r->room);
    mem_free(r);
}

void csv_ahead(const struct csv_ahead *how)
{
    struct row row;
    if (!csv_can_take(how->in)) {
        while (csv_next(how->in, &row))
            how->take(how->context, &row);
        return;
    }
    csv_runs(&(struct csv_runs){.in = how->in,
        .jobs = how->jobs,
        .runs = 8 * (size_t)how->jobs,
        .room = new_room,
        .free_room = free_room,
        .work = ready_part,
        .use = use_part,
        .one = take_one,
        .context = (void *)(uintptr_t)how});
}
