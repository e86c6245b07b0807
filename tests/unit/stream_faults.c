/* SPDX-License-Identifier: MIT */
/*
 * What stream does when the system fails or interrupts it: the message, and what is left of files.
 * Calls stand in for those of the system; what dies does so in a child.
 */
#define _GNU_SOURCE /* syscall, AT_EMPTY_PATH, RTLD_NEXT, nftw */
#include "stream.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "die.h"
#include "exits.h"
#include "files.h"
#include "folder.h"
#include "mem.h"
#include "stream_private.h"
#include "t.h"

/* ---- calls ---- */

/* Of the calls of this name, those behind the first `after` fail with an error, so many times. */
static struct fault {
    const char *call;
    int after, times, error;
} fault;

static bool fails(const char *call)
{
    if (!fault.times || strcmp(call, fault.call) != 0 || fault.after-- > 0)
        return false;
    fault.after = 0;
    fault.times--;
    errno = fault.error;
    return true;
}

int open(const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    mode_t mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    return fails("open") ? -1 : openat(AT_FDCWD, path, flags, mode);
}

ssize_t read(int fd, void *p, size_t n)
{
    return fails("read") ? -1 : syscall(SYS_read, fd, p, n);
}

ssize_t write(int fd, const void *p, size_t n)
{
    return fd != 2 && fails("write") ? -1 : syscall(SYS_write, fd, p, n);
}

int fstat(int fd, struct stat *st)
{
    return fails("fstat") ? -1 : fstatat(fd, "", st, AT_EMPTY_PATH);
}

int stat(const char *path, struct stat *st)
{
    return fails("stat") ? -1 : fstatat(AT_FDCWD, path, st, 0);
}

ssize_t readlink(const char *path, char *text, size_t n)
{
    return fails("readlink") ? -1 : readlinkat(AT_FDCWD, path, text, n);
}

