/* SPDX-License-Identifier: MIT */
/* exits - does a call end its process with this status, and say this on standard error? */
#ifndef PA_EXITS_H
#define PA_EXITS_H

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the last call wrote to descriptor 1 or 2. */
static char exits_text[16384];
static size_t exits_length;

/* fn(context) in a child, which exits 99 when fn returns.  fd: 1 or 2, the one to listen to. */
static inline int exits_status(int fd, void (*fn)(void *), void *context)
{
    int ends[2], status;
    fflush(stdout);
    if (pipe(ends) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], fd);
        close(ends[0]);
        fn(context);
        _exit(99);
    }
    close(ends[1]);
    size_t n = 0;
    ssize_t got;
    while ((got = read(ends[0], exits_text + n, sizeof exits_text - 1 - n)) > 0)
        n += (size_t)got;
    exits_text[n] = '\0';
    exits_length = n;
    close(ends[0]);
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline int exits(int wanted, const char *text, void (*fn)(void *), void *context)
{
    int status = exits_status(2, fn, context);
    if (status == wanted && strstr(exits_text, text))
        return 1;
    printf("# exit %d: %s# wanted %d: %s\n", status, exits_text, wanted, text);
    return 0;
}

#endif
