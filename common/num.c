/* SPDX-License-Identifier: MIT */
/*
 * Reading: up to 19 significant digits w and a power of ten q.  Where both are exact doubles, one
 * multiplication or division rounds once (Clinger 1990), which is most of what logs hold.  Else w
 * times the 128 leading bits of 10^q decides (Eisel, Lemire 2021; that no fallback is needed is
 * Mushtak and Lemire 2023).  With more digits w and w + 1 usually agree; where they do not, strtod
 * has the last word: programs never leave the C locale.
 *
 * Writing: Schubfach with Drachennest's choice of a table of 128 bits rounded up, and whole numbers
 * below 2^53 by themselves.
 */
#include "num.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "isa.h"
#include "mem.h"
#include "num_isa.h"
#include "num_pow10.h"
#include "num_short.h"

__extension__ typedef unsigned __int128 wide;

enum { MANTISSA_BITS = 52, BIAS = 1023, INFINITE = 0x7ff };
static const uint64_t HIDDEN = (uint64_t)1 << MANTISSA_BITS;

/* floor(q * log2(10)) for |q| < 350 */
static int log2_pow10(int q)
{
    return (217706 * q) >> 16;
}

/* ---- reading ---- */

/* The text as (-1)^negative * digits * 10^exponent; cut when digits that are not 0 were left out.
 */
struct decimal {
    uint64_t digits;
    int64_t exponent;
    bool negative, cut;
};

static inline unsigned digit_of(char c)
{
    return (unsigned)(unsigned char)c - '0';
}

/* The digits from p on into *w, which wraps beyond 19 of them; returns their end. */
static inline const char *read_digits(const char *p, const char *end, uint64_t *w)
{
    for (; p < end && digit_of(*p) < 10; p++)
        *w = *w * 10 + digit_of(*p);
    return p;
}

/* The digits from p, behind the dot, on, as read_digits does it: those that end the text s are
 * taken eight at a time, the last ones out of its last eight bytes. */
static inline const char *read_fraction(struct str s, const char *p, const char *end, uint64_t *w)
{
    static const uint64_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    uint64_t fraction;
    for (; end - p > 8 && eight_digits(load_eight(p), &fraction); p += 8)
        *w = *w * power[8] + fraction;
    size_t n = (size_t)(end - p);
    if (n - 1 >= 8 || s.n < 8 || !eight_digits(with_zeros(load_eight(end - 8), n), &fraction))
        return read_digits(p, end, w);
    *w = *w * power[n] + fraction;
    return end;
}

/* The exponent after an e, far beyond any double's when it is long; NULL when there is none. */
static const char *read_exponent(const char *p, const char *end, int64_t *exponent)
{
    const int64_t limit = (int64_t)1 << 58;
    bool negative = p < end && *p == '-';
    p += p < end && (*p == '-' || *p == '+');
    if (p == end || digit_of(*p) > 9)
        return NULL;
    int64_t e = 0;
    for (; p < end && digit_of(*p) < 10; p++)
        if (e < limit / 16)
            e = e * 10 + digit_of(*p);
    *exponent += negative ? -e : e;
    return p;
}

/* The first 19 significant digits of text that has more, [p, end) being digits with at most a dot;
 * exponent is what the e said. */
static void take_leading(const char *p, const char *end, struct decimal *d, int64_t exponent)
{
    bool dot = false;
    int taken = 0;
    d->digits = 0;
    for (; p < end; p++) {
        if (*p == '.') {
            dot = true;
        } else if (taken == 19) {
            d->cut |= *p != '0';
            exponent += !dot;
        } else {
            d->digits = d->digits * 10 + digit_of(*p);
            taken += d->digits != 0;
            exponent -= dot;
        }
    }
    d->exponent = exponent;
}

