/* SPDX-License-Identifier: MIT */
/*
 * kinds - times of a column must be of one kind within a file, which its first time decides
 */
#ifndef PA_KINDS_H
#define PA_KINDS_H

#include <stdbool.h>

#include "timestamp.h"

/* Of one column; zero-initialise.  Files are told apart by the address of their name. */
struct kinds {
    struct file_kind {
        const char *file;
        enum timestamp_kind kind;
    } * of; /* in order of first sight */
    size_t n, cap, now;
};

/* Is the kind that of the file's times?  The first one that is asked for is. */
bool kinds_agree(struct kinds *, const char *file, enum timestamp_kind);

/* The kind of the file that was asked for last, in words. */
const char *kinds_name(const struct kinds *);

struct kinds kinds_copy(const struct kinds *);
void kinds_release(struct kinds *);

#endif
