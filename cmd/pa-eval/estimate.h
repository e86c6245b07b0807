/* SPDX-License-Identifier: MIT */
/*
 * estimate - a number with its interval
 *
 * What is undefined is NaN: the value, its interval, or both.
 */
#ifndef PA_ESTIMATE_H
#define PA_ESTIMATE_H

struct estimate {
    double value, low, high;
};

/* How sure an interval is. */
struct level {
    double z;     /* normal quantile 1 - alpha / 2 */
    double alpha; /* share of intervals that miss */
};

/* Of a confidence within (0, 1), such as 0.95. */
struct level level_of(double confidence);

struct estimate estimate_none(void);

/* value without an interval */
struct estimate estimate_alone(double value);

/* value +- z se, kept within [least, most] */
struct estimate estimate_normal(double value, double se, double least, double most, struct level);

/* k / n with Wilson's interval; none when n is 0 */
struct estimate estimate_share(double k, double n, struct level);

/* Weight of the rows that a share counts and of the others below its line; of squared weights. */
struct share {
    double yes, no, yes2, no2;
};

/*
 * The same of weighted rows: Wilson's interval for the rows n = share (1 - share) / se^2 with
 * se^2 = sum over rows of (w (counted - share))^2 / (sum of w)^2 or, where one side has no weight,
 * n = (sum of w)^2 / sum of w^2.  With weights of 1 it is estimate_share, bit by bit.
 */
struct estimate estimate_weighted(struct share, struct level);

/* F1 = 2 J / (1 + J) of J = TP / (TP + FP + FN), which is a share; so its interval. */
struct estimate estimate_f1(struct estimate jaccard);

/*
 * A share with a standard error of its own: Wilson's interval for the rows n = share (1 - share) /
 * se^2 that would have this error, or for rows when the error is 0 or not known (NaN).
 */
struct estimate estimate_share_se(double share, double se, double rows, struct level);

/*
 * A ratio of 0 or more with its standard error: value / m to value m, with a = (z se / value)^2 / 2
 * and m = 1 + a + sqrt(a (2 + a)).  It is the score interval of a count below the line whose
 * variance is in proportion to its mean, as Wilson's is of a share.
 */
struct estimate estimate_ratio(double value, double se, struct level);

#endif
