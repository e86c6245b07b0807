/* SPDX-License-Identifier: MIT */
#include "dice.h"

#include "fmath.h"

struct dice dice_of(uint64_t seed, enum dice_purpose purpose, uint64_t who)
{
    return (struct dice){.seed = seed, .who = who, .purpose = purpose};
}

double dice_uniform(struct dice *d)
{
    return rng_uniform(d->seed, d->purpose, d->who, d->drawn++);
}

double dice_normal(struct dice *d)
{
    return rng_normal(d->seed, d->purpose, d->who, d->drawn++);
}

bool dice_happens(struct dice *d, double probability)
{
    return dice_uniform(d) < probability;
}

size_t dice_below(struct dice *d, size_t n)
{
    return rng_below(d->seed, d->purpose, d->who, d->drawn++, n);
}

double dice_lognormal(struct dice *d, double mean, double sd)
{
    return fm_exp(mean + sd * dice_normal(d));
}

unsigned dice_poisson(struct dice *d, double mean)
{
    double u = dice_uniform(d), p = fm_exp(-mean), sum = p;
    unsigned k = 0;

    while (u > sum && k < 1000) {
        k++;
        p *= mean / k;
        sum += p;
    }
    return k;
}

unsigned dice_geometric(struct dice *d, double probability, unsigned most)
{
    unsigned k = 1;

    while (k < most && !dice_happens(d, probability))
        k++;
    return k;
}

size_t dice_share(struct dice *d, const double *share, size_t n)
{
    double u = dice_uniform(d) * share[n];
    size_t low = 0, high = n - 1;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (u < share[middle + 1])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
