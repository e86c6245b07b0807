/* SPDX-License-Identifier: MIT */
/* Files, pipes and gzip in; atomic files, marks and faults out.  What dies does so in a child. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "buf.h"
#include "die.h"
#include "exits.h"
#include "files.h"
#include "folder.h"
#include "mem.h"
#include "t.h"

static char folder[] = "/tmp/pa-stream-XXXXXX";

/* Are there temporaries left in the folder? */
static bool litter(void)
{
    return system("ls .pa-*.tmp >/dev/null 2>&1") == 0;
}

/* Everything a stream gives, in pieces of at most step bytes. */
static void drain(struct stream_in *s, struct buf *out, size_t step)
{
    size_t n;
    buf_clear(out);
    while ((n = stream_read(s, buf_room(out, step), step)))
        out->n += n;
}

static bool reads(const char *path, struct str wanted, size_t step)
{
    struct buf got = {0};
    struct stream_in *s = stream_open(path);
    drain(s, &got, step);
    bool same = str_equal(buf_view(&got), wanted) && stream_read(s, buf_room(&got, 1), 1) == 0;
    stream_close(s);
    buf_release(&got);
    return same;
}

/* n bytes that do not repeat soon. */
static struct str bytes_of(struct buf *b, size_t n)
{
    buf_clear(b);
    while (b->n < n)
        buf_print(b, "%zu,%zx\n", b->n, b->n * 2654435761u);
    return (struct str){b->p, n};
}

static void gzip_level(struct buf *out, struct str plain, int level)
{
    z_stream z = {0};
    deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    size_t room = deflateBound(&z, plain.n) + 64;
    z.next_in = (z_const unsigned char *)(uintptr_t)plain.p;
    z.avail_in = (uInt)plain.n;
    z.next_out = (unsigned char *)buf_room(out, room);
    z.avail_out = (uInt)room;
    deflate(&z, Z_FINISH);
    out->n += room - z.avail_out;
    deflateEnd(&z);
}

static void gzip_member(struct buf *out, struct str plain)
{
    gzip_level(out, plain, 6);
}

static void open_and_drain(void *path)
{
    struct buf b = {0};
    drain(stream_open(path), &b, 1 << 16);
}

static void test_plain(void)
{
    struct buf b = {0};
    static const size_t size[] = {0, 1, 2, 3, 65535, 65536, 65537, 1 << 20};
    bool good = true;
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        struct str plain = bytes_of(&b, size[i]);
        put_file("plain", plain);
        good = good && reads("plain", plain, 1 << 16) && reads("plain", plain, 4099);
    }
    ok_named(good, "plain files of many sizes");
    put_file("plain", str_of("\x1f"));
    ok(reads("plain", (struct str){"\x1f", 1}, 10));
    put_file("plain", str_of("\x1fzz"));
    ok(reads("plain", (struct str){"\x1fzz", 3}, 10));
    ok(exits(1, "nowhere: No such file", open_and_drain, "nowhere"));
    ok(exits(1, "is a directory", open_and_drain, "."));
    buf_release(&b);
}

static void test_gzip(void)
{
    struct buf b = {0}, zipped = {0};
    static const size_t size[] = {0, 1, 1000, 65536, 262144, 300000, 5 << 20};
    bool good = true;
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        struct str plain = bytes_of(&b, size[i]);
        buf_clear(&zipped);
        gzip_member(&zipped, plain);
        put_file("zipped", buf_view(&zipped));
        good = good && reads("zipped", plain, 1 << 16) && reads("zipped", plain, 5003);
    }
    ok_named(good, "gzip of many sizes");
    struct str plain = bytes_of(&b, 200000);
    buf_clear(&zipped);
    gzip_level(&zipped, plain, 0);
    put_file("zipped", buf_view(&zipped));
    ok_named(reads("zipped", plain, 1), "the last byte that was read fills what there is room for");
    plain = bytes_of(&b, 700000);
    buf_clear(&zipped);
    for (size_t at = 0; at < plain.n; at += 100000)
        gzip_member(&zipped, (struct str){plain.p + at, 100000});
    gzip_member(&zipped, (struct str){"", 0});
    put_file("zipped", buf_view(&zipped));
    ok_named(reads("zipped", plain, 1 << 16), "members one after another, one of them empty");
    buf_release(&b);
    buf_release(&zipped);
}

