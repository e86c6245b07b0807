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
    uint64_t goes;
    return dedup_ask(d, &row, columns, 0, &goes) == DEDUP_REPEAT;
}

static void test_borders(void)
{
    size_t at[] = {0, 1};
    struct columns both = {at, 2}, second = {at + 1, 1};
    struct dedup *d = dedup_new((struct dedup_rules){.memory = SIZE_MAX});
    ok(!seen(d, str_of("ab"), str_of("c"), &both));
    ok_named(!seen(d, str_of("a"), str_of("bc"), &both), "where a field ends matters");
    ok(!seen(d, str_of(""), str_of(""), &both));
    ok(!seen(d, str_of(""), (struct str){"\0", 1}, &both));
    ok(seen(d, str_of("a"), str_of("bc"), &both));
    ok(seen(d, str_of(""), str_of(""), &both));
    dedup_free(d);
    d = dedup_new((struct dedup_rules){.memory = SIZE_MAX});
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
    struct dedup *d = dedup_new((struct dedup_rules){.memory = SIZE_MAX});
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

/* At every size from some ten thousand on, also while tables grow: at most 27 bytes a row. */
static void test_memory(void)
{
    enum { N = 600000, FROM = 20000, EVERY = 50 };
    size_t at[] = {0};
    struct columns one = {at, 1};
    struct dedup *d = dedup_new((struct dedup_rules){.memory = SIZE_MAX});
    char text[32];
    double most = 0;
    for (size_t i = 0; i < N; i++) {
        struct str field = {text, (size_t)snprintf(text, sizeof text, "%zu", i)};
        struct row row = {.raw = &field, .text = &field, .n = 1, .number = i + 1};
        uint64_t goes;
        dedup_ask(d, &row, &one, 0, &goes);
        double each = (double)dedup_bytes(d) / (double)(i + 1);
        if (i >= FROM && i % EVERY == 0 && each > most)
            most = each;
    }
    printf("# at most %.2f bytes a distinct row\n", most);
    ok(most > 25 && most <= 27);
    dedup_free(d);
}

/* A small memory against a large one: which of the rows go, by rule. */
static void mark(void *context, uint64_t number)
{
    unsigned char *gone = context;
    gone[number]++;
}

static unsigned char *fates(struct dedup_rules rules, size_t rows, size_t *later)
{
    size_t at[] = {0};
    struct columns one = {at, 1};
    struct dedup *d = dedup_new(rules);
    struct buf key = {0};
    unsigned char *gone = mem_zero(rows, 1);
    *later = 0;
    for (size_t i = 0; i < rows; i++) {
        uint64_t goes, n = rng_below(2, 98, i, 0, rows / 3);
        buf_clear(&key);
        buf_print(&key, "%llu", (unsigned long long)n);
        struct str text = buf_view(&key);
        struct row row = {.raw = &text, .text = &text, .n = 1, .number = i};
        switch (dedup_ask(d, &row, &one, (int64_t)(i ^ 5), &goes)) {
        case DEDUP_REPEAT:
            mark(gone, goes);
            break;
        case DEDUP_LATER:
            ++*later;
            break;
        default:
            break;
        }
    }
    dedup_settle(d, mark, gone);
    dedup_free(d);
    buf_release(&key);
    return gone;
}

/* Of the smaller memory files must be parted again. */
static void test_spill(size_t memory)
{
    enum { ROWS = 100000 };
    for (int rules = 0; rules < 4; rules++) {
        size_t none, later, differ = 0, twice = 0, gone = 0;
        struct dedup_rules r = {.last = rules & 1, .window = rules & 2 ? ROWS / 4 : 0};
        r.memory = SIZE_MAX;
        unsigned char *all = fates(r, ROWS, &none);
        r.memory = memory;
        unsigned char *some = fates(r, ROWS, &later);
        for (size_t i = 0; i < ROWS; i++) {
            differ += all[i] != some[i];
            twice += all[i] > 1;
            gone += all[i];
        }
        ok(none == 0 && later > ROWS / 10);
        ok_named(differ == 0 && twice == 0 && gone > ROWS / 10, "the same rows go");
        mem_free(all);
        mem_free(some);
    }
}

int main(void)
{
    test_spill(500000);
    test_spill(100000);
    test_borders();
    test_many();
    test_memory();
    return done();
}
