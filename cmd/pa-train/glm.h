/* SPDX-License-Identifier: MIT */
/*
 * glm - logistic and softmax regression, fitted by Newton's method
 *
 *   minimise over (b, W):  sum_i s_i loss(y_i, eta_i) + sum_jk (l2_j / 2) W_jk^2
 *   eta_ik = b_k + sum_j W_jk x_ij + o_ik
 *   loss = -log P(y_i),  P(k) = exp(eta_k) / sum_l exp(eta_l)
 *
 * Binary has one predictor, that of class 1, eta of class 0 being 0; the reference form has one for
 * each class but the reference; the symmetric form has one for each, and intercepts that sum to 0
 * (it needs a penalty).  Intercepts are never penalised; without intercepts they keep their places
 * in b and stay 0.
 *
 * Each step solves H d = -g by Cholesky and is halved until the objective does not rise (McCullagh,
 * Nelder, "Generalized linear models", 1989; Boyd, Vandenberghe, "Convex optimization", 2004, 9.5).
 * It ends when g' H^-1 g, twice the decrease still to be had, is at most 1e-26 (1 + objective), or
 * 1e-24 if steepest is given, or at most 1e-13 (1 + objective) and no longer falling fast, or one
 * step after the gradient has shrunk to tol.  Sums over rows are block sums (par.h) of panels
 * (mat.h): same bits for any number of threads.
 *
 * Memory: N = outputs (1 + width) coefficients take 8 N^2 bytes and, for each thread and each level
 * of the tree of blocks, 4 N^2.  Nothing grows with the rows.
 */
#ifndef PA_GLM_H
#define PA_GLM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mat.h"

enum glm_form { GLM_BINARY, GLM_REFERENCE, GLM_SYMMETRIC };

struct glm_problem {
    const struct mat_design *x;
    const uint32_t *y;    /* (rows), 0 .. classes-1; every class occurs */
    const double *weight; /* (rows), >= 0; NULL: 1 */
    const double *offset; /* (outputs, rows), o; NULL: 0 */
    const double *start;  /* (outputs, order), where to begin; NULL: the shares of the classes */
    size_t classes;       /* GLM_BINARY: 2 */
    enum glm_form form;
    bool no_intercept;
    uint32_t reference;   /* GLM_REFERENCE: this class has no predictor */
    const double *l2;     /* (width), all 0 or all > 0 */
    const double *l1;     /* (width), >= 0; descent.h alone takes it; NULL: 0 */
    const double *metric; /* (N, N), Cholesky factor of about the objective's Hessian near start;
                             lbfgs.h alone takes it; NULL: none */
    double steepest;      /* largest |element| of the gradient without slopes, if known; 0: not */
    double tol;           /* the gradient is to shrink to this share of what it is without slopes */
    int max_iter;
    unsigned jobs;
};

enum glm_status {
    GLM_OK,
    GLM_COLLINEAR,  /* column `at` is, up to rounding, a combination of those before it */
    GLM_SEPARATED,  /* without a penalty: some coefficients have no finite optimum; see step */
    GLM_NOT_FINITE, /* no step along the direction lowers the objective */
    GLM_MAX_ITER    /* the best point so far is in b */
};

struct glm_fit {
    size_t outputs, order; /* predictors; coefficients of each: 1 + width */
    double *b;             /* (outputs, order): intercept, then the columns of x */
    double *step;          /* (outputs, order): the last step; under separation the direction in
                              which the likelihood rises for ever */
    double *factor;        /* (N, N), N = outputs * order: Cholesky factor of the objective's
                              Hessian at b */
    double loss, objective;
    double gradient_norm; /* largest |element| of the objective's gradient at b */
    double steepest;      /* the same without slopes, or at the start that was given; what tol is a
                             share of */
    size_t at;            /* GLM_COLLINEAR: 0 .. order-1, 0 being the intercept */
    int iterations;       /* steps taken */
};

/* N, the number of coefficients; glm_fit is meant for at most GLM_MOST. */
enum { GLM_MOST = 4096 };
size_t glm_size(const struct glm_problem *);

/* The default start: no slopes, and intercepts that give the classes' shares, beside the offset of
 * a binary problem; b zeroed. */
void glm_start(const struct glm_problem *, double *b);
/* The least |element| of the objective's subgradient where that of all but l1 |w| is slope. */
double glm_least(double slope, double w, double l1);
/* Without intercepts: set their elements of N to 0; their rows of an (N, N) to those of 1. */
void glm_hold(const struct glm_problem *, double *elements);
void glm_hold_square(const struct glm_problem *, double *square);
/* GLM_SYMMETRIC: make the intercepts sum to 0. */
void glm_centre(const struct glm_problem *, double *b);

/* Release with glm_release whatever the status. */
enum glm_status glm_fit(const struct glm_problem *, struct glm_fit *);
void glm_release(struct glm_fit *);

/* Cholesky factor (N, N) of the objective's Hessian at b; false if that is not positive. */
bool glm_factor(const struct glm_problem *, const double *b, double *factor);

/* Inverse (N, N) of the objective's Hessian at the optimum; GLM_SYMMETRIC: on the coefficients
 * whose intercepts sum to 0. */
void glm_inverse(const struct glm_problem *, const struct glm_fit *, double *inverse);

/*
 * Variance of c . b, c (N): c' H^-1 c without a penalty; with one c' H_l^-1 H H_l^-1 c, where H is
 * the Hessian of the losses alone and H_l that of the objective.  scratch (N).
 */
double glm_variance(const struct glm_problem *, const struct glm_fit *, const double *inverse,
    const double *c, double *scratch);

#endif