/* Every shorter file is refused, at small sizes (no thread) and large ones. */
static bool refuses_truncated(size_t size, size_t bytes)
{
    struct buf b = {0}, zipped = {0};
    bool good = true;
    gzip_member(&zipped, bytes_of(&b, size));
    for (size_t cut = 1; cut <= bytes && cut + 2 <= zipped.n && good; cut++) {
        put_file("zipped", (struct str){zipped.p, zipped.n - cut});
        good = exits(1, "end too early", open_and_drain, "zipped");
    }
    buf_release(&b);
    buf_release(&zipped);
    return good;
}

static void test_broken_gzip(void)
{
    struct buf b = {0}, zipped = {0};
    ok(refuses_truncated(100, 1000));
    ok(refuses_truncated(2 << 20, 40));
    gzip_member(&zipped, bytes_of(&b, 3 << 20));
    bool good = true;
    for (size_t i = 1; i <= 8 && good; i++) {
        zipped.p[zipped.n - i] ^= 1;
        put_file("zipped", buf_view(&zipped));
        good = exits(1, "damaged gzip", open_and_drain, "zipped");
        zipped.p[zipped.n - i] ^= 1;
    }
    ok_named(good, "a wrong checksum or length is refused");
    buf_text(&zipped, "trailing");
    put_file("zipped", buf_view(&zipped));
    ok(exits(1, "bytes after the end", open_and_drain, "zipped"));
    put_file("zipped", str_of("\x1f\x8b\x08junkjunkjunkjunk"));
    ok(exits(1, "damaged gzip", open_and_drain, "zipped"));
    buf_release(&b);
    buf_release(&zipped);
}

static bool rewinds(const char *path, struct str wanted, size_t before)
{
    struct buf got = {0};
    struct stream_in *s = stream_open(path);
    size_t n = before ? stream_read(s, buf_room(&got, before), before) : 0;
    stream_keep(s, got.p, n);
    got.n = n;
    bool same = true;
    for (int pass = 0; pass < 3; pass++) {
        struct buf all = {0};
        if (pass == 0)
            buf_put(&all, got.p, n);
        size_t more;
        while ((more = stream_read(s, buf_room(&all, 1000), 1000)))
            all.n += more;
        same = same && str_equal(buf_view(&all), wanted);
        buf_release(&all);
        stream_rewind(s);
    }
    stream_close(s);
    buf_release(&got);
    return same;
}

static void test_rewind(void)
{
    struct buf b = {0}, zipped = {0};
    struct str plain = bytes_of(&b, 400000);
    put_file("plain", plain);
    gzip_member(&zipped, plain);
    put_file("zipped", buf_view(&zipped));
    ok(rewinds("plain", plain, 0));
    ok(rewinds("plain", plain, 500));
    ok(rewinds("zipped", plain, 0));
    ok(rewinds("zipped", plain, 500));
    buf_release(&b);
    buf_release(&zipped);
}

/* No copy, and this error. */
static bool cannot_copy(const char *path, int error)
{
    struct stream_copy *c = stream_copy_new(path);
    int got = errno;
    bool right = !c && got == error;
    stream_copy_free(c);
    return right;
}

