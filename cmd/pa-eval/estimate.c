/* SPDX-License-Identifier: MIT */
#include "estimate.h"

#include <math.h>

#include "stats.h"

struct level level_of(double confidence)
{
    if (confidence == 0.95) /* rounded correctly, as most will compare it */
        return (struct level){1.959963984540054, 0.05};
    double alpha = 1 - confidence;
    return (struct level){-stats_normal_quantile(alpha / 2), alpha};
}

struct estimate estimate_none(void)
{
    return (struct estimate){NAN, NAN, NAN};
}

struct estimate estimate_alone(double value)
{
    return (struct estimate){value, NAN, NAN};
}

struct estimate estimate_normal(double value, double se, double least, double most, struct level l)
{
    double low = value - l.z * se, high = value + l.z * se;
    return (struct estimate){value, low < least ? least : low, high > most ? most : high};
}

struct estimate estimate_share(double k, double n, struct level l)
{
    if (!(n > 0))
        return estimate_none();
    struct interval i = stats_wilson(k, n, l.z);
    return (struct estimate){k / n, i.low, i.high};
}

struct estimate estimate_weighted(struct share s, struct level l)
{
    double all = s.yes + s.no, squares = (s.yes2 + s.no2) / all;
    if (s.yes > 0 && s.no > 0) /* in quotients that are 1 with weights of 1 */
        squares = (s.no * (s.yes2 / s.yes) + s.yes * (s.no2 / s.no)) / all;
    double each = 1 / squares;
    return estimate_share(s.yes * each, all * each, l);
}

struct estimate estimate_f1(struct estimate j)
{
    return (struct estimate){
        2 * j.value / (1 + j.value), 2 * j.low / (1 + j.low), 2 * j.high / (1 + j.high)};
}

struct estimate estimate_share_se(double share, double se, double rows, struct level l)
{
    if (isnan(share))
        return estimate_none();
    double n = se > 0 ? share * (1 - share) / (se * se) : rows;
    struct interval i = stats_wilson(share * n, n, l.z);
    return (struct estimate){share, i.low, i.high};
}

struct estimate estimate_ratio(double value, double se, struct level l)
{
    double apart = value > 0 ? l.z * se / value : 0, a = apart * apart / 2;
    double m = 1 + a + sqrt(a * (2 + a));
    return (struct estimate){value, value / m, value * m};
}
