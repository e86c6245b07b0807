/* SPDX-License-Identifier: MIT */
/*
 * ticker - something that is done every so often, on a thread of its own, between other work
 *
 * What the work and the tick share is touched only between ticker_hold and ticker_let.
 */
#ifndef PA_TICKER_H
#define PA_TICKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct ticker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t change;
    bool ended;
    int64_t every_us;
    void (*tick)(void *context); /* is called while it is held */
    void *context;
};

/* every_us 0: tick is never called. */
void ticker_start(struct ticker *, int64_t every_us, void (*tick)(void *context), void *context);
void ticker_hold(struct ticker *);
void ticker_let(struct ticker *);
void ticker_stop(struct ticker *);

#endif
