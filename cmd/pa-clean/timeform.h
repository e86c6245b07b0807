/* SPDX-License-Identifier: MIT */
/*
 * timeform - the times of one column: how they are written, read and written anew
 *
 *   in    NULL      ISO 8601, Unix seconds or milliseconds (timestamp.h), one kind in a file
 *         clf       10/Oct/2000:13:55:36 -0700, in brackets or not, as web servers log it
 *         PATTERN   of strptime: %Y %y %m %b %B %h %d %e %j %H %I %p %M %S %f (decimals of a
 *                   second) %z (Z, +hhmm, +hh:mm) %s (Unix seconds) %a %A %T %R %D %F %n %t %%;
 *                   names in English; a blank matches any number of blanks; parts that contradict
 *                   one another, as a weekday that is not the date's, are no time
 *   out   iso       2026-01-31T12:34:56Z, decimals only when not zero
 *         epoch     Unix seconds      epoch-ms   Unix milliseconds; likewise
 */
#ifndef PA_TIMEFORM_H
#define PA_TIMEFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "timestamp.h"

/* Microseconds of a time written in the form of --time-in; false when it is not.  kind is
 * TIMESTAMP_ISO for clf and patterns. */
struct timeform {
    const char *in; /* NULL: as timestamp.h reads */
    int32_t tz;
};

/* A pattern that does not tell a day, or has a letter that is not listed, is a usage error. */
struct timeform timeform_new(const char *in, int32_t tz);
enum timestamp_kind timeform_read(const struct timeform *, struct str, int64_t *us);

/* Write a time anew, in place of what b holds. */
void timeform_write(struct buf *b, enum timestamp_kind, int64_t us);

#endif
