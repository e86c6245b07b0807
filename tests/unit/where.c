/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-clean/where.c cmd/pa-clean/decimal.c cmd/pa-clean/pattern.c */
#include "cmd/pa-clean/where.h"

#include <stdlib.h>
#include <unistd.h>

#include "t.h"

static struct csv_in *in;

/* Does the condition hold of a row x, "a b", "c=d" whose first field is this text? */
static bool holds(const char *condition, const char *field)
{
    struct arg_list list = {.at = &condition, .n = 1};
    struct str text[] = {str_of(field), str_of("2026-01-01"), str_of("")};
    struct row row = {.raw = text, .text = text, .n = 3};
    struct where *w = where_parse(&list, csv_header(in), 8 * 3600);
    bool result = where_holds(w, in, &row);
    where_free(w);
    return result;
}

static void test_numbers(void)
{
    ok(holds("x<10", "9") && !holds("x<10", "10") && holds("x<=10", "1e1"));
    ok(holds("x>-1", "-0.5") && holds("x>=0", "-0") && !holds("x>0", "0"));
    ok(holds("x==1.50", "1.5") && !holds("x!=1.50", "1.5"));
    ok_named(holds("x>10", "1x") && holds("x>10", "9x") && holds("x<2", "1x"),
        "a field that is no number: by bytes");
    ok_named(holds("x>9007199254740992", "9007199254740993"), "large numbers");
    ok(!holds("x==12345678901234567890", "12345678901234567891"));
    ok(holds("x<1e400", "9e399") && holds("x==10e399", "1e400"));
}

static void test_times(void)
{
    ok(holds("x==2026-01-01T00:00:00Z", "2026-01-01T08:00:00"));
    ok(holds("x<2026-01-02", "2026-01-01T23:59:59") && !holds("x<2026-01-02", "2026-01-02"));
    ok_named(holds("x>2026-01-01T00:00:00Z", "1767225601"), "Unix seconds against ISO 8601");
    ok(holds("x<2026-01-02", "2025-12") && holds("x>2026-01-02", "yesterday"));
}

static void test_text(void)
{
    ok(holds("x==ab", "ab") && !holds("x==ab", "abc") && holds("x<b", "ab"));
    ok(holds("x~^a.c$", "abc") && !holds("x~^a.c$", "abcd") && holds("x!~^a.c$", "abcd"));
    ok(holds("x~a|b", "xbx") && holds("x~^$", ""));
    ok_named(holds("a b==2026-01-01", "?") && holds("c\\=d==", "?"), "odd names of columns");
}

static void test_missing(void)
{
    ok(holds("x==", "") && !holds("x!=", "") && holds("x!=", "1") && !holds("x==", "1"));
    ok(!holds("x==5", "") && holds("x!=5", "") && !holds("x<5", "") && !holds("x>=5", ""));
    ok_named(holds("x==", "NA") && !holds("x<Z", "NA"), "--na too");
}

int main(void)
{
    char path[] = "/tmp/pa-where.XXXXXX";
    int fd = mkstemp(path);
    const char header[] = "x,a b,c=d\n", *file = path;
    struct str na = str_of("NA");
    struct common common = {.jobs = 1, .max_field = 1000, .na = &na, .na_n = 1};
    if (fd < 0 || write(fd, header, sizeof header - 1) < 0)
        return 1;
    in = csv_open(&common, &file, 1);
    test_numbers();
    test_times();
    test_text();
    test_missing();
    csv_close(in);
    close(fd);
    unlink(path);
    return done();
}
