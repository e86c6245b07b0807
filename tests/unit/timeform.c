/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-clean/timeform.c */
#include "cmd/pa-clean/timeform.h"

#include <string.h>

#include "t.h"

static bool reads(const char *form, const char *text, const char *iso)
{
    struct timeform f = timeform_new(form, 3600);
    int64_t us, wanted;
    if (timeform_read(&f, str_of(text), &us) == TIMESTAMP_NONE)
        return !iso;
    return iso && timestamp_read(str_of(iso), 0, &wanted) == TIMESTAMP_ISO && us == wanted;
}

static void test_patterns(void)
{
    ok(reads("clf", "10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36Z"));
    ok(reads("clf", "[10/oct/2000:13:55:36 +0000]", "2000-10-10T13:55:36Z"));
    ok(reads("clf", "[10/Oct/2000:13:55:36 +0000", NULL));
    ok(reads("clf", "31/Feb/2000:13:55:36 +0000", NULL));
    ok_named(reads("%d/%m/%Y", "29/02/2024", "2024-02-28T23:00:00Z"), "the zone of --tz");
    ok(reads("%d/%m/%Y", "29/02/2023", NULL));
    ok(reads("%d/%m/%Y", "29/02/2024 ", NULL));
    ok(reads("%d/%m/%Y", "", NULL));
    ok(reads("%A, %e %B %y %I:%M:%S %p %z", "Saturday,  1 September 68 12:00:01 am Z",
        "2068-09-01T00:00:01Z"));
    ok(reads("%a %b %e %T %Y", "Thu Jan  1 23:59:59 1970", "1970-01-01T22:59:59Z"));
    ok(reads("%s.%f", "1767225600.25", "2026-01-01T00:00:00.25Z"));
    ok(reads("%Y-%j%z", "2024-366+02:00", "2024-12-30T22:00:00Z"));
    ok(reads("%Y-%j", "2023-366", NULL));
    ok(reads("%Y-%j", "2023-000", NULL));
    ok(reads("100%% %D %R", "100% 12/31/99 23:59", "1999-12-31T22:59:00Z"));
    ok(reads("%F%n%H", "2026-01-02 \t 05", "2026-01-02T04:00:00Z"));
}

static void test_contradictions(void)
{
    const char *clock = "%F %H %p";
    ok(reads(clock, "2026-01-01 13 pm", "2026-01-01T12:00:00Z") &&
        reads(clock, "2026-01-01 13 am", NULL));
    ok(reads(clock, "2026-01-01 00 am", "2025-12-31T23:00:00Z") &&
        reads(clock, "2026-01-01 01 pm", NULL));
    ok(reads("%F %H=%I%p", "2026-01-01 00=12am", "2025-12-31T23:00:00Z"));
    ok(reads("%F %H=%I%p", "2026-01-01 13=02pm", NULL));
    ok(reads("%F %R %T", "2026-01-01 05:06 05:06:07", "2026-01-01T04:06:07Z"));
    ok(reads("%F %R %T", "2026-01-01 05:07 05:06:07", NULL));
    ok(reads("%a %F", "Thu 2026-01-01", "2025-12-31T23:00:00Z") &&
        reads("%a %F", "Fri 2026-01-01", NULL));
    ok(reads("%A %F", "Thursday 1969-12-25", "1969-12-24T23:00:00Z"));
    ok(reads("%Y %y %m %b %d %j", "1950 50 02 Feb 01 032", "1950-01-31T23:00:00Z"));
    ok(reads("%Y %y %m %d", "1950 51 02 01", NULL) && reads("%Y %m %b %d", "1950 02 Mar 01", NULL));
    ok(reads("%F %j", "2026-02-01 033", NULL) && reads("%F %d", "2026-02-01 02", NULL));
    ok(reads("%Y %b %j", "2026 Feb 032", "2026-01-31T23:00:00Z") &&
        reads("%Y %b %j", "2026 Mar 032", NULL));
    ok(reads("%s %H", "0 01", "1970-01-01T00:00:00Z") && reads("%s %H", "0 00", NULL));
    ok(reads("%s %H %z", "0 00 Z", "1970-01-01T00:00:00Z") &&
        reads("%F%z%z", "2026-01-01+01:00Z", NULL));
    ok(reads("%F", "0001-01-01", NULL));
}

/* Every second of two days around the end of February, through each form and back. */
static void test_round_trip(void)
{
    const enum timestamp_kind kind[] = {TIMESTAMP_ISO, TIMESTAMP_SECONDS, TIMESTAMP_MILLISECONDS};
    struct timeform plain = timeform_new(NULL, 0);
    struct buf b = {0};
    size_t wrong = 0;
    for (int64_t s = 1709078400; s < 1709078400 + 2 * 86400; s += 7)
        for (int k = 0; k < 3; k++) {
            int64_t us = s * TIMESTAMP_SECOND + s % 3 * 250000, back = 0;
            timeform_write(&b, kind[k], us);
            wrong += timeform_read(&plain, buf_view(&b), &back) != kind[k] || back != us;
        }
    ok(wrong == 0);
    timeform_write(&b, TIMESTAMP_SECONDS, -500000);
    ok(str_is(buf_view(&b), "-0.5"));
    timeform_write(&b, TIMESTAMP_MILLISECONDS, 1500);
    ok(str_is(buf_view(&b), "1.5"));
    buf_release(&b);
}

int main(void)
{
    test_patterns();
    test_contradictions();
    test_round_trip();
    return done();
}
