/* SPDX-License-Identifier: MIT */
/*
 * A chunk i counts units of 2^(32 i - 1075).  The mantissa of a double with biased exponent e,
 * which has units of 2^(e - 1075), is cut in two parts for chunks e / 32 and e / 32 + 1: 32 and at
 * most 52 bits, so 2^10 additions fit before carries must move on.
 *
 * Many numbers at once are first summed in plain doubles that lose nothing (exact_kernel.c).
 */
#include "exact.h"

#include <math.h>
#include <stdbool.h>

#include "bits.h"
#include "isa.h"

enum { PENDING_MAX = 1024 };

static const uint64_t LOW32 = 0xffffffff;

void exact_clear(struct exact *e)
{
    memset(e, 0, sizeof *e);
}

/* Leave every chunk but the last within [0, 2^32). */
static void carry(struct exact *e)
{
    int64_t up = 0;
    for (int i = 0; i < EXACT_CHUNKS - 1; i++) {
        int64_t v = e->chunk[i] + up;
        up = v >> 32;
        e->chunk[i] = v & (int64_t)LOW32;
    }
    e->chunk[EXACT_CHUNKS - 1] += up;
    e->pending = 0;
}

void exact_add(struct exact *e, double x)
{
    uint64_t bits = to_bits(x);
    uint64_t exponent = bits >> 52 & 0x7ff;
    uint64_t mantissa = bits & 0x000fffffffffffff;
    if (exponent)
        mantissa |= 0x0010000000000000;
    else
        exponent = 1;
    uint64_t shift = exponent & 31;
    int64_t low = (int64_t)(mantissa << shift & LOW32);
    int64_t high = (int64_t)(mantissa >> (32 - shift));
    int64_t sign = -(int64_t)(bits >> 63);
    int64_t *chunk = &e->chunk[exponent >> 5];
    chunk[0] += (low ^ sign) - sign;
    chunk[1] += (high ^ sign) - sign;
    if (++e->pending == PENDING_MAX)
        carry(e);
}

/* x * y, and what rounding took from it. */
static double multiply(double x, double y, double *rest)
{
    double p = x * y;
    double cx = 134217729.0 * x, cy = 134217729.0 * y;
    double xh = cx - (cx - x), yh = cy - (cy - y);
    double xl = x - xh, yl = y - yh;
    *rest = ((xh * yh - p) + xh * yl + xl * yh) + xl * yl;
    return p;
}

void exact_add_product(struct exact *e, double x, double y)
{
    double rest, p = multiply(x, y, &rest);
    exact_add(e, p);
    exact_add(e, rest);
}

void exact_merge(struct exact *e, const struct exact *other)
{
    struct exact o = *other;
    carry(&o);
    carry(e);
    for (int i = 0; i < EXACT_CHUNKS; i++)
        e->chunk[i] += o.chunk[i];
    e->pending = 1;
}

/* Bits [from, from + 64) of canonical chunks. */
static uint64_t window(const struct exact *e, int from)
{
    int i = from >> 5, shift = from & 31;
    uint64_t a = (uint64_t)e->chunk[i];
    uint64_t b = i + 1 < EXACT_CHUNKS ? (uint64_t)e->chunk[i + 1] : 0;
    uint64_t c = i + 2 < EXACT_CHUNKS ? (uint64_t)e->chunk[i + 2] : 0;
    return a >> shift | b << (32 - shift) | (shift ? c << (64 - shift) : 0);
}

static bool any_below(const struct exact *e, int end)
{
    int i = end >> 5;
    if ((uint64_t)e->chunk[i] & ((1ULL << (end & 31)) - 1))
        return true;
    while (i-- > 0)
        if (e->chunk[i])
            return true;
    return false;
}

