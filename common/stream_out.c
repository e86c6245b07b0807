/* SPDX-License-Identifier: MIT */
/*
 * Output.  Every output of the program is in one list, so that stream_finish can complete them all
 * before it publishes the first, and so that a failing program, or one that a signal ends, can
 * remove temporaries and mark what readers may already have seen.  The list is the one thing a
 * signal handler must reach; signals are blocked while it changes.
 */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "buf.h"
#include "die.h"
#include "mem.h"
#include "stream_private.h"

enum {
    ROOM = 64 << 10,
    HELD = 4 * ROOM,
    HELD_BY_ALL = 8 * HELD,
    ZIPPED = 64 << 10,
    LINKS = 40,
    BEHIND = 8,
    STRETCH = 4 << 20
};

/* A thread that compresses one block while the next is filled; guarded by lock. */
struct behind {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t change;
    char *block; /* HELD bytes; n of them are to be compressed, 0: it is free */
    size_t n;
    bool ended;
};

struct stream_out {
    struct stream_out *next;
    char *path;      /* as given; NULL: standard output */
    char *target;    /* behind all links; NULL: written directly */
    char *temporary; /* beside target */
    int fd;
    z_stream *z;
    char *zipped;
    struct behind *behind; /* once there was more than one block */
    char *held;            /* HELD bytes */
    size_t n;
    off_t written, started; /* bytes of the file; of them on their way to the disk */
    atomic_bool sent;       /* something has been written */
    bool broken;            /* a write failed */
    void (*before)(void *); /* puts what its owner still holds */
    void *context;
};

static struct stream_out *outputs;
static struct stream_out *completed; /* before the end; newest first */
static atomic_size_t open_outputs;
static atomic_bool begun;
static pthread_t owner;
static pthread_mutex_t direct = PTHREAD_MUTEX_INITIALIZER; /* around writes that readers may see */
/* All that end a program and can be caught: its user's, its limits', its own errors. */
static const int fatal[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2,
    SIGXCPU, SIGVTALRM, SIGPROF, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP};

enum { FATALS = sizeof fatal / sizeof *fatal };

static const char *name_of(const struct stream_out *s)
{
    return s->path ? s->path : "standard output";
}

void stream_guard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) != -1)
            continue;
        /* The wrong way round: a read of 0 and a write to 1 fail. */
        if (open("/dev/null", fd == 1 ? O_RDONLY : O_WRONLY) != fd)
            die("descriptor %d is closed and cannot be replaced", fd);
    }
}

/* What marks an output that is not complete; a gzip stream that has begun lacks its end anyway. */
static const struct str nul = {"", 1}, gzip_head = {"\x1f\x8b\x08\0\0\0\0\0\0\x03", 10};

/* What must not outlive a failure.  Safe in a signal handler. */
static void unfinished_files(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    for (struct stream_out *s = completed; s; s = s->next)
        if (s->temporary)
            unlink(s->temporary);
    for (struct stream_out *s = outputs; s; s = s->next)
        if (s->temporary)
            unlink(s->temporary);
    for (struct stream_out *s = outputs; s && begun; s = s->next) {
        const struct str end = s->z ? gzip_head : nul;
        if (s->target || (s->z && s->sent) || write(s->fd, end.p, end.n) < 0)
            continue; /* the last: nobody is there to be warned */
    }
}

/* The mark may have to wait for a full pipe; a second signal then ends the program. */
static void on_signal(int number)
{
    signal(number, SIG_DFL);
    unfinished_files();
    raise(number);
}

/* Signals that the caller has us ignore stay ignored.  A file that reaches the size that ulimit
 * allows is a failed write like any other. */
static void watch_signals(void)
{
    struct sigaction act = {.sa_handler = on_signal, .sa_flags = SA_RESTART | SA_NODEFER}, old;
    sigemptyset(&act.sa_mask);
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < FATALS; i++) {
        sigaction(fatal[i], NULL, &old);
        if (old.sa_handler == SIG_DFL)
            sigaction(fatal[i], &act, NULL);
    }
}

