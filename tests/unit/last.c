/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-split/last.c cmd/pa-split/cuts.c */
#include "cmd/pa-split/last.h"

#include "cmd/pa-split/cuts.h"
#include "hash.h"
#include "t.h"

enum { N = 4000, GROUPS = 300 };

static uint64_t random_bits(uint64_t i)
{
    return hash_sip24((struct hash_key){5, 6}, &i, sizeof i);
}

/* Against counting the later moments of the group. */
static void random_moments(size_t n)
{
    static size_t group[N];
    static struct moment m[N];
    struct last *l = last_new(n);
    size_t groups = 0, wrong = 0, only = 0, of_group[GROUPS] = {0};
    for (size_t i = 0; i < N; i++) {
        size_t g = random_bits(i) % 2 ? random_bits(i + N) % GROUPS : random_bits(i + N) % 9;
        group[i] = g < groups ? g : groups++;
        m[i] = (struct moment){(int64_t)(random_bits(i + 2 * N) % 50) - 25, i};
        of_group[group[i]]++;
        last_add(l, group[i], m[i]);
    }
    for (size_t i = 0; i < N; i++) {
        size_t later = 0;
        for (size_t k = 0; k < N; k++)
            later += group[k] == group[i] &&
                     (m[k].time > m[i].time || (m[k].time == m[i].time && k > i));
        wrong += last_has(l, group[i], m[i]) != (later < n);
    }
    for (size_t g = 0; g < groups; g++)
        only += of_group[g] <= n;
    ok_named(wrong == 0, "the last of each group");
    ok_named(last_only(l) == only, "groups of no more");
    last_free(l);
}

static void parts_of_time(void)
{
    int64_t at[] = {-10, 0, 25};
    struct cuts c = {at, 3, 0};
    ok(cuts_find(&c, INT64_MIN) == 0 && cuts_find(&c, -11) == 0 && cuts_find(&c, -10) == 1);
    ok(cuts_find(&c, -1) == 1 && cuts_find(&c, 0) == 2 && cuts_find(&c, 24) == 2);
    ok(cuts_find(&c, 25) == 3 && cuts_find(&c, INT64_MAX) == 3);
    c.gap = 5;
    ok(cuts_find(&c, -10) == CUTS_GAP && cuts_find(&c, -6) == CUTS_GAP && cuts_find(&c, -5) == 1);
    ok(cuts_find(&c, -11) == 0 && cuts_find(&c, 29) == CUTS_GAP && cuts_find(&c, 30) == 3);
}

int main(void)
{
    random_moments(1);
    random_moments(3);
    random_moments(40);
    parts_of_time();
    return done();
}
