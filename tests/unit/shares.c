/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-split/shares.c */
#include "cmd/pa-split/shares.h"

#include "hash.h"
#include "mem.h"
#include "t.h"

enum { N = 3000, PARTS = 7 };

static uint64_t random_bits(uint64_t i)
{
    return hash_sip24((struct hash_key){3, 4}, &i, sizeof i);
}

static void exact(void)
{
    struct radix unit[12];
    uint32_t part[12];
    size_t count[3] = {0};
    for (uint32_t i = 0; i < 12; i++)
        unit[i] = shares_unit(random_bits(i), 0, i);
    shares_divide(unit, 12, (double[]){5, 3, 2}, 3, part);
    size_t wrong = 0;
    for (uint32_t i = 0; i < 12; i++) {
        size_t before = 0;
        for (uint32_t k = 0; k < 12; k++)
            before += random_bits(k) < random_bits(i);
        wrong += part[i] != (before < 6 ? 0 : before < 10 ? 1 : 2);
        count[part[i]]++;
    }
    ok_named(count[0] == 6 && count[1] == 4 && count[2] == 2, "12 at 5:3:2 are 6, 4 and 2");
    ok_named(wrong == 0, "the first in the order of their hashes are the first part");
    for (uint32_t i = 0; i < 12; i++)
        unit[i] = shares_unit(7, 0, i);
    shares_divide(unit, 12, (double[]){5, 3, 2}, 3, part);
    ok_named(part[0] == 0 && part[5] == 0 && part[6] == 1 && part[9] == 1 && part[10] == 2 &&
                 part[11] == 2,
        "equal hashes go by number");
}

/* Strata of 1 to 40 units: each within one of its share, all within a few. */
static void strata(const double *share, size_t parts, double limit)
{
    static struct radix unit[N], sorted[N];
    static uint32_t part[N];
    static double count[N][PARTS], size[N], whole[PARTS];
    memset(count, 0, sizeof count);
    memset(size, 0, sizeof size);
    memset(whole, 0, sizeof whole);
    double total = 0;
    for (size_t k = 0; k < parts; k++)
        total += share[k];
    for (uint32_t i = 0; i < N; i++) {
        uint32_t s = (uint32_t)(random_bits(i + N) % 40 * (random_bits(i + 2 * N) % 5) % 40);
        unit[i] = shares_unit(random_bits(i), s + (s > 20 ? 60 * i : 0) % 2900, i);
    }
    for (uint32_t i = 0; i < N; i++)
        size[shares_stratum(unit[i])]++;
    memcpy(sorted, unit, sizeof unit);
    shares_divide(sorted, N, share, parts, part);
    size_t wrong = 0;
    for (uint32_t i = 0; i < N; i++) {
        count[shares_stratum(unit[i])][part[i]]++;
        whole[part[i]]++;
    }
    for (size_t s = 0; s < N; s++)
        for (size_t k = 0; k < parts; k++)
            wrong += fabs(count[s][k] - size[s] * share[k] / total) >= 1;
    ok_named(wrong == 0, "each stratum is within one of its share");
    for (size_t k = 0; k < parts; k++)
        near(whole[k], N * share[k] / total, limit);
}

int main(void)
{
    exact();
    strata((double[]){8, 2}, 2, 1);
    strata((double[]){1, 1, 1, 1, 1, 1, 1}, 7, 2);
    strata((double[]){0.6, 0.25, 0.15}, 3, 2);
    return done();
}
