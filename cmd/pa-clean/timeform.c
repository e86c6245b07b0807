/* SPDX-License-Identifier: MIT */
/*
 * A pattern fills the parts of a date; they are written as ISO 8601 and read by timestamp.h, which
 * knows the calendar.  Then the parts of the time that this gave are held against all that were
 * filled: so nothing that a text says is passed over.
 */
#include "timeform.h"

#include <stdio.h>
#include <string.h>

#include "die.h"
#include "num.h"

static const int64_t DAY = (int64_t)86400 * TIMESTAMP_SECOND;

static const char CLF[] = "%d/%b/%Y:%H:%M:%S %z";
static const char *const month_name[] = {"January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December"};
static const char *const day_name[] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

enum part {
    YEAR,
    SHORT_YEAR,
    MONTH,
    DAY_OF_MONTH,
    DAY_OF_YEAR,
    WEEKDAY, /* 0: Sunday */
    HOUR,
    HALF_HOUR, /* 1 to 12 */
    AFTERNOON,
    MINUTE,
    SECOND,
    MICRO,
    ZONE,
    UNIX_SECONDS,
    PARTS
};

struct parts {
    bool given[PARTS];
    int64_t of[PARTS]; /* 0 when not given */
};

/* What is left to read. */
struct rest {
    const char *p, *end;
};

/* false when the part has another value already. */
static bool set(struct parts *t, enum part part, int64_t value)
{
    bool agrees = !t->given[part] || t->of[part] == value;
    t->given[part] = true;
    t->of[part] = value;
    return agrees;
}

static bool digits(struct rest *r, int most, int low, int high, int *value)
{
    int x = 0, n = 0;
    for (; n < most && r->p < r->end && (unsigned)*r->p - '0' < 10; n++)
        x = x * 10 + (*r->p++ - '0');
    *value = x;
    return n > 0 && x >= low && x <= high;
}