static void test_copies(void)
{
    struct buf b = {0}, zipped = {0};
    struct str plain = bytes_of(&b, 400000);
    gzip_member(&zipped, plain);
    put_file("first", plain);
    struct stream_copy *first = stream_copy_new("first");
    ok(first && reads("first", plain, 4099));
    put_file("first", str_of("new"));
    ok_named(reads("first", str_of("new"), 10), "a copy that is not used changes nothing");
    struct stream_copy *second = stream_copy_new("first"), *other;
    stream_copy_use(first);
    ok_named(reads("first", plain, 4099), "a copy in place of the file");
    ok_named(rewinds("first", plain, 500), "and once more");
    unlink("first");
    ok_named(reads("first", plain, 1 << 16), "whether there is a file or not");
    stream_copy_use(second);
    ok_named(reads("first", str_of("new"), 10), "another copy in its place");
    put_file("second", buf_view(&zipped));
    other = stream_copy_new("second");
    stream_copy_use(other);
    put_file("second", str_of(""));
    ok_named(reads("second", plain, 4099), "a copy of what is compressed");
    ok_named(rewinds("second", plain, 500), "and once more");
    stream_copy_use(first);
    ok(!stream_copy_equal(first, second) && stream_copy_equal(first, first));
    stream_copy_free(second);
    ok_named(reads("first", plain, 4099), "one that is not used may go");
    stream_copy_free(other);
    ok_named(reads("second", str_of(""), 10), "without a copy, the file");
    stream_copy_free(first);
    ok(exits(1, "first: No such file", open_and_drain, "first"));
    ok(!mkfifo("fifo", 0600) && cannot_copy("fifo", ESPIPE));
    ok(cannot_copy("nowhere", ENOENT) && cannot_copy(".", EISDIR));
    buf_release(&b);
    buf_release(&zipped);
}

/* A pipe into which a child writes piece after piece, 20 ms apart; returns the reading end. */
static int slow_pipe(const struct str *piece, size_t n)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends))
        return -1;
    if (fork() == 0) {
        close(ends[0]);
        for (size_t i = 0; i < n; i++) {
            struct timespec pause = {.tv_nsec = 20000000};
            if (write(ends[1], piece[i].p, piece[i].n) < 0)
                _exit(1);
            nanosleep(&pause, NULL);
        }
        _exit(0);
    }
    close(ends[1]);
    return ends[0];
}

static void count(void *context)
{
    ++*(int *)context;
}

/* The bytes of a slow pipe, and how often the program was told to write out what it holds; NULL: it
 * need not be told. */
static bool pipes(const struct str *piece, size_t n, struct str wanted, int *waits)
{
    int fd = slow_pipe(piece, n), was = dup(0);
    struct buf got = {0};
    dup2(fd, 0);
    close(fd);
    struct stream_in *s = stream_open(NULL);
    if (waits) {
        *waits = 0;
        stream_on_wait(s, count, waits);
    }
    drain(s, &got, 1 << 16);
    stream_close(s);
    dup2(was, 0);
    close(was);
    bool same = str_equal(buf_view(&got), wanted);
    buf_release(&got);
    while (wait(NULL) > 0)
        ;
    return same;
}

static void test_waits(void)
{
    int waits;
    struct buf b = {0}, zipped = {0};
    const struct str text[] = {{"one\n", 4}, {"two\n", 4}, {"three\n", 6}};
    ok(pipes(text, 3, str_of("one\ntwo\nthree\n"), &waits));
    ok_named(waits >= 3 && waits <= 8, "once per wait of a pipe");
    struct str plain = bytes_of(&b, 2 << 20);
    gzip_member(&zipped, plain);
    struct str half[3] = {{zipped.p, 100000}, {zipped.p + 100000, 2000}};
    half[2] = (struct str){zipped.p + 102000, zipped.n - 102000};
    ok(pipes(half, 3, plain, &waits));
    ok_named(waits >= 2 && waits <= 60, "gzip in a pipe: when its bytes run out");
    struct str part[3] = {{zipped.p, 200000}, {zipped.p + 200000, 2000}};
    part[2] = (struct str){zipped.p + 202000, zipped.n - 202000};
    ok_named(pipes(part, 3, plain, NULL), "nobody is told");
    struct stream_in *s = stream_open("plain");
    waits = 0;
    stream_on_wait(s, count, &waits);
    drain(s, &zipped, 1 << 16);
    ok_named(waits == 0, "never for a file");
    stream_close(s);
    buf_release(&b);
    buf_release(&zipped);
}

/* Slow gzip without a function to call, and a reader that is slower: what is ready is told truly.
 */
