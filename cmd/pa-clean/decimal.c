/* SPDX-License-Identifier: MIT */
/*
 * Rounding to doubles keeps the order, so only of numbers with the same double are the digits
 * looked at.
 */
#include "decimal.h"

#include <math.h>
#include <stdint.h>

#include "num.h"

bool decimal_read(struct str text, struct decimal *d)
{
    enum num_status status = num_double(text, &d->x);
    d->text = text;
    if (status == NUM_RANGE)
        d->x = *text.p == '-' ? -INFINITY : INFINITY;
    return status != NUM_NOT;
}

/* sign * d.ddd * 10^power, the digits from p on up to end, the first of them not 0. */
struct digits {
    int sign; /* 0: it is zero */
    int64_t power;
    const char *p, *end;
};

static bool is_digit(char c)
{
    return (unsigned)c - '0' < 10;
}

/* What follows the e, so far as it fits: with more digits no text is long enough to make it up. */
static int64_t exponent(const char *p, const char *end)
{
    static const int64_t most = INT64_MAX / 100;
    bool negative = p < end && *p == '-';
    int64_t x = 0;
    for (p += p < end && !is_digit(*p); p < end; p++)
        x = x < most ? 10 * x + (*p - '0') : x;
    return negative ? -x : x;
}

static struct digits digits_of(struct str text)
{
    const char *p = text.p, *end = text.p + text.n;
    struct digits d = {.sign = *p == '-' ? -1 : 1};
    p += !is_digit(*p) && *p != '.';
    const char *e = p, *point = NULL;
    for (; e < end && (is_digit(*e) || *e == '.'); e++)
        point = *e == '.' ? e : point;
    d.end = e;
    for (d.p = p; d.p < e && (*d.p == '0' || *d.p == '.'); d.p++)
        ;
    if (d.p == e)
        d.sign = 0;
    point = point ? point : e;
    d.power = d.p < point ? point - d.p - 1 : point - d.p;
    d.power += e < end ? exponent(e + 1, end) : 0;
    return d;
}

/* The next digit; zeros without end behind the last. */
static char next(struct digits *d)
{
    d->p += d->p < d->end && *d->p == '.';
    return d->p < d->end ? *d->p++ : '0';
}

int decimal_compare(const struct decimal *a, const struct decimal *b)
{
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    if (str_equal(a->text, b->text))
        return 0;
    struct digits s = digits_of(a->text), t = digits_of(b->text);
    if (s.sign != t.sign)
        return s.sign < t.sign ? -1 : 1;
    if (!s.sign)
        return 0;
    if (s.power != t.power)
        return s.power < t.power ? -s.sign : s.sign;
    while (s.p < s.end || t.p < t.end) {
        char c = next(&s), other = next(&t);
        if (c != other)
            return c < other ? -s.sign : s.sign;
    }
    return 0;
}
