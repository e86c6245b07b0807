/* SPDX-License-Identifier: MIT */
/* child - a command between two pipes, and how long it takes to answer */
#ifndef PA_CHILD_H
#define PA_CHILD_H

#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* It reads what is written to *to, and writes what is read from *from; -1: it cannot be started. */
static inline pid_t child_start(char *const *command, int *to, int *from)
{
    int a[2], b[2];
    if (pipe(a) || pipe(b))
        return -1;
    pid_t child = fork();
    if (child == 0) {
        dup2(a[0], 0);
        dup2(b[1], 1);
        close(a[0]), close(a[1]), close(b[0]), close(b[1]);
        execvp(command[0], command);
        _exit(127);
    }
    close(a[0]), close(b[1]);
    *to = a[1];
    *from = b[0];
    return child;
}

static inline double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* For qsort of times. */
static inline int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

#endif
