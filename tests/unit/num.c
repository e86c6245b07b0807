/* SPDX-License-Identifier: MIT */
/*
 * Reading against strtod, writing against the fewest digits of printf that read back.
 * An argument is the number of random doubles, 10^6 without one; "time" only takes the time.
 */
#include "num_short.h"

#include <float.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "bits.h"
#include "isa.h"
#include "num_isa.h"
#include "t.h"

/* Any good mixing will do here. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static bool complain(const char *text, double got, double wanted)
{
    static int said;
    if (said++ < 10)
        printf("# %s: got %.17g, wanted %.17g\n", text, got, wanted);
    return false;
}

/* num_double agrees with strtod on the text of a number. */
static bool reads(const char *text)
{
    double wanted = strtod(text, NULL), got = -7;
    enum num_status status = num_double(str_of(text), &got);
    if (isinf(wanted))
        return status == NUM_RANGE || complain(text, got, wanted);
    if (status != NUM_OK)
        return complain(text, NAN, wanted);
    return to_bits(got) == to_bits(wanted) || complain(text, got, wanted);
}

/* The significant digits and the power of ten of the last of them. */
static int significant(const char *text, char *digits, int *exponent)
{
    int n = 0, after = 0, trailing = 0;
    bool dot = false;
    for (text += *text == '-'; *text && *text != 'e'; text++) {
        dot |= *text == '.';
        if (*text == '.')
            continue;
        after += dot;
        if (n || *text != '0')
            digits[n++] = *text;
    }
    while (n && digits[n - 1] == '0') {
        n--;
        trailing++;
    }
    digits[n] = 0;
    *exponent = (*text ? atoi(text + 1) : 0) - after + trailing;
    return n;
}

/* Does a decimal of n digits near x read back as x?  All that could are tried. */
static bool readable(double x, int n)
{
    char text[40], digits[40];
    int exponent;
    snprintf(text, sizeof text, "%.*e", n - 1, fabs(x));
    strcpy(digits, text);
    char *e = strchr(text, 'e');
    exponent = atoi(e + 1) - (n - 1);
    *e = 0;
    if (n > 1)
        memmove(text + 1, text + 2, strlen(text + 2) + 1);
    long long d = atoll(text);
    for (long long try = d - 1; try <= d + 1; try++) {
        snprintf(text, sizeof text, "%llde%d", try, exponent);
        if (strtod(text, NULL) == fabs(x))
            return true;
    }
    return false;
}

/* Writes as the fewest digits that read back, the nearest of them. */
static bool writes(double x, bool thorough)
{
    char text[NUM_WIDTH + 1], digits[40], nearest[40], by_libc[48];
    int exponent, libc_exponent;
    text[num_write(x, text)] = 0;
    if (to_bits(strtod(text, NULL)) != to_bits(x))
        return complain(text, strtod(text, NULL), x);
    double back;
    if (num_double(str_of(text), &back) != NUM_OK || to_bits(back) != to_bits(x))
        return complain(text, NAN, x);
    if (!(fabs(x) > 0))
        return true;
    int n = significant(text, digits, &exponent);
    if (n > 17 || (n > 1 && thorough && readable(x, n - 1)))
        return complain("a shorter one reads back", x, x);
    snprintf(by_libc, sizeof by_libc, "%.*e", n - 1, x);
    if (to_bits(strtod(by_libc, NULL)) != to_bits(x))
        return true; /* the nearest of n digits lies outside the narrow half of a power of two */
    significant(by_libc, nearest, &libc_exponent);
    return (strcmp(digits, nearest) == 0 && exponent == libc_exponent) ||
           complain("not the nearest of its length", x, x);
}

static bool both(double x)
{
    char text[64];
    snprintf(text, sizeof text, "%.17g", x);
    return reads(text) && writes(x, true);
}

static void random_doubles(size_t n)
{
    uint64_t state = 1;
    size_t wrong = 0;
    char text[64];
    for (size_t i = 0; i < n; i++) {
        double x = from_bits(draw(&state));
        if (!isfinite(x))
            continue;
        snprintf(text, sizeof text, "%.17g", x);
        wrong += !reads(text) || !writes(x, i % 8 == 0);
    }
    ok_named(wrong == 0, "random doubles, all exponents");
}

