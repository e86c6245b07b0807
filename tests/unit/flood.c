/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-clean/dedup.c cmd/pa-join/lookup.c */
/*
 * Keys that somebody chose so that simple hashes collide cost less than twice as much as keys drawn
 * by chance; and the cost of a key does not grow with their number.  CPU time, the least of a few
 * runs, in dedup, lookup and dict.
 */
#include <time.h>

#include "cmd/pa-clean/dedup.h"
#include "cmd/pa-join/lookup.h"
#include "dict.h"
#include "mem.h"
#include "rng.h"
#include "t.h"

enum { KEYS = 1 << 16, LENGTH = 32, RUNS = 9, MANY = 640000 };

static char text[MANY][LENGTH];

static struct str key(size_t i)
{
    return (struct str){text[i], LENGTH};
}

/* All strings of sixteen times a or b: equal under hashes of the form h = h * m + byte. */
static void of_pairs(const char *a, const char *b)
{
    for (size_t i = 0; i < KEYS; i++)
        for (size_t k = 0; k < LENGTH / 2; k++)
            memcpy(&text[i][2 * k], i >> k & 1 ? a : b, 2);
}

/* Multiples of 2^32: equal in the low bits, and far apart. */
static void of_multiples(void)
{
    for (size_t i = 0; i < KEYS; i++) {
        memset(text[i], '0', LENGTH);
        uint64_t x = (uint64_t)i << 32;
        memcpy(text[i], &x, sizeof x);
    }
}

/* One prefix, and a few bytes at the end that differ. */
static void of_prefix(void)
{
    for (size_t i = 0; i < KEYS; i++) {
        char line[LENGTH + 1];
        snprintf(line, sizeof line, "%0*zu", LENGTH, i);
        memcpy(text[i], line, LENGTH);
    }
}

static void by_chance(size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < LENGTH; k++)
            text[i][k] = (char)('a' + rng_below(1, 7, i, (uint32_t)k, 26));
}

static void use_dedup(size_t n)
{
    size_t at[] = {0};
    struct columns one = {at, 1};
    struct dedup *d = dedup_new((struct dedup_rules){.memory = SIZE_MAX});
    for (size_t i = 0; i < n; i++) {
        struct str field = key(i);
        uint64_t goes;
        dedup_ask(d, &(struct row){.raw = &field, .text = &field, .n = 1, .number = i + 1}, &one, 0,
            &goes);
    }
    dedup_free(d);
}

static void use_lookup(size_t n)
{
    struct lookup *l = lookup_new(1, false);
    struct str batch[KEYS_MOST];
    size_t place[KEYS_MOST];
    for (size_t i = 0; i < n; i++) {
        struct str value = key(i);
        lookup_add_key(l, value, &value, i + 2);
    }
    for (size_t i = 0; i + KEYS_MOST <= n; i += KEYS_MOST) {
        for (size_t k = 0; k < KEYS_MOST; k++)
            batch[k] = key(i + k);
        lookup_find(l, batch, KEYS_MOST, place);
    }
    lookup_free(l);
}

static void use_dict(size_t n)
{
    struct dict *d = dict_new();
    struct str batch[KEYS_MOST];
    uint32_t id[KEYS_MOST];
    for (size_t i = 0; i + KEYS_MOST <= 2 * n; i += KEYS_MOST) {
        for (size_t k = 0; k < KEYS_MOST; k++)
            batch[k] = key((i + k) % n);
        dict_add_n(d, batch, KEYS_MOST, id);
    }
    dict_free(d);
}

static double seconds(void (*use)(size_t n), size_t n, int runs)
{
    double least = INFINITY;
    for (int run = 0; run < runs; run++) {
        clock_t begin = clock();
        use(n);
        double s = (double)(clock() - begin) / CLOCKS_PER_SEC;
        least = s < least ? s : least;
    }
    return least;
}

enum { USES = 3 };
static void (*const use[USES])(size_t) = {use_dedup, use_lookup, use_dict};
static const char *const use_name[USES] = {"dedup", "lookup", "dict"};

static void compare(const char *what, const double *chance)
{
    for (int u = 0; u < USES; u++) {
        char name[128];
        double ratio = seconds(use[u], KEYS, RUNS) / chance[u];
        snprintf(name, sizeof name, "%s, %s: %.2f of keys by chance", use_name[u], what, ratio);
        ok_named(ratio < 2, name);
    }
}

/* Ten times as many keys: the exponent of the cost. */
static void test_growth(void)
{
    by_chance(MANY);
    for (int u = 0; u < USES; u++) {
        char name[128];
        double few = seconds(use[u], MANY / 10, RUNS), many = seconds(use[u], MANY, 3);
        double power = log(many / few) / log(10);
        snprintf(name, sizeof name, "%s, %d to %d keys: the cost grows with the power %.3f",
            use_name[u], MANY / 10, MANY, power);
        ok_named(power < 1.6, name); /* linear, and caches that become too small */
    }
}

int main(void)
{
    double chance[USES];
    by_chance(KEYS);
    for (int u = 0; u < USES; u++)
        chance[u] = seconds(use[u], KEYS, RUNS);
    of_pairs("Ez", "FY");
    compare("equal under h * 33 + byte", chance);
    of_pairs("Aa", "BB");
    compare("equal under h * 31 + byte", chance);
    of_multiples();
    compare("multiples of 2^32", chance);
    of_prefix();
    compare("one prefix", chance);
    test_growth();
    return done();
}