int fchmod(int fd, mode_t mode)
{
    return fails("fchmod") ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

int fsync(int fd)
{
    return fails("fsync") ? -1 : (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
    return fails("rename") ? -1 : renameat(AT_FDCWD, from, AT_FDCWD, to);
}

/* As with Linux, the descriptor is gone whatever close says. */
int close(int fd)
{
    int status = (int)syscall(SYS_close, fd);
    return fails("close") ? -1 : status;
}

int pthread_create(
    pthread_t *thread, const pthread_attr_t *how, void *(*start)(void *), void *argument)
{
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    void *found = dlsym(RTLD_NEXT, "pthread_create");
    memcpy(&create, &found, sizeof create);
    return fails("thread") ? fault.error : create(thread, how, start, argument);
}

/* ---- output ---- */

static char folder[] = "/tmp/pa-faults-XXXXXX";

/* Are there temporaries left in the folder? */
static bool litter(void)
{
    return system("ls .pa-*.tmp */.pa-*.tmp >/dev/null 2>&1") == 0;
}

static bool holds(const char *path, const char *text)
{
    return str_is(get_file(path), text);
}

/* One fault while "new\n" is written to path (NULL: standard output). */
struct scene {
    const char *path;
    struct fault fault;
};

static void write_new(void *context)
{
    const struct scene *s = context;
    fault = s->fault;
    struct stream_out *out = stream_create(s->path, false);
    stream_write(out, "new\n", 4);
    int status = stream_finish();
    _exit(fault.times ? 50 : status);
}

static bool survives(struct scene s)
{
    put_file("target", str_of("old\n"));
    return exits_status(2, write_new, &s) == 0 && holds("target", "new\n") && !litter();
}

/* The program dies, says this, and leaves the old file. */
static bool dies(struct scene s, const char *message)
{
    put_file("target", str_of("old\n"));
    return exits(1, message, write_new, &s) && holds("target", "old\n") && !litter();
}

static void test_interrupted_output(void)
{
    ok(survives((struct scene){"target", {"open", 0, 3, EINTR}}));
    ok(survives((struct scene){"target", {"write", 0, 2, EINTR}}));
    ok(survives((struct scene){"target", {"write", 0, 2, EAGAIN}}));
    ok(survives((struct scene){"target", {"fsync", 0, 2, EINTR}}));
    ok(survives((struct scene){"target", {"close", 0, 1, EINTR}}));
    ok_named(survives((struct scene){"target", {"open", 0, 2, EEXIST}}),
        "the name of another temporary");
    struct scene s = {"/dev/null", {"open", 0, 2, EINTR}};
    ok(exits_status(2, write_new, &s) == 0);
}

static void close_standard_output(void *context)
{
    (void)context;
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
    write_new(&(struct scene){NULL, {"close", 0, 1, EIO}});
}

static void test_failed_output(void)
{
    ok(dies((struct scene){"target", {"open", 0, 1, EACCES}},
        "target: cannot create a file beside it: Permission denied"));
    ok(dies((struct scene){"target", {"fchmod", 0, 1, EPERM}}, "target: Operation not permitted"));
    ok(dies((struct scene){"target", {"write", 0, 1, ENOSPC}}, "target: No space left"));
    ok(dies((struct scene){"target", {"fsync", 0, 1, EIO}}, "target: Input/output error"));
    ok(dies((struct scene){"target", {"close", 0, 1, EIO}}, "target: Input/output error"));
    ok(dies((struct scene){"target", {"rename", 0, 1, EPERM}}, "target: Operation not permitted"));
    ok(dies((struct scene){"/dev/null", {"open", 0, 1, ENXIO}}, "/dev/null: No such device"));
    ok(exits(1, "standard output: Input/output error", close_standard_output, NULL));
    ok(!symlink("target", "link"));
    ok(dies((struct scene){"link", {"readlink", 0, 1, EIO}}, "link: Input/output error"));
}

/* What comes after the rename: the file is the new one. */
static void test_folder(void)
{
    struct scene s = {"target", {"fsync", 1, 1, EIO}};
    put_file("target", str_of("old\n"));
    ok(exits(1, "is complete, but might not outlast a power failure", write_new, &s) &&
        holds("target", "new\n") && !litter());
    ok_named(survives((struct scene){"target", {"fsync", 1, 1, EINVAL}}) &&
                 survives((struct scene){"target", {"fsync", 1, 1, EROFS}}),
        "folders that cannot be synced");
    ok_named(survives((struct scene){"target", {"open", 1, 1, EACCES}}),
        "a folder that cannot be opened");
}

/* Links whose text is long or begins at the root are followed like others. */
static void test_links(void)
{
    struct buf text = {0};
    while (text.n < 1000)
        buf_text(&text, "./");
    buf_text(&text, "target");
    ok(!symlink(buf_cstr(&text), "long"));
    ok(survives((struct scene){.path = "long"}));
    buf_clear(&text);
    buf_print(&text, "%s/target", folder);
    ok(!symlink(buf_cstr(&text), "absolute"));
    ok(survives((struct scene){.path = "absolute"}));
    ok(!symlink("loop", "loop"));
    ok(dies((struct scene){.path = "loop"}, "loop: too many symbolic links"));
    buf_release(&text);
}

/* Standard output is a file: is it the one that is named? */
static void write_beside_standard_output(void *context)
{
    put_file("said", str_of(""));
    dup2(open("said", O_WRONLY), STDOUT_FILENO);
    write_new(context);
}

static void test_standard_output(void)
{
    struct scene s = {.path = "said"};
    struct stat before, after;
    put_file("said", str_of("old\n"));
    ok(!stat("said", &before) && exits_status(2, write_beside_standard_output, &s) == 0);
    ok_named(!stat("said", &after) && holds("said", "new\n") && before.st_ino == after.st_ino,
        "a name of standard output is written directly");
    s.path = "target";
    put_file("target", str_of("old\n"));
    ok(exits_status(2, write_beside_standard_output, &s) == 0 && holds("target", "new\n") &&
        holds("said", ""));
    put_file("target", str_of("old\n"));
    ok_named(exits_status(1, write_new, &s) == 0 && holds("target", "new\n") && !exits_length,
        "a file, and standard output a pipe");
    ok_named(survives((struct scene){"target", {"fstat", 0, 1, EIO}}),
        "a standard output of which nothing is known");
}

static void without_input(void *context)
{
    (void)context;
    close(0);
    fault = (struct fault){"open", 0, 1, EMFILE};
    stream_guard_descriptors();
}

/* ---- several outputs ---- */

/* Two paths, and a fault once both are open. */
struct pair {
    const char *path[2];
    bool complete; /* both, the second one first */
    bool give_up;
    struct fault fault;
};

static void write_both(void *context)
{
    const struct pair *p = context;
    struct stream_out *out[2];
    for (int i = 0; i < 2; i++) {
        out[i] = stream_create(p->path[i], false);
        stream_write(out[i], "new\n", 4);
    }
    fault = p->fault;
    for (int i = 1; i >= 0 && p->complete; i--)
        stream_complete(out[i]);
    if (p->give_up)
        die("given up");
    int status = stream_finish();
    _exit(fault.times ? 50 : status);
}

static void test_pairs(void)
{
    struct pair p = {{"target", "other"}, .complete = true, .give_up = true};
    put_file("target", str_of("old\n"));
    put_file("other", str_of("old\n"));
    ok(exits(1, "given up", write_both, &p) && holds("target", "old\n") && !litter());
    p.give_up = false;
    p.fault = (struct fault){"rename", 1, 1, EIO};
    ok(exits(1, "other: Input/output error", write_both, &p) && holds("target", "new\n") &&
        holds("other", "old\n"));
    ok_named(!litter(), "what has no name yet is removed");
    p.fault = (struct fault){0};
    ok(exits_status(2, write_both, &p) == 0 && holds("other", "new\n"));
    p.fault = (struct fault){"fsync", 3, 1, EIO};
    ok_named(exits_status(2, write_both, &p) == 50, "one folder is synced once");
    p = (struct pair){{"1/x", "2/x"}, .fault = {"fsync", 3, 1, EIO}};
    ok(!mkdir("1", 0700) && !mkdir("2", 0700) && exits(1, "is complete", write_both, &p));
    ok(holds("1/x", "new\n") && holds("2/x", "new\n"));
}

static void same_twice(void *context)
{
    const struct pair *p = context;
    stream_create(p->path[0], false);
    fault = p->fault;
    stream_create(p->path[1], false);
    _exit(fault.times ? 50 : stream_finish());
}

static void test_one_file_twice(void)
{
    struct pair p = {{"1/x", "2/../1/x"}};
    ok(exits(2, "two outputs cannot go to one file", same_twice, &p) && !litter());
    p.path[1] = "1/y";
    ok(exits_status(2, same_twice, &p) == 0 && holds("1/y", ""));
    p.path[1] = "2/x";
    ok(exits_status(2, same_twice, &p) == 0 && holds("2/x", ""));
    for (int after = 2; after < 4; after++) {
        p.fault = (struct fault){"stat", after, 1, EIO};
        put_file("2/x", str_of("old\n"));
        ok_named(exits_status(2, same_twice, &p) == 0 && holds("2/x", ""),
            "folders that cannot be looked at are not taken for one");
    }
}

static void test_two_devices(void)
{
    char far[] = "/dev/shm/pa-faults-XXXXXX";
    struct buf path = {0};
    if (access("/dev/shm", W_OK) || !mkdtemp(far)) {
        printf("ok %d - # SKIP there is no second file system\n", ++t_count);
        return;
    }
    buf_print(&path, "%s/x", far);
    struct pair p = {{"1/x", buf_cstr(&path)}};
    ok(exits_status(2, write_both, &p) == 0 && holds("1/x", "new\n") && holds(path.p, "new\n"));
    unlink(path.p);
    rmdir(far);
    buf_release(&path);
}

/* Outputs are found by the path that they were given. */
static void find(void *context)
{
    (void)context;
    bool none = !stream_find(NULL) && !stream_find("target");
    struct stream_out *file = stream_create("target", false), *said = stream_create("-", false);
    stream_write(said, "x", 1);
    _exit(none && stream_find("target") == file && stream_find(NULL) == said &&
                  !stream_find("./target")
              ? stream_finish()
              : 50);
}

/* A state that is written again and again, with few descriptors. */
static void publish(void *path)
{
    const struct rlimit few = {20, 20};
    setrlimit(RLIMIT_NOFILE, &few);
    for (int i = 0; i < 50; i++) {
        struct stream_out *out = stream_create(path, false);
        stream_write(out, "new\n", 4);
        stream_publish(out);
    }
    fault = (struct fault){"close", 0, 1, EIO};
    struct stream_out *out = stream_create(path, false);
    stream_write(out, "newer\n", 6);
    stream_publish(out);
    _exit(0);
}

static void test_publishing(void)
{
    put_file("target", str_of("old\n"));
    ok(exits(1, "target: Input/output error", publish, "target") && holds("target", "new\n"));
    ok(!litter() && exits(1, "/dev/null: Input/output error", publish, "/dev/null"));
    ok_named(exits_status(1, publish, "-") == 0 && exits_length == 50 * 4 + 6,
        "standard output stays open");
}

/* Standard output is a pipe that is full, and so the mark of a failure has to wait in it. */
static void wait_with_mark(void *context)
{
    int ends[2];
    char bytes[4096] = {0};
    pid_t self = getpid();
    (void)context;
    if (pipe(ends) || fcntl(ends[1], F_SETFL, O_NONBLOCK))
        return;
    while (write(ends[1], bytes, sizeof bytes) > 0)
        ;
    fcntl(ends[1], F_SETFL, 0);
    dup2(ends[1], STDOUT_FILENO);
    signal(SIGTERM, SIG_DFL); /* a shell has what runs in its background ignore SIGINT */
    signal(SIGINT, SIG_DFL);
    stream_create("target", false);
    stream_create(NULL, false);
    stream_begin();
    if (fork() == 0) {
        struct timespec pause = {.tv_nsec = 100000000};
        kill(self, SIGTERM);
        for (int i = 0; i < 100 && !kill(self, i ? SIGINT : 0); i++) /* both may come at once */
            nanosleep(&pause, NULL);
        syscall(SYS_exit, 0);
    }
    for (;;)
        pause();
}

static void test_second_signal(void)
{
    int status = 0;
    put_file("target", str_of("old\n"));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        wait_with_mark(NULL);
        _exit(99);
    }
    ok(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    ok(holds("target", "old\n") && !litter());
}

/* ---- input ---- */

static void open_and_drain(void *context)
{
    const struct scene *s = context;
    char p[100];
    fault = s->fault;
    struct stream_in *in = stream_open(s->path);
    stream_keep(in, p, 0);
    for (int pass = 0; pass < 2; pass++) {
        size_t n = 0, got;
        while ((got = stream_read(in, p + n, sizeof p - n)))
            n += got;
        if (n != 4 || memcmp(p, "old\n", 4) != 0)
            _exit(50);
        stream_rewind(in);
    }
    stream_close(in);
    _exit(fault.times ? 51 : 0);
}

static bool reads(struct scene s)
{
    return exits_status(2, open_and_drain, &s) == 0;
}

static bool refuses(struct scene s, const char *message)
{
    return exits(1, message, open_and_drain, &s);
}

static void zip_old(void *context)
{
    (void)context;
    stream_write(stream_create("old.gz", false), "old\n", 4);
    _exit(stream_finish());
}

static void test_input(void)
{
    put_file("old", str_of("old\n"));
    ok(exits_status(2, zip_old, NULL) == 0);
    ok(reads((struct scene){"old", {"open", 0, 2, EINTR}}));
    ok(reads((struct scene){"old", {"read", 1, 3, EINTR}}));
    ok(reads((struct scene){"old.gz", {"read", 0, 3, EINTR}}));
    ok_named(reads((struct scene){"old.gz", {"write", 0, 3, EINTR}}), "a temporary copy");
    ok_named(reads((struct scene){"old", {"fstat", 1, 1, EIO}}),
        "a standard output of which nothing is known");
    ok(refuses((struct scene){"old", {"open", 0, 1, EMFILE}}, "old: Too many open files"));
    ok(refuses((struct scene){"old", {"fstat", 0, 1, EIO}}, "old: Input/output error"));
    ok(refuses((struct scene){"old", {"read", 1, 1, EIO}}, "old: Input/output error"));
    ok(refuses((struct scene){"old.gz", {"write", 0, 1, ENOSPC}},
        "the temporary copy of old.gz: No space left"));
    ok(exits(1, "descriptor 0 is closed and cannot be replaced", without_input, NULL));
}

/* A copy in memory under a fault: it is made, or it is not, and errno says why. */
static bool copies(struct fault f)
{
    fault = f;
    struct stream_copy *c = stream_copy_new("old");
    int error = errno;
    fault = (struct fault){0};
    if (!c)
        return f.error != EINTR && error == f.error;
    struct stream_copy *plain = stream_copy_new("old");
    bool same = f.error == EINTR && stream_copy_equal(c, plain);
    stream_copy_free(c);
    stream_copy_free(plain);
    return same;
}

static void test_copies(void)
{
    ok(copies((struct fault){"open", 0, 2, EINTR}));
    ok(copies((struct fault){"read", 0, 2, EINTR}));
    ok(copies((struct fault){"open", 0, 1, EACCES}));
    ok(copies((struct fault){"fstat", 0, 1, EIO}));
    ok(copies((struct fault){"read", 1, 1, EIO}));
}

/* ---- threads ---- */

enum { LONG = 5 << 20 };

static struct buf plain;

static void write_long(void *context)
{
    const struct scene *s = context;
    fault = s->fault;
    struct stream_out *out = stream_create(s->path, false);
    for (size_t at = 0; at < LONG; at += 1 << 16) {
        stream_write(out, plain.p + at, 1 << 16);
        stream_flush(out);
    }
    int status = stream_finish();
    _exit(fault.times ? 50 : status);
}

static void read_long(void *context)
{
    const struct scene *s = context;
    size_t n = 0, got;
    char *p = mem_alloc(LONG + 1, 1);
    fault = s->fault;
    struct stream_in *in = stream_open(s->path);
    while ((got = stream_read(in, p + n, LONG + 1 - n)))
        n += got;
    _exit(n != LONG || memcmp(p, plain.p, LONG) != 0);
}

/* Output does without a thread; input says that it cannot. */
static void test_threads(void)
{
    struct scene s = {"long.gz", {"thread", 0, 1, EAGAIN}};
    while (plain.n < LONG)
        buf_print(&plain, "%zu,%zx\n", plain.n, plain.n * 2654435761u);
    ok(exits_status(2, write_long, &s) == 0);
    ok(exits(1, "long.gz: cannot start a thread to read it", read_long, &s));
    s.fault = (struct fault){0};
    ok(exits_status(2, read_long, &s) == 0);
    s.path = "long";
    ok(unlink("long") == 0 && exits_status(2, write_long, &s) == 0);
    ok(exits_status(2, read_long, &s) == 0);
    buf_release(&plain);
}

int main(void)
{
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    test_interrupted_output();
    test_failed_output();
    test_folder();
    test_links();
    test_standard_output();
    test_pairs();
    test_one_file_twice();
    test_two_devices();
    ok(exits_status(1, find, NULL) == 0);
    test_publishing();
    test_second_signal();
    test_input();
    test_copies();
    test_threads();
    ok_named(folder_remove(folder), "cleaned up");
    return done();
}