static bool ready_truly(const struct str *piece, size_t pieces, struct str plain, int *ready)
{
    struct buf got = {0};
    int fd = slow_pipe(piece, pieces), was = dup(0), truly = 1;
    dup2(fd, 0);
    close(fd);
    struct stream_in *s = stream_open(NULL);
    *ready = 0;
    for (size_t n = 1; n; got.n += n) {
        struct timespec before, after, pause = {.tv_nsec = 4000000};
        nanosleep(&pause, NULL);
        bool is_ready = stream_ready(s);
        *ready += is_ready;
        clock_gettime(CLOCK_MONOTONIC, &before);
        n = stream_read(s, buf_room(&got, 1 << 16), 1 << 16);
        clock_gettime(CLOCK_MONOTONIC, &after);
        truly = truly && !(is_ready && after.tv_sec - before.tv_sec > 5);
    }
    bool same = str_equal(buf_view(&got), plain) && stream_ready(s) && stream_size(s) == 0;
    stream_close(s);
    dup2(was, 0);
    close(was);
    while (wait(NULL) > 0)
        ;
    buf_release(&got);
    return truly && same;
}

/* Of gzip in a pipe all that has come is ready, and then nothing until more comes. */
static void test_ready_in_turn(void)
{
    enum { ALL = 3 << 20 };
    struct buf b = {0}, zipped = {0};
    struct timespec pause = {.tv_nsec = 2000000};
    int ends[2], was = dup(0);
    memset(buf_room(&b, ALL), 'x', ALL);
    gzip_member(&zipped, (struct str){b.p, ALL});
    size_t half = zipped.n / 2, n = 0, got;
    bool good = pipe(ends) == 0 && write(ends[1], zipped.p, half) == (ssize_t)half;
    dup2(ends[0], 0);
    close(ends[0]);
    struct stream_in *s = stream_open(NULL);
    for (int idle = 0; idle < 50;) {
        if (stream_ready(s)) {
            n += stream_read(s, b.p, ALL);
            idle = 0;
        } else {
            nanosleep(&pause, NULL);
            idle++;
        }
    }
    ok_named(good && n > ALL / 3 && n < ALL, "what has come");
    good = write(ends[1], zipped.p + half, zipped.n - half) == (ssize_t)(zipped.n - half);
    close(ends[1]);
    while ((got = stream_read(s, b.p, ALL)))
        n += got;
    ok_named(good && n == ALL && stream_ready(s), "and the rest");
    stream_close(s);
    dup2(was, 0);
    close(was);
    buf_release(&b);
    buf_release(&zipped);
}

static void test_ready(void)
{
    struct buf b = {0}, zipped = {0}, got = {0};
    int ready;
    struct str plain = bytes_of(&b, 200000);
    gzip_level(&zipped, plain, 0);
    ok(ready_truly(&(struct str){zipped.p, zipped.n}, 1, plain, &ready) && ready > 0);
    plain = bytes_of(&b, 2 << 20);
    buf_clear(&zipped);
    gzip_member(&zipped, plain);
    struct str piece[3] = {{zipped.p, 1}, {zipped.p + 1, 200000}};
    piece[2] = (struct str){zipped.p + 200001, zipped.n - 200001};
    ok(ready_truly(piece, 3, plain, &ready) && ready > 0);
    buf_room(&got, 100);
    put_file("zipped", buf_view(&zipped));
    struct stream_in *s = stream_open("zipped");
    ok(stream_ready(s) && stream_read(s, got.p, 10) == 10 && stream_ready(s));
    stream_close(s);
    put_file("plain", str_of("abcd"));
    s = stream_open("plain");
    ok(stream_read(s, got.p, 1) == 1 && stream_ready(s) && stream_size(s) == 4);
    stream_keep(s, got.p, 1);
    stream_rewind(s);
    ok(stream_ready(s) && stream_read(s, got.p, 9) == 4 && memcmp(got.p, "abcd", 4) == 0);
    stream_close(s);
    buf_release(&b);
    buf_release(&zipped);
    buf_release(&got);
}

/* A pipe of which nothing is there yet, and whose reading end does not block, is waited for. */
static void test_without_blocking(void)
{
    const struct str text[] = {{"one\n", 4}, {"two\n", 4}};
    int fd = slow_pipe(text, 2), waits = 0;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    int was = dup(0);
    dup2(fd, 0);
    close(fd);
    struct buf got = {0};
    struct stream_in *s = stream_open(NULL);
    stream_on_wait(s, count, &waits);
    drain(s, &got, 100);
    ok(str_is(buf_view(&got), "one\ntwo\n"));
    stream_close(s);
    dup2(was, 0);
    close(was);
    while (wait(NULL) > 0)
        ;
    buf_release(&got);
}

