/* SPDX-License-Identifier: MIT */
/*
 * Philox4x32-10 against the known answers of Random123 1.14 (tests/kat_vectors): words 0 and 1 of
 * the output, which rng_bits returns.  Moments with tolerances of five standard errors.
 */
#include "rng.h"

#include "t.h"

static const struct known {
    uint32_t counter[4], key[2], out[2];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff},
        {0x408f276d, 0x41c83b0e}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0},
        {0xd16cfe09, 0x94fdcceb}},
};

static uint64_t pair(const uint32_t word[2])
{
    return (uint64_t)word[1] << 32 | word[0];
}

static void answers(void)
{
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const struct known *v = &known[k];
        uint64_t bits = rng_bits(pair(v->key), v->counter[3], pair(v->counter), v->counter[2]);
        ok_named(bits == pair(v->out), "known answer of Random123");
    }
}

enum { DRAWS = 200000 };

static void uniform(void)
{
    double sum = 0, squares = 0, least = 1, most = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        double x = rng_uniform(7, RNG_SHOP, i, 3);
        sum += x;
        squares += x * x;
        least = x < least ? x : least;
        most = x > most ? x : most;
    }
    ok(least >= 0 && most < 1);
    near(sum / DRAWS, 0.5, 5 * 0.2887 / sqrt(DRAWS));
    near(squares / DRAWS, 1.0 / 3, 5 * 0.2981 / sqrt(DRAWS));
}

static void below(void)
{
    int count[7] = {0};
    for (uint64_t i = 0; i < DRAWS; i++)
        count[rng_below(7, RNG_SPLIT, i, 0, 7)]++;
    for (int k = 0; k < 7; k++)
        near(count[k], DRAWS / 7.0, 5 * sqrt(DRAWS * 6.0 / 49));
    ok(rng_below(1, RNG_SPLIT, 5, 0, 1) == 0);
}

static void normal(void)
{
    double sum = 0, squares = 0, fourth = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        double z = rng_normal(7, RNG_SHOP, i, 1);
        sum += z;
        squares += z * z;
        fourth += z * z * z * z;
    }
    near(sum / DRAWS, 0, 5 / sqrt(DRAWS));
    near(squares / DRAWS, 1, 5 * sqrt(2.0 / DRAWS));
    near(fourth / DRAWS, 3, 5 * sqrt(96.0 / DRAWS));
}

int main(void)
{
    answers();
    uniform();
    below();
    normal();
    ok(rng_bits(1, RNG_SPLIT, 2, 3) == rng_bits(1, RNG_SPLIT, 2, 3));
    ok(rng_bits(1, RNG_SPLIT, 2, 3) != rng_bits(1, RNG_KMEANS, 2, 3));
    return done();
}
