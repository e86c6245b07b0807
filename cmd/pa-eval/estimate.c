/* SPDX-License-Identifier: MIT */
#include "estimate.h"

#include <math.h>

#include "stats.h"

static const double Z = 1.959963984540054; /* quantile .975 of the normal distribution */

struct estimate estimate_none(void)
{
    return (struct estimate){NAN, NAN, NAN};
}

struct estimate estimate_alone(double value)
{
    return (struct estimate){value, NAN, NAN};
}

struct estimate estimate_normal(double value, double se, double least, double most)
{
    double low = value - Z * se, high = value + Z * se;
    return (struct estimate){value, low < least ? least : low, high > most ? most : high};
}

struct estimate estimate_share(double k, double n)
{
    if (!(n > 0))
        return estimate_none();
    struct interval i = stats_wilson(k, n, Z);
    return (struct estimate){k / n, i.low, i.high};
}

struct estimate estimate_per_count(double total, double k)
{
    if (!(k > 0))
        return estimate_none();
    struct interval i = stats_poisson(k, 0.05);
    return (struct estimate){total / k, total / i.high, total / i.low};
}
