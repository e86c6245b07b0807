/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-split/parts.c */
#include "cmd/pa-split/parts.h"

#include "hash.h"
#include "mem.h"
#include "t.h"

static void edges(void)
{
    struct parts p = parts_of((double[]){1, 1}, 2);
    ok(parts_find(&p, 0) == 0 && parts_find(&p, UINT64_MAX) == 1);
    ok(parts_find(&p, UINT64_MAX / 2) == 0 && parts_find(&p, UINT64_MAX / 2 + 1) == 1);
    mem_free(p.first);
    p = parts_of((double[]){1, 2, 1}, 3);
    ok(p.first[0] == 0 && p.first[1] == (uint64_t)1 << 62 && p.first[2] == (uint64_t)3 << 62);
    mem_free(p.first);
    p = parts_of((double[]){1e-300, 1}, 2);
    ok(parts_find(&p, 0) == 1);
    mem_free(p.first);
    p = parts_of((double[]){7}, 1);
    ok(parts_find(&p, 0) == 0 && parts_find(&p, UINT64_MAX) == 0);
    mem_free(p.first);
}

/* Against counting along the shares, and their sizes within five standard errors. */
static void many(void)
{
    enum { N = 100000 };
    const double share[] = {8, 1, 0.5, 0.5};
    struct parts p = parts_of(share, 4);
    size_t count[4] = {0}, wrong = 0;
    for (uint64_t i = 0; i < N; i++) {
        uint64_t hash = hash_sip24((struct hash_key){1, 1}, &i, sizeof i);
        size_t part = parts_find(&p, hash), slow = 0;
        for (double left = (double)hash * 0x1p-64 - share[0] / 10; slow < 3 && left >= 0;)
            left -= share[++slow] / 10;
        wrong += part != slow;
        count[part]++;
    }
    ok(wrong == 0);
    for (int i = 0; i < 4; i++)
        near((double)count[i], N * share[i] / 10, 5 * sqrt(N * share[i] / 10));
    mem_free(p.first);
}

/* A moved cut moves only what lies between: nothing leaves the part that grows. */
static void nested(void)
{
    struct parts a = parts_of((double[]){7, 3}, 2), b = parts_of((double[]){8, 2}, 2);
    size_t wrong = 0;
    for (uint64_t i = 0; i < 10000; i++) {
        uint64_t hash = hash_sip24((struct hash_key){2, 1}, &i, sizeof i);
        wrong += parts_find(&a, hash) == 0 && parts_find(&b, hash) != 0;
    }
    ok(wrong == 0);
    mem_free(a.first);
    mem_free(b.first);
}

int main(void)
{
    edges();
    many();
    nested();
    return done();
}
