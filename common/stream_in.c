/* SPDX-License-Identifier: MIT */
/*
 * Input.  A plain file or pipe is read straight into the caller's memory.  gzip is inflated in the
 * caller's thread for the first block and on a thread of its own from then on: small inputs start
 * no thread, large ones are inflated while the program works.
 *
 * The thread fills a ring of blocks.  When it has to wait for compressed bytes it first hands over
 * what it has inflated and says so, so that the reader knows that the input is slow, not the
 * inflating, and has the program write out what it holds.
 */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "buf.h"
#include "die.h"
#include "mem.h"
#include "stream_private.h"

enum { RAW = 64 << 10, BLOCK = 256 << 10, BLOCKS = 2 };

/* A gzip stream being inflated; owned by one thread at a time. */
struct gunzip {
    z_stream z;
    unsigned char *raw; /* compressed bytes, RAW of them */
    bool in_member;
    bool more;  /* the last step filled its output: there is more without further input */
    bool ended; /* no compressed byte is left */
};

struct block {
    size_t n;
    char bytes[BLOCK];
};

/* Blocks [first, last) are full; guarded by lock. */
struct ahead {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t change;
    struct block *block[BLOCKS];
    size_t first, last;
    size_t taken; /* of block first: the reader's own */
    bool waiting; /* the thread waits for input and has handed over all it has */
    bool ended;   /* no block comes after last */
    bool stop;    /* the reader wants no more */
};

struct stream_in {
    char *path;             /* NULL: standard input */
    int fd;                 /* -1: the bytes of a copy are read */
    const struct buf *copy; /* or NULL */
    size_t copied;          /* of it, so far */
    bool regular, probed, ended;
    char probe[2]; /* first bytes, read to see whether this is gzip */
    size_t probe_n, probe_at;
    struct gunzip *gz;
    struct ahead *ahead;
    void (*on_wait)(void *);
    void *context;
    bool keep;
    off_t start;    /* of the bytes in a regular file */
    off_t size;     /* of a regular file when it was opened */
    int spool;      /* the temporary copy, -1: none */
    bool again;     /* after a rewind */
    uint64_t bytes; /* of the first pass */
    uint64_t spooled;
    uint64_t left;   /* of this pass, when again */
    uint64_t length; /* inflated so far */
};

const char *stream_name(const struct stream_in *s)
{
    return s->path ? s->path : "standard input";
}

static bool standard_input_taken;

static struct stream_in *open_copy(struct stream_in *s, const struct buf *copy)
{
    s->fd = -1;
    s->copy = copy;
    s->size = (off_t)copy->n;
    s->regular = true;
    return s;
}

static bool is_standard_output(const struct stat *in)
{
    struct stat out;
    return fstat(STDOUT_FILENO, &out) == 0 && in->st_dev == out.st_dev && in->st_ino == out.st_ino;
}

struct stream_in *stream_open(const char *path)
{
    stream_guard_descriptors();
    struct stream_in *s = mem_zero(1, sizeof *s);
    s->spool = -1;
    if (path && strcmp(path, "-") != 0) {
        const struct buf *copy = stream_copied(path);
        s->path = mem_text(path, strlen(path));
        if (copy)
            return open_copy(s, copy);
        do
            s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        while (s->fd < 0 && errno == EINTR);
        if (s->fd < 0)
            die_errno("%s", path);
    } else if (standard_input_taken) {
        die_usage("standard input (-) can be read only once");
    } else {
        standard_input_taken = true;
    }
    struct stat st;
    if (fstat(s->fd, &st))
        die_errno("%s", stream_name(s));
    if (S_ISDIR(st.st_mode))
        die("%s: is a directory", stream_name(s));
    s->regular = S_ISREG(st.st_mode);
    if (s->regular && is_standard_output(&st))
        die("%s: is the standard output, too: reading it would never end (-o replaces a file "
            "safely)",
            stream_name(s));
    if (s->regular) {
        s->start = lseek(s->fd, 0, SEEK_CUR);
        s->size = st.st_size;
        posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return s;
}

uint64_t stream_size(const struct stream_in *s)
{
    return s->regular && !s->gz && s->size > s->start ? (uint64_t)(s->size - s->start) : 0;
}

void stream_on_wait(struct stream_in *s, void (*fn)(void *context), void *context)
{
    s->on_wait = fn;
    s->context = context;
}

/* Would reading now have to wait?  The end of a pipe does not. */
static bool nothing_there(const struct stream_in *s)
{
    if (s->regular)
        return false;
    struct pollfd p = {.fd = s->fd, .events = POLLIN};
    return poll(&p, 1, 0) <= 0;
}

static size_t read_copy(struct stream_in *s, void *p, size_t n)
{
    size_t left = s->copy->n - s->copied, take = n < left ? n : left;
    if (take)
        memcpy(p, s->copy->p + s->copied, take);
    s->copied += take;
    return take;
}

static size_t read_fd(struct stream_in *s, int fd, void *p, size_t n)
{
    if (fd < 0)
        return read_copy(s, p, n);
    for (;;) {
        ssize_t got = read(fd, p, n);
        if (got >= 0)
            return (size_t)got;
        if (errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLIN};
            poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            die_errno("%s", stream_name(s));
        }
    }
}

