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

/* The last rows of a user, times ascending, in time[first .. first + n). */
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
    uint64_t bots;
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

static void insert(struct recent *u, int64_t us)
{
    if (u->first && u->first >= u->n && u->first + u->n == u->cap) {
        memmove(u->time, u->time + u->first, u->n * sizeof *u->time);
        u->first = 0;
    }
    u->time = mem_grow(u->time, &u->cap, u->first + u->n + 1, sizeof *u->time);
    size_t at = u->first + u->n++;
    for (; at > u->first && u->time[at - 1] > us; at--)
        u->time[at] = u->time[at - 1];
    u->time[at] = us;
}

void rate_see(struct rate *r, uint32_t user, int64_t us)
{
    struct recent *u = recent_of(r, user);
    if (u->bot)
        return;
    insert(u, us);
    if (u->n <= r->most)
        return;
    if (u->time[u->first + u->n - 1] - u->time[u->first] < r->span) {
        u->bot = true;
        r->bots++;
        mem_free(u->time);
        u->time = NULL;
    }
    u->first++;
    u->n--;
}

bool rate_is_bot(const struct rate *r, uint32_t user)
{
    return user < r->users && r->user[user].bot;
}

uint64_t rate_bots(const struct rate *r)
{
    return r->bots;
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
