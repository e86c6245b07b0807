# SPDX-License-Identifier: MIT
"""fmath.py - what common/fmath*.c and their tests got from 50-digit arithmetic (mpmath 1.3)

  fmath.py fit    the polynomials of fmath_core.h, fmath.c and fmath_special.c, with their errors
  fmath.py table  tests/ref/fmath.inc: function, arguments (doubles), value as a sum of two doubles

Arguments are drawn with a fixed seed, plus hard ones: near zeros, near the ends, subnormal.
"""
import random
import sys

import mpmath as mp

mp.mp.dps = 50


def fit(f, a, b, n):
    """Chebyshev interpolation of degree n on [a, b], as coefficients of powers of x."""
    a, b, n = mp.mpf(a), mp.mpf(b), n + 1
    node = [mp.cos(mp.pi * (2 * k + 1) / (2 * n)) for k in range(n)]
    value = [f((b - a) / 2 * x + (a + b) / 2) for x in node]
    c = [2 / mp.mpf(n) * mp.fsum(value[k] * mp.cos(j * mp.pi * (2 * k + 1) / (2 * n))
                                 for k in range(n)) for j in range(n)]
    c[0] /= 2
    t = [[mp.mpf(1)], [mp.mpf(0), mp.mpf(1)]]
    for _ in range(2, n):
        p = [mp.mpf(0)] + [2 * v for v in t[-1]]
        for i, v in enumerate(t[-2]):
            p[i] -= v
        t.append(p)
    m = [mp.fsum(c[j] * t[j][i] for j in range(i, n)) for i in range(n)]
    scale, shift = 2 / (b - a), -(a + b) / (b - a)
    out, power = [mp.mpf(0)] * n, [mp.mpf(1)]
    for i in range(n):
        for k, v in enumerate(power):
            out[k] += m[i] * v
        power = [shift * low + scale * high
                 for low, high in zip(power + [mp.mpf(0)], [mp.mpf(0)] + power)]
    return [float(v) for v in out]


def report(name, f, a, b, n, scale):
    c = fit(f, a, b, n)
    worst = 0
    for i in range(401):
        x = mp.mpf(a) + (mp.mpf(b) - mp.mpf(a)) * i / 400
        worst = max(worst, abs((mp.polyval(c[::-1], x) - f(x)) * scale(x)))
    print(name, 'error', mp.nstr(worst, 3), *(v.hex() for v in c))


def fits():
    def exp_rest(r):
        return mp.mpf(1) / 2 + r / 6 + r * r / 24 if abs(r) < 1e-8 else (mp.exp(r) - 1 - r) / r**2

    def atanh_rest(z):
        s = mp.sqrt(z)
        return mp.mpf(2) / 3 + z * 2 / 5 if z < 1e-16 else (2 * mp.atanh(s) / s - 2) / z

    def sin_rest(z):
        r = mp.sqrt(z)
        return -mp.mpf(1) / 6 + z / 120 if z < 1e-16 else (mp.sin(r) / r - 1) / z

    def cos_rest(z):
        return mp.mpf(1) / 24 - z / 720 if z < 1e-10 else (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2

    def erf_over(z):
        x = mp.sqrt(z)
        return 2 / mp.sqrt(mp.pi) * (1 - z / 3) if z < 1e-20 else mp.erf(x) / x

    k = mp.mpf('3.75')

    def erfcx(t):
        x = k * (1 + t) / (1 - t)
        return mp.exp(x * x) * mp.erfc(x) * (1 + 2 * x)

    end = mp.log(2) / 2 * mp.mpf('1.0001')
    report('exp', exp_rest, -end, end, 9, lambda r: r * r / mp.exp(r))
    s = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)
    report('log', atanh_rest, 0, s * s * mp.mpf('1.001'), 7, lambda z: z)
    z = (mp.pi / 4)**2 * mp.mpf('1.001')
    report('sin', sin_rest, 0, z, 6, lambda z: z)
    report('cos', cos_rest, 0, z, 6, lambda z: z * z)
    report('erf', erf_over, 0, 1, 12, lambda z: 1 / erf_over(z))
    report('erfc', erfcx, (mp.mpf('0.5') - k) / (mp.mpf('0.5') + k), (28 - k) / (28 + k), 20,
           lambda t: 1 / erfcx(t))


def uniform(low, high, n=24):
    return [random.uniform(low, high) for _ in range(n)]


def scaled(low, high, n=24):
    return [random.uniform(1, 2) * 2.0**random.uniform(low, high) for _ in range(n)]


def signed(values):
    return [v * random.choice((-1, 1)) for v in values]


def binomial(k, n, p, q):
    k, n = mp.mpf(k), mp.mpf(n)
    return mp.binomial(n, k) * mp.mpf(p)**k * mp.mpf(q)**(n - k)


