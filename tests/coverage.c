/* SPDX-License-Identifier: MIT */
/* For coverage.sh: _exit, and a signal that a program sends itself, write the counts first; weak, as
 * tests have an _exit of their own. */
#include <signal.h>

_Noreturn void __wrap__exit(int status);
_Noreturn void __real__exit(int status);
int __wrap_raise(int number);
int __real_raise(int number);
void __gcov_dump(void);

/* Once: a signal may come while they are written. */
static void dump(void)
{
    static volatile sig_atomic_t begun;
    if (begun)
        return;
    begun = 1;
    __gcov_dump();
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
