/* SPDX-License-Identifier: MIT */
#include "estimate.h"

#include <math.h>
#include <string.h>

#include "fmath.h"
#include "mem.h"
#include "sandwich.h"

void estimate_units(const struct glm_fit *fit, const double *factor, const double *mean,
    double *intercept, double *weight)
{
    size_t width = fit->order - 1;
    for (size_t k = 0; k < fit->outputs; k++) {
        const double *b = fit->b + k * fit->order;
        intercept[k] = b[0];
        for (size_t j = 0; j < width; j++) {
            weight[k * width + j] = b[1 + j] * factor[j];
            intercept[k] -= b[1 + j] * factor[j] * mean[j];
        }
    }
}

void estimate_errors(const struct glm_problem *problem, const struct glm_fit *fit,
    const double *meat, const double *factor, const double *mean, double *error)
{
    size_t n = fit->outputs * fit->order, width = fit->order - 1;
    double *inverse = mem_alloc(n * n, sizeof *inverse);
    double *c = mem_alloc(n, sizeof *c), *scratch = mem_alloc(n, sizeof *scratch);
    glm_inverse(problem, fit, inverse);
    for (size_t k = 0; k < fit->outputs; k++)
        for (size_t i = 0; i <= width; i++) {
            double *of_output = c + k * fit->order;
            memset(c, 0, n * sizeof *c);
            of_output[i] = i ? factor[i - 1] : 1;
            for (size_t j = 0; j < width && !i; j++)
                of_output[1 + j] = -factor[j] * mean[j];
            double variance = meat ? sandwich_variance(meat, inverse, c, n, scratch)
                                   : glm_variance(problem, fit, inverse, c, scratch);
            error[k * fit->order + i] = variance > 0 ? sqrt(variance) : NAN;
        }
    mem_free(inverse);
    mem_free(c);
    mem_free(scratch);
}

struct wald estimate_wald(double estimate, double error, double z)
{
    double statistic = estimate / error;
    return (struct wald){statistic, fm_erfc(fabs(statistic) / sqrt(2.0)), estimate - z * error,
        estimate + z * error};
}
