/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "die.h"
#include "mem.h"
#include "stream.h"
#include "stream_private.h"

enum { BUFFER = 16 << 10 };

struct stream_temp {
    const char *what;
    int fd;
    bool taking;
    size_t n, at; /* bytes in the buffer, and how many of them have been taken */
    char bytes[BUFFER];
};

int stream_unnamed(void)
{
    const char *folder = getenv("TMPDIR");
    struct buf path = {0};
    buf_print(&path, "%s/pa-XXXXXX", folder && *folder ? folder : "/tmp");
    char *name = mem_text(path.p, path.n);
    int fd = mkstemp(name);
    if (fd < 0)
        die_errno("%s", name);
    unlink(name);
    mem_free(name);
    buf_release(&path);
    return fd;
}

struct stream_temp *stream_temp_new(const char *what)
{
    struct stream_temp *t = mem_alloc(1, sizeof *t);
    stream_guard_descriptors();
    t->what = what;
    t->fd = stream_unnamed();
    t->taking = false;
    t->n = t->at = 0;
    return t;
}

static void empty(struct stream_temp *t)
{
    for (size_t done = 0; done < t->n;) {
        ssize_t n = write(t->fd, t->bytes + done, t->n - done);
        if (n < 0 && errno != EINTR)
            die_errno("the temporary file of %s", t->what);
        done += n > 0 ? (size_t)n : 0;
    }
    t->n = 0;
}

void stream_temp_put(struct stream_temp *t, const void *p, size_t n)
{
    for (const char *from = p; n;) {
        if (t->n == BUFFER)
            empty(t);
        size_t part = n < BUFFER - t->n ? n : BUFFER - t->n;
        memcpy(t->bytes + t->n, from, part);
        t->n += part;
        from += part;
        n -= part;
    }
}

static void turn(struct stream_temp *t)
{
    empty(t);
    t->taking = true;
    if (lseek(t->fd, 0, SEEK_SET) < 0)
        die_errno("the temporary file of %s", t->what);
}

/* The buffer again; false at the end. */
static bool fill(struct stream_temp *t)
{
    ssize_t n;
    do
        n = read(t->fd, t->bytes, BUFFER);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        die_errno("the temporary file of %s", t->what);
    t->n = (size_t)n;
    t->at = 0;
    return n > 0;
}

size_t stream_temp_take(struct stream_temp *t, void *p, size_t n)
{
    size_t done = 0;
    if (!t->taking)
        turn(t);
    while (done < n && (t->at < t->n || fill(t))) {
        size_t part = n - done < t->n - t->at ? n - done : t->n - t->at;
        memcpy((char *)p + done, t->bytes + t->at, part);
        t->at += part;
        done += part;
    }
    return done;
}

void stream_temp_free(struct stream_temp *t)
{
    if (!t)
        return;
    close(t->fd);
    mem_free(t);
}