/* A reader that wants no more, with all blocks inflated, and with the thread stuck in a read. */
static void leave_early(void *path)
{
    char p[1000];
    struct timespec pause = {.tv_nsec = 200000000};
    struct stream_in *s = stream_open(path);
    for (size_t n = 0; n < 600000;)
        n += stream_read(s, p, sizeof p);
    nanosleep(&pause, NULL);
    stream_close(s);
    nanosleep(&pause, NULL);
    _exit(0);
}

static void test_leaving(void)
{
    struct buf b = {0}, zipped = {0};
    gzip_member(&zipped, bytes_of(&b, 5 << 20));
    put_file("zipped", buf_view(&zipped));
    ok(exits_status(2, leave_early, "zipped") == 0);
    int ends[2], was = dup(0);
    bool good = pipe(ends) == 0 && write(ends[1], zipped.p, 60000) == 60000;
    dup2(ends[0], 0);
    close(ends[0]);
    ok_named(good && zipped.n > 400000, "there is more than the pipe holds");
    fflush(stdout);
    if (fork() == 0) {
        good = write(ends[1], zipped.p + 60000, 250000) == 250000;
        nanosleep(&(struct timespec){.tv_sec = 2}, NULL);
        _exit(!good);
    }
    ok(exits_status(2, leave_early, NULL) == 0);
    dup2(was, 0);
    close(was);
    close(ends[1]);
    while (wait(NULL) > 0)
        ;
    buf_release(&b);
    buf_release(&zipped);
}

static void become_shorter(void *path)
{
    char p[1000];
    struct stream_in *s = stream_open(path);
    size_t n = stream_read(s, p, sizeof p);
    stream_keep(s, p, n);
    stream_rewind(s);
    if (truncate(path, 1500))
        _exit(98);
    while (stream_read(s, p, sizeof p))
        ;
}

static void twice_from_standard_input(void *context)
{
    (void)context;
    stream_open("-");
    stream_open(NULL);
}

/* More than the limit on files lets the temporary copy hold. */
static void overfill(void *context)
{
    const struct rlimit limit = {1 << 20, 1 << 20};
    struct buf b = {0};
    (void)context;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    struct stream_in *s = stream_open("zipped");
    stream_keep(s, NULL, 0);
    drain(s, &b, 1 << 16);
}

/* The descriptor is gone when the stream is to be read again. */
static void lose_descriptor(void *path)
{
    char p[10];
    int fd = dup(0);
    close(fd);
    struct stream_in *s = stream_open(path);
    stream_keep(s, p, 0);
    while (stream_read(s, p, sizeof p))
        ;
    close(fd);
    stream_rewind(s);
}

static void test_rewind_faults(void)
{
    struct buf b = {0}, zipped = {0};
    put_file("plain", bytes_of(&b, 5000));
    ok(exits(1, "plain: became shorter while it was read", become_shorter, "plain"));
    put_file("plain", (struct str){b.p, 50});
    ok(exits(1, "plain: Bad file descriptor", lose_descriptor, "plain"));
    gzip_member(&zipped, bytes_of(&b, 3 << 20));
    put_file("zipped", buf_view(&zipped));
    ok(exits(1, "the temporary copy of zipped: File too large", overfill, NULL));
    ok(exits(2, "only once", twice_from_standard_input, NULL));
    int fd = open("plain", O_RDONLY), was = dup(0);
    lseek(fd, 50, SEEK_SET);
    dup2(fd, 0);
    close(fd);
    struct stream_in *s = stream_open(NULL);
    ok_named(stream_size(s) == 0 && stream_read(s, b.p, 9) == 0, "a file that was read before");
    stream_close(s);
    dup2(was, 0);
    close(was);
    buf_release(&b);
    buf_release(&zipped);
}

/* What a program does, in a child: write to path and end well, die, or be killed. */
struct act {
    const char *path;
    struct str bytes;
    bool gzip;
    enum { FINISH, DIE, KILL, TERM, DIE_BUT_BEGUN, NOTHING } end;
};

