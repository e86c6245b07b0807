/* SPDX-License-Identifier: MIT */
/*
 * die - messages on standard error, and the ways out of a program that failed
 *
 * Every message is one line, "program: file:line: column: what is wrong (what would be right)".
 * Control characters that came from data, names or paths are written as \xHH, so a log cannot
 * speak to the terminal.  The only mutable state of common/ lives here: the program's name, how
 * much it may say, and the hook that marks or removes unfinished outputs (owned by stream).
 * All functions may be called from any thread; the first one to die wins.
 */
#ifndef PA_DIE_H
#define PA_DIE_H

#include <stdbool.h>
#include <stdint.h>

enum { EXIT_INPUT = 1, EXIT_USAGE = 2, EXIT_CHECK = 3 };

/* Where in the input something is wrong; a null file, line 0 or a null column is left out. */
struct place {
    const char *file;
    uint64_t line;
    const char *column;
};

/* Set once at start: the name before every message (a string that outlives the program's run). */
void die_program(const char *name);

/* -q: no warnings and no notes; -v: notes too.  Errors are always printed. */
void die_verbosity(bool quiet, bool verbose);
bool die_is_verbose(void);
bool die_is_quiet(void);

/* Called once, before the program ends with 1 or 2: end what has been begun (see stream.h). */
void die_hook(void (*unfinished)(void));

/* Exit 1: the input or the system failed.  die_errno adds strerror(errno). */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die_at(struct place, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Exit 2: called wrongly; adds "try 'program --help'". */
_Noreturn void die_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Exit 3: a --fail-on check failed; every output has been completed before (stream_finish). */
_Noreturn void die_check(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Would this work?  work(context) runs in a child process, where it may die: true when it returns.
 * Its message begins with name instead of the program's; with name NULL it says nothing.  Nothing
 * that it does to memory is left; outputs are not touched, nor may it write to one.
 */
bool die_trial(const char *name, void (*work)(void *context), void *context);

void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void warn_at(struct place, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Show text without a newline on the terminal, until the next message or the next status; NULL only
 * takes the last one away (see progress.h). */
void die_status(const char *text);

/* A line of -v. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
