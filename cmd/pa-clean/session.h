/* SPDX-License-Identifier: MIT */
/*
 * session - sessions of users, by pauses, and users that act too fast to be people
 *
 * Users are numbered 0, 1, 2, ... by the caller; times are microseconds.
 */
#ifndef PA_SESSION_H
#define PA_SESSION_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A row more than gap later than all earlier ones of its user begins the user's next session.
 * One that comes late (its time lies before that of a row of the user that came before) belongs to
 * the session that is open.  Memory: 12 bytes a user.
 */
struct sessions;
struct sessions *sessions_new(int64_t gap);
int64_t session_of(struct sessions *, uint32_t user, int64_t us); /* from 1 */
uint64_t sessions_count(const struct sessions *);                 /* of all users */
uint64_t sessions_late(const struct sessions *);                  /* rows that came late */
void sessions_free(struct sessions *);

/*
 * A user is a bot who has more than most rows within some stretch of time [t, t + span).  Exact for
 * rows that come after at most most later rows of their user.  Memory: at most 64 bytes for each of
 * the latest most rows of a user.
 */
struct rate;

/* "N/DURATION", such as 100/1m; what cannot be read is a usage error. */
struct rate *rate_parse(const char *text);
void rate_see(struct rate *, uint32_t user, int64_t us);
bool rate_is_bot(const struct rate *, uint32_t user);
uint64_t rate_bots(const struct rate *); /* how many users are */
uint64_t rate_late(const struct rate *); /* rows that came later: by them one may be missed */
void rate_free(struct rate *);

#endif
