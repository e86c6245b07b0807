/* SPDX-License-Identifier: MIT */
/* files - whole files, written and read; a file that cannot be written ends the test */
#ifndef PA_FILES_H
#define PA_FILES_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"

static inline void put_file(const char *path, struct str s)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    while (s.n) {
        ssize_t done = write(fd, s.p, s.n);
        if (done <= 0)
            exit(1);
        s.p += done;
        s.n -= (size_t)done;
    }
    close(fd);
}

/* The file's bytes in place of b's; false: there is no such file. */
static inline bool read_file(struct buf *b, const char *path)
{
    int fd = open(path, O_RDONLY);
    ssize_t n = 1;
    buf_clear(b);
    while (fd >= 0 && n > 0) {
        n = read(fd, buf_room(b, 65536), 65536);
        b->n += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* The file's bytes until the next call; p == NULL: there is no such file. */
static inline struct str get_file(const char *path)
{
    static struct buf b;
    if (!read_file(&b, path))
        return (struct str){NULL, 0};
    return (struct str){b.p, b.n};
}

#endif