static void play(void *context)
{
    const struct act *a = context;
    struct stream_out *out = stream_create(a->path, a->gzip);
    if (a->end == DIE_BUT_BEGUN)
        stream_begin();
    else if (a->end != NOTHING)
        stream_write(out, a->bytes.p, a->bytes.n);
    if (a->end == KILL || a->end == TERM)
        raise(a->end == KILL ? SIGKILL : SIGTERM);
    if (a->end == DIE || a->end == DIE_BUT_BEGUN || a->end == NOTHING)
        die("given up");
    _exit(stream_finish());
}

static bool holds(const char *path, const char *text)
{
    return str_equal(get_file(path), str_of(text));
}

static void test_atomic(void)
{
    struct buf b = {0};
    struct stat st;
    struct act a = {.path = "target", .bytes = {"new\n", 4}, .end = FINISH};
    unlink("target");
    ok(exits_status(2, play, &a) == 0 && holds("target", "new\n"));
    put_file("target", str_of("old\n"));
    chmod("target", 0640);
    a.end = DIE;
    ok(exits(1, "given up", play, &a) && holds("target", "old\n") && !litter());
    a.end = TERM;
    ok(exits_status(2, play, &a) == -1 && holds("target", "old\n") && !litter());
    a.end = KILL;
    a.bytes = bytes_of(&b, 3 << 20);
    ok(exits_status(2, play, &a) == -1 && holds("target", "old\n") && litter());
    ok_named(system("rm -f .pa-*.tmp") == 0, "what a killed program leaves has a name of its own");
    a.end = FINISH;
    ok(exits_status(2, play, &a) == 0 && str_equal(get_file("target"), a.bytes));
    ok(stat("target", &st) == 0 && (st.st_mode & 07777) == 0640);
    ok(symlink("folder/real", "link") == 0 && mkdir("folder", 0755) == 0);
    a = (struct act){.path = "link", .bytes = {"x", 1}, .end = FINISH};
    ok(exits_status(2, play, &a) == 0 && holds("folder/real", "x"));
    ok(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
    a.path = "missing/x";
    ok(exits(1, "missing/x: cannot create", play, &a));
    a.path = "folder";
    ok(exits(1, "is a directory", play, &a));
    buf_release(&b);
}

static void two_to_one(void *context)
{
    (void)context;
    stream_create("folder/real", false);
    stream_create("link", false);
}

static void test_marks(void)
{
    struct act a = {.bytes = {"row\n", 4}, .end = DIE};
    ok(exits_status(1, play, &a) == 1 && memcmp(exits_text, "row\n\0", 5) == 0);
    a.end = DIE_BUT_BEGUN;
    ok(exits_status(1, play, &a) == 1 && exits_length == 1 && exits_text[0] == '\0');
    a.end = NOTHING;
    ok(exits_status(1, play, &a) == 1 && exits_length == 0);
    a.end = FINISH;
    ok(exits_status(1, play, &a) == 0 && exits_length == 4);
    a.end = DIE;
    a.gzip = true;
    ok_named(exits_status(1, play, &a) == 1 && exits_length == 10, "gzip is left without an end");
    ok(exits(2, "two outputs", two_to_one, NULL) && !litter());
}

static void to_closed_pipe(void *context)
{
    int ends[2];
    struct buf b = {0};
    struct act a = {.bytes = bytes_of(&b, 1 << 20), .end = FINISH};
    if (context)
        signal(SIGPIPE, SIG_IGN);
    if (pipe(ends) == 0 && dup2(ends[1], 1) == 1)
        close(ends[0]);
    stream_create("target", false);
    play(&a);
}

static void to_closed_pipe_zipped(void *context)
{
    int ends[2];
    struct buf b = {0};
    struct act a = {.bytes = bytes_of(&b, 5 << 20), .gzip = true, .end = FINISH};
    if (context)
        signal(SIGPIPE, SIG_IGN);
    if (pipe(ends) == 0 && dup2(ends[1], 1) == 1)
        close(ends[0]);
    play(&a);
}

static void play_in_lines(void *context)
{
    const struct act *a = context;
    struct stream_out *out = stream_create(a->path, false);
    for (size_t at = 0, n; at < a->bytes.n; at += n) {
        n = a->bytes.n - at < 100 ? a->bytes.n - at : 100;
        memcpy(stream_room(out, n), a->bytes.p + at, n);
        stream_used(out, n);
    }
    _exit(stream_finish());
}

/* More outputs than are given threads. */
static void play_many(void *context)
{
    const struct act *a = context;
    struct stream_out *out[10];
    char path[] = "out.0.gz";
    for (int i = 0; i < 10; i++) {
        path[4] = (char)('0' + i);
        out[i] = stream_create(path, false);
    }
    for (size_t at = 0, n; at < a->bytes.n; at += n) {
        n = a->bytes.n - at < 300000 ? a->bytes.n - at : 300000;
        for (int i = 0; i < 10; i++)
            stream_write(out[i], a->bytes.p + at, n);
    }
    _exit(stream_finish());
}

static void to_closed_output(void *context)
{
    (void)context;
    close(1);
    play(&(struct act){.bytes = {"x", 1}, .end = FINISH});
}

static void from_closed_input(void *context)
{
    (void)context;
    close(0);
    open_and_drain(NULL);
}

static void test_faults(void)
{
    struct act a = {.path = "/dev/full", .bytes = {"x", 1}, .end = FINISH};
    put_file("target", str_of("old\n"));
    ok(exits(1, "/dev/full: No space left", play, &a));
    ok(exits(1, "Broken pipe", to_closed_pipe, "ignore") && holds("target", "old\n") && !litter());
    ok_named(exits_status(2, to_closed_pipe, NULL) == -1 && holds("target", "old\n") && !litter(),
        "SIGPIPE ends the program, and no temporary is left");
    ok(exits(1, "standard output: Bad file", to_closed_output, NULL));
    ok(exits(1, "standard input: Bad file", from_closed_input, NULL));
}

static void test_zipped_output(void)
{
    struct buf b = {0};
    struct act a = {.path = "out.gz", .bytes = bytes_of(&b, 1 << 20), .end = FINISH};
    ok(exits_status(2, play, &a) == 0 && reads("out.gz", a.bytes, 1 << 16));
    a.bytes = bytes_of(&b, (5 << 20) + 1);
    ok_named(exits_status(2, play, &a) == 0 && reads("out.gz", a.bytes, 1 << 16),
        "blocks that a thread compresses");
    ok_named(exits_status(2, play_in_lines, &a) == 0 && reads("out.gz", a.bytes, 1 << 16),
        "likewise, written in lines");
    ok(exits_status(2, play_many, &a) == 0 && reads("out.9.gz", a.bytes, 1 << 16));
    for (int i = 0; i < 10; i++) {
        char path[] = "out.0.gz";
        path[4] = (char)('0' + i);
        unlink(path);
    }
    a.end = DIE;
    ok(exits(1, "given up", play, &a) && reads("out.gz", a.bytes, 1 << 16) && !litter());
    a = (struct act){.path = "/dev/full", .bytes = a.bytes, .gzip = true, .end = FINISH};
    ok(exits(1, "/dev/full: No space left", play, &a));
    ok(exits(1, "Broken pipe", to_closed_pipe_zipped, "ignore"));
    ok_named(exits_status(2, to_closed_pipe_zipped, NULL) == -1,
        "SIGPIPE ends the program from the thread, too");
    a = (struct act){.path = "out.zipped", .bytes = {"", 0}, .gzip = true, .end = FINISH};
    ok(exits_status(2, play, &a) == 0 && get_file("out.zipped").n > 10);
    ok(reads("out.zipped", (struct str){"", 0}, 10));
    buf_release(&b);
}

int main(void)
{
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    test_plain();
    test_gzip();
    test_broken_gzip();
    test_rewind();
    test_copies();
    test_waits();
    test_ready_in_turn();
    test_ready();
    test_without_blocking();
    test_leaving();
    test_rewind_faults();
    test_atomic();
    test_marks();
    test_faults();
    test_zipped_output();
    ok_named(folder_remove(folder), "cleaned up");
    return done();
}