/* Logs hold these. */
static void short_decimals(size_t n)
{
    uint64_t state = 2;
    size_t wrong = 0;
    char text[64];
    for (size_t i = 0; i < n; i++) {
        long long w = (long long)(draw(&state) >> (draw(&state) % 40 + 24));
        int decimals = (int)(draw(&state) % 9);
        double power = 1;
        for (int k = 0; k < decimals; k++)
            power *= 10;
        snprintf(text, sizeof text, "%.*f", decimals, (double)w / power);
        wrong += !reads(text) || (i % 4 == 0 && !writes(strtod(text, NULL), true));
    }
    ok_named(wrong == 0, "short decimals");
}

/* Random digits of any length and exponent, a dot anywhere. */
static void random_texts(size_t n)
{
    uint64_t state = 3;
    size_t wrong = 0;
    char text[80];
    for (size_t i = 0; i < n; i++) {
        size_t length = 1 + draw(&state) % 40, dot = draw(&state) % (length + 1);
        size_t used = 0;
        for (size_t k = 0; k < length; k++) {
            if (k == dot)
                text[used++] = '.';
            text[used++] = (char)('0' + (draw(&state) % 3 ? draw(&state) % 10 : 0));
        }
        text[used] = 0;
        if (draw(&state) % 4)
            sprintf(text + used, "e%d", (int)(draw(&state) % 720) - 380);
        wrong += !reads(text);
    }
    ok_named(wrong == 0, "random digits with exponents");
}

/* Any byte in any place of a decimal: a number exactly where digits, one dot or an e make one. */
static void one_byte_changed(void)
{
    static const char *const from[] = {
        "1.2", "12.345678", "-1.23456789", "123456.7", "1.234567890"};
    size_t wrong = 0;
    char text[16], *end;
    double x;
    for (size_t k = 0; k < sizeof from / sizeof *from; k++)
        for (size_t at = 0; at < strlen(from[k]); at++)
            for (int c = 1; c < 256; c++) {
                strcpy(text, from[k]);
                text[at] = (char)c;
                strtod(text, &end);
                bool number = !*end && !strpbrk(text, "xXpPnN \t\n\v\f\r");
                wrong += number ? !reads(text) : num_double(str_of(text), &x) != NUM_NOT;
            }
    ok_named(wrong == 0, "decimals with one byte changed");
}

static void powers(void)
{
    size_t wrong = 0;
    char text[32];
    for (int e = -1074; e <= 1023; e++) {
        double x = ldexp(1, e);
        wrong += !both(x) || !both(-x) || !both(nextafter(x, 0)) || !both(nextafter(x, INFINITY));
    }
    ok_named(wrong == 0, "powers of two and their neighbours");
    wrong = 0;
    for (int e = -360; e <= 330; e++) {
        snprintf(text, sizeof text, "1e%d", e);
        double x = strtod(text, NULL);
        wrong += !reads(text);
        if (isfinite(x))
            wrong += !both(x) || !both(nextafter(x, 0)) || !both(nextafter(x, DBL_MAX));
    }
    ok_named(wrong == 0, "powers of ten and their neighbours");
    wrong = 0;
    for (uint64_t i = 0; i < 3000; i++)
        wrong += !both(from_bits(i)) || !both(from_bits(((uint64_t)1 << 52) - i)) ||
                 !both(from_bits(to_bits(DBL_MAX) - i));
    ok_named(wrong == 0, "subnormal and greatest doubles");
}

/* The decimal expansion of the point between two doubles, exactly, and just above and below it. */
static void halfway(void)
{
    static char text[2000];
    uint64_t state = 4;
    size_t wrong = 0;
    for (int i = 0; i < 3000; i++) {
        uint64_t mantissa = draw(&state) >> 11 >> (i % 3 ? 0 : draw(&state) % 53);
        int e = i < 2000 ? (int)(draw(&state) % 140) - 70 : (int)(draw(&state) % 2000) - 1070;
        double x = ldexp((double)mantissa, e);
        double next = nextafter(x, INFINITY);
        if (!isfinite(next) || !(x > 0))
            continue;
        long double middle = ((long double)x + next) / 2; /* exact where it has 64 bits */
        snprintf(text, sizeof text, "%.1200Lf", middle);
        size_t n = strlen(text);
        wrong += !reads(text);
        strcpy(text + n, "1");
        wrong += !reads(text);
        snprintf(text, sizeof text, "%.1200Lf", middle);
        for (char *p = text + n - 1; *p == '0' || *p == '.'; p--)
            if (*p == '0')
                *p = '9';
            else
                break;
        wrong += !reads(text);
    }
    ok_named(wrong == 0, "halfway between doubles, and beside it");
}

