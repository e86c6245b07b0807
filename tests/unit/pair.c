/* SPDX-License-Identifier: MIT */
/* Labels of two values. */
#include "pair.h"

#include "t.h"

static bool are_pair(const char *a, const char *b)
{
    return pair_set(str_of(a)) & pair_set(str_of(b));
}

static bool tells(const char *negative, const char *positive)
{
    return pair_tells(str_of(negative), str_of(positive));
}

static bool same(const char *a, const char *b)
{
    return pair_same(str_of(a), str_of(b)) && pair_same(str_of(b), str_of(a));
}

int main(void)
{
    ok(pair_side(str_of("0")) == 0 && pair_side(str_of("-1")) == 0 && pair_side(str_of("1")) == 1);
    ok(pair_side(str_of("No")) == 0 && pair_side(str_of("YES")) == 1);
    ok(pair_side(str_of("False")) == 0 && pair_side(str_of("tRUE")) == 1);
    ok(pair_side(str_of("")) == -1 && pair_side(str_of("2")) == -1 && pair_side(str_of("y")) == -1);
    ok(pair_side(str_of("yes ")) == -1 && pair_side((struct str){"no\0", 3}) == -1);
    ok(are_pair("0", "1") && are_pair("-1", "1") && are_pair("yes", "no") && are_pair("no", "No"));
    ok(!are_pair("0", "-1") && !are_pair("yes", "false") && !are_pair("1", "no"));
    ok(!are_pair("x", "x"));
    ok(tells("0", "1") && tells("-1", "1") && tells("NO", "yes") && tells("false", "true"));
    ok(!tells("1", "0") && !tells("no", "true") && !tells("0", "0") && !tells("-1", "0"));
    ok(pair_side(str_of("1.0")) == 1 && pair_side(str_of("+1")) == 1);
    ok(pair_side(str_of("-0")) == 0 && pair_side(str_of("-1e0")) == 0 && tells("00", "1."));
    ok(same("1", "01") && same("0", "-0.0") && same("7", "7.0") && same("no", "NO"));
    ok(same("tRue", "True") && same("blue", "blue") && same("", ""));
    ok(!same("1", "true") && !same("yes", "true") && !same("no", "yes") && !same("1", "-1"));
    ok(!same("blue", "Blue") && !same("x", "") && !same("1", "x") && !same("1e999", "2e999"));
    ok(str_is(pair_other("0", 1), "1") && str_is(pair_other("1", 0), "0"));
    ok(str_is(pair_other("-1", 1), "1") && str_is(pair_other("Yes", 0), "no"));
    ok(str_is(pair_other(NULL, 0), "0") && str_is(pair_other(NULL, 1), "1"));
    ok(str_is(pair_other("1.0", 0), "0") && pair_other("blue", 1).n == 0);
    return done();
}
