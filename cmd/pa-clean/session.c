/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <string.h>

#include "die.h"
#include "mem.h"
#include "num.h"
#include "timestamp.h"

struct sessions {
    int64_t gap;
    int64_t *latest;
    uint32_t *number; /* 0: the user has not been seen */
    size_t latest_cap, cap;
    uint64_t count, late;
};

struct sessions *sessions_new(int64_t gap)
{
    struct sessions *s = mem_zero(1, sizeof *s);
    s->gap = gap;
    return s;
}

int64_t session_of(struct sessions *s, uint32_t user, int64_t us)
{
    size_t before = s->cap;
    s->latest = mem_grow(s->latest, &s->latest_cap, (size_t)user + 1, sizeof *s->latest);
    s->number = mem_grow(s->number, &s->cap, (size_t)user + 1, sizeof *s->number);
    if (s->cap > before)
        memset(s->number + before, 0, (s->cap - before) * sizeof *s->number);
    bool first = !s->number[user];
    bool late = !first && us < s->latest[user];
    if (first || us > s->latest[user] + s->gap) {
        s->number[user]++;
        s->count++;
    }
    s->late += late;
    if (!late)
        s->latest[user] = us;
    return s->number[user];
}

uint64_t sessions_count(const struct sessions *s)
{
    return s->count;
}

uint64_t sessions_late(const struct sessions *s)
{
    return s->late;
}

void sessions_free(struct sessions *s)
{
    if (!s)
        return;
    mem_free(s->latest);
    mem_free(s->number);
    mem_free(s);
}

/* The latest rows of a user, times ascending, in time[first .. first + n). */
struct recent {
    int64_t *time;
    size_t first, n, cap;
    bool bot;
};

struct rate {
    size_t most;
    int64_t span;
    struct recent *user;
    size_t users, cap;
    uint64_t bots, late;
};

struct rate *rate_parse(const char *text)
{
    struct str span, most = str_cut(str_of(text), '/', &span);
    int64_t n, us;
    if (!span.p || num_int(most, &n) != NUM_OK || n < 1 || n > INT32_MAX ||
        !timestamp_duration(span, &us))
        die_usage("--max-rate: \"%s\" is not N/DURATION, such as 100/1m", text);
    struct rate *r = mem_zero(1, sizeof *r);
    r->most = (size_t)n;
    r->span = us;
    return r;
}

static struct recent *recent_of(struct rate *r, uint32_t user)
{
    r->user = mem_grow(r->user, &r->cap, (size_t)user + 1, sizeof *r->user);
    if (user >= r->users)
        memset(r->user + r->users, 0, (user + 1 - r->users) * sizeof *r->user);
    r->users = user >= r->users ? (size_t)user + 1 : r->users;
    return &r->user[user];
}

/* Where in the user's times the new one stands. */
static size_t insert(struct recent *u, int64_t us)
{
    if (u->first && u->first >= u->n && u->first + u->n == u->cap) {
        memmove(u->time, u->time + u->first, u->n * sizeof *u->time);
        u->first = 0;
    }
    u->time = mem_grow(u->time, &u->cap, u->first + u->n + 1, sizeof *u->time);
    int64_t *time = u->time + u->first;
    size_t at = u->n++;
    for (; at && time[at - 1] > us; at--)
        time[at] = time[at - 1];
    time[at] = us;
    return at;
}

/* Are there more than most rows within span of one another, the one at that place among them? */
static bool is_fast(const struct rate *r, const struct recent *u, size_t at)
{
    const int64_t *time = u->time + u->first;
    for (size_t i = at > r->most ? at - r->most : 0; i <= at && i + r->most < u->n; i++)
        if (time[i + r->most] - time[i] < r->span)
            return true;
    return false;
}

/* Of a row that is late by up to most rows, the most before it and the most after it count: so
 * twice as many are kept. */
void rate_see(struct rate *r, uint32_t user, int64_t us)
{
    struct recent *u = recent_of(r, user);
    if (u->bot)
        return;
    size_t at = insert(u, us);
    r->late += u->n - 1 - at > r->most;
    if (is_fast(r, u, at)) {
        u->bot = true;
        r->bots++;
        mem_free(u->time);
        u->time = NULL;
    } else if (u->n > 2 * r->most) {
        u->first++;
        u->n--;
    }
}

bool rate_is_bot(const struct rate *r, uint32_t user)
{
    return user < r->users && r->user[user].bot;
}

uint64_t rate_bots(const struct rate *r)
{
    return r->bots;
}

uint64_t rate_late(const struct rate *r)
{
    return r->late;
}

void rate_free(struct rate *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->users; i++)
        mem_free(r->user[i].time);
    mem_free(r->user);
    mem_free(r);
}