static inline bool read_decimal(struct str s, struct decimal *d)
{
    const char *p = s.p, *end = s.p + s.n;
    *d = (struct decimal){0};
    if (p == end)
        return false;
    d->negative = *p == '-';
    p += *p == '-' || *p == '+';
    const char *first = p;
    p = read_digits(p, end, &d->digits);
    size_t count = (size_t)(p - first), decimals = 0;
    if (p < end && *p == '.') {
        const char *dot = p + 1;
        p = read_fraction(s, dot, end, &d->digits);
        decimals = (size_t)(p - dot);
    }
    if (!(count += decimals))
        return false;
    const char *last = p;
    int64_t exponent = 0;
    if (p < end && (*p == 'e' || *p == 'E'))
        p = read_exponent(p + 1, end, &exponent);
    if (p != end)
        return false;
    d->exponent = exponent - (int64_t)decimals;
    if (count > 19)
        take_leading(first, last, d, exponent);
    return true;
}

/* digits * 10^exponent by one correctly rounded operation, if it can be. */
static inline bool read_exactly(const struct decimal *d, double *x)
{
    static const double power[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (d->digits > 2 * HIDDEN || d->exponent < -22 || d->exponent > 22)
        return false;
    double w = (double)d->digits;
    *x = d->exponent < 0 ? w / power[-d->exponent] : w * power[d->exponent];
    return true;
}

/* The 128 bits below the highest of w * 10^q; the lower 64 only where the upper leave doubt. */
static wide leading_product(uint64_t w, int q)
{
    const uint64_t *power = num_pow10[q - NUM_POW10_LEAST];
    const uint64_t doubt = ~(uint64_t)0 >> (MANTISSA_BITS + 3);
    wide product = (wide)w * power[0];
    if (((uint64_t)(product >> 64) & doubt) == doubt)
        product += (wide)w * power[1] >> 64;
    return product;
}

/* Bits of the double nearest to w * 10^q, the sign left out; those of infinity when it is beyond.
 */
static uint64_t nearest(uint64_t w, int64_t exponent)
{
    if (!w || exponent < NUM_POW10_LEAST)
        return 0;
    if (exponent > 308)
        return (uint64_t)INFINITE << MANTISSA_BITS;
    int q = (int)exponent, zeros = __builtin_clzll(w);
    wide product = leading_product(w << zeros, q);
    uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
    int upper = (int)(high >> 63), shift = upper + 64 - MANTISSA_BITS - 3;
    uint64_t mantissa = high >> shift; /* 53 bits and the one that rounds */
    int power = log2_pow10(q) + 63 + upper - zeros + BIAS;
    if (power <= 0) {
        if (power <= -63)
            return 0;
        mantissa >>= 1 - power;
        return (mantissa + (mantissa & 1)) >> 1; /* a carry into the exponent is right */
    }
    if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << shift == high)
        mantissa--; /* exactly halfway, and even below */
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    uint64_t bits = ((uint64_t)power << MANTISSA_BITS) + (mantissa - HIDDEN);
    return power < INFINITE ? bits : (uint64_t)INFINITE << MANTISSA_BITS;
}

/* Bits, without the sign, of text that is known to be a number. */
static uint64_t read_slowly(struct str s)
{
    char *text = mem_text(s.p, s.n);
    double x = strtod(text, NULL);
    mem_free(text);
    return to_bits(x) & ~((uint64_t)1 << 63);
}

/* Text that is not short: more digits, an exponent, or no number at all. */
__attribute__((noinline)) static enum num_status read_any(struct str s, double *x)
{
    struct decimal d;
    if (!read_decimal(s, &d))
        return NUM_NOT;
    double value;
    if (d.cut || !read_exactly(&d, &value)) {
        uint64_t bits = nearest(d.digits, d.exponent);
        if (d.cut && bits != nearest(d.digits + 1, d.exponent))
            bits = read_slowly(s);
        if (bits >> MANTISSA_BITS == INFINITE)
            return NUM_RANGE;
        value = from_bits(bits);
    }
    *x = from_bits(to_bits(value) | (uint64_t)d.negative << 63);
    return NUM_OK;
}

enum num_status num_double(struct str s, double *x)
{
    return read_short(s, x) ? NUM_OK : read_any(s, x);
}

uint64_t num_batch_read(const struct num_batch *b, size_t n, double *x)
{
    static uint64_t (*const read[])(const struct num_batch *, size_t, double *) = {
        num_batch_read_portable,
#ifdef __x86_64__
        num_batch_read_avx2,
        num_batch_read_avx512,
#endif
    };
    return read[isa_level()](b, n, x);
}

