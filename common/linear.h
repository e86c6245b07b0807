/* SPDX-License-Identifier: MIT */
/*
 * linear - a fitted logistic or softmax model: what pa-train writes and pa-rank scores with
 *
 *   binary:   P(positive) = logistic(b + sum_t w_t x_t)          KIND logistic
 *   softmax:  P(class c)  = exp(eta_c) / sum_c' exp(eta_c')      KIND softmax
 *
 * x_t are the raw values of the design's terms, w in input units.
 */
#ifndef PA_LINEAR_H
#define PA_LINEAR_H

#include "design.h"

/* From a binary model's predictor eta to its probability: logistic(eta); logistic(a eta + b); or
 * linear between the knots (x, p), and constant beyond them. */
enum linear_calibration { LINEAR_PLAIN, LINEAR_PLATT, LINEAR_ISOTONIC };

/* What online learning knows of a coefficient: the weight before the threshold of l1, and the sum
 * of the squares of its gradients. */
struct linear_coordinate {
    double u, n;
};

/* A level of a category that online learning has met in so many rows, too few yet for a term. */
struct linear_seen {
    size_t source;
    struct str level;
    uint64_t rows;
};

struct linear {
    struct design *design;
    struct str label;
    struct str *class; /* binary: {negative, positive}; softmax: all, in byte order */
    size_t classes;    /* >= 2 */
    size_t outputs;    /* linear predictors: binary 1, softmax classes */
    bool no_intercept; /* the intercepts are 0 by wish */
    double *intercept; /* (outputs) */
    double *weight;    /* (outputs, terms), row-major */
    enum linear_calibration calibration;
    struct linear_coordinate *state; /* (1 + terms, outputs), the intercept's first, of online
                                        learning; or NULL */
    struct linear_coordinate *moved; /* (outputs): of intercepts that slopes are learnt with, where
                                        they are not those of state; or NULL */
    struct linear_seen *seen; /* (seen_n): levels that are still rare, by source, in byte order */
    size_t seen_n;
    double a, b;   /* LINEAR_PLATT */
    double *x, *p; /* LINEAR_ISOTONIC: (knots), x ascending */
    size_t knots;
};

/* Penalties lambda_2 / 2 |w|^2 + lambda_1 |w|. */
struct lambdas {
    double l2, l1;
};

/* Facts about the fit, written for people and tests; reading skips them. */
struct linear_facts {
    uint64_t rows, unlabelled; /* fitted; left out for want of a label */
    const double *class_rows;  /* (classes) */
    double l2, l1;
    bool standardized, firth;
    double objective, gradient_norm, log_loss; /* log_loss: per row, or unit of weight */
    double base_rate;                          /* of the positive class */
    double weight;                             /* of all rows; 0: they have none */
    double deviance, null_deviance;            /* null: of the intercept alone */
    size_t folds, cv_n;                        /* of cross-validation; 0: none */
    const char *cv_by, *cv_rule;
    const struct lambdas *cv_path; /* (cv_n) */
    bool cv_l1;                    /* l1 was tried, too */
    const double *cv_loss;         /* (cv_n, folds) */
    size_t parameters;             /* for AIC; 0: a penalty leaves their number open */
    int iterations;
};

/* What online learning has met of a class; factor: how much it counts for the slopes. */
struct linear_class {
    uint64_t rows;
    double weight, factor;
};

/* Two columns whose product is learnt from. */
struct linear_product {
    struct str a, b;
};

/* The facts of a model that is learnt online; reading them back lets it go on. */
struct linear_online {
    uint64_t rows, unlabelled, rejected; /* learnt; without a label; unusable, and left out */
    struct linear_class *class;          /* (classes) */
    double rate, l2, l1;
    double weight; /* sum of the rows' weights */
    double loss;   /* sum of the rows' losses, each before the row was learnt from */
    double wrong;  /* softmax: weight of the rows that another class was likelier for */
    struct str weight_column, offset_column; /* n = 0: none */
    struct linear_product *product;          /* (products) */
    size_t products;
    struct str positive; /* the label that was said to be; n = 0: none was */
    double neg_rate;     /* 1: all negatives teach slopes */
    uint64_t seed;       /* of what neg_rate draws */
    uint64_t rare;       /* levels in fewer rows count as other; 1: none does */
};
/* Buckets while they are learnt. */
struct linear_buckets {
    /* Of a bucket the weight and the state of each predictor; false: it has none yet, and is not
     * written.  Called from several threads. */
    bool (*get)(const void *context, size_t bucket, double *weight, struct linear_coordinate *);
    const void *context;
    unsigned jobs;
};

/* The design has no terms of buckets, they are apart; buckets NULL: levels have names.  publish:
 * see model_publish. */
void linear_write_online(const struct linear *, const struct linear_buckets *,
    const struct linear_online *, const char *path, bool publish);
/* Dies if the model was not learnt online.  linear_online_release frees what the facts hold. */
struct linear *linear_read_online(const char *path, struct linear_online *);
void linear_online_release(struct linear_online *);

void linear_write(const struct linear *, const struct linear_facts *, const char *path);
struct linear *linear_read(const char *path);
void linear_free(struct linear *);

/* eta (outputs) of a row given as design_row has it. */
void linear_predict(const struct linear *, const struct design_entry *, size_t active, double *eta);

/* The probability of the positive class; binary models. */
double linear_probability(const struct linear *, double eta);
/* The same in place, for n of them. */
void linear_probabilities(const struct linear *, double *eta, size_t n);

/*
 * Contributions to eta[output] by source columns, centred on the training means:
 * c_j = sum over terms led by source j of w_t (x_t - mean_t); they and *base = b + sum w_t mean_t
 * sum to eta.  contribution (design->sources).  The mean of a bucket counts as 0.
 */
void linear_explain(const struct linear *, size_t output, const struct design_entry *,
    size_t active, double *contribution, double *base);

#endif