static void hold_signals(bool hold)
{
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < FATALS; i++)
        sigaddset(&set, fatal[i]);
    pthread_sigmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

/* Bytes to the system, all of them; false with errno. */
static bool put_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t done = write(fd, p, n);
        if (done >= 0) {
            p += done;
            n -= (size_t)done;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* What was written long enough ago is to go to the disk now, not only when all must have got there.
 * (That it will not be needed is not meant: what the disk still has to take stays in memory.) */
static void write_behind(struct stream_out *s, size_t n)
{
    s->written += (off_t)n;
    if (!s->target || s->written - s->started < STRETCH)
        return;
    posix_fadvise(s->fd, s->started, s->written - s->started, POSIX_FADV_DONTNEED);
    s->started = s->written;
}

/* Another thread that dies must not put its mark into the midst of this, or before the rest. */
static bool put_directly(struct stream_out *s, const char *p, size_t n)
{
    pthread_mutex_lock(&direct);
    bool good = put_all(s->fd, p, n);
    int error = errno;
    pthread_mutex_unlock(&direct);
    errno = error;
    return good;
}

static void put(struct stream_out *s, const char *p, size_t n)
{
    if (n)
        s->sent = true;
    if (!(s->target ? put_all(s->fd, p, n) : put_directly(s, p, n))) {
        s->broken = true;
        die_errno("%s", name_of(s));
    }
    write_behind(s, n);
}

/* The end of a program that dies: what is being written goes out, then rows held, if this thread
 * holds them, then the mark, and nothing more. */
static void unfinished(void)
{
    pthread_mutex_lock(&direct);
    if (begun && pthread_equal(pthread_self(), owner))
        for (struct stream_out *s = outputs; s; s = s->next)
            if (!s->target && !s->z && !s->broken)
                put_all(s->fd, s->held, s->n);
    unfinished_files();
}

static void start(void)
{
    static bool started;
    if (started)
        return;
    started = true;
    owner = pthread_self();
    stream_guard_descriptors();
    die_hook(unfinished);
    watch_signals();
}

/* The text of a link, or NULL when path is none. */
static char *link_text(const char *path)
{
    struct stat st;
    if (lstat(path, &st) || !S_ISLNK(st.st_mode))
        return NULL;
    size_t cap = 256;
    char *text = mem_alloc(cap, 1);
    for (;;) {
        ssize_t n = readlink(path, text, cap);
        if (n < 0)
            die_errno("%s", path);
        if ((size_t)n < cap) {
            text[n] = '\0';
            return text;
        }
        text = mem_resize(text, cap *= 2, 1);
    }
}

static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static char *joined(const char *folder, size_t n, const char *name)
{
    struct buf b = {0};
    buf_put(&b, folder, n);
    buf_text(&b, name);
    char *path = mem_text(b.p, b.n);
    buf_release(&b);
    return path;
}

/* Follow links in the last part of the path; what they lead to need not exist. */
static char *resolve(const char *given)
{
    char *path = mem_text(given, strlen(given));
    for (int i = 0;; i++) {
        char *to = link_text(path);
        if (!to)
            return path;
        if (i == LINKS)
            die("%s: too many symbolic links", given);
        char *next = joined(path, *to == '/' ? 0 : folder_length(path), to);
        mem_free(path);
        mem_free(to);
        path = next;
    }
}

/* A new file ".pa-XXXXXX.tmp" beside the target; never an existing one. */
static void open_temporary(struct stream_out *s, mode_t mode)
{
    static const char digit[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t x = (uint64_t)now.tv_nsec * 2654435761u ^ (uint64_t)getpid() << 20;
    do {
        char name[] = ".pa-XXXXXX.tmp";
        x = x * 6364136223846793005u + 1442695040888963407u;
        for (int i = 0; i < 6; i++)
            name[4 + i] = digit[(x >> (16 + 7 * i)) % 36];
        mem_free(s->temporary);
        s->temporary = joined(s->target, folder_length(s->target), name);
        s->fd = open(s->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    } while (s->fd < 0 && (errno == EEXIST || errno == EINTR));
    if (s->fd < 0) {
        int error = errno;
        mem_free(s->temporary);
        s->temporary = NULL;
        errno = error;
        die_errno("%s: cannot create a file beside it", s->path);
    }
}

static void open_target(struct stream_out *s)
{
    struct stat st;
    bool exists = stat(s->path, &st) == 0;
    if (exists && S_ISDIR(st.st_mode))
        die("%s: is a directory", s->path);
    if (exists && !S_ISREG(st.st_mode)) {
        do
            s->fd = open(s->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        while (s->fd < 0 && errno == EINTR);
        if (s->fd < 0)
            die_errno("%s", s->path);
        return;
    }
    s->target = resolve(s->path);
    open_temporary(s, exists ? 0600 : 0666);
    if (exists && fchmod(s->fd, st.st_mode & 07777))
        die_errno("%s", s->path);
}

/* "-", or a name such as /dev/stdout for the very file that standard output is. */
static bool is_standard_output(const char *path)
{
    struct stat a, b;
    if (!path || strcmp(path, "-") == 0)
        return true;
    return stat(path, &a) == 0 && fstat(STDOUT_FILENO, &b) == 0 && S_ISREG(a.st_mode) &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static bool ends_in_gz(const char *path)
{
    size_t n = path ? strlen(path) : 0;
    return n > 3 && strcmp(path + n - 3, ".gz") == 0;
}

static void start_gzip(struct stream_out *s)
{
    s->z = mem_zero(1, sizeof *s->z);
    s->zipped = mem_alloc(ZIPPED, 1);
    s->z->zalloc = stream_zip_alloc;
    s->z->zfree = stream_zip_free;
    deflateInit2(s->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

struct stream_out *stream_find(const char *path)
{
    struct stream_out *s = outputs;
    while (s && !(path && s->path ? strcmp(path, s->path) == 0 : path == s->path))
        s = s->next;
    return s;
}

static bool stat_folder(const char *path, struct stat *st)
{
    char *folder = joined(path, folder_length(path), ".");
    int status = stat(folder, st);
    mem_free(folder);
    return status == 0;
}

/* Two names of one file: the same name in the same folder, however that is reached. */
static bool same_target(const char *a, const char *b)
{
    struct stat x, y;
    return strcmp(a + folder_length(a), b + folder_length(b)) == 0 && stat_folder(a, &x) &&
           stat_folder(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void refuse_twice(const struct stream_out *s)
{
    for (const struct stream_out *o = outputs; o; o = o->next) {
        if (!s->path && !o->path)
            die_usage("two outputs cannot both go to standard output");
        if (s->target && o->target && same_target(s->target, o->target)) {
            unlink(s->temporary);
            die_usage("%s: two outputs cannot go to one file", s->path);
        }
    }
}

struct stream_out *stream_create(const char *path, bool gzip)
{
    start();
    if (path && !*path)
        die_usage("the name of an output file is empty");
    struct stream_out *s = mem_zero(1, sizeof *s);
    s->held = mem_alloc(HELD, 1);
    s->fd = STDOUT_FILENO;
    hold_signals(true);
    if (!is_standard_output(path)) {
        s->path = mem_text(path, strlen(path));
        open_target(s);
    }
    refuse_twice(s);
    if (gzip || ends_in_gz(s->path))
        start_gzip(s);
    struct stream_out **end = &outputs;
    while (*end)
        end = &(*end)->next;
    *end = s;
    open_outputs++;
    hold_signals(false);
    return s;
}

void stream_begin(void)
{
    if (!atomic_load_explicit(&begun, memory_order_relaxed))
        begun = true;
}

void stream_before_finish(struct stream_out *s, void (*fn)(void *context), void *context)
{
    s->before = fn;
    s->context = context;
}

static void zip(struct stream_out *s, const char *p, size_t n, int flush)
{
    s->z->next_in = (z_const unsigned char *)(uintptr_t)p;
    s->z->avail_in = (uInt)n;
    do {
        s->z->next_out = (unsigned char *)s->zipped;
        s->z->avail_out = ZIPPED;
        deflate(s->z, flush);
        put(s, s->zipped, ZIPPED - s->z->avail_out);
    } while (!s->z->avail_out);
}

static void *zip_behind(void *p)
{
    struct stream_out *s = p;
    struct behind *b = s->behind;
    sigset_t pipe_only;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    pthread_sigmask(SIG_UNBLOCK, &pipe_only, NULL);
    pthread_mutex_lock(&b->lock);
    for (;;) {
        while (!b->n && !b->ended)
            pthread_cond_wait(&b->change, &b->lock);
        if (!b->n)
            break;
        pthread_mutex_unlock(&b->lock);
        zip(s, b->block, b->n, Z_NO_FLUSH);
        pthread_mutex_lock(&b->lock);
        b->n = 0;
        pthread_cond_signal(&b->change);
    }
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

static void release_behind(struct stream_out *s)
{
    struct behind *b = s->behind;
    pthread_mutex_destroy(&b->lock);
    pthread_cond_destroy(&b->change);
    mem_free(b->block);
    mem_free(b);
    s->behind = NULL;
}

/* Signals that end the program are for the thread that can hold them, but for SIGPIPE. */
static void start_behind(struct stream_out *s)
{
    size_t others = 0;
    for (const struct stream_out *o = outputs; o; o = o->next)
        others += o->behind != NULL;
    if (others >= BEHIND)
        return;
    struct behind *b = s->behind = mem_zero(1, sizeof *b);
    b->block = mem_alloc(HELD, 1);
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->change, NULL);
    hold_signals(true);
    if (pthread_create(&b->thread, NULL, zip_behind, s))
        release_behind(s); /* then this thread does it */
    hold_signals(false);
}

/* What is held goes to the thread, which hands over the block that it is done with. */
static void pass_behind(struct stream_out *s)
{
    struct behind *b = s->behind;
    pthread_mutex_lock(&b->lock);
    while (b->n)
        pthread_cond_wait(&b->change, &b->lock);
    char *done = b->block;
    b->block = s->held;
    b->n = s->n;
    s->held = done;
    pthread_cond_signal(&b->change);
    pthread_mutex_unlock(&b->lock);
}

static void end_behind(struct stream_out *s)
{
    pthread_mutex_lock(&s->behind->lock);
    s->behind->ended = true;
    pthread_cond_signal(&s->behind->change);
    pthread_mutex_unlock(&s->behind->lock);
    pthread_join(s->behind->thread, NULL);
    release_behind(s);
}

static void empty(struct stream_out *s)
{
    if (s->z && s->sent && !s->behind)
        start_behind(s);
    if (s->behind)
        pass_behind(s);
    else if (s->z)
        zip(s, s->held, s->n, Z_NO_FLUSH);
    else
        put(s, s->held, s->n);
    s->n = 0;
}

/* So much may be held: less where there are many outputs. */
static size_t most_held(void)
{
    size_t n = atomic_load_explicit(&open_outputs, memory_order_relaxed);
    return n <= HELD_BY_ALL / HELD ? HELD : HELD_BY_ALL / n;
}

/* Bytes that are not held, when none are. */
static void send(struct stream_out *s, const char *p, size_t n)
{
    if (!s->z)
        put(s, p, n);
    for (size_t part, most = most_held(); s->z && n; p += part, n -= part) {
        part = n < most ? n : most;
        memcpy(s->held, p, part);
        s->n = part;
        empty(s);
    }
}

void stream_write(struct stream_out *s, const char *p, size_t n)
{
    size_t most = most_held();
    stream_begin();
    if (s->n + n > most || n > ROOM)
        empty(s);
    if (n > ROOM || n > most) {
        send(s, p, n);
        return;
    }
    if (n)
        memcpy(s->held + s->n, p, n);
    s->n += n;
}

char *stream_room(struct stream_out *s, size_t n)
{
    if (s->n + n > most_held())
        empty(s);
    return s->held + s->n;
}

void stream_used(struct stream_out *s, size_t n)
{
    stream_begin();
    s->n += n;
}

void stream_flush(struct stream_out *s)
{
    if (!s->z && s->n)
        empty(s);
}

static bool sync_fd(int fd)
{
    int status;
    do
        status = fsync(fd);
    while (status && errno == EINTR);
    return status == 0;
}

/* An interrupted close has closed, and what was synced before is not lost. */
static bool close_fd(int fd)
{
    return close(fd) == 0 || errno == EINTR;
}

/* All bytes are with the system, and those of a file on the disk. */
static void complete(struct stream_out *s)
{
    if (s->before)
        s->before(s->context);
    empty(s);
    if (s->behind)
        end_behind(s);
    if (s->z) {
        zip(s, NULL, 0, Z_FINISH);
        deflateEnd(s->z);
    }
    if (s->target && (!sync_fd(s->fd) || !close_fd(s->fd)))
        die_errno("%s", s->path);
}

void stream_complete(struct stream_out *s)
{
    struct stream_out **link = &outputs;

    complete(s);
    hold_signals(true);
    while (*link != s)
        link = &(*link)->next;
    *link = s->next;
    s->next = completed;
    completed = s;
    open_outputs--;
    hold_signals(false);
    mem_free(s->held);
    mem_free(s->zipped);
    mem_free(s->z);
    s->held = s->zipped = NULL;
    s->z = NULL;
}

/* Takes no memory: nothing that can be avoided may fail once names have been exchanged. */
static void sync_folder(char *target)
{
    size_t n = folder_length(target);
    char first = target[n];
    target[n] = '\0';
    int fd = open(n ? target : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    target[n] = first;
    if (fd >= 0) {
        if (!sync_fd(fd) && errno != EINVAL && errno != EROFS)
            die_errno("%s: is complete, but might not outlast a power failure", target);
        close(fd);
    }
}

static void publish(struct stream_out *s)
{
    if (rename(s->temporary, s->target))
        die_errno("%s", s->path);
    char *gone = s->temporary;
    s->temporary = NULL;
    mem_free(gone);
}

/* Publish all of a list; files side by side in it that share a folder have it synced once. */
static void publish_all(struct stream_out *list)
{
    const char *last = NULL;
    for (struct stream_out *s = list; s; s = s->next)
        if (s->target)
            publish(s);
    for (struct stream_out *s = list; s; s = s->next) {
        size_t n = s->target ? folder_length(s->target) : 0;
        if (!s->target || (last && folder_length(last) == n && !memcmp(last, s->target, n)))
            continue;
        sync_folder(s->target);
        last = s->target;
    }
}

static void release(struct stream_out *list)
{
    while (list) {
        struct stream_out *s = list;
        list = s->next;
        mem_free(s->path);
        mem_free(s->target);
        mem_free(s->held);
        mem_free(s->zipped);
        mem_free(s->z);
        mem_free(s);
    }
}

void stream_publish(struct stream_out *s)
{
    stream_complete(s);
    hold_signals(true);
    completed = s->next; /* where stream_complete has put it */
    if (s->target)
        publish(s);
    hold_signals(false);
    if (s->target)
        sync_folder(s->target);
    else if (s->path && !close_fd(s->fd))
        die_errno("%s", s->path);
    s->next = NULL;
    release(s);
}

/*
 * What is read by others while it is written is closed last: whatever fails before can still be
 * told to them.
 */
int stream_finish(void)
{
    for (struct stream_out *s = outputs; s; s = s->next)
        complete(s);
    hold_signals(true);
    publish_all(completed);
    publish_all(outputs);
    for (struct stream_out *s = outputs; s; s = s->next)
        if (!s->target && !close_fd(s->fd))
            die_errno("%s", name_of(s));
    release(completed);
    release(outputs);
    completed = outputs = NULL;
    hold_signals(false);
    return 0;
}
