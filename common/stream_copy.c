/* SPDX-License-Identifier: MIT */
/* stream, the part that holds files in memory. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "stream.h"
#include "stream_private.h"

struct stream_copy {
    struct stream_copy *next; /* in use */
    char *path;
    struct buf bytes;
    bool used;
};

static struct stream_copy *used;

/* All bytes; false with errno. */
static bool read_all(int fd, struct buf *b)
{
    enum { BLOCK = 256 << 10 };
    struct stat st;
    if (fstat(fd, &st))
        return false;
    if (!S_ISREG(st.st_mode)) {
        errno = S_ISDIR(st.st_mode) ? EISDIR : ESPIPE;
        return false;
    }
    buf_room(b, (size_t)st.st_size + 1);
    for (;;) {
        ssize_t n = read(fd, buf_room(b, BLOCK), BLOCK);
        if (n <= 0 && !(n < 0 && errno == EINTR))
            return n == 0;
        b->n += n > 0 ? (size_t)n : 0;
    }
}

struct stream_copy *stream_copy_new(const char *path)
{
    int fd;
    stream_guard_descriptors();
    do
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        return NULL;
    struct stream_copy *c = mem_zero(1, sizeof *c);
    c->path = mem_text(path, strlen(path));
    bool good = read_all(fd, &c->bytes);
    int error = errno;
    close(fd);
    if (good)
        return c;
    stream_copy_free(c);
    errno = error;
    return NULL;
}

bool stream_copy_equal(const struct stream_copy *a, const struct stream_copy *b)
{
    return str_equal(buf_view(&a->bytes), buf_view(&b->bytes));
}

/* Take out of the list what it has for this path. */
static void drop(const char *path)
{
    struct stream_copy **link = &used;
    while (*link && strcmp((*link)->path, path) != 0)
        link = &(*link)->next;
    if (!*link)
        return;
    (*link)->used = false;
    *link = (*link)->next;
}

void stream_copy_use(struct stream_copy *c)
{
    drop(c->path);
    c->next = used;
    c->used = true;
    used = c;
}

void stream_copy_free(struct stream_copy *c)
{
    if (!c)
        return;
    if (c->used)
        drop(c->path);
    mem_free(c->path);
    buf_release(&c->bytes);
    mem_free(c);
}

const struct buf *stream_copied(const char *path)
{
    const struct stream_copy *c = used;
    while (c && strcmp(c->path, path) != 0)
        c = c->next;
    return c ? &c->bytes : NULL;
}
