/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-clean/select.c */
/* Quantiles against those of sorted numbers, bit by bit; the numbers stay where they are. */
#include "cmd/pa-clean/select.h"

#include <stdbool.h>

#include "mem.h"
#include "rng.h"
#include "stats.h"
#include "t.h"

enum { MOST = 5000, QS = 9 };

static const double q[QS] = {0, 1, 0.5, 0.01, 0.99, 0.25, 0.75, 1e-9, 1.0 / 3};

/* Of several kinds: all over, few different, one class of numbers, signs and zeros, extremes. */
static double number(uint64_t kind, uint64_t i)
{
    double u = rng_uniform(3, (uint32_t)kind, i, 0);
    switch (kind) {
    case 0:
        return (u - 0.5) * 1e6;
    case 1:
        return floor(u * 4);
    case 2:
        return 64 + u;
    case 3:
        return u < 0.3 ? -0.0 : u < 0.6 ? 0.0 : u - 0.8;
    default:
        return u < 0.5 ? -0x1p1000 * u : 0x1p-1060 * u;
    }
}

static bool same(size_t n, uint64_t kind)
{
    double *x = mem_alloc(n, sizeof *x), *sorted = mem_alloc(n, sizeof *x), got[QS];
    for (size_t i = 0; i < n; i++)
        sorted[i] = x[i] = number(kind, i);
    stats_sort(sorted, n);
    select_quantiles(x, n, q, got, QS);
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        double was = number(kind, i);
        good = good && memcmp(&x[i], &was, sizeof was) == 0;
    }
    for (size_t i = 0; i < QS; i++) {
        double wanted = stats_quantile(sorted, n, q[i]);
        good = good && memcmp(&got[i], &wanted, sizeof wanted) == 0;
    }
    mem_free(x);
    mem_free(sorted);
    return good;
}

int main(void)
{
    for (uint64_t kind = 0; kind < 5; kind++) {
        bool good = true;
        for (size_t n = 1; n <= 40; n++)
            good = good && same(n, kind);
        ok(good);
        ok(same(MOST, kind));
    }
    return done();
}