static void hard_texts(void)
{
    static const char *const text[] = {"9007199254740993", "9007199254740992.5",
        "9007199254740993.00000000000000000000000000000000000000000000000001",
        "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
        "179769313486231580793e289", "1e309", "2.2250738585072011e-308", "2.2250738585072012e-308",
        "2.2250738585072014e-308", "4.9406564584124654e-324", "2.4703282292062327e-324",
        "2.4703282292062328e-324", "1e-400", "0e999999999999999999999", "0.000e-5", "-0", "-0.0e7",
        "1e999999999999999999999999", "1e-99999999999999999999999",
        "123456789012345678901234567890", "0.1", ".5", "5.", "+3", "+.5e+1",
        "00000000000000000000000000000001", "0.00000000000000000000000000000000000000000000000123",
        "6929495644600919.5", "3.0540412e5", "8.589934592e9", "1.8446744073709551616e19",
        "18446744073709551615", "7.2057594037927933e16", "9214843084008499", "0.5e-323", "3e-324",
        "1448997445238699", "6.631236846766476e-316", "3.237883913302901e-319",
        "0.000000000000000000001e30", "100000000000000016777215", "100000000000000016777216",
        "2e0"};
    size_t wrong = 0, n = sizeof text / sizeof *text;
    for (size_t i = 0; i < n; i++)
        wrong += !reads(text[i]);
    ok_named(wrong == 0, "hard texts");

    static char zeros[300000];
    double x = 0;
    memset(zeros, '0', sizeof zeros);
    memcpy(zeros, "0.", 2);
    strcpy(zeros + sizeof zeros - 16, "25e299984");
    ok_named(num_double(str_of(zeros), &x) == NUM_OK && x == 25, "zeros that an exponent undoes");
    zeros[0] = '1';
    zeros[1] = '0';
    strcpy(zeros + sizeof zeros - 16, "1e-299984");
    ok_named(num_double(str_of(zeros), &x) == NUM_OK && x == 1, "as many before the point");
}

static void refusals(void)
{
    static const char *const text[] = {"", "-", "+", ".", "-.", "e5", "1e", "1e+", "1e-", ".e1",
        "nan", "NaN", "inf", "-Infinity", "NaN(0x1)", "0x1p3", "0x10", "1_000", "1d3", " 7", "7 ",
        "1,5", "1,000", "--1", "+-1", "1.2.3", "1e5.0", "1e5e5", "12a", "\t1", "1\n", "\302\2401",
        "1f", "1e 5", "\xef\xbc\x91"};
    size_t wrong = 0, n = sizeof text / sizeof *text;
    double x = 42;
    for (size_t i = 0; i < n; i++)
        wrong += num_double(str_of(text[i]), &x) != NUM_NOT || x != 42;
    ok_named(wrong == 0, "what is not a number is refused");
    ok(num_double((struct str){"1\0", 2}, &x) == NUM_NOT && x == 42);
    ok(num_double((struct str){NULL, 0}, &x) == NUM_NOT);
    ok(num_double(str_of("1e400"), &x) == NUM_RANGE && x == 42);
    ok(num_double(str_of("-1.8e308"), &x) == NUM_RANGE && x == 42);
    ok(num_double((struct str){"12345", 2}, &x) == NUM_OK && x == 12);
}

static bool whole(const char *text, int64_t wanted)
{
    int64_t x = 0;
    return num_int(str_of(text), &x) == NUM_OK && x == wanted;
}

static void integers(void)
{
    int64_t x = 42;
    ok(whole("0", 0) && whole("-0", 0) && whole("+7", 7) && whole("007", 7) && whole("-12", -12));
    ok(whole("9223372036854775807", INT64_MAX) && whole("-9223372036854775808", INT64_MIN));
    ok(num_int(str_of("9223372036854775808"), &x) == NUM_RANGE);
    ok(num_int(str_of("-9223372036854775809"), &x) == NUM_RANGE);
    ok(num_int(str_of("99999999999999999999999999"), &x) == NUM_RANGE);
    ok(num_int(str_of("99999999999999999999x"), &x) == NUM_NOT);
    ok(num_int(str_of(""), &x) == NUM_NOT && num_int(str_of("-"), &x) == NUM_NOT);
    ok(num_int(str_of("1.0"), &x) == NUM_NOT && num_int(str_of(" 1"), &x) == NUM_NOT && x == 42);

    uint64_t state = 5;
    size_t wrong = 0;
    char text[NUM_WIDTH + 1], wanted[32];
    for (int i = 0; i < 100000; i++) {
        int64_t value = (int64_t)(draw(&state) >> draw(&state) % 64) * (i & 1 ? 1 : -1);
        value = i == 0 ? INT64_MIN : i == 1 ? INT64_MAX : i == 2 ? 0 : value;
        text[num_write_int(value, text)] = 0;
        snprintf(wanted, sizeof wanted, "%lld", (long long)value);
        wrong += strcmp(text, wanted) != 0 || !whole(text, value);
    }
    ok_named(wrong == 0, "integers written and read");
}

