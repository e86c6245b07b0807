/* SPDX-License-Identifier: MIT */
/* The loops of link, plain, for the compiler to vectorise; every instruction set has the same bits.
 */
#include "link_kernel.h"

#include "mat.h"

#define NAMED(name, isa) name##_##isa
#define NAME(name, isa) NAMED(name, isa)

static void shift(
    const double *restrict eta, size_t outputs, double *restrict top, double *restrict shifted)
{
    for (size_t k = 0; k < outputs; k++)
        for (size_t r = 0; r < MAT_PANEL; r++) {
            double e = eta[k * MAT_PANEL + r], t = top[r];
            top[r] = e > t ? e : t;
        }
    for (size_t k = 0; k < outputs; k++)
        for (size_t r = 0; r < MAT_PANEL; r++)
            shifted[k * MAT_PANEL + r] = eta[k * MAT_PANEL + r] - top[r];
}

static void share(double *restrict p, size_t outputs, double *restrict sum)
{
    double factor[MAT_PANEL];
    for (size_t k = 0; k < outputs; k++)
        for (size_t r = 0; r < MAT_PANEL; r++)
            sum[r] += p[k * MAT_PANEL + r];
    for (size_t r = 0; r < MAT_PANEL; r++)
        factor[r] = 1 / sum[r];
    for (size_t k = 0; k < outputs; k++)
        for (size_t r = 0; r < MAT_PANEL; r++)
            p[k * MAT_PANEL + r] *= factor[r];
}

static void margin(
    const double *restrict eta, const uint32_t *restrict y, size_t n, double *restrict out)
{
    for (size_t r = 0; r < n; r++)
        out[r] = y[r] ? eta[r] : -eta[r];
}

/* A probability too small for a double still has its logarithm, which is the margin. */
static void binary(const double *restrict margin, const double *restrict observed,
    const uint32_t *restrict y, size_t n, double *restrict p, double *restrict residual,
    double *restrict loss)
{
    for (size_t r = 0; r < n; r++) {
        double other = 1 - observed[r];
        loss[r] = observed[r] > 0 ? -loss[r] : -margin[r];
        p[r] = y[r] ? observed[r] : other;
        residual[r] = y[r] ? -other : other;
    }
}

const struct link_kernel NAME(link_kernel, ISA) = {shift, share, margin, binary};
