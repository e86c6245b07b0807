/* SPDX-License-Identifier: MIT */
/*
 * calibration - predicted against observed shares in bins
 *
 * Bins of equal mass: rows are ranked by score, ties by their number; bin b of m (from 0) has ranks
 * floor(b n / m) up to floor((b + 1) n / m), or with weights the rows with which more than b / m
 * and up to (b + 1) / m of the weight is reached, which is the same with weights of 1.  Bins of
 * equal width: bin min(floor(score m), m - 1). With weights n_b, mean score p_b and share of
 * positives y_b: ECE = sum n_b / n |y_b - p_b|, MCE = max |y_b - p_b| reliability = sum n_b / n
 * (p_b - y_b)^2, resolution = sum n_b / n (y_b - ybar)^2, uncertainty = ybar (1 - ybar) (Murphy
 * 1973) remainder = Brier - (reliability - resolution + uncertainty): what scores differ within
 * bins
 */
#ifndef PA_CALIBRATION_H
#define PA_CALIBRATION_H

#include "judged.h"
#include "order.h"

struct calibration_bin {
    uint64_t rows;
    double weight, positives; /* of them */
    double predicted;         /* mean score; NaN when empty, as all below */
    struct estimate observed; /* share of positives */
    double least, most;       /* scores in it */
};

struct calibration {
    double ece, mce, reliability, resolution, uncertainty, remainder;
};

/* place (rows) is filled with each row's bin of m. */
void calibration_by_mass(struct order *, const double *score, size_t m, uint32_t *place);
void calibration_by_weight(const struct judge *, const double *w, size_t m, uint32_t *place);
void calibration_by_width(const double *score, size_t n, size_t m, uint32_t *place);

size_t calibration_width_bin(double score, size_t m);

/* The bin of each row, of equal width or of equal mass. */
void calibration_place(const struct judged *, bool width, size_t m, uint32_t *place);

/* Scores, labels, weights and clusters (rule is not used); bin (m) is filled.  Observed shares have
 * Wilson's interval, with weights and clusters that of as many rows as would be as sure, or one by
 * the bootstrap with bins as they are. */
struct calibration calibration_of(
    const struct judged *, const uint32_t *place, struct calibration_bin *bin, size_t m);

/* The same without intervals. */
struct calibration calibration_fill(
    const struct judged *, const uint32_t *place, struct calibration_bin *bin, size_t m);

/* Of filled bins, or those of them that have weight; brier: the sum of squared differences of
 * scores and labels.  NaN of none. */
struct calibration calibration_summary(const struct calibration_bin *, size_t m, double brier);

#endif
