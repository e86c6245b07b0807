/* SPDX-License-Identifier: MIT */
/*
 * progress - one line on a terminal for work that takes longer than a second
 *
 * "rows, MB, MB/s, time left", renewed four times a second; nothing when standard error is no
 * terminal or with -q.  The line goes away with the next message (die.h) or with progress_end.
 */
#ifndef PA_PROGRESS_H
#define PA_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialise; the clock starts with the first call of progress_tell. */
struct progress {
    double begun, said; /* seconds */
    bool started, on;
};

/* So many rows (0: not known yet) and bytes are done, of total bytes (0: unknown). */
void progress_tell(struct progress *, uint64_t rows, uint64_t bytes, uint64_t total);
void progress_end(struct progress *);

#endif
