/* SPDX-License-Identifier: MIT */
/*
 * fault - a library to preload that makes system calls and allocations of a program fail
 *
 *   PA_FAULT=CALL:WHEN:WHAT
 *     CALL  alloc, read, write, open, close, fsync, rename, thread, or any of them but alloc: any
 *     WHEN  N: the N-th one only; *N: every N-th one
 *     WHAT  an error number; short: one byte only; -N: signal N before it
 *   PA_FAULT_MARK  a file that is made when the fault happens
 *
 * Writes to standard error never fail, so that the message can be seen.  Not for programs under
 * sanitizers, which have allocators of their own.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

enum { NONE = 0, SHORT = 1 << 20 };

static char call[16]; /* empty until main is near */
static bool every;
static long when;
static int what;
static atomic_long calls;

__attribute__((constructor)) static void prepare(void)
{
    const char *text = getenv("PA_FAULT");
    size_t n = text ? strcspn(text, ":") : 0;
    if (!n || n >= sizeof call || !text[n])
        return;
    const char *at = text + n + 1;
    every = *at == '*';
    char *rest;
    when = strtol(at + every, &rest, 10);
    what = strcmp(rest, ":short") == 0 ? SHORT : (int)strtol(rest + 1, NULL, 10);
    memcpy(call, text, n);
}

static void mark(void)
{
    const char *path = getenv("PA_FAULT_MARK");
    if (path)
        syscall(SYS_close, (int)syscall(SYS_open, path, O_CREAT | O_WRONLY, 0644));
}

/* What is to happen to this call: nothing, SHORT, or an error, which is put in errno. */
static int fault(const char *name)
{
    bool any = strcmp(call, "any") == 0 && strcmp(name, "alloc") != 0;
    if (!any && strcmp(call, name) != 0)
        return NONE;
    long n = ++calls;
    if (every ? n % when : n != when)
        return NONE;
    mark();
    if (what < 0) {
        raise(-what);
        return NONE;
    }
    if (what != SHORT)
        errno = what;
    return what;
}

void *malloc(size_t n)
{
    return fault("alloc") ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return fault("alloc") ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return fault("alloc") ? NULL : __libc_realloc(p, n);
}

ssize_t read(int fd, void *p, size_t n)
{
    int f = fault("read");
    if (f && f != SHORT)
        return -1;
    return syscall(SYS_read, fd, p, f == SHORT && n ? 1 : n);
}

ssize_t write(int fd, const void *p, size_t n)
{
    int f = fd == 2 ? NONE : fault("write");
    if (f && f != SHORT)
        return -1;
    return syscall(SYS_write, fd, p, f == SHORT && n ? 1 : n);
}

int open(const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    mode_t mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    return fault("open") ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* As with Linux, the descriptor is gone whatever close says. */
int close(int fd)
{
    int f = fault("close"), status = (int)syscall(SYS_close, fd);
    if (f)
        errno = f;
    return f ? -1 : status;
}

int fsync(int fd)
{
    return fault("fsync") ? -1 : (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
    return fault("rename") ? -1 : (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*fn)(void *), void *p)
{
    static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    int f = fault("thread");
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    return f ? f : real(thread, attr, fn, p);
}
