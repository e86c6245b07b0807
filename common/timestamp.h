/* SPDX-License-Identifier: MIT */
/*
 * timestamp - times of logs, durations of options
 *
 * A time is ISO 8601 (2026-01-31, 2026-01-31T12:34:56, a blank for the T too, seconds optional, up
 * to nine decimals of which six are kept, then nothing, Z or +hh:mm, +hhmm, +hh), or Unix seconds
 * (absolute value below 10^11, decimals allowed) or milliseconds (from there on).  Inside it is
 * microseconds since 1970-01-01T00:00:00Z, leap seconds not counted; the proleptic Gregorian
 * calendar, years 0001 to 9999.
 */
#ifndef PA_TIMESTAMP_H
#define PA_TIMESTAMP_H

#include <stdint.h>

#include "buf.h"

enum { TIMESTAMP_SECOND = 1000000 }; /* microseconds in a second */

/* The first and the last second of years 1 to 9999, counted from 1970. */
static const int64_t TIMESTAMP_FIRST = -62135596800, TIMESTAMP_LAST = 253402300799;

enum timestamp_kind { TIMESTAMP_NONE, TIMESTAMP_ISO, TIMESTAMP_SECONDS, TIMESTAMP_MILLISECONDS };

/*
 * Read one time; tz is the offset in seconds east of UTC of ISO times that carry none.  Returns
 * the kind, or TIMESTAMP_NONE when it is not a time, and then leaves *us alone.  A column must be
 * of one kind (callers check).
 */
enum timestamp_kind timestamp_read(struct str, int32_t tz, int64_t *us);

/* "Z", "+08:00", "-0330", "+8": seconds east of UTC; false when it is none. */
bool timestamp_zone(struct str, int32_t *tz);

/* A positive number with s, m, h, d or w: microseconds; false when it is none. */
bool timestamp_duration(struct str, int64_t *us);

/* ISO 8601 in UTC, "2026-01-31T12:34:56Z", decimals only when not zero.  out[40]; the length. */
size_t timestamp_write(int64_t us, char *out);

#endif
