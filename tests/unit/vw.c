/* SPDX-License-Identifier: MIT */
#include "vw.h"

#include "t.h"

static int name_is(struct str name, const char *wanted)
{
    struct buf b = {0};
    vw_put_name(&b, name);
    int good = str_is(buf_view(&b), wanted);
    buf_release(&b);
    return good;
}

static int level_is(const char *column, const char *level, const char *wanted)
{
    struct buf b = {0};
    buf_text(&b, "1 | ");
    vw_put_level(&b, str_of(column), str_of(level));
    int good = str_is(buf_view(&b), wanted);
    buf_release(&b);
    return good;
}

int main(void)
{
    ok(name_is(str_of("price"), "price"));
    ok(name_is(str_of("a b|c:d\te\nf\rg"), "a_b_c_d_e_f_g"));
    ok(name_is(str_of("价格=手机 壳"), "价格=手机_壳"));
    ok(name_is(str_of("\001a\037b\177"), "_a_b\177"));
    ok(name_is(str_of(""), "_"));
    ok(level_is("kind", "a b", "1 | kind=a_b"));
    ok(level_is("kind", "", "1 | kind="));
    ok(level_is("", "x", "1 | =x"));
    return done();
}
