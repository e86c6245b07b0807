/* SPDX-License-Identifier: MIT */
#include "shift.h"

#include <math.h>

#include "fmath.h"
#include "mem.h"
#include "stats.h"

/* The x that chi^2 exceeds with this probability, by bisection. */
static double chi2_quantile(double upper, double df)
{
    double low = 0, high = df + 10;
    while (stats_chi2_upper(high, df) > upper)
        high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-14 * high; i++) {
        double middle = low + (high - low) / 2;
        if (stats_chi2_upper(middle, df) > upper)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

/* x log2(x / mean), 0 for x = 0 */
static double information(double x, double mean)
{
    return x > 0 ? x * fm_log2(x / mean) : 0;
}

struct shift shift_of(const uint64_t *reference, const uint64_t *now, size_t bins)
{
    struct shift s = {NAN, NAN, NAN, NAN, NAN};
    double n = 0, m = 0, b = (double)bins, used = 0;
    for (size_t i = 0; i < bins; i++) {
        n += (double)reference[i];
        m += (double)now[i];
        used += reference[i] + now[i] > 0;
    }
    if (!(n > 0 && m > 0))
        return s;
    s.psi = s.js = s.chi2 = 0;
    for (size_t i = 0; i < bins; i++) {
        double r = (double)reference[i], c = (double)now[i], both = r + c;
        double share_r = (r + 0.5) / (n + b / 2), share_c = (c + 0.5) / (m + b / 2);
        double mean = (r / n + c / m) / 2;
        s.psi += (share_c - share_r) * fm_log(share_c / share_r);
        s.js += (information(r / n, mean) + information(c / m, mean)) / 2;
        double apart = r / n - c / m;
        s.chi2 += both > 0 ? apart * apart * n * m / both : 0;
    }
    s.null = bins > 1 ? (1 / n + 1 / m) * chi2_quantile(0.05, b - 1) : 0;
    s.p = used > 1 ? stats_chi2_upper(s.chi2, used - 1) : 1;
    return s;
}

static double kolmogorov_upper(double x)
{
    double sum = 0, sign = 1;
    if (x < 0.2) /* 1 - 1e-12 or more */
        return 1;
    for (double k = 1; k <= 100; k++, sign = -sign) {
        double term = fm_exp(-2 * k * k * x * x);
        sum += sign * term;
        if (term < 1e-17)
            break;
    }
    return 2 * sum > 1 ? 1 : 2 * sum;
}

struct shift_ks shift_ks(const double *reference, size_t n, const double *now, size_t m)
{
    struct shift_ks ks = {NAN, NAN};
    if (n == 0 || m == 0)
        return ks;
    ks.d = 0;
    for (size_t i = 0, j = 0; i < n && j < m;) {
        double x = reference[i] < now[j] ? reference[i] : now[j];
        while (i < n && reference[i] <= x)
            i++;
        while (j < m && now[j] <= x)
            j++;
        double apart = fabs((double)i / (double)n - (double)j / (double)m);
        ks.d = apart > ks.d ? apart : ks.d;
    }
    ks.p = kolmogorov_upper(ks.d * sqrt((double)n * (double)m / ((double)n + (double)m)));
    return ks;
}

/* Numbers of n sorted ones that are at most x. */
static size_t at_most(const double *sorted, size_t n, double x)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sorted[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void shift_adjust(double *p, size_t n)
{
    double *sorted = mem_alloc(n, sizeof *sorted), *adjusted = mem_alloc(n, sizeof *adjusted);
    double least = 1;
    size_t tests = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i]))
            sorted[tests++] = p[i];
    stats_sort(sorted, tests);
    for (size_t i = tests; i-- > 0;) {
        double q = sorted[i] * (double)tests / (double)(i + 1);
        least = q < least ? q : least;
        adjusted[i] = least;
    }
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i]))
            p[i] = adjusted[at_most(sorted, tests, p[i]) - 1];
    mem_free(adjusted);
    mem_free(sorted);
}