uint64_t num_doubles(const struct str *text, size_t n, double *x)
{
    struct num_batch b;
    uint64_t waiting = 0, good = 0;
    for (size_t i = 0; i < n; i++)
        waiting |= (uint64_t)num_batch_put(&b, i, text[i]) << i;
    if (waiting)
        good = num_batch_read(&b, n, x) & waiting;
    for (size_t i = 0; i < n; i++)
        if (!(good >> i & 1) && num_double(text[i], &x[i]) == NUM_OK)
            good |= (uint64_t)1 << i;
    return good;
}

enum num_status num_int(struct str s, int64_t *x)
{
    const char *p = s.p, *end = s.p + s.n;
    if (p == end)
        return NUM_NOT;
    bool negative = *p == '-', range = false;
    p += *p == '-' || *p == '+';
    if (p == end)
        return NUM_NOT;
    const uint64_t limit = (uint64_t)INT64_MAX + negative;
    uint64_t w = 0;
    for (; p < end; p++) {
        unsigned digit = digit_of(*p);
        if (digit > 9)
            return NUM_NOT;
        range |= w > (limit - digit) / 10;
        w = w * 10 + digit;
    }
    if (range)
        return NUM_RANGE;
    *x = negative ? (int64_t)(0 - w) : (int64_t)w;
    return NUM_OK;
}

/* ---- writing ---- */

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

static int digits_of(uint64_t w)
{
    static const uint64_t power[] = {0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
        1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000,
        1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
        10000000000000000000u};
    int guess = (64 - __builtin_clzll(w | 1)) * 1233 >> 12; /* log10(2) = 1233 / 4096 */
    return guess + (w >= power[guess]);
}

/* n digits of w, ending before end: eight at a time, whose pairs do not wait for each other. */
static void put_digits(uint64_t w, int n, char *end)
{
    for (; n >= 8; n -= 8, w /= 100000000) {
        uint32_t eight = (uint32_t)(w % 100000000), upper = eight / 10000, lower = eight % 10000;
        end -= 8;
        memcpy(end, pairs + 2 * (upper / 100), 2);
        memcpy(end + 2, pairs + 2 * (upper % 100), 2);
        memcpy(end + 4, pairs + 2 * (lower / 100), 2);
        memcpy(end + 6, pairs + 2 * (lower % 100), 2);
    }
    uint32_t rest = (uint32_t)w;
    for (; n >= 2; n -= 2, rest /= 100)
        memcpy(end -= 2, pairs + 2 * (rest % 100), 2);
    if (n)
        end[-1] = (char)('0' + rest % 10);
}

static size_t write_whole(uint64_t w, bool negative, char *out)
{
    int n = digits_of(w);
    *out = '-';
    put_digits(w, n, out + negative + n);
    return (size_t)(n + negative);
}

size_t num_write_int(int64_t x, char *out)
{
    return write_whole(x < 0 ? 0 - (uint64_t)x : (uint64_t)x, x < 0, out);
}

/* floor(g * c / 2^64), its last bit set when what was cut off is not negligible. */
static uint64_t round_to_odd(const uint64_t g[2], uint64_t c)
{
    wide low = (wide)g[1] * c >> 64;
    wide x = (wide)g[0] * c + low;
    return (uint64_t)(x >> 64) | ((uint64_t)x > 1);
}

/* 10^q rounded up. */
static void power_up(int q, uint64_t g[2])
{
    memcpy(g, num_pow10[q - NUM_POW10_LEAST], 2 * sizeof *g);
    g[1] += q < -27 || q > 55;
}

struct shortest {
    uint64_t digits;
    int exponent;
};

/* Zeros at the end, at most 15 or, with few, 3 of them. */
static inline struct shortest without_zeros(struct shortest s, bool few)
{
    static const struct {
        uint64_t by;
        int zeros;
    } step[] = {{100000000, 8}, {10000, 4}, {100, 2}, {10, 1}};
    for (int i = few ? 2 : 0; i < 4; i++)
        if (s.digits % step[i].by == 0) {
            s.digits /= step[i].by;
            s.exponent += step[i].zeros;
        }
    return s;
}

