/* SPDX-License-Identifier: MIT */
/*
 * calibration - predicted against observed shares in bins of equal mass
 *
 * Rows are ranked by score, ties by their number; bin b of m (from 0) has ranks floor(b n / m) up
 * to floor((b + 1) n / m).  With n_b rows, mean score p_b and share of positives y_b:
 *   ECE = sum n_b / n |y_b - p_b|, MCE = max |y_b - p_b|
 *   reliability = sum n_b / n (p_b - y_b)^2, resolution = sum n_b / n (y_b - ybar)^2,
 *   uncertainty = ybar (1 - ybar)                             (Murphy 1973)
 */
#ifndef PA_CALIBRATION_H
#define PA_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>

#include "estimate.h"
#include "order.h"

struct calibration_bin {
    uint64_t rows, positives;
    double predicted;         /* mean score; NaN when empty, as all below */
    struct estimate observed; /* share of positives, Wilson */
    double least, most;       /* scores in it */
};

struct calibration {
    double ece, mce, reliability, resolution, uncertainty;
};

/* score, label (n) as order was made from; bin (m) is filled. */
struct calibration calibration_of(const struct order *, const double *score, const uint8_t *label,
    struct calibration_bin *bin, size_t m);

#endif