/* For the reader's own thread: let the program write out what it holds before a long wait. */
static size_t read_waiting(struct stream_in *s, void *p, size_t n)
{
    if (s->on_wait && nothing_there(s))
        s->on_wait(s->context);
    return read_fd(s, s->fd, p, n);
}

void *stream_zip_alloc(void *context, unsigned n, unsigned size)
{
    (void)context;
    return mem_alloc(n, size);
}

void stream_zip_free(void *context, void *p)
{
    (void)context;
    mem_free(p);
}

/* What zlib might refuse are other versions of itself and want of memory, which has ended us. */
static struct gunzip *gunzip_new(void)
{
    struct gunzip *g = mem_zero(1, sizeof *g);
    g->raw = mem_alloc(RAW, 1);
    g->z.zalloc = stream_zip_alloc;
    g->z.zfree = stream_zip_free;
    inflateInit2(&g->z, 15 + 16); /* the largest window; a header and a trailer, which it checks */
    return g;
}

/* One call of inflate: up to n bytes to p; 0 when it needs more compressed bytes first. */
static size_t inflate_some(struct stream_in *s, struct gunzip *g, char *p, size_t n)
{
    if (!g->in_member) {
        if (g->z.next_in[0] != 0x1f)
            die("%s: there are bytes after the end of the gzip data", stream_name(s));
        inflateReset(&g->z);
        g->in_member = true;
    }
    g->z.next_out = (unsigned char *)p;
    g->z.avail_out = (uInt)n;
    int status = inflate(&g->z, Z_NO_FLUSH);
    if (status == Z_STREAM_END)
        g->in_member = false;
    else if (status != Z_OK && status != Z_BUF_ERROR)
        die("%s: damaged gzip data: %s", stream_name(s), g->z.msg);
    g->more = g->in_member && !g->z.avail_out;
    return n - g->z.avail_out;
}

/* Must compressed bytes be read before inflating can go on? */
static bool hungry(const struct gunzip *g)
{
    return !g->z.avail_in && !g->more;
}

/* n compressed bytes have been read; none is the end of the file. */
static void feed(struct stream_in *s, struct gunzip *g, size_t n)
{
    g->z.next_in = g->raw;
    g->z.avail_in = (uInt)n;
    g->ended = !n;
    if (g->ended && g->in_member)
        die("%s: the gzip data end too early (the file is not complete, or the program before "
            "this one failed)",
            stream_name(s));
}

static size_t inflate_here(struct stream_in *s, char *p, size_t n)
{
    struct gunzip *g = s->gz;
    size_t got = 0;
    while (!got && !g->ended) {
        if (hungry(g))
            feed(s, g, read_waiting(s, g->raw, RAW));
        if (!g->ended)
            got = inflate_some(s, g, p, n);
    }
    return got;
}

/* With the lock held: hand over the block in work, if it holds anything, and wait for a free one.
 */
static void hand_over(struct ahead *a)
{
    if (!a->block[a->last % BLOCKS]->n)
        return;
    a->last++;
    pthread_cond_broadcast(&a->change);
    while (a->last - a->first == BLOCKS && !a->stop)
        pthread_cond_wait(&a->change, &a->lock);
    a->block[a->last % BLOCKS]->n = 0;
}

