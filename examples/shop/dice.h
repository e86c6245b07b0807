/* SPDX-License-Identifier: MIT */
/*
 * dice - draws of one actor of the shop, one after another
 *
 * Each is a function of (seed, what for, who, how many before) alone (rng.h), so adding users or
 * changing what one of them does leaves the others as they were.
 */
#ifndef SHOP_DICE_H
#define SHOP_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rng.h"

struct dice {
    uint64_t seed, who;
    uint32_t purpose, drawn;
};

enum dice_purpose {
    DICE_ITEM = RNG_SHOP,
    DICE_AD,
    DICE_USER,
    DICE_SESSION,
    DICE_REQUEST,
    DICE_DIRT
};

struct dice dice_of(uint64_t seed, enum dice_purpose, uint64_t who);
double dice_uniform(struct dice *);
double dice_normal(struct dice *);
bool dice_happens(struct dice *, double probability);
size_t dice_below(struct dice *, size_t n);
/* exp(mean + sd * normal) */
double dice_lognormal(struct dice *, double mean, double sd);
unsigned dice_poisson(struct dice *, double mean);
/* 1, 2, ...: how often until something of this probability happens, at most most */
unsigned dice_geometric(struct dice *, double probability, unsigned most);
/* i with probability share[i + 1] - share[i]; share[0] = 0, rising to share[n] */
size_t dice_share(struct dice *, const double *share, size_t n);

#endif
