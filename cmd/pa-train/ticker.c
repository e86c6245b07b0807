/* SPDX-License-Identifier: MIT */
#include "ticker.h"

#include <time.h>

#include "die.h"

static struct timespec later(int64_t us)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    int64_t ns = t.tv_nsec + us % 1000000 * 1000;
    return (struct timespec){t.tv_sec + us / 1000000 + ns / 1000000000, ns % 1000000000};
}

static void *keep_time(void *context)
{
    struct ticker *t = context;
    struct timespec until = later(t->every_us);
    pthread_mutex_lock(&t->lock);
    while (!t->ended)
        if (pthread_cond_timedwait(&t->change, &t->lock, &until)) {
            t->tick(t->context);
            until = later(t->every_us);
        }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

void ticker_start(struct ticker *t, int64_t every_us, void (*tick)(void *context), void *context)
{
    *t = (struct ticker){.every_us = every_us, .tick = tick, .context = context};
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->change, NULL);
    if (every_us && pthread_create(&t->thread, NULL, keep_time, t))
        die("cannot start a thread for --checkpoint");
}

void ticker_hold(struct ticker *t)
{
    pthread_mutex_lock(&t->lock);
}

void ticker_let(struct ticker *t)
{
    pthread_mutex_unlock(&t->lock);
}

void ticker_stop(struct ticker *t)
{
    if (t->every_us) {
        pthread_mutex_lock(&t->lock);
        t->ended = true;
        pthread_cond_signal(&t->change);
        pthread_mutex_unlock(&t->lock);
        pthread_join(t->thread, NULL);
    }
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->change);
}