/* Read compressed bytes; what is inflated goes to the reader before a wait. */
static void feed_ahead(struct stream_in *s)
{
    struct ahead *a = s->ahead;
    if (nothing_there(s)) {
        pthread_mutex_lock(&a->lock);
        hand_over(a);
        a->waiting = true;
        pthread_cond_broadcast(&a->change);
        pthread_mutex_unlock(&a->lock);
    }
    size_t n = read_fd(s, s->fd, s->gz->raw, RAW);
    pthread_mutex_lock(&a->lock);
    a->waiting = false;
    pthread_mutex_unlock(&a->lock);
    feed(s, s->gz, n);
}

static void *inflate_ahead(void *p)
{
    struct stream_in *s = p;
    struct ahead *a = s->ahead;
    struct gunzip *g = s->gz;
    bool stop = false;
    while (!stop) {
        if (hungry(g))
            feed_ahead(s);
        struct block *b = a->block[a->last % BLOCKS];
        if (!g->ended)
            b->n += inflate_some(s, g, b->bytes + b->n, BLOCK - b->n);
        if (b->n < BLOCK && !g->ended)
            continue;
        pthread_mutex_lock(&a->lock);
        hand_over(a);
        a->ended = g->ended;
        pthread_cond_broadcast(&a->change);
        stop = g->ended || a->stop;
        pthread_mutex_unlock(&a->lock);
    }
    return NULL;
}

static void start_ahead(struct stream_in *s)
{
    struct ahead *a = mem_zero(1, sizeof *a);
    for (int i = 0; i < BLOCKS; i++)
        (a->block[i] = mem_alloc(1, sizeof **a->block))->n = 0;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->change, NULL);
    s->ahead = a;
    if (pthread_create(&a->thread, NULL, inflate_ahead, s))
        die("%s: cannot start a thread to read it", stream_name(s));
}

/*
 * The thread can be stuck in a read that never ends (a FIFO kept open), so it is not waited for
 * unless it has ended: it is detached with all it uses, and leaves at its next step.
 */
static bool stop_ahead(struct ahead *a)
{
    pthread_mutex_lock(&a->lock);
    bool ended = a->ended;
    a->stop = true;
    pthread_cond_broadcast(&a->change);
    pthread_mutex_unlock(&a->lock);
    if (!ended) {
        pthread_detach(a->thread);
        return false;
    }
    pthread_join(a->thread, NULL);
    for (int i = 0; i < BLOCKS; i++)
        mem_free(a->block[i]);
    pthread_mutex_destroy(&a->lock);
    pthread_cond_destroy(&a->change);
    mem_free(a);
    return true;
}

/* With the lock held: until a block is full or the end has come. */
static void await_block(struct stream_in *s)
{
    struct ahead *a = s->ahead;
    bool told = false;
    while (a->first == a->last && !a->ended) {
        if (a->waiting && !told && s->on_wait) {
            told = true;
            pthread_mutex_unlock(&a->lock);
            s->on_wait(s->context);
            pthread_mutex_lock(&a->lock);
        } else {
            pthread_cond_wait(&a->change, &a->lock);
        }
    }
}

static size_t take_ahead(struct stream_in *s, char *p, size_t n)
{
    struct ahead *a = s->ahead;
    pthread_mutex_lock(&a->lock);
    await_block(s);
    struct block *b = a->first < a->last ? a->block[a->first % BLOCKS] : NULL;
    pthread_mutex_unlock(&a->lock);
    if (!b)
        return 0;
    size_t take = b->n - a->taken < n ? b->n - a->taken : n;
    memcpy(p, b->bytes + a->taken, take);
    a->taken += take;
    if (a->taken == b->n) {
        pthread_mutex_lock(&a->lock);
        a->taken = 0;
        a->first++;
        pthread_cond_broadcast(&a->change);
        pthread_mutex_unlock(&a->lock);
    }
    return take;
}