/* The value of canonical chunks, none negative; more: a little more than they tell. */
static double rounded(const struct exact *e, bool more)
{
    int i = EXACT_CHUNKS - 1;
    while (i >= 0 && e->chunk[i] == 0)
        i--;
    if (i < 0)
        return 0;
    int top = 32 * i;
    for (uint64_t v = (uint64_t)e->chunk[i]; v >>= 1;)
        top++;
    int from = top > 53 ? top - 53 : 0; /* 53 bits and the one after them */
    uint64_t m = window(e, from) & ((1ULL << 54) - 1);
    bool up = (m & 1) && ((m & 2) || more || any_below(e, from));
    return ldexp((double)((m >> 1) + up), from + 1 - 1075);
}

/* Make chunks canonical and none negative; was the sum? */
static bool take_sign(struct exact *e)
{
    carry(e);
    if (e->chunk[EXACT_CHUNKS - 1] >= 0)
        return false;
    for (int i = 0; i < EXACT_CHUNKS; i++)
        e->chunk[i] = -e->chunk[i];
    carry(e);
    return true;
}

double exact_value(const struct exact *sum)
{
    struct exact e = *sum;
    bool negative = take_sign(&e);
    double x = rounded(&e, false);
    return negative ? -x : x;
}

/* Canonical chunks divided by n, half a chunk at a time; is there a rest? */
static bool divide(struct exact *e, uint64_t n)
{
    uint64_t rest = 0;
    for (int i = EXACT_CHUNKS - 1; i >= 0; i--) {
        uint64_t high = rest << 16 | (uint64_t)e->chunk[i] >> 16;
        uint64_t low = high % n << 16 | ((uint64_t)e->chunk[i] & 0xffff);
        e->chunk[i] = (int64_t)(high / n << 16 | low / n);
        rest = low % n;
    }
    return rest;
}

double exact_mean(const struct exact *sum, uint64_t n)
{
    struct exact e = *sum;
    bool negative = take_sign(&e), more = divide(&e, n);
    double x = rounded(&e, more);
    return negative ? -x : x;
}

/* ---- many numbers ---- */

enum { BLOCK = 512, ROUNDS = 4, FEW = 24 }; /* as in exact_kernel.c; so few are faster singly */

/*
 * Sum x[0..n), 0 < n <= BLOCK, into sum[ROUNDS] without rounding.  Returns 1 when that is all of
 * it; else rest[0..n) is what has to be added, too.
 */
typedef int peel_fn(const double *x, unsigned long n, double *sum, double *rest);
peel_fn exact_peel_portable;

#ifdef __x86_64__
peel_fn exact_peel_avx2, exact_peel_avx512;
static peel_fn *const peel_of[] = {exact_peel_portable, exact_peel_avx2, exact_peel_avx512};
#else
static peel_fn *const peel_of[] = {exact_peel_portable};
#endif

static void add_singly(struct exact *e, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        exact_add(e, x[i]);
}

void exact_add_n(struct exact *e, const double *x, size_t n)
{
    peel_fn *peel = peel_of[isa_level()];
    double rest[BLOCK], sum[ROUNDS];
    for (; n > FEW; n -= n < BLOCK ? n : BLOCK) {
        size_t m = n < BLOCK ? n : BLOCK;
        if (!peel(x, m, sum, rest))
            add_singly(e, rest, m);
        add_singly(e, sum, ROUNDS);
        x += m;
    }
    add_singly(e, x, n);
}

static bool all_one(const double *x, size_t n)
{
    bool other = false;
    for (size_t i = 0; i < n; i++)
        other |= x[i] != 1;
    return !other;
}

void exact_add_times(struct exact *e, const double *x, const double *times, size_t n)
{
    double product[BLOCK], rest[BLOCK];
    while (n > 0) {
        size_t m = n < BLOCK ? n : BLOCK;
        if (all_one(times, m)) {
            exact_add_n(e, x, m);
        } else {
            for (size_t i = 0; i < m; i++)
                product[i] = multiply(x[i], times[i], &rest[i]);
            exact_add_n(e, product, m);
            exact_add_n(e, rest, m);
        }
        x += m;
        times += m;
        n -= m;
    }
}