def row(name, f, *args):
    args = [float(a) for a in args]
    value = f(*(mp.mpf(a) for a in args))
    high = float(value)
    low = float(value - mp.mpf(high))
    args += [0.0] * (4 - len(args))
    print('{%s, {%s}, %s, %s},' % (name, ', '.join(a.hex() for a in args), high.hex(), low.hex()))


def table():
    random.seed(1)
    print('/* SPDX-License-Identifier: MIT */')
    print('/* Made by fmath.py: do not edit. */')
    near1 = [1 + v for v in signed(scaled(-40, -2))]
    small = signed(scaled(-60, -1))
    for x in uniform(-740, 709) + uniform(-1, 1) + small[:8] + [709.78, -708.4, -744.0, 1e-300]:
        row('EXP', mp.exp, x)
    for x in uniform(-45, 60) + uniform(-1, 1) + small + [709.7]:
        row('EXPM1', mp.expm1, x)
    for x in scaled(-1070, 1020) + near1 + uniform(0, 2) + [5e-324, 2.0**-1022]:
        row('LOG', mp.log, x)
        row('LOG2', lambda v: mp.log(v, 2), x)
    for x in uniform(-1, 3) + small + scaled(1, 1000) + [-0.5, 2.0**-1022]:
        row('LOG1P', mp.log1p, x)
    for x in scaled(-1000, 1000, 30) + near1[:10]:
        y = random.uniform(-690, 690) / abs(float(mp.log(x)))
        row('POW', mp.power, x, y)
    for x, y in ((10, 3), (10, 22), (0.5, 1000), (2, 0.5), (1e-5, 50), (7, 100)):
        row('POW', mp.power, x, y)
    for x in signed(uniform(0, 1e5)) + signed(uniform(0, 8)) + small[:8] + \
            [float(mp.pi), float(mp.pi / 2), 6381956970095103 * 2.0**-36]:
        row('SIN', mp.sin, x)
        row('COS', mp.cos, x)
    for x in uniform(-3, 3) + small[:8] + uniform(3, 6, 6):
        row('ERF', mp.erf, x)
    for x in uniform(-3, 3) + uniform(0.4, 26.5, 40) + small[:4]:
        row('ERFC', mp.erfc, x)
    for x in uniform(0, 12) + scaled(-1000, 900) + near1[:8] + [2 + v / 8 for v in small[:8]]:
        row('LGAMMA', mp.loggamma, x)
    for x in uniform(-40, 40, 40) + uniform(-700, -40, 10) + small[:6]:
        row('LOGISTIC', lambda v: 1 / (1 + mp.exp(-v)), x)
        row('SOFTPLUS', lambda v: mp.log1p(mp.exp(v)), x)
    for p in uniform(0, 1, 40) + [0.5 + v / 4 for v in small[:10]] + scaled(-1000, -2, 10):
        row('LOGIT', lambda v: mp.log(v / (1 - v)), p)

    for a in [0.001, 0.5, 1, 1.5, 7.25, 30] + scaled(3, 17, 10):
        for t in (-6, -2, -0.3, 0, 0.7, 3, 9):
            x = a + t * a**0.5
            if x > 0:
                row('GAMMA_Q', lambda u, v: mp.gammainc(u, v, mp.inf, regularized=True), a, x)
    for a, b in [(0.5, 0.5), (1, 3), (2.5, 0.7), (20, 30)] + \
            [(random.uniform(0.1, 400), random.uniform(0.1, 4000)) for _ in range(8)]:
        for t in (-5, -1.5, 0, 1, 4):
            x = a / (a + b) * (1 + t * (b / a / (a + b + 1))**0.5)
            if 0 < x < 1:
                row('BETA', lambda u, v, w: mp.betainc(u, v, 0, w, regularized=True), a, b, x)
    for n in (1, 2, 10, 1000, 100000, 1e9):
        for k in sorted({0, 1, n // 3, n // 2, n}):
            for p in (0.3, 1e-3):
                value = binomial(k, n, p, 1 - mp.mpf(p))
                if value > mp.mpf(10)**-290:
                    row('BINOMIAL', lambda k, n, p, q: binomial(k, n, p, 1 - p), k, n, p, 1 - p)
    for z in uniform(-37, 8, 40) + small[:8]:
        row('CDF', mp.ncdf, z)
    for p in uniform(0, 1, 30) + scaled(-1000, -3, 20) + [0.5 + v for v in small[:6]]:
        row('QUANTILE', lambda v: -mp.sqrt(2) * erfcinv(2 * v), p)


def erfcinv(y):
    if y > mp.mpf('0.1'):
        return mp.erfinv(1 - y)
    x = mp.sqrt(-mp.log(y))
    for _ in range(60):
        d = (mp.erfc(x) - y) / (-2 / mp.sqrt(mp.pi) * mp.exp(-x * x))
        x -= d / (1 + x * d)
        if abs(d) < mp.mpf(10)**-45:
            break
    return x


{'fit': fits, 'table': table}[sys.argv[1]]()
