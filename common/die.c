/* SPDX-License-Identifier: MIT */
#include "die.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program = "pa";
static bool quiet, verbose, silent, status_shown;
static void (*unfinished)(void);
static pthread_mutex_t dying = PTHREAD_MUTEX_INITIALIZER;

void die_program(const char *name)
{
    program = name;
}

void die_verbosity(bool be_quiet, bool be_verbose)
{
    quiet = be_quiet;
    verbose = be_verbose;
}

bool die_is_verbose(void)
{
    return verbose;
}

bool die_is_quiet(void)
{
    return quiet;
}

void die_hook(void (*hook)(void))
{
    unfinished = hook;
}

/* One message as it will be printed.  Not a struct buf: out of memory must be sayable too. */
struct message {
    char text[4096];
    size_t n;
};

static void put(struct message *m, const char *p, size_t n)
{
    for (size_t i = 0; i < n && m->n < sizeof m->text - 8; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c < 0x20 || c == 0x7f)
            m->n += (size_t)snprintf(m->text + m->n, 5, "\\x%02X", (unsigned)c);
        else
            m->text[m->n++] = (char)c;
    }
}

static void put_text(struct message *m, const char *text)
{
    put(m, text, strlen(text));
}

static void put_format(struct message *m, const char *format, va_list ap)
{
    char text[3072];
    int n = vsnprintf(text, sizeof text, format, ap);
    if (n < 0)
        return;
    put(m, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
    if ((size_t)n >= sizeof text)
        put_text(m, "...");
}

static void begin(struct message *m, struct place at)
{
    char line[32];
    m->n = 0;
    put_text(m, program);
    put_text(m, ": ");
    if (at.file) {
        put_text(m, at.file);
        put_text(m, ":");
        if (at.line) {
            snprintf(line, sizeof line, "%llu:", (unsigned long long)at.line);
            put_text(m, line);
        }
        put_text(m, " ");
    }
    if (at.column) {
        put_text(m, at.column);
        put_text(m, ": ");
    }
}

static void print_bytes(const char *p, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t n = write(STDERR_FILENO, p + done, length - done);
        if (n < 0 && errno != EINTR)
            return;
        done += n > 0 ? (size_t)n : 0;
    }
}

static void erase_status(void)
{
    static const char erase[] = "\r\033[K";
    if (status_shown)
        print_bytes(erase, sizeof erase - 1);
    status_shown = false;
}

static void print(struct message *m)
{
    if (silent)
        return;
    erase_status();
    m->text[m->n++] = '\n';
    print_bytes(m->text, m->n);
}

_Noreturn static void leave(int status)
{
    if (unfinished && status != EXIT_CHECK)
        unfinished();
    _exit(status);
}

/* Only the first thread to get here speaks and ends the program; others wait for that. */
_Noreturn static void end(int status, struct place at, const char *format, va_list ap, int error)
{
    struct message m;
    pthread_mutex_lock(&dying);
    begin(&m, at);
    put_format(&m, format, ap);
    if (error) {
        put_text(&m, ": ");
        put_text(&m, strerror(error));
    }
    if (status == EXIT_USAGE) {
        put_text(&m, " (try '");
        put_text(&m, program);
        put_text(&m, " --help')");
    }
    print(&m);
    leave(status);
}

_Noreturn void die(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    end(EXIT_INPUT, (struct place){0}, format, ap, 0);
}

_Noreturn void die_errno(const char *format, ...)
{
    int error = errno;
    va_list ap;
    va_start(ap, format);
    end(EXIT_INPUT, (struct place){0}, format, ap, error);
}

_Noreturn void die_at(struct place at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    end(EXIT_INPUT, at, format, ap, 0);
}

_Noreturn void die_usage(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    end(EXIT_USAGE, (struct place){0}, format, ap, 0);
}

_Noreturn void die_check(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    end(EXIT_CHECK, (struct place){0}, format, ap, 0);
}

/* ---- trials ---- */

/* In the child: work, and tell the parent when that is done. */
_Noreturn static void try_it(const char *name, void (*work)(void *), void *context, int verdict)
{
    program = name ? name : program;
    silent = !name;
    quiet = true;
    verbose = false;
    unfinished = NULL;
    work(context);
    _exit(write(verdict, "y", 1) == 1 ? 0 : EXIT_INPUT);
}

/* A trial could not be made, or did not come to an end. */
static void say_no(const char *name, const char *why, int error)
{
    struct message m = {.n = 0};
    if (!name)
        return;
    put_text(&m, name);
    put_text(&m, ": ");
    put_text(&m, why);
    if (error) {
        put_text(&m, ": ");
        put_text(&m, strerror(error));
    }
    print(&m);
}

static bool verdict_of(pid_t child, int fd, const char *name)
{
    char yes = 0;
    int status = 0;
    while (read(fd, &yes, 1) < 0 && errno == EINTR)
        continue;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (yes != 'y' && WIFSIGNALED(status))
        say_no(name, "the process that tried it was ended by a signal", 0);
    return yes == 'y';
}

bool die_trial(const char *name, void (*work)(void *context), void *context)
{
    int fd[2];
    sigset_t all, before;
    if (pipe(fd)) {
        say_no(name, "no pipe to try it", errno);
        return false;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* for the child, which has nothing to clean up */
    pid_t child = fork();
    int error = errno;
    if (child == 0)
        try_it(name, work, context, fd[1]);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(fd[1]);
    if (child < 0)
        say_no(name, "no process to try it", error);
    bool good = child > 0 && verdict_of(child, fd[0], name);
    close(fd[0]);
    return good;
}

static void say(struct place at, const char *format, va_list ap)
{
    struct message m;
    begin(&m, at);
    put_format(&m, format, ap);
    print(&m);
}

void die_status(const char *text)
{
    struct message m;
    erase_status();
    if (!text)
        return;
    begin(&m, (struct place){0});
    put_text(&m, text);
    print_bytes(m.text, m.n);
    status_shown = true;
}

void warn(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    if (!quiet)
        say((struct place){0}, format, ap);
    va_end(ap);
}

void warn_at(struct place at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    if (!quiet)
        say(at, format, ap);
    va_end(ap);
}

void note(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    if (verbose)
        say((struct place){0}, format, ap);
    va_end(ap);
}
