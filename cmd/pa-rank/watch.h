/* SPDX-License-Identifier: MIT */
/*
 * watch - files that may be replaced while the program runs
 *
 * The files are held in memory as they were when they were taken up, and stream_open gives those
 * bytes, so what is made of them can be made again at any time.  When one of them is replaced, its
 * new bytes are taken up if the program's work with them succeeds in a trial; otherwise one message
 * is printed and the old bytes stay.  Of several files replaced at once those are taken up that
 * work together or, failing that, each that works with the old ones of the others.
 *
 * Looking costs a stat of each file, and is done every few calls of watch_due, and always on the
 * first one after watch_wait.
 */
#ifndef PA_WATCH_H
#define PA_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct watch;

/* Hold n <= 2 files, which must be regular; every: so many calls of watch_due to a look.  It dies
 * when a file cannot be read. */
struct watch *watch_new(const char *const *path, size_t n, unsigned every);
void watch_free(struct watch *); /* NULL is fine; the files themselves are read again */

/* For csv_on_wait: a struct watch whose program is about to wait for input. */
void watch_wait(void *watch);

/* Is it time to look?  Never with NULL. */
bool watch_due(struct watch *);

/*
 * Look.  work(context) reads the files and dies if they are no good; it is only tried, in a child
 * process.  True: there is something new in use, and reading the files now will not fail.
 */
bool watch_look(struct watch *, void (*work)(void *context), void *context);

#endif
