/* SPDX-License-Identifier: MIT */
#include "dict.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "t.h"

static struct str key_of(unsigned long i, char *text)
{
    /* lengths 1 to 15, so keys shorter, as long and longer than a slot's word; with NULs */
    int n = sprintf(text, "%lu", i);
    for (unsigned long pad = i % 9; pad; pad--)
        text[n++] = i % 2 ? '\0' : 'x';
    return (struct str){text, (size_t)n};
}

static void test_numbers(void)
{
    enum { KEYS = 200000 };
    struct dict *d = dict_new();
    char text[32];
    int same = 1, found = 1, text_same = 1;
    for (unsigned long i = 0; i < KEYS; i++)
        same &= dict_add(d, key_of(i, text)) == i;
    for (unsigned long i = 0; i < KEYS; i++) {
        struct str key = key_of(i, text);
        same &= dict_add(d, key) == i;
        found &= dict_find(d, key) == i;
        text_same &= str_equal(dict_key(d, (uint32_t)i), key) && !dict_key(d, (uint32_t)i).p[key.n];
    }
    ok_named(same, "numbers are in order of first sight");
    ok_named(found, "every key is found");
    ok_named(text_same, "every key comes back, with a NUL after it");
    ok(dict_size(d) == KEYS);
    ok(dict_find(d, str_of("absent")) == DICT_NONE);
    ok(dict_find(d, str_of("absent and rather longer")) == DICT_NONE);
    ok(dict_size(d) == KEYS);
    ok(dict_bytes(d) < KEYS * 80u);
    dict_free(d);
}

static void test_batch(void)
{
    enum { KEYS = 100000 };
    struct dict *d = dict_new(), *one = dict_new();
    static char text[KEYS][32];
    static struct str key[KEYS];
    static uint32_t id[KEYS];
    int same = 1;
    for (unsigned long i = 0; i < KEYS; i++)
        key[i] = key_of(i * i % 99991, text[i]);
    dict_add_n(d, key, KEYS, id);
    for (unsigned long i = 0; i < KEYS; i++)
        same &= id[i] == dict_add(one, key[i]);
    ok_named(same, "a batch gives the numbers of one by one");
    dict_free(d);
    dict_free(one);
}

static void test_alike(void)
{
    struct dict *d = dict_new();
    ok(dict_add(d, str_of("")) == 0);
    ok(dict_add(d, (struct str){"\0", 1}) == 1);
    ok(dict_add(d, (struct str){"\0\0\0\0\0\0\0", 7}) == 2);
    ok(dict_add(d, (struct str){"\0\0\0\0\0\0\0\0", 8}) == 3);
    ok(dict_add(d, str_of("1234567")) == 4);
    ok(dict_add(d, str_of("12345678")) == 5);
    ok(dict_add(d, str_of("123456789")) == 6);
    ok(dict_find(d, (struct str){NULL, 0}) == 0);
    ok(dict_find(d, str_of("1234567")) == 4);
    ok(dict_find(d, str_of("12345678")) == 5);
    dict_free(d);
    dict_free(NULL);
}

static bool sorts(const struct dict *d)
{
    size_t n = dict_size(d);
    uint32_t *order = malloc(n * sizeof *order);
    bool sorted = true;
    dict_sort(d, order);
    for (size_t i = 1; i < n; i++)
        sorted &= str_compare(dict_key(d, order[i - 1]), dict_key(d, order[i])) < 0;
    free(order);
    return sorted;
}

static void test_sort(void)
{
    enum { KEYS = 1000 };
    struct dict *d = dict_new();
    uint32_t order[KEYS];
    char text[32];
    unsigned long state = 1;
    while (dict_size(d) < KEYS) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        dict_add(d, key_of(state >> 40, text));
    }
    ok_named(sorts(d), "dict_sort gives byte order");
    dict_free(d);
    static const char *const prefix[] = {"", "the same", "the same, and much more of it", "\xff"};
    int sorted = 1;
    for (size_t kinds = 1; kinds <= 4; kinds++) {
        d = dict_new();
        for (size_t i = 0; i < KEYS; i++) {
            struct str key = key_of(i * 7919 % KEYS, text);
            struct buf b = {0};
            buf_text(&b, prefix[3 - i % kinds]);
            buf_str(&b, key);
            dict_add(d, buf_view(&b));
            buf_release(&b);
        }
        sorted &= sorts(d);
        dict_free(d);
    }
    ok_named(sorted, "and of keys that begin alike");
    d = dict_new();
    dict_sort(d, order);
    ok_named(dict_size(d) == 0, "nothing to sort");
    dict_free(d);
}

static void shuffle(unsigned *number, unsigned n)
{
    for (unsigned i = n - 1; i > 0; i--) {
        unsigned j = (unsigned)((i * 0x9e3779b97f4a7c15u >> 32) % (i + 1)), other = number[j];
        number[j] = number[i];
        number[i] = other;
    }
}

/* build/unit/dict time: additions that hit, of short and of longer keys in a random order, in
 * millions a second */
static void measure(unsigned keys, bool longer)
{
    enum { TIMES = 10 };
    struct dict *d = dict_new();
    char(*text)[32] = malloc(keys * sizeof *text);
    struct str *key = malloc(keys * sizeof *key);
    uint32_t *id = malloc(keys * sizeof *id);
    unsigned *number = malloc(keys * sizeof *number);
    struct timespec t[3];
    for (unsigned i = 0; i < keys; i++)
        number[i] = i;
    for (int k = 0; k < 2; k++) {
        for (unsigned i = 0; i < keys; i++)
            key[i] = (struct str){
                text[i], (size_t)sprintf(text[i], longer ? "customer-%u" : "%u", number[i])};
        dict_add_n(d, key, keys, id);
        shuffle(number, keys);
    }
    clock_gettime(CLOCK_MONOTONIC, &t[0]);
    for (int k = 0; k < TIMES; k++)
        for (unsigned i = 0; i < keys; i++)
            dict_add(d, key[i]);
    clock_gettime(CLOCK_MONOTONIC, &t[1]);
    for (int k = 0; k < TIMES; k++)
        dict_add_n(d, key, keys, id);
    clock_gettime(CLOCK_MONOTONIC, &t[2]);
    for (int i = 0; i < 2; i++) {
        double s = (double)(t[i + 1].tv_sec - t[i].tv_sec) +
                   1e-9 * (double)(t[i + 1].tv_nsec - t[i].tv_nsec);
        printf("# %u %s keys, %s: %.1f M additions a second\n", keys, longer ? "longer" : "short",
            i ? "batches" : "one by one", TIMES * (keys / 1e6) / s);
    }
    free(number);
    free(id);
    free(key);
    free(text);
    dict_free(d);
}

int main(int argc, char **argv)
{
    (void)argv;
    test_numbers();
    test_batch();
    test_alike();
    test_sort();
    if (argc > 1)
        for (unsigned keys = 10000; keys <= 1000000; keys *= 10) {
            measure(keys, false);
            measure(keys, true);
        }
    return done();
}
