/* SPDX-License-Identifier: MIT */
/*
 * ends - for targets whose code may end the program: ENDS(call) runs it, and comes back when it
 * does.  Linked with --wrap for exit, _exit and the lock that the first to die keeps.
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

static jmp_buf ends_here;
static int ends_armed;

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

#endif
