/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-clean/dedup.c */
#include "cmd/pa-clean/dedup.h"

#include "dict.h"
#include "mem.h"
#include "rng.h"
#include "t.h"

static bool seen(struct dedup *d, struct str a, struct str b, const struct columns *columns)
{
    struct str text[] = {a, b};
    struct row row = {.raw = text, .text = text, .n = 2};
    return dedup_seen(d, &row, columns);
}

static void test_borders(void)
{
    size_t at[] = {0, 1};
    struct columns both = {at, 2}, second = {at + 1, 1};
    struct dedup *d = dedup_new();
    ok(!seen(d, str_of("ab"), str_of("c"), &both));
    ok_named(!seen(d, str_of("a"), str_of("bc"), &both), "where a field ends matters");
    ok(!seen(d, str_of(""), str_of(""), &both));
    ok(!seen(d, str_of(""), (struct str){"\0", 1}, &both));
    ok(seen(d, str_of("a"), str_of("bc"), &both));
    ok(seen(d, str_of(""), str_of(""), &both));
    dedup_free(d);
    d = dedup_new();
    ok(!seen(d, str_of("x"), str_of("1"), &second));
    ok_named(seen(d, str_of("y"), str_of("1"), &second), "only the named columns count");
    dedup_free(d);
}

/* Against a dictionary of the same keys, through many growths. */
static void test_many(void)
{
    enum { N = 400000 };
    size_t at[] = {0, 1};
    struct columns both = {at, 2};
    struct dedup *d = dedup_new();
    struct dict *keys = dict_new();
    struct buf key = {0};
    size_t wrong = 0, repeats = 0;
    for (uint64_t i = 0; i < N; i++) {
        uint64_t n = rng_below(1, 99, i, 0, N);
        buf_clear(&key);
        buf_print(&key, "%llu", (unsigned long long)n);
        size_t before = dict_size(keys);
        dict_add(keys, buf_view(&key));
        bool repeat = dict_size(keys) == before;
        wrong += seen(d, buf_view(&key), str_of("z"), &both) != repeat;
        repeats += repeat;
    }
    ok(wrong == 0 && repeats > N / 4);
    dedup_free(d);
    dict_free(keys);
    buf_release(&key);
}

int main(void)
{
    test_borders();
    test_many();
    return done();
}
