/* SPDX-License-Identifier: MIT */
/* For coverage.sh: _exit, and a signal that a program sends itself, write the counts first; weak,
 * as tests have an _exit of their own. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

_Noreturn void __wrap__exit(int status);
_Noreturn void __real__exit(int status);
int __wrap_raise(int number);
int __real_raise(int number);
void __gcov_dump(void);

/* Once, and to the end, whatever other threads and signals do: half a file spoils what is in it. */
static void dump(void)
{
    static atomic_int state; /* 1: the counts are being written, 2: they have been */
    int fresh = 0;
    const struct timespec moment = {.tv_nsec = 1000000};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    if (atomic_compare_exchange_strong(&state, &fresh, 1)) {
        __gcov_dump();
        state = 2;
    }
    while (state != 2)
        nanosleep(&moment, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

__attribute__((weak)) _Noreturn void __wrap__exit(int status)
{
    dump();
    __real__exit(status);
}

int __wrap_raise(int number)
{
    dump();
    return __real_raise(number);
}
