/* SPDX-License-Identifier: MIT */
/*
 * Each thread has the rules for itself, a fork of the cleaner, and what the forks have counted is
 * added up in the end.  The one thing that rows share, the kind of times of their file, is found
 * before: rows up to the first that has a time go by themselves.
 */
#include <limits.h>

#include "cleaner_private.h"
#include "csv_map.h"
#include "mem.h"

/* Rows that are only passed on cost little: more threads than FEW would wait for one another, and
 * where rows have more than MANY columns one thread has enough to hold. */
enum { FEW = 2, MANY = 1000 };

struct spreading {
    unsigned jobs;
    struct cleaner *fork; /* by thread */
    bool bare;            /* there is no rule at all */
};

/* Has no time been seen yet of a column of times, which decides their kind? */
static bool is_undecided(const struct cleaner *c)
{
    return (c->time != NO_COLUMN && !c->rules->time_in && !c->kinds.n) ||
           coarsen_undecided(c->coarsen);
}

bool spread_can(const struct cleaner *c)
{
    bool alone =
        c->stage == WRITE && !c->dedup && !c->rate && !c->anonymity && !c->sessions && !c->infer;
    bool one_kind = c->common->files < 2 || !is_undecided(c);
    return alone && one_kind && !c->common->rejects && c->common->jobs > 1 && csv_can_take(c->in);
}

/* ---- forks ---- */

void cleaner_fork(struct cleaner *f, const struct cleaner *c)
{
    *f = *c;
    f->fork = true;
    f->where = where_parse(&c->rules->where, c->header, c->common->tz);
    f->schema = c->schema ? schema_copy(c->schema) : NULL;
    f->limits = limits_copy(c->limits);
    f->draft = c->draft ? draft_copy(c->draft) : NULL;
    f->coarsen = coarsen_copy(c->coarsen);
    f->kinds = kinds_copy(&c->kinds);
    f->text = f->why = (struct buf){0};
    f->tally = (struct tally){0};
    f->missing = mem_zero(c->required.n, sizeof *f->missing);
}

static void add_tally(struct tally *to, const struct tally *t)
{
    to->left_out += t->left_out;
    to->incomplete += t->incomplete;
    to->outliers += t->outliers;
    to->written += t->written;
    to->trimmed += t->trimmed;
    to->lowered += t->lowered;
    to->times += t->times;
    to->coarsened += t->coarsened;
    to->pseudonyms += t->pseudonyms;
}

void cleaner_join(struct cleaner *c, struct cleaner *f)
{
    add_tally(&c->tally, &f->tally);
    for (size_t i = 0; i < c->required.n; i++)
        c->missing[i] += f->missing[i];
    csv_count_left_out(c->in, f->rejected);
    limits_join(c->limits, f->limits);
    where_free(f->where);
    schema_free(f->schema);
    if (f->draft)
        draft_free(f->draft);
    coarsen_free(f->coarsen);
    kinds_release(&f->kinds);
    mem_free(f->missing);
    buf_release(&f->text);
    buf_release(&f->why);
}

/* ---- rows ---- */

/* Is there nothing to be done to any row? */
static bool is_bare(const struct cleaner *c)
{
    return !c->rules->where.n && !c->required.n && !c->schema && !limits_count(c->limits) &&
           !c->rules->coarsen.n && !c->draft && c->time == NO_COLUMN;
}

static unsigned jobs_for(const struct cleaner *c, bool bare)
{
    unsigned most = !bare ? UINT_MAX : c->header->n > MANY ? 1 : FEW;
    return c->common->jobs < most ? c->common->jobs : most;
}

static void put_row(void *context, const struct row *row, struct csv_out *out, unsigned thread)
{
    const struct spreading *s = context;
    struct cleaner *f = &s->fork[thread];
    if (s->bare) {
        csv_write(out, row);
        f->tally.written++;
        return;
    }
    struct row own = *row;
    f->out = out;
    cleaner_pass(f, &own);
}

void spread(struct cleaner *c)
{
    struct row row;
    struct spreading s = {.bare = is_bare(c)};
    s.jobs = jobs_for(c, s.bare);
    s.fork = mem_zero(s.jobs, sizeof *s.fork);
    cleaner_use(c, true);
    while (is_undecided(c) && csv_next(c->in, &row))
        cleaner_pass(c, &row);
    for (unsigned t = 0; t < s.jobs; t++)
        cleaner_fork(&s.fork[t], c);
    csv_map(&(struct csv_map){
        .in = c->in, .out = c->out, .jobs = s.jobs, .row = put_row, .context = &s});
    for (unsigned t = 0; t < s.jobs; t++)
        cleaner_join(c, &s.fork[t]);
    mem_free(s.fork);
}
