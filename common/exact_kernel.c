/* SPDX-License-Identifier: MIT */
/*
 * Splitting by a common power of two (Rump, Ogita, Oishi, "Accurate floating-point summation",
 * 2008): with c = 1.5 * 2^k, (c + x) - c is x rounded to multiples of 2^(k - 52), what is left of x
 * is exact, and 512 such multiples of numbers below 2^(k - 9) add up in a double without rounding,
 * in any order.  Four rounds take 43 bits each; a wider range is left to the caller.
 */
#include <string.h>

#define NAME_2(name, isa) name##_##isa
#define NAME_1(name, isa) NAME_2(name, isa)

enum { BLOCK = 512, LANES = 8, ROUNDS = 4 };

typedef double lanes __attribute__((vector_size(64)));
typedef long long bits __attribute__((vector_size(64)));

/* The largest magnitude, by its bits. */
static double greatest(const lanes *x, unsigned long n)
{
    bits top = {0};
    for (unsigned long i = 0; i < n; i++) {
        bits b = (bits)x[i] & 0x7fffffffffffffff;
        bits more = b > top;
        top = (b & more) | (top & ~more);
    }
    long long most = 0;
    for (int l = 0; l < LANES; l++)
        most = top[l] > most ? top[l] : most;
    double m;
    memcpy(&m, &most, sizeof m);
    return m;
}

static double total(const lanes *sum)
{
    const double *s = (const double *)sum;
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/* 1.5 times a power of two: 2^9 to 2^10 times most, which is below 2^1000. */
static double splitter(double most)
{
    long long power;
    memcpy(&power, &most, sizeof power);
    power = ((power >> 52) + 10) << 52;
    double c;
    memcpy(&c, &power, sizeof c);
    return c * 1.5;
}

/* Two rounds over x at once: sum[0] and sum[1] take from it; returns a bound of what is left. */
static double peel_twice(lanes *x, unsigned long n, double most, double *sum)
{
    double c = splitter(most), d = splitter(c * 0x1p-53);
    lanes s[4] = {0};
    bits left = {0};
    for (unsigned long i = 0; i < n; i++) {
        lanes part = (c + x[i]) - c;
        lanes rest = x[i] - part;
        lanes next = (d + rest) - d;
        x[i] = rest - next;
        s[i % 2] += part;
        s[2 + i % 2] += next;
        left |= (bits)x[i];
    }
    sum[0] = total(&s[0]) + total(&s[1]);
    sum[1] = total(&s[2]) + total(&s[3]);
    long long any = 0;
    for (int l = 0; l < LANES; l++)
        any |= left[l] & 0x7fffffffffffffff;
    return any ? d * 0x1p-53 : 0;
}

int NAME_1(exact_peel, ISA)(const double *number, unsigned long n, double *sum, double *rest)
{
    lanes x[BLOCK / LANES];
    unsigned long rows = (n + LANES - 1) / LANES;
    x[rows - 1] = (lanes){0};
    memcpy(x, number, n * sizeof *number);
    double most = greatest(x, rows);
    for (int i = 0; i < ROUNDS; i += 2) {
        sum[i] = sum[i + 1] = 0;
        if (most != 0 && most < 0x1p1000)
            most = peel_twice(x, rows, most, sum + i);
    }
    if (most != 0)
        memcpy(rest, x, n * sizeof *rest);
    return most == 0;
}
