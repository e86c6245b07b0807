/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-clean/decimal.c */
#include "cmd/pa-clean/decimal.h"

#include "t.h"

static int order(const char *a, const char *b)
{
    struct decimal x, y;
    if (!decimal_read(str_of(a), &x) || !decimal_read(str_of(b), &y))
        return 2;
    int one = decimal_compare(&x, &y), other = decimal_compare(&y, &x);
    return one == -other ? one : 3;
}

/* Each is less than the next. */
static const char *const ascending[] = {"-1e400", "-9.99e399", "-12345678901234567891",
    "-12345678901234567890", "-1.5", "-1", "-2e-400", "-1e-400", "0", "1e-1000000000000000000000",
    "1e-400", "1.0000000000000000001e-400", "2e-400", "0.1", "0.1000000000000000055", "1",
    "9007199254740992", "9007199254740993", "12345678901234567890",
    "12345678901234567890.00000000000000000001", "12345678901234567891", "1e400",
    "1.0000000000000000000001e400", "1e1000000000000000000000"};

static void test_order(void)
{
    enum { N = sizeof ascending / sizeof *ascending };
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            ok_named(order(ascending[i], ascending[j]) == (i > j) - (i < j), ascending[i]);
}

static void test_equal(void)
{
    ok(order("1.50", "1.5") == 0 && order("15e-1", "+1.5") == 0 && order("0.0015E3", "1.5") == 0);
    ok(order("-0", "0") == 0 && order("0e5", "-.0") == 0 && order("00", "0.") == 0);
    ok(order("12345678901234567890", "012345678901234567890.0") == 0);
    ok(order("1234567890123456789e1", "1.234567890123456789e19") == 0);
    ok(order("1e400", "10e399") == 0 && order("0.00001e-400", "1e-405") == 0);
    ok(order("10", "1e1") == 0 && order(".5", "0.5") == 0 && order("5.", "5") == 0);
}

static void test_none(void)
{
    ok(order("", "1") == 2 && order("1x", "1") == 2 && order("1", "nan") == 2);
}

int main(void)
{
    test_order();
    test_equal();
    test_none();
    return done();
}
