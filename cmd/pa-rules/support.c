/* SPDX-License-Identifier: MIT */
/*
 * 0.d1 d2 ... dk * n is worked out by hand, as on paper, from the last digit: floor((dk n) / 10) is
 * carried to the digit before, and whether anything was ever left over decides about rounding up.
 */
#include "support.h"

#include "num.h"

enum { FAR = 1000000 };

struct decimal {
    struct str whole, part;
    int64_t exponent;
};

/* The text is a number already: cut it into its parts. */
static bool cut(struct str text, struct decimal *d)
{
    if (text.p[0] == '+' || text.p[0] == '-')
        text = (struct str){text.p + 1, text.n - 1};
    struct str exponent = {0}, mantissa = str_cut(text, 'e', &exponent);
    if (!exponent.p)
        mantissa = str_cut(text, 'E', &exponent);
    d->whole = str_cut(mantissa, '.', &d->part);
    d->exponent = 0;
    if (exponent.p && num_int(exponent, &d->exponent) != NUM_OK)
        return false;
    /* No text has so many digits that more would matter. */
    d->exponent = d->exponent < -FAR ? -FAR : d->exponent > FAR ? FAR : d->exponent;
    return true;
}

/* Digit number i of the decimal: 0 is that before the point, -1 the first one after it. */
static unsigned digit(const struct decimal *d, int64_t i)
{
    int64_t at = i - d->exponent; /* the same in the mantissa */
    int64_t whole = (int64_t)d->whole.n, part = (int64_t)d->part.n;
    if (at >= whole || at < -part)
        return 0;
    return (unsigned)((at >= 0 ? d->whole.p[whole - 1 - at] : d->part.p[-1 - at]) - '0');
}

bool support_count(struct str share, uint64_t n, uint64_t *count)
{
    double x;
    struct decimal d;
    if (num_double(share, &x) != NUM_OK || !(x >= 0 && x <= 1) || !cut(share, &d))
        return false;
    uint64_t carry = 0;
    bool rest = false;
    for (int64_t i = d.exponent - (int64_t)d.part.n; i < 0; i++) {
        carry += digit(&d, i) * n;
        rest |= carry % 10 != 0;
        carry /= 10;
    }
    carry += digit(&d, 0) * n + rest;
    *count = carry > 0 ? carry : 1;
    return true;
}
