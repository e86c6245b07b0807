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

/* Rows i = 0, 1, ... stand behind one another and hold what they should. */
static size_t wrong_values(const struct lookup *l, const size_t *place)
{
    size_t wrong = 0;
    char text[400];
    for (size_t i = 0; i < ROWS; i++) {
        struct str value[3];
        lookup_values(l, place[i], value);
        for (size_t c = 0; c < 3; c++)
            wrong += !str_equal(value[c], text_of(i, c, text));
    }
    return wrong;
}

/* All of key 0 .. ROWS-1, in batches of changing size. */
static size_t find_all(const struct lookup *l, size_t *place)
{
    static char name[KEYS_MOST][32];
    struct str key[KEYS_MOST];
    size_t lost = 0;
    for (size_t i = 0, n = 0; i < ROWS; i += n) {
        n = 1 + i % KEYS_MOST;
        n = n < ROWS - i ? n : ROWS - i;
        for (size_t k = 0; k < n; k++)
            key[k] = (struct str){name[k], (size_t)sprintf(name[k], "key %zu", i + k)};
        lookup_find(l, key, n, place + i);
        for (size_t k = 0; k < n; k++)
            lost += place[i + k] == LOOKUP_NONE;
    }
    return lost;
}

static size_t find(const struct lookup *l, struct str key)
{
    size_t place;
    lookup_find(l, &key, 1, &place);
    return place;
}

static void distinct(void)
{
    static size_t place[ROWS];
    struct lookup *l = lookup_new(3, false);
    ok(lookup_rows(l) == 0 && find(l, str_of("key 0")) == LOOKUP_NONE);
    size_t refused = 0;
    for (size_t i = 0; i < ROWS; i++)
        refused += !add(l, i, true);
    ok(refused == 0 && lookup_rows(l) == ROWS);
    ok(find_all(l, place) == 0 && wrong_values(l, place) == 0);
    ok(find(l, str_of("")) == LOOKUP_NONE && find(l, str_of("key")) == LOOKUP_NONE);

    struct str value[3] = {{"a", 1}, {"b", 1}, {"c", 1}};
    ok_named(
        lookup_add_key(l, str_of("key 7"), value, 99) == 9, "a key twice: the line of the first");
    ok_named(lookup_rows(l) == ROWS && wrong_values(l, place) == 0, "... and nothing is changed");
    ok(lookup_add_key(l, (struct str){"a\0b\0", 4}, value, 100) == 0);
    ok(lookup_add_key(l, (struct str){"a\0c\0", 4}, value, 101) == 0);
    size_t b = find(l, (struct str){"a\0b\0", 4}), c = find(l, (struct str){"a\0c\0", 4});
    ok(b != LOOKUP_NONE && c != LOOKUP_NONE && b != c);
    ok(lookup_values(l, b, value) == LOOKUP_NONE && str_is(value[2], "c"));
    lookup_free(l);
}

/* Row i of ROWS has key i mod 1 + i / 10, so some keys have one row and some thousands. */
static size_t key_of(size_t i)
{
    return i % (1 + i / 10);
}

static void repeated(void)
{
    struct lookup *l = lookup_new(1, true);
    char name[32], text[32];
    size_t wrong = 0, found = 0;
    for (size_t i = 0; i < ROWS; i++) {
        struct str value = {text, (size_t)sprintf(text, "%zu", i)};
        struct str key = {name, (size_t)sprintf(name, "%zu", key_of(i))};
        wrong += lookup_add_key(l, key, &value, i + 2) != 0;
    }
    ok(wrong == 0 && lookup_rows(l) == ROWS);
    for (size_t k = 0; k <= ROWS / 10; k++) {
        struct str value = {0}, key = {name, (size_t)sprintf(name, "%zu", k)};
        size_t i = 0;
        for (size_t place = find(l, key); place != LOOKUP_NONE; i++, found++) {
            place = lookup_values(l, place, &value);
            while (i < ROWS && key_of(i) != k)
                i++;
            sprintf(text, "%zu", i);
            wrong += !str_is(value, text);
        }
    }
    ok_named(wrong == 0 && found == ROWS, "all rows of a key, in order");
    lookup_free(l);
}

static void without_keys(void)
{
    struct lookup *l = lookup_new(3, false);
    ok(lookup_first(l) == LOOKUP_NONE);
    static size_t place[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        add(l, i, false);
    size_t n = 0;
    struct str value[3];
    for (size_t at = lookup_first(l); at != LOOKUP_NONE && n < ROWS;
         at = lookup_values(l, at, value))
        place[n++] = at;
    ok(n == ROWS && lookup_rows(l) == ROWS && wrong_values(l, place) == 0);
    lookup_free(l);

    l = lookup_new(0, false);
    ok(lookup_add_key(l, str_of("k"), NULL, 2) == 0 &&
        lookup_add_key(l, str_of("k"), NULL, 3) == 2);
    ok(lookup_rows(l) == 1 && find(l, str_of("k")) != LOOKUP_NONE);
    lookup_free(l);
}

int main(void)
{
    distinct();
    repeated();
    without_keys();
    return done();
}