static size_t read_gzip(struct stream_in *s, char *p, size_t n)
{
    if (s->ahead)
        return take_ahead(s, p, n);
    size_t got = inflate_here(s, p, n < RAW ? n : RAW);
    s->length += got;
    if (got && s->length > BLOCK)
        start_ahead(s);
    return got;
}

/* The first two bytes say whether this is gzip. */
static void look(struct stream_in *s)
{
    s->probed = true;
    while (s->probe_n < sizeof s->probe) {
        size_t n = read_waiting(s, s->probe + s->probe_n, sizeof s->probe - s->probe_n);
        s->probe_n += n;
        if (!n || s->probe[0] != '\x1f')
            return;
    }
    if (s->probe[1] != '\x8b')
        return;
    struct gunzip *g = s->gz = gunzip_new();
    memcpy(g->raw, s->probe, s->probe_n);
    feed(s, g, s->probe_n);
    s->probe_n = 0;
}

static size_t read_source(struct stream_in *s, char *p, size_t n)
{
    if (!s->probed)
        look(s);
    if (s->gz)
        return read_gzip(s, p, n);
    if (s->probe_at == s->probe_n)
        return read_waiting(s, p, n);
    size_t held = s->probe_n - s->probe_at;
    size_t take = held < n ? held : n;
    memcpy(p, s->probe + s->probe_at, take);
    s->probe_at += take;
    return take;
}

static void spool(struct stream_in *s, const char *p, size_t n)
{
    if (s->spool < 0)
        s->spool = stream_unnamed();
    s->spooled += n;
    while (n) {
        ssize_t done = write(s->spool, p, n);
        if (done < 0 && errno != EINTR)
            die_errno("the temporary copy of %s", stream_name(s));
        if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
}

void stream_keep(struct stream_in *s, const char *p, size_t n)
{
    s->keep = true;
    if (!s->regular || s->gz)
        spool(s, p, n);
}

static size_t read_first(struct stream_in *s, char *p, size_t n)
{
    size_t got = s->ended ? 0 : read_source(s, p, n);
    s->ended = !got;
    s->bytes += got;
    if (s->keep && (!s->regular || s->gz))
        spool(s, p, got);
    return got;
}

static size_t read_again(struct stream_in *s, char *p, size_t n)
{
    if (!s->left)
        return 0;
    size_t got = read_fd(s, s->spool >= 0 ? s->spool : s->fd, p, n < s->left ? n : s->left);
    if (!got)
        die("%s: became shorter while it was read", stream_name(s));
    s->left -= got;
    return got;
}

size_t stream_read(struct stream_in *s, char *p, size_t n)
{
    return s->again ? read_again(s, p, n) : read_first(s, p, n);
}

static bool gzip_ready(struct stream_in *s)
{
    struct ahead *a = s->ahead;
    if (!a)
        return !hungry(s->gz) || !nothing_there(s);
    pthread_mutex_lock(&a->lock);
    bool ready = a->first < a->last || a->ended;
    pthread_mutex_unlock(&a->lock);
    return ready;
}

bool stream_ready(struct stream_in *s)
{
    if (s->again || s->ended || s->probe_at < s->probe_n)
        return true;
    return s->gz ? gzip_ready(s) : !nothing_there(s);
}

void stream_rewind(struct stream_in *s)
{
    char *rest = mem_alloc(RAW, 1);
    while (!s->again && read_first(s, rest, RAW))
        ;
    mem_free(rest);
    s->again = true;
    s->left = s->spool >= 0 ? s->spooled : s->bytes;
    int fd = s->spool >= 0 ? s->spool : s->fd;
    s->copied = 0;
    if (fd >= 0 && lseek(fd, s->spool >= 0 ? 0 : s->start, SEEK_SET) < 0)
        die_errno("%s", stream_name(s));
}

void stream_close(struct stream_in *s)
{
    if (s->ahead && !stop_ahead(s->ahead))
        return;
    if (s->gz) {
        inflateEnd(&s->gz->z);
        mem_free(s->gz->raw);
        mem_free(s->gz);
    }
    if (s->spool >= 0)
        close(s->spool);
    if (!s->path)
        standard_input_taken = false;
    else if (s->fd >= 0)
        close(s->fd);
    mem_free(s->path);
    mem_free(s);
}
