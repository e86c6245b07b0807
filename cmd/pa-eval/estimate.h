/* SPDX-License-Identifier: MIT */
/*
 * estimate - a number with its 95 % interval
 *
 * What is undefined is NaN: the value, its interval, or both.
 */
#ifndef PA_ESTIMATE_H
#define PA_ESTIMATE_H

struct estimate {
    double value, low, high;
};

struct estimate estimate_none(void);

/* value without an interval */
struct estimate estimate_alone(double value);

/* value +- z se, kept within [least, most] */
struct estimate estimate_normal(double value, double se, double least, double most);

/* k / n with Wilson's interval; none when n is 0 */
struct estimate estimate_share(double k, double n);

/* total / k for a Poisson count k: the interval is that of 1 / count (stats_poisson). */
struct estimate estimate_per_count(double total, double k);

#endif
