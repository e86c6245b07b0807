/* SPDX-License-Identifier: MIT */
/*
 * judge - all measures of scores against a yes-or-no label, with weights, and what each row adds
 *
 * Every measure is a function f of the weight of positive and of negative rows at each distinct
 * score.  Its influence d_i = df / dw_i tells how it moves when row i weighs more, so
 *   var f = sum_i (w_i d_i)^2,   by clusters c:  sum_c (sum_{i in c} w_i d_i)^2
 * (the infinitesimal jackknife: Efron, The Jackknife, the Bootstrap and Other Resampling Plans,
 * 1982; for the AUC it is DeLong 1988 and, by clusters, Obuchowski, Biometrics 53 (1997) 567-578).
 *
 *   AP   = sum over scores t of (R_t - R_above) P_t, R recall, P precision at and above t
 *   KS   = max over t of TPR_t - FPR_t
 *   cost = FP x weight of false positives + FN x weight of false negatives, by which a threshold is
 *          chosen: the highest among those with the least
 */
#ifndef PA_JUDGE_H
#define PA_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "estimate.h"
#include "order.h"

enum judge_measure {
    JUDGE_ACCURACY,
    JUDGE_PRECISION,
    JUDGE_RECALL,
    JUDGE_JACCARD, /* TP / (TP + FP + FN) */
    JUDGE_SPECIFICITY,
    JUDGE_SELECTION, /* share of rows predicted positive */
    JUDGE_FPR,
    JUDGE_COUNTED,                  /* so far: a row counts or not, above and below the line */
    JUDGE_LOG_LOSS = JUDGE_COUNTED, /* these three need probabilities */
    JUDGE_BRIER,
    JUDGE_RATIO,             /* sum of scores / weight of positives */
    JUDGE_SHARES,            /* so far: one weighted sum over another */
    JUDGE_F1 = JUDGE_SHARES, /* 2 J / (1 + J) of the share J above */
    JUDGE_NE,
    JUDGE_RIG, /* 1 - NE */
    JUDGE_BALANCED,
    JUDGE_MCC,
    JUDGE_AUC,
    JUDGE_AP,
    JUDGE_KS,
    JUDGE_THRESHOLD, /* the one in use; no influence */
    JUDGE_MEASURES
};

/* The distinct scores of rows. */
struct judge {
    size_t rows, n;
    const uint8_t *y;   /* (rows) */
    uint32_t *tie;      /* (rows) number of the row's score; NULL before judge_rows */
    double *score;      /* (n) ascending */
    double *count[2];   /* (n) rows of each label */
    double *loss[2];    /* (n) -log(1 - s) and -log(s), within 1e-15 of the ends */
    bool probabilities; /* no score is outside [0, 1] */
    struct order order; /* its map: bucket b has scores first[b] .. first[b + 1] - 1 */
    size_t *first;
};

/* score (rows) finite, y (rows) 0 or 1; y must live as long.  Release with judge_release. */
void judge_init(struct judge *, const double *score, const uint8_t *y, size_t rows, unsigned jobs);
void judge_release(struct judge *);

/* Find the score of each row, as is needed for rows that weigh differently. */
void judge_rows(struct judge *, const double *score, unsigned jobs);

/* w (rows, after judge_rows), NULL: 1 each; weight[label] (n) is filled. */
void judge_weigh(const struct judge *, const double *w, double *const weight[2]);
/* The same of squared weights. */
void judge_weigh_squares(const struct judge *, const double *w, double *const square[2]);

/* What is predicted positive: scores from threshold on or, where it is NaN, at the least cost. */
struct judge_rule {
    double threshold, false_positive, false_negative;
};

/* The threshold of a rule: INFINITY when it costs least to predict no positives at all. */
double judge_threshold(const struct judge *, double *const weight[2], const struct judge_rule *);

/* value (JUDGE_MEASURES), NaN where undefined */
void judge_values(
    const struct judge *, double *const weight[2], const struct judge_rule *, double *value);

/* d[label] (n): the influence of a row of that label and score on a measure whose value is given;
 * false when the measure is undefined or has none.  The rule's threshold is taken as fixed. */
bool judge_influence(const struct judge *, double *const weight[2], const struct judge_rule *,
    enum judge_measure, double value, double *const d[2]);

/* What a measure before JUDGE_COUNTED is a share of. */
struct share judge_share(const struct judge *, double *const weight[2], double *const square[2],
    const struct judge_rule *, enum judge_measure);

/* b[label] (n): 1 where a row counts below the line of a share (recall: positive rows), else 0. */
void judge_base(const struct judge *, double *const weight[2], const struct judge_rule *,
    enum judge_measure, double *const b[2]);

#endif
