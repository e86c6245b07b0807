/* SPDX-License-Identifier: MIT */
/*
 * Calendar arithmetic counts years from March, so that the leap day is the last of its year, and
 * 400 of them make an era of 146097 days (Hinnant, "chrono-compatible low-level date algorithms").
 */
#include "timestamp.h"

#include <string.h>

#include "num.h"

enum { DAY = 86400, ERA = 146097, EPOCH = 719468 }; /* EPOCH: days from 0000-03-01 to 1970-01-01 */

static const int64_t MILLISECONDS_FROM = 100000000000;

static int64_t days_of(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH;
}

static int month_days(int year, int month)
{
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* ---- reading: p moves on over what was understood ---- */

struct cursor {
    const char *p, *end;
};

static bool skip(struct cursor *c, char wanted)
{
    if (c->p == c->end || *c->p != wanted)
        return false;
    c->p++;
    return true;
}

static bool is_digit(const struct cursor *c)
{
    return c->p < c->end && (unsigned)*c->p - '0' < 10;
}

/* Exactly n digits, of a value in [low, high]. */
static bool take(struct cursor *c, int n, int low, int high, int *value)
{
    int x = 0;
    for (; n; n--) {
        if (!is_digit(c))
            return false;
        x = x * 10 + (*c->p++ - '0');
    }
    *value = x;
    return x >= low && x <= high;
}

/* At least one digit after a point: microseconds, the rest cut off; how many there were. */
static int take_fraction(struct cursor *c, int64_t *us)
{
    int n = 0;
    int64_t unit = TIMESTAMP_SECOND / 10;
    for (*us = 0; is_digit(c); n++, unit /= 10)
        *us += (*c->p++ - '0') * unit;
    return n;
}

/* yyyy-mm-dd, whose first '-' is known to be there. */
static bool take_date(struct cursor *c, int64_t *days)
{
    int year, month, day;
    if (!take(c, 4, 1, 9999, &year))
        return false;
    c->p++;
    if (!take(c, 2, 1, 12, &month) || !skip(c, '-'))
        return false;
    if (!take(c, 2, 1, month_days(year, month), &day))
        return false;
    *days = days_of(year, month, day);
    return true;
}

/* hh:mm, seconds and decimals optional: seconds of the day and microseconds. */
static bool take_clock(struct cursor *c, int64_t *seconds, int64_t *us)
{
    int hour, minute, second = 0;
    if (!take(c, 2, 0, 23, &hour) || !skip(c, ':') || !take(c, 2, 0, 59, &minute))
        return false;
    if (skip(c, ':')) {
        if (!take(c, 2, 0, 59, &second))
            return false;
        if (skip(c, '.')) {
            int decimals = take_fraction(c, us);
            if (decimals < 1 || decimals > 9)
                return false;
        }
    }
    *seconds = hour * 3600 + minute * 60 + second;
    return true;
}

/* Z, or a sign, hours of at least that many digits, and minutes. */
static bool take_zone(struct cursor *c, int hour_digits, int32_t *tz)
{
    if (skip(c, 'Z')) {
        *tz = 0;
        return true;
    }
    bool west = c->p < c->end && *c->p == '-';
    if (!west && (c->p == c->end || *c->p != '+'))
        return false;
    c->p++;
    int hours, minutes = 0, digits = c->end - c->p >= 2 ? 2 : hour_digits;
    if (!take(c, digits, 0, 23, &hours))
        return false;
    if (c->p < c->end) {
        skip(c, ':');
        if (!take(c, 2, 0, 59, &minutes))
            return false;
    }
    int32_t seconds = hours * 3600 + minutes * 60;
    *tz = west ? -seconds : seconds;
    return true;
}

static bool read_iso(struct cursor c, int32_t tz, int64_t *us)
{
    int64_t days, seconds = 0, fraction = 0;
    if (!take_date(&c, &days))
        return false;
    if (c.p < c.end) {
        if (!skip(&c, 'T') && !skip(&c, ' '))
            return false;
        if (!take_clock(&c, &seconds, &fraction))
            return false;
        if (c.p < c.end && !take_zone(&c, 2, &tz))
            return false;
    }
    seconds += days * DAY - tz;
    if (c.p != c.end || seconds < TIMESTAMP_FIRST || seconds > TIMESTAMP_LAST)
        return false;
    *us = seconds * TIMESTAMP_SECOND + fraction;
    return true;
}

/* Whole units since 1970 and millionths of one, of a number without an exponent. */
static bool read_units(struct cursor c, int64_t *units, int64_t *millionths)
{
    struct str whole = {c.p, 0};
    (void)(skip(&c, '-') || skip(&c, '+'));
    if (!is_digit(&c))
        return false;
    while (is_digit(&c))
        c.p++;
    whole.n = (size_t)(c.p - whole.p);
    *millionths = 0;
    if (skip(&c, '.') && !take_fraction(&c, millionths))
        return false;
    if (*whole.p == '-')
        *millionths = -*millionths;
    return c.p == c.end && num_int(whole, units) == NUM_OK;
}

static enum timestamp_kind read_unix(struct cursor c, int64_t *us)
{
    int64_t units, millionths;
    if (!read_units(c, &units, &millionths) || units > 1000 * TIMESTAMP_LAST + 999 ||
        units < 1000 * TIMESTAMP_FIRST)
        return TIMESTAMP_NONE;
    bool seconds = units < MILLISECONDS_FROM && units > -MILLISECONDS_FROM;
    int64_t x = seconds ? units * TIMESTAMP_SECOND + millionths : units * 1000 + millionths / 1000;
    if (x < TIMESTAMP_FIRST * TIMESTAMP_SECOND)
        return TIMESTAMP_NONE;
    *us = x;
    return seconds ? TIMESTAMP_SECONDS : TIMESTAMP_MILLISECONDS;
}

enum timestamp_kind timestamp_read(struct str s, int32_t tz, int64_t *us)
{
    struct cursor c = {s.p, s.p + s.n};
    if (s.n >= 10 && s.p[4] == '-')
        return read_iso(c, tz, us) ? TIMESTAMP_ISO : TIMESTAMP_NONE;
    return read_unix(c, us);
}

bool timestamp_zone(struct str s, int32_t *tz)
{
    struct cursor c = {s.p, s.p + s.n};
    int32_t seconds;
    if (!take_zone(&c, 1, &seconds) || c.p != c.end)
        return false;
    *tz = seconds;
    return true;
}

bool timestamp_duration(struct str s, int64_t *us)
{
    static const char letters[] = "smhdw";
    static const double seconds[] = {1, 60, 3600, DAY, 7 * DAY};
    const char *unit = s.n ? memchr(letters, s.p[s.n - 1], sizeof letters - 1) : NULL;
    double x;
    if (!unit || num_double((struct str){s.p, s.n - 1}, &x) != NUM_OK)
        return false;
    x = x * seconds[unit - letters] * TIMESTAMP_SECOND + 0.5;
    if (!(x >= 1 && x < 0x1p62))
        return false;
    *us = (int64_t)x;
    return true;
}

/* ---- writing ---- */

static char *put(char *out, int64_t value, int width)
{
    for (int i = width; i--; value /= 10)
        out[i] = (char)('0' + value % 10);
    return out + width;
}

static char *put_date(char *out, int64_t days)
{
    days += EPOCH;
    int64_t era = (days >= 0 ? days : days - ERA + 1) / ERA, of_era = days - era * ERA;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA - 1)) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t march = (5 * of_year + 2) / 153; /* months since March */
    year += era * 400 + (march >= 10);
    if (year < 0)
        *out++ = '-';
    year = year < 0 ? -year : year;
    out = put(out, year, year > 99999 ? 6 : year > 9999 ? 5 : 4);
    *out++ = '-';
    out = put(out, march < 10 ? march + 3 : march - 9, 2);
    *out++ = '-';
    return put(out, of_year - (153 * march + 2) / 5 + 1, 2);
}

static char *put_clock(char *out, int64_t seconds)
{
    *out++ = 'T';
    out = put(out, seconds / 3600, 2);
    *out++ = ':';
    out = put(out, seconds / 60 % 60, 2);
    *out++ = ':';
    return put(out, seconds % 60, 2);
}

size_t timestamp_write(int64_t us, char *out)
{
    const int64_t day = (int64_t)DAY * TIMESTAMP_SECOND;
    int64_t days = us / day - (us % day < 0), rest = us % day + (us % day < 0 ? day : 0);
    char *p = put_clock(put_date(out, days), rest / TIMESTAMP_SECOND);
    int64_t fraction = rest % TIMESTAMP_SECOND;
    if (fraction) {
        *p++ = '.';
        p = put(p, fraction, 6);
        while (p[-1] == '0')
            p--;
    }
    *p++ = 'Z';
    return (size_t)(p - out);
}