/*
 * The shortest decimal in the rounding interval of c * 2^q (c, q whole; narrow: the lower half of
 * the interval is half as wide).  Everything is scaled by 4 * 10^-k, k being the power of ten just
 * below the interval's width: candidates are the multiples of 40 (one digit less) and of 4.
 */
static struct shortest shortest(uint64_t c, int q, bool narrow)
{
    int k = (q * 1262611 - (narrow ? 524031 : 0)) >> 22; /* floor(log10 of the width) */
    int h = q + log2_pow10(-k) + 1;
    uint64_t g[2];
    power_up(-k, g);
    uint64_t odd = c & 1; /* an odd c does not own its interval's ends */
    uint64_t low = round_to_odd(g, (4 * c - 2 + narrow) << h) + odd;
    uint64_t middle = round_to_odd(g, (4 * c) << h);
    uint64_t high = round_to_odd(g, (4 * c + 2) << h) - odd;

    uint64_t s = middle / 4, tens = s / 10;
    if (s >= 10) {
        bool below = low <= 40 * tens, above = 40 * tens + 40 <= high;
        if (below != above)
            return without_zeros((struct shortest){tens + above, k + 1}, false);
    }
    bool below = low <= 4 * s, above = 4 * s + 4 <= high;
    if (below != above)
        return (struct shortest){s + above, k};
    bool up = middle > 4 * s + 2 || (middle == 4 * s + 2 && (s & 1));
    return (struct shortest){s + up, k};
}

/* Digits with a point after the first `before` of them, 1 <= before < n. */
static size_t write_point(uint64_t digits, int n, int before, char *out)
{
    put_digits(digits, n, out + n + 1);
    memmove(out, out + 1, (size_t)before);
    out[before] = '.';
    return (size_t)n + 1;
}

static size_t write_exponent(int e, char *out)
{
    *out = 'e';
    return 1 + num_write_int(e, out + 1);
}

/* point: how many digits stand before the decimal point, negative: zeros after it. */
static size_t write_shortest(struct shortest s, char *out)
{
    int n = digits_of(s.digits), point = n + s.exponent;
    if (point > 17 || point < -4) {
        size_t used = n > 1 ? write_point(s.digits, n, 1, out) : write_whole(s.digits, false, out);
        return used + write_exponent(point - 1, out + used);
    }
    if (point <= 0) {
        memcpy(out, "0.0000", 6);
        put_digits(s.digits, n, out + 2 - point + n);
        return (size_t)(2 - point + n);
    }
    if (point < n)
        return write_point(s.digits, n, point, out);
    put_digits(s.digits, n, out + n);
    memset(out + n, '0', (size_t)s.exponent);
    return (size_t)point;
}

/*
 * x as a whole number of 1e-4, when it is one of at most 15 digits: no two decimals that short read
 * back to the same double, so none is shorter.
 */
static bool try_short(double x, struct shortest *s)
{
    double scaled = x * 1e4;
    if (!(scaled >= 1 && scaled < 1e15))
        return false;
    uint64_t w = (uint64_t)(scaled + 0.5);
    if ((double)w / 1e4 != x)
        return false;
    *s = without_zeros((struct shortest){w, -4}, true);
    return true;
}

size_t num_write(double x, char *out)
{
    uint64_t bits = to_bits(x), c = bits & (HIDDEN - 1);
    int power = (int)(bits >> MANTISSA_BITS) & INFINITE;
    bool negative = bits >> 63;
    if (power == INFINITE)
        return 0;
    if (!power && !c)
        return write_whole(0, negative, out);
    bool narrow = !c && power > 1;
    c |= power ? HIDDEN : 0;
    int q = (power ? power : 1) - BIAS - MANTISSA_BITS;
    if (q <= 0 && q > -MANTISSA_BITS - 1 && !(c & (((uint64_t)1 << -q) - 1)))
        return write_whole(c >> -q, negative, out);
    *out = '-';
    struct shortest s;
    if (!try_short(from_bits(bits << 1 >> 1), &s))
        s = shortest(c, q, narrow);
    return negative + write_shortest(s, out + negative);
}

void num_put(struct buf *b, double x)
{
    b->n += num_write(x, buf_room(b, NUM_WIDTH));
}

void num_put_int(struct buf *b, int64_t x)
{
    b->n += num_write_int(x, buf_room(b, NUM_WIDTH));
}