static bool number(struct rest *r, struct parts *t, enum part part, int most, int low, int high)
{
    int x;
    return digits(r, most, low, high, &x) && set(t, part, x);
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

static bool decimals(struct rest *r, struct parts *t)
{
    int n = 0;
    int64_t unit = TIMESTAMP_SECOND / 10, micro = 0;
    for (; n < 9 && r->p < r->end && (unsigned)*r->p - '0' < 10; n++, unit /= 10)
        micro += (*r->p++ - '0') * unit;
    return n > 0 && set(t, MICRO, micro);
}

static bool zone(struct rest *r, struct parts *t)
{
    const char *from = r->p;
    int32_t tz;
    if (r->p < r->end && *r->p == 'Z')
        r->p++;
    else if (r->p < r->end)
        for (r->p++; r->p < r->end && ((unsigned)*r->p - '0' < 10 || *r->p == ':'); r->p++)
            ;
    return timestamp_zone((struct str){from, (size_t)(r->p - from)}, &tz) && set(t, ZONE, tz);
}

static bool unix_seconds(struct rest *r, struct parts *t)
{
    const char *from = r->p;
    int64_t x;
    r->p += r->p < r->end && *r->p == '-';
    while (r->p < r->end && (unsigned)*r->p - '0' < 10)
        r->p++;
    return num_int((struct str){from, (size_t)(r->p - from)}, &x) == NUM_OK &&
           set(t, UNIX_SECONDS, x);
}

static bool year(struct rest *r, struct parts *t)
{
    const char *from = r->p;
    return number(r, t, YEAR, 4, 1, 9999) && r->p - from == 4;
}

static bool halves(struct rest *r, struct parts *t)
{
    bool afternoon = begins(r, "pm", 2), ok = afternoon || begins(r, "am", 2);
    r->p += ok ? 2 : 0;
    return ok && set(t, AFTERNOON, afternoon);
}

static bool name(struct rest *r, struct parts *t, enum part part, const char *const *names, int n)
{
    int number = named(r, names, n);
    return number && set(t, part, part == WEEKDAY ? number - 1 : number);
}

static bool match(struct rest *, const char *pattern, struct parts *);

/* What one letter after % stands for. */
static bool match_letter(struct rest *r, char letter, struct parts *t)
{
    switch (letter) {
    case 'Y':
        return year(r, t);
    case 'y':
        return number(r, t, SHORT_YEAR, 2, 0, 99);
    case 'm':
        return number(r, t, MONTH, 2, 1, 12);
    case 'b':
    case 'B':
    case 'h':
        return name(r, t, MONTH, month_name, 12);
    case 'a':
    case 'A':
        return name(r, t, WEEKDAY, day_name, 7);
    case 'e':
        skip_blanks(r);
        return number(r, t, DAY_OF_MONTH, 2, 1, 31);
    case 'd':
        return number(r, t, DAY_OF_MONTH, 2, 1, 31);
    case 'j':
        return number(r, t, DAY_OF_YEAR, 3, 1, 366);
    case 'H':
        return number(r, t, HOUR, 2, 0, 23);
    case 'I':
        return number(r, t, HALF_HOUR, 2, 1, 12);
    case 'p':
        return halves(r, t);
    case 'M':
        return number(r, t, MINUTE, 2, 0, 59);
    case 'S':
        return number(r, t, SECOND, 2, 0, 59);
    case 'f':
        return decimals(r, t);
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

static bool read_date(int year, int month, int day, int64_t *us)
{
    char iso[24];
    int n = snprintf(iso, sizeof iso, "%04d-%02d-%02d", year, month, day);
    return timestamp_read((struct str){iso, (size_t)n}, 0, us) == TIMESTAMP_ISO;
}

/* The instant that a date and a time of day tell, east of UTC by tz. */
static bool from_date(const struct parts *t, int64_t tz, int64_t *us)
{
    int year = (int)(t->given[YEAR] ? t->of[YEAR]
                                    : t->of[SHORT_YEAR] + (t->of[SHORT_YEAR] < 69 ? 2000 : 1900));
    bool by_month = t->given[MONTH] && t->given[DAY_OF_MONTH];
    int month = by_month ? (int)t->of[MONTH] : 1, day = by_month ? (int)t->of[DAY_OF_MONTH] : 1;
    if (!read_date(year, month, day, us))
        return false;
    int64_t hour = t->given[HOUR] ? t->of[HOUR] : t->of[HALF_HOUR] % 12 + 12 * t->of[AFTERNOON];
    int64_t days = by_month ? 0 : t->of[DAY_OF_YEAR] - 1;
    int64_t seconds = hour * 3600 + t->of[MINUTE] * 60 + t->of[SECOND] - tz;
    *us += days * DAY + seconds * TIMESTAMP_SECOND + t->of[MICRO];
    return *us >= TIMESTAMP_FIRST * TIMESTAMP_SECOND && *us / TIMESTAMP_SECOND <= TIMESTAMP_LAST;
}

/* The parts of an instant, as clocks show them east of UTC by tz; false beyond years 1 to 9999. */
static bool parts_of(int64_t us, int64_t tz, struct parts *t)
{
    char iso[40];
    int64_t local = us + tz * TIMESTAMP_SECOND, new_year;
    struct rest r = {iso, iso + timestamp_write(local, iso)};
    *t = (struct parts){0};
    if (!match(&r, "%FT%T", t) || !read_date((int)t->of[YEAR], 1, 1, &new_year))
        return false;
    int64_t days = local / DAY - (local % DAY < 0);
    t->of[SHORT_YEAR] = t->of[YEAR] % 100;
    t->of[DAY_OF_YEAR] = days - new_year / DAY + 1;
    t->of[WEEKDAY] = ((days + 4) % 7 + 7) % 7; /* 1970 began on a Thursday */
    t->of[HALF_HOUR] = (t->of[HOUR] + 11) % 12 + 1;
    t->of[AFTERNOON] = t->of[HOUR] >= 12;
    return true;
}

/* Do all the parts that are given tell the same instant? */
static bool agree(const struct parts *t, int64_t us, int64_t tz)
{
    struct parts all;
    if (!parts_of(us, tz, &all))
        return false;
    for (int i = 0; i < MICRO; i++)
        if (t->given[i] && t->of[i] != all.of[i])
            return false;
    return true;
}

static bool settle(const struct parts *t, int32_t default_tz, int64_t *us)
{
    int64_t tz = t->given[ZONE] ? t->of[ZONE] : default_tz, seconds = t->of[UNIX_SECONDS];
    if (!t->given[UNIX_SECONDS])
        return from_date(t, tz, us) && agree(t, *us, tz);
    if (seconds >= 100000000000 || seconds <= TIMESTAMP_FIRST)
        return false;
    *us = seconds * TIMESTAMP_SECOND + t->of[MICRO];
    return agree(t, *us, tz);
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
