/* SPDX-License-Identifier: MIT */
/* Every day of the calendar by counting on; each form and each refusal by itself. */
#include "timestamp.h"

#include <limits.h>

#include "t.h"

static const int64_t S = TIMESTAMP_SECOND;

static bool reads(const char *text, enum timestamp_kind kind, int64_t us)
{
    int64_t got = -1;
    enum timestamp_kind k = timestamp_read(str_of(text), 8 * 3600, &got);
    if (k != kind || got != us)
        printf("# %s: kind %d, %lld\n", text, (int)k, (long long)got);
    return k == kind && got == us;
}

static bool iso(const char *text, int64_t us)
{
    return reads(text, TIMESTAMP_ISO, us);
}

static bool refused(const char *text)
{
    return reads(text, TIMESTAMP_NONE, -1);
}

static bool writes(int64_t us, const char *wanted)
{
    char text[41];
    text[timestamp_write(us, text)] = 0;
    if (strcmp(text, wanted) != 0)
        printf("# %s, wanted %s\n", text, wanted);
    return strcmp(text, wanted) == 0;
}

static void iso_forms(void)
{
    const int64_t day = 1769817600 * S, noon = day + 45296 * S; /* date -ud 2026-01-31 +%s */
    const int64_t east = 8 * 3600 * S;
    ok(iso("2026-01-31", day - east));
    ok(iso("2026-01-31T12:34:56", noon - east) && iso("2026-01-31 12:34:56", noon - east));
    ok(iso("2026-01-31T12:34", noon - 56 * S - east));
    ok(iso("2026-01-31T12:34:56Z", noon) && iso("2026-01-31T12:34Z", noon - 56 * S));
    ok(iso("2026-01-31T12:34:56+08:00", noon - east) &&
        iso("2026-01-31 12:34:56+0800", noon - east));
    ok(iso("2026-01-31T12:34:56-03:30", noon + 12600 * S) &&
        iso("2026-01-31T12:34:56+08", noon - east));
    ok(iso("2026-01-31T12:34:56.5Z", noon + S / 2) && iso("2026-01-31T12:34:56.000001Z", noon + 1));
    ok(iso("2026-01-31T12:34:56.123456789Z", noon + 123456));
    ok(iso("1969-12-31T23:59:59.9999999Z", -1) && iso("1970-01-01T00:00:00.0000009Z", 0));
    ok(iso("2024-02-29", 1709164800 * S - east));
    ok(iso("0001-01-01T00:00:00Z", -62135596800 * S));
    ok(iso("9999-12-31T23:59:59.999999Z", 253402300800 * S - 1));
    ok(iso("1969-12-31T23:59:59.75Z", -S / 4));
}

static void unix_forms(void)
{
    ok(reads("0", TIMESTAMP_SECONDS, 0) && reads("-0", TIMESTAMP_SECONDS, 0));
    ok(reads("1769862896", TIMESTAMP_SECONDS, 1769862896 * S));
    ok(reads("+5", TIMESTAMP_SECONDS, 5 * S) && reads("+0.5", TIMESTAMP_SECONDS, S / 2));
    ok(reads("1769862896.25", TIMESTAMP_SECONDS, 1769862896 * S + S / 4));
    ok(reads("-0.5", TIMESTAMP_SECONDS, -S / 2) && reads("-1.5", TIMESTAMP_SECONDS, -S - S / 2));
    ok(reads("1769862896.12345678912", TIMESTAMP_SECONDS, 1769862896 * S + 123456));
    ok(reads("-0.0000019", TIMESTAMP_SECONDS, -1) && reads("0.0000019", TIMESTAMP_SECONDS, 1));
    ok(reads("-1000000000000.0019", TIMESTAMP_MILLISECONDS, -1000000000 * S - 1));
    ok(reads("20260131", TIMESTAMP_SECONDS, 20260131 * S));
    ok(reads("99999999999", TIMESTAMP_SECONDS, 99999999999 * S));
    ok(reads("100000000000", TIMESTAMP_MILLISECONDS, 100000000 * S));
    ok(reads("1769862896123", TIMESTAMP_MILLISECONDS, 1769862896123000));
    ok(reads("1769862896123.5", TIMESTAMP_MILLISECONDS, 1769862896123500));
    ok(reads("-100000000000", TIMESTAMP_MILLISECONDS, -100000000 * S));
    ok(reads("253402300799999", TIMESTAMP_MILLISECONDS, 253402300799999000));
    ok(reads("-62135596800", TIMESTAMP_SECONDS, -62135596800 * S) && refused("-62135596801"));
    ok(refused("253402300800000") && refused("-62135596800001") && refused("9223372036854775807"));
    ok(refused("-62135596800.5") && refused("99999999999999999999"));
}

