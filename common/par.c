/* SPDX-License-Identifier: MIT */
/*
 * Threads are started per call: a few tens of microseconds beside the milliseconds of a pass, and
 * nothing is left running in between.
 */
#define _GNU_SOURCE /* sched_getaffinity: what we may use, not what the machine has */
#include "par.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "mem.h"

unsigned par_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (unsigned)CPU_COUNT(&set);
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

struct start {
    void (*work)(void *context, unsigned thread);
    void *context;
    unsigned thread;
};

static void *run(void *p)
{
    struct start *s = p;
    s->work(s->context, s->thread);
    return NULL;
}

void par_run(unsigned jobs, void (*work)(void *context, unsigned thread), void *context)
{
    if (jobs <= 1) {
        work(context, 0);
        return;
    }
    pthread_t *id = mem_alloc(jobs, sizeof *id);
    struct start *start = mem_alloc(jobs, sizeof *start);
    for (unsigned t = 1; t < jobs; t++) {
        start[t] = (struct start){work, context, t};
        if (pthread_create(&id[t], NULL, run, &start[t]))
            die("cannot start thread %u of %u (fewer: -j)", t + 1, jobs);
    }
    work(context, 0);
    for (unsigned t = 1; t < jobs; t++)
        pthread_join(id[t], NULL);
    mem_free(start);
    mem_free(id);
}

struct each {
    size_t n;
    atomic_size_t next;
    void (*item)(void *context, size_t i, unsigned thread);
    void *context;
};

static void take_items(void *p, unsigned thread)
{
    struct each *e = p;
    for (;;) {
        size_t i = atomic_fetch_add_explicit(&e->next, 1, memory_order_relaxed);
        if (i >= e->n)
            return;
        e->item(e->context, i, thread);
    }
}

void par_for(
    unsigned jobs, size_t n, void (*item)(void *context, size_t i, unsigned thread), void *context)
{
    struct each e = {.n = n, .item = item, .context = context};
    par_run(n < jobs ? (unsigned)n : jobs, take_items, &e);
}

/*
 * The tree of blocks.  Finished nodes wait in a list until their sibling comes; since blocks are
 * taken in order, about jobs + log2(blocks) of them wait at any time.
 */
struct node {
    struct node *next;
    unsigned level;
    size_t index;
    double sum[];
};

struct tree {
    const struct par_sum *job;
    size_t blocks;
    atomic_size_t next;
    pthread_mutex_t lock;
    struct node *waiting, *spare;
};

static struct node *fresh(struct tree *t)
{
    pthread_mutex_lock(&t->lock);
    struct node *n = t->spare;
    if (n)
        t->spare = n->next;
    pthread_mutex_unlock(&t->lock);
    return n ? n : mem_alloc(1, sizeof *n + t->job->len * sizeof *n->sum);
}

/* Nodes at a level: ceil(blocks / 2^level). */
static size_t width(const struct tree *t, unsigned level)
{
    return ((t->blocks - 1) >> level) + 1;
}

/* With the lock held: take the sibling of n out of the waiting list, if it is there. */
static struct node *sibling(struct tree *t, const struct node *n)
{
    for (struct node **p = &t->waiting; *p; p = &(*p)->next)
        if ((*p)->level == n->level && (*p)->index == (n->index ^ 1)) {
            struct node *found = *p;
            *p = found->next;
            return found;
        }
    return NULL;
}

static void rise(struct tree *t, struct node *n)
{
    while (width(t, n->level) > 1) {
        if ((n->index ^ 1) < width(t, n->level)) {
            pthread_mutex_lock(&t->lock);
            struct node *other = sibling(t, n);
            if (!other) {
                n->next = t->waiting;
                t->waiting = n;
                pthread_mutex_unlock(&t->lock);
                return;
            }
            pthread_mutex_unlock(&t->lock);
            struct node *left = n->index & 1 ? other : n, *right = n->index & 1 ? n : other;
            for (size_t i = 0; i < t->job->len; i++)
                left->sum[i] += right->sum[i];
            pthread_mutex_lock(&t->lock);
            right->next = t->spare;
            t->spare = right;
            pthread_mutex_unlock(&t->lock);
            n = left;
        }
        n->level++;
        n->index >>= 1;
    }
    pthread_mutex_lock(&t->lock);
    n->next = t->waiting;
    t->waiting = n;
    pthread_mutex_unlock(&t->lock);
}

static void sum_blocks(void *p, unsigned thread)
{
    struct tree *t = p;
    const struct par_sum *job = t->job;
    for (;;) {
        size_t b = atomic_fetch_add_explicit(&t->next, 1, memory_order_relaxed);
        if (b >= t->blocks)
            return;
        size_t first = b * PAR_BLOCK, left = job->rows - first;
        struct node *n = fresh(t);
        n->level = 0;
        n->index = b;
        memset(n->sum, 0, job->len * sizeof *n->sum);
        job->block(job->context, first, left < PAR_BLOCK ? left : PAR_BLOCK, n->sum, thread);
        rise(t, n);
    }
}

static void free_nodes(struct node *n)
{
    while (n) {
        struct node *next = n->next;
        mem_free(n);
        n = next;
    }
}

void par_sum(unsigned jobs, const struct par_sum *job, double *total)
{
    memset(total, 0, job->len * sizeof *total);
    if (!job->rows)
        return;
    struct tree t = {.job = job, .blocks = (job->rows - 1) / PAR_BLOCK + 1};
    pthread_mutex_init(&t.lock, NULL);
    par_run(t.blocks < jobs ? (unsigned)t.blocks : jobs, sum_blocks, &t);
    memcpy(total, t.waiting->sum, job->len * sizeof *total);
    free_nodes(t.waiting);
    free_nodes(t.spare);
    pthread_mutex_destroy(&t.lock);
}
