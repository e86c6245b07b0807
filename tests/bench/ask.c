/* SPDX-License-Identifier: MIT */
/*
 * ask - how long a co-process takes to answer
 *
 *   ask N LINES COMMAND... <requests
 *
 * Starts COMMAND between two pipes, gives it the header of the requests and then one request at a
 * time, N in all, over and over the same if need be, and waits for LINES lines each time.  Prints
 * the median, the 99th percentile, the 99.9th and the longest time, in microseconds.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "../unit/child.h"

/* False at the end of the answers. */
static int read_lines(int fd, long lines)
{
    static char bytes[1 << 20];
    while (lines > 0) {
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n <= 0)
            return 0;
        for (ssize_t i = 0; i < n; i++)
            lines -= bytes[i] == '\n';
    }
    return 1;
}

static int put(int fd, const char *line)
{
    size_t n = strlen(line);
    return write(fd, line, n) == (ssize_t)n;
}

/* The requests, each with its newline; the first line is the header. */
static char **read_requests(size_t *n)
{
    char **line = NULL, *text = NULL;
    size_t room = 0;
    while (getline(&text, &room, stdin) > 0) {
        line = realloc(line, (*n + 1) * sizeof *line);
        line[(*n)++] = text;
        text = NULL;
    }
    return line;
}

int main(int argc, char **argv)
{
    size_t requests = 0, n = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;
    long lines = argc > 3 ? strtol(argv[2], NULL, 10) : 0;
    char **line = read_requests(&requests);
    int to, from;
    if (!n || lines < 1 || requests < 2 || child_start(argv + 3, &to, &from) < 0)
        return 2;
    double *time = malloc(n * sizeof *time);
    if (!put(to, line[0]))
        return 1;
    for (size_t i = 0; i < n; i++) {
        double begun = now_us();
        if (!put(to, line[1 + i % (requests - 1)]) || !read_lines(from, lines + (i == 0)))
            return 1;
        time[i] = now_us() - begun;
    }
    close(to);
    qsort(time, n, sizeof *time, by_size);
    printf("median %.1f, 99%% %.1f, 99.9%% %.1f, longest %.1f us\n", time[n / 2],
        time[n * 99 / 100], time[n * 999 / 1000], time[n - 1]);
    while (wait(NULL) > 0)
        continue;
    return 0;
}
