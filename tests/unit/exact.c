/* SPDX-License-Identifier: MIT */
/*
 * exact: the sum must be the correctly rounded one.  It is compared with sums that are known, and
 * with a second, slow accumulator of bits; any order, any partition and any merge gives the same.
 */
#include "exact.h"

#include <float.h>
#include <stdbool.h>
#include <stdint.h>

#include "isa.h"
#include "rng.h"
#include "t.h"

enum { MANY = 5000 };

static double sum_of(const double *x, size_t n)
{
    struct exact e = {0};
    for (size_t i = 0; i < n; i++)
        exact_add(&e, x[i]);
    return exact_value(&e);
}

static double sum_n(const double *x, size_t n)
{
    struct exact e = {0};
    exact_add_n(&e, x, n);
    return exact_value(&e);
}

static void test_known(void)
{
    double a[] = {1e300, 1, -1e300, 0x1p-1074, -1};
    ok(sum_of(a, 5) == 0x1p-1074);
    double half_down[] = {1, 0x1p-53};
    ok(sum_of(half_down, 2) == 1);
    double half_up[] = {1 + DBL_EPSILON, 0x1p-53};
    ok(sum_of(half_up, 2) == 1 + 2 * DBL_EPSILON);
    double sticky[] = {1, 0x1p-53, 0x1p-1074};
    ok(sum_of(sticky, 3) == 1 + DBL_EPSILON);
    double below[] = {1, 0x1p-53, -0x1p-1074};
    ok(sum_of(below, 3) == 1);
    double over[] = {DBL_MAX, DBL_MAX};
    ok(sum_of(over, 2) == INFINITY);
    double back[] = {DBL_MAX, DBL_MAX, -DBL_MAX, -DBL_MAX};
    ok(sum_of(back, 4) == 0 && sum_n(back, 4) == 0);
    double edge[] = {DBL_MAX, 0x1p969};
    ok(sum_of(edge, 2) == DBL_MAX);
    double subnormal[] = {0x1p-1022, -0x1p-1074, 0x1.8p-1073};
    ok(sum_of(subnormal, 3) == 0x1p-1022 + 0x1p-1073);
    double negative[] = {-1, -0x1p-53, -0x1p-60};
    ok(sum_of(negative, 3) == -1 - DBL_EPSILON);
    ok(sum_of(NULL, 0) == 0);
}

static double mean_of(const double *x, size_t n)
{
    struct exact e = {0};
    for (size_t i = 0; i < n; i++)
        exact_add(&e, x[i]);
    return exact_mean(&e, n);
}

static void test_mean(void)
{
    double tenths[] = {.1, .2, .3};
    ok(mean_of(tenths, 3) == .2);
    double huge[] = {DBL_MAX, DBL_MAX, DBL_MAX};
    ok(mean_of(huge, 3) == DBL_MAX);
    double least[] = {0x1p-1074, 0, 0}, third[] = {-0x1p-1074, -0x1p-1074, 0};
    ok(mean_of(least, 2) == 0 && mean_of(least, 3) == 0 && mean_of(third, 3) == -0x1p-1074);
    double tie[] = {1, 1 + DBL_EPSILON}, more[] = {2, 2 + 2 * DBL_EPSILON, 0x1p-1074};
    struct exact e = {0};
    ok(mean_of(tie, 2) == 1);
    exact_add_n(&e, more, 3);
    ok(exact_mean(&e, 4) == 1 + DBL_EPSILON);
    exact_clear(&e);
    ok(exact_mean(&e, 7) == 0);
    bool same = true;
    for (int64_t i = 1; i < MANY; i++) {
        int64_t sum = i * 1234567891234 - 3000000000000000;
        exact_clear(&e);
        exact_add(&e, (double)sum);
        same = same &&
               exact_mean(&e, (uint64_t)i * 987654321) == (double)sum / ((double)i * 987654321);
    }
    ok(same);
}

/* Numbers of all sizes within 2^[low, high), half of them later taken away again. */
static void hard(double *x, size_t n, uint64_t seed, int low, int high)
{
    for (size_t i = 0; i < n; i++) {
        double u = rng_uniform(seed, 1, i, 0) * 2 - 1;
        int e = low + (int)rng_below(seed, 2, i, 0, (uint64_t)(high - low));
        x[i] = ldexp(u, e);
        if (i % 2 && rng_below(seed, 3, i, 0, 4))
            x[i] = -x[i - 1] * (1 + 0x1p-40 * rng_uniform(seed, 4, i, 0));
    }
}

/* Bits of 2^-1074 and up, one a byte, in sign and magnitude: schoolbook addition. */
enum { DIGITS = 2200 };
struct slow {
    int digit[DIGITS];
};

static void slow_add(struct slow *s, double x)
{
    int e;
    double m = frexp(fabs(x), &e) * 0x1p53;
    uint64_t bits = (uint64_t)m;
    for (int b = 0; b < 53; b++)
        if (bits >> b & 1)
            s->digit[e - 53 + b + 1074 + 53] += x < 0 ? -1 : 1;
}

