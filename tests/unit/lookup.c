/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-join/lookup.c */
#include "cmd/pa-join/lookup.h"

#include <stdbool.h>

#include "t.h"

enum { ROWS = 20000 };

/* Row i: its number, nothing, its number again and a tail of i mod 300 bytes. */
static struct str text_of(size_t i, size_t column, char *text)
{
    size_t n = (size_t)sprintf(text, "%s%zu", column ? "value " : "", i);
    if (column == 1)
        n = 0;
    if (column == 2) {
        memset(text + n, 'x', i % 300);
        n += i % 300;
    }
    return (struct str){text, n};
}

static bool add(struct lookup *l, size_t i, bool key)
{
    char text[3][400], name[32];
    struct str value[3];
    for (size_t c = 0; c < 3; c++)
        value[c] = text_of(i, c, text[c]);
    sprintf(name, "key %zu", i);
    if (!key) {
        lookup_add(l, value);
        return true;
    }
    return lookup_add_key(l, str_of(name), value, i + 2) == 0;
}

static size_t wrong_values(const struct lookup *l)
{
    size_t wrong = 0;
    char text[400];
    for (size_t i = 0; i < lookup_rows(l); i++) {
        struct str value[3];
        lookup_values(l, i, value);
        for (size_t c = 0; c < 3; c++)
            wrong += !str_equal(value[c], text_of(i, c, text));
    }
    return wrong;
}

int main(void)
{
    struct lookup *l = lookup_new(3);
    ok(lookup_rows(l) == 0 && lookup_find(l, str_of("key 0")) == LOOKUP_NONE);
    size_t refused = 0, lost = 0;
    for (size_t i = 0; i < ROWS; i++)
        refused += !add(l, i, true);
    ok(refused == 0 && lookup_rows(l) == ROWS && wrong_values(l) == 0);
    for (size_t i = 0; i < ROWS; i++) {
        char name[32];
        sprintf(name, "key %zu", i);
        lost += lookup_find(l, str_of(name)) != i;
    }
    ok(lost == 0);
    ok(lookup_find(l, str_of("")) == LOOKUP_NONE && lookup_find(l, str_of("key")) == LOOKUP_NONE);

    struct str value[3] = {{"a", 1}, {"b", 1}, {"c", 1}};
    ok_named(
        lookup_add_key(l, str_of("key 7"), value, 99) == 9, "a key twice: the line of the first");
    ok_named(lookup_rows(l) == ROWS && wrong_values(l) == 0, "... and nothing is changed");
    ok(lookup_add_key(l, (struct str){"a\0b\0", 4}, value, 100) == 0);
    ok(lookup_add_key(l, (struct str){"a\0c\0", 4}, value, 101) == 0);
    ok(lookup_find(l, (struct str){"a\0b\0", 4}) == ROWS);
    lookup_free(l);

    l = lookup_new(3);
    for (size_t i = 0; i < 500; i++)
        add(l, i, false);
    ok(lookup_rows(l) == 500 && wrong_values(l) == 0);
    lookup_free(l);

    l = lookup_new(0);
    ok(lookup_add_key(l, str_of("k"), NULL, 2) == 0 &&
        lookup_add_key(l, str_of("k"), NULL, 3) == 2);
    ok(lookup_rows(l) == 1 && lookup_find(l, str_of("k")) == 0);
    lookup_free(l);
    return done();
}