static bool written(double x, const char *wanted)
{
    char text[NUM_WIDTH + 1];
    text[num_write(x, text)] = 0;
    if (strcmp(text, wanted) != 0)
        printf("# %s, wanted %s\n", text, wanted);
    return strcmp(text, wanted) == 0;
}

static void notation(void)
{
    ok(written(0, "0") && written(-0.0, "-0") && written(1, "1") && written(-25, "-25"));
    ok(written(0.1, "0.1") && written(19.99, "19.99") && written(-1234.5678, "-1234.5678"));
    ok(written(1e-5, "0.00001") && written(1.5e-5, "0.000015") && written(9.9e-6, "9.9e-6"));
    ok(written(0.00012345678901234567, "0.00012345678901234567"));
    ok(written(1e16, "10000000000000000") && written(99999999999999984, "99999999999999980"));
    ok(written(1e17, "1e17") && written(-1.25e17, "-1.25e17") && written(1e22, "1e22"));
    ok(written(DBL_MAX, "1.7976931348623157e308") && written(-DBL_MIN, "-2.2250738585072014e-308"));
    ok(written(5e-324, "5e-324") && written(9007199254740993e0, "9007199254740992"));
    ok(written(0.1 + 0.2, "0.30000000000000004") && written(1.0 / 3, "0.3333333333333333"));
    ok(written(NAN, "") && written(INFINITY, "") && written(-INFINITY, ""));

    struct buf b = {0};
    num_put(&b, 2.5);
    num_put_int(&b, -3);
    ok(str_is(buf_view(&b), "2.5-3"));
    buf_release(&b);
}

enum { TIMED = 1 << 12, ROUNDS = 8, TRIES = 15 };

/* Of this process: others that run meanwhile do not count. */
static double nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* For one number, the best of several tries. */
struct times {
    double reading, writing, printing;
};

static void keep_least(double *least, double from)
{
    double each = (nanoseconds() - from) / TIMED / ROUNDS;
    if (!(each >= *least))
        *least = each;
}

static void time_once(const double *x, const struct str *view, struct times *t)
{
    char out[64];
    volatile double sum = 0;
    volatile size_t bytes = 0;
    double value = 0, from = nanoseconds();
    for (size_t i = 0; i < (size_t)TIMED * ROUNDS; i++) {
        num_double(view[i % TIMED], &value);
        sum = value;
    }
    keep_least(&t->reading, from);
    from = nanoseconds();
    for (size_t i = 0; i < (size_t)TIMED * ROUNDS; i++)
        bytes = num_write(x[i % TIMED], out);
    keep_least(&t->writing, from);
    from = nanoseconds();
    for (size_t i = 0; i < (size_t)TIMED * ROUNDS; i++)
        bytes = (size_t)snprintf(out, sizeof out, "%.17g", x[i % TIMED]);
    keep_least(&t->printing, from);
    (void)sum;
    (void)bytes;
}

static double time_one(const char *name, const double *x, const char *format)
{
    static char text[TIMED][40];
    static struct str view[TIMED];
    struct times t = {NAN, NAN, NAN};
    for (size_t i = 0; i < TIMED; i++) {
        snprintf(text[i], sizeof text[i], format, x[i]);
        view[i] = str_of(text[i]);
    }
    for (int i = 0; i < TRIES; i++)
        time_once(x, view, &t);
    printf("# %s: read %.1f ns, write %.1f ns, printf %%.17g %.1f ns: %.1f times\n", name,
        t.reading, t.writing, t.printing, t.printing / t.writing);
    return t.printing / t.writing;
}