static double slow_value(struct slow s)
{
    for (int sign = 1;; sign = -1) {
        int up = 0;
        for (int i = 0; i < DIGITS; i++) {
            int v = s.digit[i] + up;
            s.digit[i] = v & 1;
            up = (v - s.digit[i]) / 2;
        }
        if (up < 0) { /* negative: the complement, then once more */
            int one = 1;
            for (int i = 0; i < DIGITS; i++) {
                int v = 1 - s.digit[i] + one;
                s.digit[i] = v & 1;
                one = v >> 1;
            }
            up = 0;
            sign = -1;
        }
        int top = DIGITS - 1;
        while (top >= 0 && !s.digit[top])
            top--;
        uint64_t m = 0;
        int from = top - 52 > 53 ? top - 52 : 53; /* below digit 53 there is nothing */
        for (int i = top; i >= from; i--)
            m = m * 2 + (uint64_t)s.digit[i];
        int rest = 0;
        for (int i = 0; i < from - 1; i++)
            rest |= s.digit[i];
        if (from > 0 && s.digit[from - 1] && (rest || (m & 1)))
            m++;
        return sign * ldexp((double)m, from - 53 - 1074);
    }
}

static void test_random(void)
{
    static double x[MANY];
    static const int range[][2] = {{-3, 3}, {-50, 50}, {-1000, 900}, {-1070, -1000}, {900, 1000},
        {0, 1}, {-40, 0}, {990, 1020}};
    int same = 1, order = 1, merged = 1, many = 1;
    for (int r = 0; r < 8; r++)
        for (size_t n = 1; n <= MANY; n = n * 3 + 1) {
            hard(x, n, (uint64_t)r * 100 + n, range[r][0], range[r][1]);
            struct slow s = {{0}};
            struct exact all = {0}, part[3] = {{{0}, 0}};
            double backwards[MANY];
            for (size_t i = 0; i < n; i++) {
                slow_add(&s, x[i]);
                exact_add(&part[i * 7 % 3], x[i]);
                backwards[n - 1 - i] = x[i];
            }
            double want = slow_value(s);
            same &= sum_of(x, n) == want;
            order &= sum_of(backwards, n) == want;
            many &= sum_n(x, n) == want;
            for (int i = 2; i >= 0; i--)
                exact_merge(&all, &part[i]);
            merged &= exact_value(&all) == want;
        }
    ok_named(same, "sums equal schoolbook addition of bits");
    ok_named(order, "backwards, too");
    ok_named(many, "and by exact_add_n");
    ok_named(merged, "and merged from three parts");
}

typedef int peel_fn(const double *x, unsigned long n, double *sum, double *rest);
peel_fn exact_peel_portable, exact_peel_avx2, exact_peel_avx512;

static void test_instruction_sets(void)
{
#ifdef __x86_64__
    peel_fn *peel[] = {exact_peel_portable, exact_peel_avx2, exact_peel_avx512};
#else
    peel_fn *peel[] = {exact_peel_portable};
#endif
    for (int level = 0; level <= (int)isa_level(); level++) {
        double x[512], sum[4], rest[512];
        struct exact e = {0};
        hard(x, 512, 9, -30, 30);
        double want = sum_of(x, 512);
        ok(peel[level](x, 512, sum, rest));
        for (int i = 0; i < 4; i++)
            exact_add(&e, sum[i]);
        ok(exact_value(&e) == want);
    }
}

static void test_product(void)
{
    struct exact e = {0};
    double a = 1 + DBL_EPSILON, b = 1 - DBL_EPSILON;
    exact_add_product(&e, a, b);
    exact_add(&e, -1);
    ok(exact_value(&e) == -0x1p-104);
    exact_clear(&e);
    exact_add_product(&e, 0.1, 0.1);
    exact_add_product(&e, -0.1, 0.1);
    exact_add_product(&e, 1e150, 0);
    ok(exact_value(&e) == 0);
    exact_add_product(&e, 1e150, 1e150);
    ok(exact_value(&e) == 1e150 * 1e150);
}

static void test_long(void)
{
    struct exact e = {0};
    for (int i = 0; i < 100000; i++)
        exact_add(&e, DBL_MAX / 4);
    for (int i = 0; i < 99999; i++)
        exact_add(&e, -DBL_MAX / 4);
    ok(exact_value(&e) == DBL_MAX / 4);
    for (int i = 0; i < 100000; i++)
        exact_add(&e, -0.1);
    for (int i = 0; i < 100000; i++)
        exact_add(&e, 0.1);
    ok(exact_value(&e) == DBL_MAX / 4);
}

/* Counted numbers are as many additions, whatever the count. */
static void test_times(void)
{
    enum { N = 1500 };
    double x[N], times[N];
    int same = 1;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct exact one = {0}, counted = {0};
        for (size_t i = 0; i < N; i++) {
            x[i] =
                ldexp(rng_uniform(seed, 21, i, 0) - 0.5, (int)rng_below(seed, 22, i, 0, 60) - 30);
            times[i] = (double)rng_below(seed, 23, i, 0, seed % 4 ? 20 : 2);
            times[i] = seed % 5 ? times[i] : 1;
            for (int k = 0; k < (int)times[i]; k++)
                exact_add(&one, x[i]);
        }
        exact_add_times(&counted, x, times, N);
        double a = exact_value(&one), b = exact_value(&counted);
        same = same && memcmp(&a, &b, sizeof a) == 0;
    }
    ok_named(same, "numbers times counts are as many additions");
}

int main(void)
{
    test_times();
    test_known();
    test_mean();
    test_random();
    test_instruction_sets();
    test_product();
    test_long();
    return done();
}
