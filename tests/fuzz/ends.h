/* SPDX-License-Identifier: MIT */
/*
 * ends - for targets whose code may end the program: ENDS(call) runs it, and comes back when it
 * does.  Linked with --wrap for exit, _exit, the lock that the first to die keeps, and the
 * allocation, so that ends_free() gives back what such an end left.
 */
#ifndef PA_ENDS_H
#define PA_ENDS_H

#include <pthread.h>

#include "fuzz.h"

_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap_exit(int status);
_Noreturn void __real_exit(int status);
_Noreturn void __real__exit(int status);
int __wrap_pthread_mutex_lock(pthread_mutex_t *lock);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_realloc(void *p, size_t bytes);
void __wrap_free(void *p);
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t n, size_t bytes);
void *__real_realloc(void *p, size_t bytes);
void __real_free(void *p);

static jmp_buf ends_here;
static int ends_armed;
static void *ends_held[1024]; /* allocated in a call; what does not fit stays lost */
static size_t ends_count;

static void *ends_hold(void *p)
{
    if (p && ends_armed && ends_count < sizeof ends_held / sizeof *ends_held)
        ends_held[ends_count++] = p;
    return p;
}

static void ends_forget(const void *p)
{
    size_t i = ends_count;
    while (i > 0 && ends_held[i - 1] != p)
        i--;
    if (i > 0)
        ends_held[i - 1] = ends_held[--ends_count];
}

void *__wrap_malloc(size_t bytes)
{
    return ends_hold(__real_malloc(bytes));
}

void *__wrap_calloc(size_t n, size_t bytes)
{
    return ends_hold(__real_calloc(n, bytes));
}

void *__wrap_realloc(void *p, size_t bytes)
{
    ends_forget(p);
    return ends_hold(__real_realloc(p, bytes));
}

void __wrap_free(void *p)
{
    ends_forget(p);
    __real_free(p);
}

_Noreturn void __wrap__exit(int status)
{
    if (!ends_armed)
        __real__exit(status);
    must(status == 0 || status == 1 || status == 2);
    longjmp(ends_here, 1);
}

_Noreturn void __wrap_exit(int status)
{
    if (!ends_armed)
        __real_exit(status);
    __wrap__exit(status);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *lock)
{
    (void)lock;
    return 0;
}

static void run_to_its_end(void (*call)(void *), void *context)
{
    ends_armed = 1;
    if (!setjmp(ends_here))
        call(context);
    ends_armed = 0;
}

/* Give back what the last call had not: only for code that keeps nothing from call to call. */
static inline void ends_free(void)
{
    while (ends_count > 0)
        __real_free(ends_held[--ends_count]);
}

#endif