/* At least five times faster than printf, where the build is for speed. */
static void timing(void)
{
    static double price[TIMED], unit[TIMED], any[TIMED];
    uint64_t state = 6;
    for (size_t i = 0; i < TIMED; i++) {
        price[i] = (double)(draw(&state) % 100000) / 100;
        unit[i] = (double)(draw(&state) >> 11) * 0x1p-53;
        any[i] = from_bits(draw(&state) & ~((uint64_t)1 << 62));
    }
    double ratio = time_one("prices", price, "%.2f");
    ratio = fmin(ratio, time_one("17 digits in [0, 1)", unit, "%.17g"));
    ratio = fmin(ratio, time_one("any exponent", any, "%.17g"));
    if (!getenv("PA_SANITIZED") && !getenv("PA_SLOW"))
        ok_named(ratio >= 5, "written five times as fast as printf does");
}

/* Every instruction set that this CPU has reads a batch as the portable one does. */
static bool all_alike(const struct num_batch *b, size_t n, uint64_t waiting)
{
    double x[NUM_AT_ONCE], y[NUM_AT_ONCE];
    uint64_t good = num_batch_read_portable(b, n, x) & waiting, more[2] = {good, good};
#ifdef __x86_64__
    for (int i = 0; i < 2 && isa_level() >= (i ? ISA_AVX512 : ISA_AVX2); i++) {
        more[i] = (i ? num_batch_read_avx512 : num_batch_read_avx2)(b, n, y) & waiting;
        for (size_t j = 0; j < n; j++)
            if (good >> j & 1 && to_bits(x[j]) != to_bits(y[j]))
                return false;
    }
#endif
    return more[0] == good && more[1] == good;
}

/* Many at once are what they are one by one. */
static bool batch_agrees(const struct str *text, size_t n)
{
    struct num_batch b;
    uint64_t waiting = 0;
    double x[NUM_AT_ONCE], y[NUM_AT_ONCE], one;
    uint64_t good = num_doubles(text, n, x);
    for (size_t i = 0; i < n; i++)
        waiting |= (uint64_t)num_batch_put(&b, i, text[i]) << i;
    uint64_t quick = num_batch_read(&b, n, y) & waiting;
    if (!all_alike(&b, n, waiting))
        return false;
    for (size_t i = 0; i < n; i++) {
        char again[NUM_SHORT_TEXT];
        bool number = num_double(text[i], &one) == NUM_OK;
        if (number != (good >> i & 1) || (number && to_bits(one) != to_bits(x[i])) ||
            (quick >> i & 1 && (!number || to_bits(one) != to_bits(y[i]))))
            return false;
        if (waiting >> i & 1 &&
            !str_equal(text[i], (struct str){again, num_batch_text(&b, i, again)}))
            return false;
    }
    return true;
}

static void batches(size_t rounds)
{
    static const char letter[] = "0123456789012345678901234567890123456789..--+e x,";
    static char bytes[NUM_AT_ONCE * 12];
    struct str text[NUM_AT_ONCE];
    uint64_t state = 11, short_numbers = 0;
    bool same = true;
    for (size_t r = 0; r < rounds && same; r++) {
        size_t n = 1 + draw(&state) % NUM_AT_ONCE, at = 0;
        for (size_t i = 0; i < n; i++) {
            text[i] = (struct str){bytes + at, draw(&state) % 12};
            for (size_t j = 0; j < text[i].n; j++)
                bytes[at++] = letter[draw(&state) % (j ? sizeof letter - 1 : 46)];
            double x;
            short_numbers += text[i].n < 9 && num_double(text[i], &x) == NUM_OK;
        }
        same = batch_agrees(text, n);
    }
    ok_named(same && short_numbers > rounds, "random texts read many at once");
    for (size_t i = 0; i < NUM_AT_ONCE; i++)
        text[i] = (struct str){i & 1 ? "0.00000" : "-0.0000", i % 8};
    ok(batch_agrees(text, NUM_AT_ONCE));
    ok(batch_agrees((struct str[]){{"1e5", 3}, {"1e999999", 8}, {".", 1}, {"-", 1}, {"", 0},
                        {"+5", 2}, {"5.", 2}, {".5", 2}, {"00000000", 8}, {"-12345678", 9}},
        10));
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    timing();
    if (argc > 1 && strcmp(argv[1], "time") == 0)
        return done();
    random_doubles(n);
    short_decimals(n / 4);
    random_texts(n / 4);
    one_byte_changed();
    powers();
    halfway();
    hard_texts();
    refusals();
    integers();
    notation();
    batches(n / 100);
    return done();
}
