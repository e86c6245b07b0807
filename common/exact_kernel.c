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

int NAME_1(exact_peel, ISA)(double *number, unsigned long n, double *sum, int *parts)
{
    lanes x[BLOCK / LANES];
    unsigned long rows = (n + LANES - 1) / LANES;
    memset(x, 0, rows * sizeof *x);
    memcpy(x, number, n * sizeof *number);
    double most = greatest(x, rows);
    for (*parts = 0; *parts < ROUNDS && most != 0; ++*parts) {
        if (most > 0x1p1000)
            break;
        /* the power of two above most, times 2^9 */
        long long power;
        memcpy(&power, &most, sizeof power);
        power = ((power >> 52) + 10) << 52;
        double c;
        memcpy(&c, &power, sizeof c);
        c *= 1.5;
        lanes s = {0};
        bits left = {0};
        for (unsigned long i = 0; i < rows; i++) {
            lanes part = (c + x[i]) - c;
            x[i] -= part;
            s += part;
            left |= (bits)x[i];
        }
        sum[*parts] = total(&s);
        most = 0;
        for (int l = 0; l < LANES; l++)
            if (left[l] & 0x7fffffffffffffff)
                most = c * 0x1p-53;
    }
    memcpy(number, x, n * sizeof *number);
    return most == 0;
}