static void refusals(void)
{
    static const char *const text[] = {"", "-", ".", "1.", ".5", "1e9", "0x10", "nan", "2026-1-31",
        "2026-01-31T", "2026-02-29", "2025-02-30", "1900-02-29", "2026-13-01", "2026-00-10",
        "2026-01-00", "2026-01-32", "2026-04-31", "0000-01-01", "2026-01-31T24:00",
        "2026-01-31T24:00:00Z", "2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z", "2026-W05-6",
        "2026-031", "2026-01-31T12:60", "2026-01-31T12:34:60", "2026-01-31T12", "2026-01-31T12:3",
        "2026-01-31T12:34:5", "2026-01-31T12:34:56.", "2026-01-31T12:34:56.1234567890",
        "2026-01-31T12:34:56,5", "2026-01-31t12:34:56", "2026-01-31T12:34:56z",
        "2026-01-31T12:34:56+8", "2026-01-31T12:34:56+24:00", "2026-01-31T12:34:56+08:60",
        "2026-01-31T12:34:56+08:0", "2026-01-31T12:34:56Z ", " 2026-01-31", "2026-01-31  12:34:56",
        "2026/01/31", "2026-01/31", "2026-01", "31.01.2026", "2026-01-31T12:34:56ZZ",
        "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2026-01-31Z", "yesterday",
        "1769862896s"};
    size_t wrong = 0, n = sizeof text / sizeof *text;
    for (size_t i = 0; i < n; i++)
        wrong += !refused(text[i]);
    ok_named(wrong == 0, "what is not a time is refused");
    ok(timestamp_read((struct str){"2026-01-31T12", 10}, 0, &(int64_t){0}) == TIMESTAMP_ISO);
}

/* Every day of the calendar, counted on by the rules a child learns. */
static void every_day(void)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t us = -62135596800 * S, got;
    size_t wrong = 0;
    char text[48], back[41];
    for (int year = 1; year <= 9999; year++) {
        int leap = (year % 4 == 0) - (year % 100 == 0) + (year % 400 == 0);
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= length[month - 1] + (month == 2 && leap);
                 day++, us += 86400 * S) {
                if (year % 8 > 2 && day > 2 && day < 27)
                    continue;
                snprintf(text, sizeof text, "%04d-%02d-%02dT23:59:59Z", year, month, day);
                wrong +=
                    timestamp_read(str_of(text), 0, &got) != TIMESTAMP_ISO || got != us + 86399 * S;
                wrong += timestamp_write(got, back) != strlen(text) ||
                         memcmp(back, text, strlen(text)) != 0;
            }
    }
    ok_named(wrong == 0, "the days of years 1 to 9999");
    ok(us == 253402300800 * S);
}

static void zones(void)
{
    int32_t tz = 1;
    ok(timestamp_zone(str_of("Z"), &tz) && tz == 0);
    ok(timestamp_zone(str_of("+08:00"), &tz) && tz == 28800);
    ok(timestamp_zone(str_of("-0330"), &tz) && tz == -12600);
    ok(timestamp_zone(str_of("+8"), &tz) && tz == 28800 && timestamp_zone(str_of("-11"), &tz) &&
        tz == -39600);
    ok(!timestamp_zone(str_of(""), &tz) && !timestamp_zone(str_of("8"), &tz) &&
        !timestamp_zone(str_of("+"), &tz));
    ok(!timestamp_zone(str_of("+0800x"), &tz) && !timestamp_zone(str_of("UTC"), &tz));
    ok(!timestamp_zone(str_of("+24:00"), &tz) && tz == -39600);
}

static void durations(void)
{
    int64_t us = 1;
    ok(timestamp_duration(str_of("30m"), &us) && us == 1800 * S);
    ok(timestamp_duration(str_of("1.5h"), &us) && us == 5400 * S);
    ok(timestamp_duration(str_of("7d"), &us) && us == 604800 * S &&
        timestamp_duration(str_of("1w"), &us) && us == 604800 * S);
    ok(timestamp_duration(str_of("0.1s"), &us) && us == S / 10);
    ok(!timestamp_duration(str_of("0s"), &us) && !timestamp_duration(str_of("-1d"), &us));
    ok(!timestamp_duration(str_of("5"), &us) && !timestamp_duration(str_of("d"), &us));
    ok(!timestamp_duration(str_of(""), &us) && !timestamp_duration(str_of("1y"), &us));
    ok(!timestamp_duration(str_of("1e30d"), &us) && !timestamp_duration(str_of("1 d"), &us) &&
        us == S / 10);
}

int main(void)
{
    iso_forms();
    unix_forms();
    refusals();
    every_day();
    zones();
    durations();
    ok(writes(0, "1970-01-01T00:00:00Z") && writes(-1, "1969-12-31T23:59:59.999999Z"));
    ok(writes(1769862896 * S + 500000, "2026-01-31T12:34:56.5Z"));
    ok(writes(253402300800 * S, "10000-01-01T00:00:00Z"));
    ok(writes(INT64_MAX, "294247-01-10T04:00:54.775807Z"));
    ok(writes(INT64_MIN, "-290308-12-21T19:59:05.224192Z"));
    return done();
}
