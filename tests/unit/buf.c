/* SPDX-License-Identifier: MIT */
#include "buf.h"

#include "t.h"

static void views(void)
{
    struct str rest, s = str_of("a=b=c");
    struct str first = str_cut(s, '=', &rest);
    ok(str_is(first, "a") && str_is(rest, "b=c"));
    first = str_cut(str_of("abc"), '=', &rest);
    ok(str_is(first, "abc") && !rest.p && rest.n == 0);
    first = str_cut(str_of("=x"), '=', &rest);
    ok(first.n == 0 && str_is(rest, "x"));
    ok(str_of(NULL).n == 0);
    ok(str_equal((struct str){NULL, 0}, str_of("")));
    ok(!str_equal(str_of("ab"), str_of("ac")));
    ok(str_equal((struct str){"a\0b", 3}, (struct str){"a\0b", 3}));
}

static void order(void)
{
    ok(str_compare(str_of("a"), str_of("b")) < 0);
    ok(str_compare(str_of("ab"), str_of("a")) > 0);
    ok(str_compare(str_of("a"), str_of("a")) == 0);
    ok(str_compare((struct str){"\xff", 1}, str_of("a")) > 0);
    ok(str_compare((struct str){NULL, 0}, str_of("a")) < 0);
}

static void characters(void)
{
    ok(str_characters(str_of("abc")) == 3);
    ok(str_characters(str_of("手机")) == 2);
    ok(str_characters(str_of("")) == 0);
}

static void bytes(void)
{
    struct buf b = {0};
    for (int i = 0; i < 10000; i++)
        buf_char(&b, (char)('a' + i % 26));
    ok(b.n == 10000 && b.p[9999] == 'a' + 9999 % 26);
    buf_clear(&b);
    buf_text(&b, "x=");
    buf_print(&b, "%d,%s", 42, "y");
    buf_str(&b, str_of("!"));
    ok(str_is(buf_view(&b), "x=42,y!"));
    ok(strcmp(buf_cstr(&b), "x=42,y!") == 0 && b.n == 7);
    char *room = buf_room(&b, 100000);
    memset(room, 'z', 100000);
    b.n += 100000;
    ok(b.p[0] == 'x' && b.p[100006] == 'z');
    buf_release(&b);
    ok(b.p == NULL && b.n == 0);
}

int main(void)
{
    views();
    order();
    characters();
    bytes();
    return done();
}
