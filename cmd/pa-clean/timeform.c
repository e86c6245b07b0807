/* SPDX-License-Identifier: MIT */
/*
 * A pattern fills the parts of a date; they are written as ISO 8601 and read by timestamp.h, which
 * knows the calendar.
 */
#include "timeform.h"

#include <string.h>

#include "die.h"
#include "num.h"

enum { DAY = 86400 };

static const char CLF[] = "%d/%b/%Y:%H:%M:%S %z";
static const char *const month_name[] = {"January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December"};
static const char *const day_name[] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

struct parts {
    int year, month, day, of_year, hour, minute, second;
    bool half, afternoon; /* a twelve-hour clock */
    int64_t micro;
    bool unix_time;
    int64_t seconds; /* when unix_time */
    bool zoned;
    int32_t tz;
};

/* What is left to read. */
struct rest {
    const char *p, *end;
};

static bool digits(struct rest *r, int most, int low, int high, int *value)
{
    int x = 0, n = 0;
    for (; n < most && r->p < r->end && (unsigned)*r->p - '0' < 10; n++)
        x = x * 10 + (*r->p++ - '0');
    *value = x;
    return n > 0 && x >= low && x <= high;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct rest *r)
{
    while (r->p < r->end && blank(*r->p))
        r->p++;
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool begins(const struct rest *r, const char *word, size_t n)
{
    if ((size_t)(r->end - r->p) < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (small(r->p[i]) != small(word[i]))
            return false;
    return true;
}

/* One of n names, whole or its first three letters: its number from 1, 0 when there is none. */
static int named(struct rest *r, const char *const *name, int n)
{
    for (int i = 0; i < n; i++) {
        size_t whole = strlen(name[i]);
        size_t length = begins(r, name[i], whole) ? whole : begins(r, name[i], 3) ? 3 : 0;
        r->p += length;
        if (length)
            return i + 1;
    }
    return 0;
}

static bool decimals(struct rest *r, int64_t *micro)
{
    int n = 0;
    int64_t unit = TIMESTAMP_SECOND / 10;
    for (*micro = 0; n < 9 && r->p < r->end && (unsigned)*r->p - '0' < 10; n++, unit /= 10)
        *micro += (*r->p++ - '0') * unit;
    return n > 0;
}

static bool zone(struct rest *r, struct parts *t)
{
    const char *from = r->p;
    if (r->p < r->end && *r->p == 'Z')
        r->p++;
    else if (r->p < r->end)
        for (r->p++; r->p < r->end && ((unsigned)*r->p - '0' < 10 || *r->p == ':'); r->p++)
            ;
    t->zoned = true;
    return timestamp_zone((struct str){from, (size_t)(r->p - from)}, &t->tz);
}

static bool unix_seconds(struct rest *r, struct parts *t)
{
    const char *from = r->p;
    r->p += r->p < r->end && *r->p == '-';
    while (r->p < r->end && (unsigned)*r->p - '0' < 10)
        r->p++;
    t->unix_time = true;
    return num_int((struct str){from, (size_t)(r->p - from)}, &t->seconds) == NUM_OK;
}

static bool year(struct rest *r, int *value)
{
    const char *from = r->p;
    return digits(r, 4, 1, 9999, value) && r->p - from == 4;
}

static bool short_year(struct rest *r, int *value)
{
    bool ok = digits(r, 2, 0, 99, value);
    *value += *value < 69 ? 2000 : 1900;
    return ok;
}

static bool halves(struct rest *r, struct parts *t)
{
    t->half = true;
    t->afternoon = begins(r, "pm", 2);
    bool ok = t->afternoon || begins(r, "am", 2);
    r->p += ok ? 2 : 0;
    return ok;
}

static bool match(struct rest *, const char *pattern, struct parts *);

/* What one letter after % stands for. */
static bool match_letter(struct rest *r, char letter, struct parts *t)
{
    switch (letter) {
    case 'Y':
        return year(r, &t->year);
    case 'y':
        return short_year(r, &t->year);
    case 'm':
        return digits(r, 2, 1, 12, &t->month);
    case 'b':
    case 'B':
    case 'h':
        return (t->month = named(r, month_name, 12)) > 0;
    case 'a':
    case 'A':
        return named(r, day_name, 7) > 0;
    case 'e':
        skip_blanks(r);
        return digits(r, 2, 1, 31, &t->day);
    case 'd':
        return digits(r, 2, 1, 31, &t->day);
    case 'j':
        return digits(r, 3, 1, 366, &t->of_year);
    case 'H':
        return digits(r, 2, 0, 23, &t->hour);
    case 'I':
        return digits(r, 2, 1, 12, &t->hour);
    case 'p':
        return halves(r, t);
    case 'M':
        return digits(r, 2, 0, 59, &t->minute);
    case 'S':
        return digits(r, 2, 0, 59, &t->second);
    case 'f':
        return decimals(r, &t->micro);
    case 'z':
        return zone(r, t);
    case 's':
        return unix_seconds(r, t);
    case 'T':
        return match(r, "%H:%M:%S", t);
    case 'R':
        return match(r, "%H:%M", t);
    case 'D':
        return match(r, "%m/%d/%y", t);
    case 'F':
        return match(r, "%Y-%m-%d", t);
    case '%':
        return r->p < r->end && *r->p++ == '%';
    default: /* n and t */
        skip_blanks(r);
        return true;
    }
}

static bool match(struct rest *r, const char *pattern, struct parts *t)
{
    for (; *pattern; pattern++) {
        if (*pattern == '%') {
            if (!match_letter(r, *++pattern, t))
                return false;
        } else if (blank(*pattern)) {
            skip_blanks(r);
        } else if (r->p == r->end || *r->p++ != *pattern) {
            return false;
        }
    }
    return true;
}

static bool settle(const struct parts *t, int32_t tz, int64_t *us)
{
    if (t->unix_time) {
        if (t->seconds >= 100000000000 || t->seconds <= -62135596800)
            return false;
        *us = t->seconds * TIMESTAMP_SECOND + t->micro;
        return true;
    }
    int hour = t->half ? t->hour % 12 + 12 * t->afternoon : t->hour;
    struct buf iso = {0};
    buf_print(&iso, "%04d-%02d-%02dT%02d:%02d:%02d", t->year, t->of_year ? 1 : t->month,
        t->of_year ? 1 : t->day, hour, t->minute, t->second);
    bool ok = timestamp_read(buf_view(&iso), t->zoned ? t->tz : tz, us) == TIMESTAMP_ISO;
    bool leap = t->year % 4 == 0 && (t->year % 100 != 0 || t->year % 400 == 0);
    ok = ok && t->of_year <= 365 + leap;
    if (ok && t->of_year)
        *us += (int64_t)(t->of_year - 1) * DAY * TIMESTAMP_SECOND;
    *us += ok ? t->micro : 0;
    buf_release(&iso);
    return ok;
}

static void check(const char *pattern)
{
    static const char known[] = "YymbBhaAdejHIpMSfzsTRDFnt%";
    bool has[128] = {0};
    for (const char *p = pattern; *p; p++) {
        if (*p != '%')
            continue;
        p++;
        if (!*p || !strchr(known, *p))
            die_usage("--time-in: \"%s\": there is no %%%.1s (%s)", pattern, p,
                "Y y m b d e j H I p M S f z s a T R D F n t and % are known");
        has[(unsigned char)*p] = true;
    }
    bool year_told = has['Y'] || has['y'], month = has['m'] || has['b'] || has['B'] || has['h'];
    bool day = (month && (has['d'] || has['e'])) || has['j'];
    if (!(year_told && day) && !has['F'] && !has['D'] && !has['s'])
        die_usage("--time-in: \"%s\" does not tell year, month and day", pattern);
    if (has['I'] && !has['p'])
        die_usage("--time-in: \"%s\" has %%I without %%p", pattern);
}

struct timeform timeform_new(const char *in, int32_t tz)
{
    bool clf = in && strcmp(in, "clf") == 0;
    if (in && !clf)
        check(in);
    return (struct timeform){clf ? CLF : in, tz};
}

enum timestamp_kind timeform_read(const struct timeform *f, struct str text, int64_t *us)
{
    if (!f->in)
        return timestamp_read(text, f->tz, us);
    struct rest r = {text.p, text.p + text.n};
    struct parts t = {0};
    bool brackets = f->in == CLF && text.n > 1 && *r.p == '[' && r.end[-1] == ']';
    r.p += brackets;
    r.end -= brackets;
    bool ok = match(&r, f->in, &t) && r.p == r.end && settle(&t, f->tz, us);
    return ok ? TIMESTAMP_ISO : TIMESTAMP_NONE;
}

/* x / unit in decimals. */
static void put_units(struct buf *b, int64_t us, int64_t unit)
{
    int64_t whole = us / unit, part = us % unit;
    if (us < 0 && !whole)
        buf_char(b, '-');
    num_put_int(b, whole);
    if (!part)
        return;
    part = part < 0 ? -part : part;
    buf_print(b, ".%0*lld", unit == TIMESTAMP_SECOND ? 6 : 3, (long long)part);
    while (b->p[b->n - 1] == '0')
        b->n--;
}

void timeform_write(struct buf *b, enum timestamp_kind kind, int64_t us)
{
    char iso[40];
    buf_clear(b);
    if (kind == TIMESTAMP_SECONDS)
        put_units(b, us, TIMESTAMP_SECOND);
    else if (kind == TIMESTAMP_MILLISECONDS)
        put_units(b, us, 1000);
    else
        buf_put(b, iso, timestamp_write(us, iso));
}
