# SPDX-License-Identifier: MIT
"""FTRL-Proximal by its formulas, with dictionaries of z and n: python3 ftrl.py OPTIONS FILE MODEL

Reads a CSV file without quotes, learns from it as pa-train(1) says that --algo online does, and
prints the largest difference of any number that MODEL, a file of pa-train, has otherwise: loss,
intercepts, weights, states, rows and weights of classes.  Only the standard library is needed.
"""
import argparse
import csv
import math

a = argparse.ArgumentParser()
a.add_argument("-l", default="click")
a.add_argument("-w")
a.add_argument("--categorical", default="")
a.add_argument("--softmax", action="store_true")
a.add_argument("--offset")
a.add_argument("--no-intercept", action="store_true")
a.add_argument("--class-weight", default="")
a.add_argument("--neg-rate", type=float, default=1)
a.add_argument("--seed", type=int, default=1)
a.add_argument("--rare", type=int, default=1)
a.add_argument("--hash-bits", type=int, default=0)
a.add_argument("--interactions", default="")
a.add_argument("--rate", type=float, default=0.1)
a.add_argument("--l1", type=float, default=0)
a.add_argument("--l2", type=float, default=1)
a.add_argument("file")
a.add_argument("model")
o = a.parse_args()


def draw(i):
    """Philox4x32-10: a number in [0, 1) for row i."""
    c, k = [i & 0xFFFFFFFF, i >> 32, 0, 1000], [o.seed & 0xFFFFFFFF, o.seed >> 32]
    for _ in range(10):
        x, y = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [y >> 32 ^ c[1] ^ k[0], y & 0xFFFFFFFF, x >> 32 ^ c[3] ^ k[1], x & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return ((c[1] << 32 | c[0]) >> 11) * 2.0**-53


def murmur3(text, seed):
    h, data = seed, text.encode()
    rotate = lambda x, r: (x << r | x >> 32 - r) & 0xFFFFFFFF
    mix = lambda k: rotate(k * 0xCC9E2D51 & 0xFFFFFFFF, 15) * 0x1B873593 & 0xFFFFFFFF
    whole = len(data) // 4 * 4
    for i in range(0, whole, 4):
        h = rotate(h ^ mix(int.from_bytes(data[i:i + 4], "little")), 13) * 5 + 0xE6546B64 & 0xFFFFFFFF
    if data[whole:]:
        h ^= mix(int.from_bytes(data[whole:], "little"))
    h ^= len(data)
    h = (h ^ h >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    h = (h ^ h >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return h ^ h >> 16


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


Z, N = {}, {}  # by class and term
seen = {}      # rows of a level
ripe = []      # levels that had their last row as other
known = set()  # columns that have had a value


def divisor(term, n):
    return (0 if "(" in term else o.l2) + (1 + math.sqrt(n)) / o.rate


def weight(c, term):
    z, l1 = Z.get((c, term), 0.0), 0 if "(" in term else o.l1
    return 0.0 if abs(z) <= l1 else -(z - math.copysign(l1, z)) / divisor(term, N.get((c, term), 0.0))


def step(c, term, g):
    n, w = N.get((c, term), 0.0), weight(c, term)
    more = n + g * g
    Z[c, term] = Z.get((c, term), 0.0) + g - (math.sqrt(more) - math.sqrt(n)) / o.rate * w
    N[c, term] = more


def values(row, kinds):
    x = {} if o.no_intercept else {"(moved)" if moved else "(intercept)": 1.0}
    has = {}  # of columns that are told: a number, None where it is missing, or the level's name
    for c, kind in kinds.items():
        known.update([c] if row[c] != "" or c in o.categorical.split(",") else [])
        if o.hash_bits and c not in known:
            continue  # nothing tells yet what the column holds
        if c in known:
            has[c] = row[c] if kind == "category" else float(row[c]) if row[c] != "" else None
        if kind == "number":
            term, value = (c + "=", 1.0) if row[c] == "" else (c, float(row[c]))
        else:
            level, value = row[c], 1.0
            if o.hash_bits:
                term = "#%d" % (murmur3(level, murmur3(c, 0)) % 2**o.hash_bits)
            else:
                seen[c, level] = seen.get((c, level), 0) + 1
                if level not in ("", "other") and o.rare > 1 and seen[c, level] <= o.rare:
                    if seen[c, level] == o.rare:
                        ripe.append((c + "=" + level, c + "=other"))
                    level = "other"
                if c in known:
                    has[c] = level
                term = c + "=" + level
        x[term] = x.get(term, 0.0) + value
    for a, b in products:
        if a not in has or b not in has or has[a] is None or has[b] is None:
            continue
        name, h, value = [], murmur3(a + "*" + b, 0), 1.0
        for c in (a, b):
            if kinds[c] == "number":
                name, value = name + [c], value * has[c]
            else:
                name, h = name + [c + "=" + has[c]], murmur3(has[c], h)
        term = "*".join(name)
        if o.hash_bits and "category" in (kinds[a], kinds[b]):
            term = "#%d" % (h % 2**o.hash_bits)
        x[term] = x.get(term, 0.0) + value
    return x


def probabilities(eta):
    if not o.softmax:
        p = 1 / (1 + math.exp(-eta["1"]))
        return {"1": p, "0": 1 - p}
    most = max(eta.values())
    e = {c: math.exp(eta[c] - most) for c in eta}
    return {c: e[c] / sum(e.values()) for c in e}


factor = dict((k, float(v)) for k, v in (i.split("=") for i in o.class_weight.split(",") if i))
moved = bool(factor) or o.neg_rate < 1
products = [tuple(i.split("*")) for i in o.interactions.split(",") if i]
outputs = ["1"] if not o.softmax else sorted(factor)
rows = [r for r in csv.DictReader(open(o.file))]
kinds = {c: "number" if all(number(r[c]) is not None for r in rows if r[c] != "")
         and c not in o.categorical.split(",") else "category"
         for c in rows[0] if c not in (o.l, o.w, o.offset)}
loss = wrong = total = 0.0
of_class, done = {}, 0
for row in rows:
    y = row[o.l]
    if y == "":
        continue
    if o.softmax and y not in outputs:
        outputs.append(y)
    v = float(row[o.w]) if o.w else 1.0
    s = v * factor.get(y, 1.0)
    if o.neg_rate < 1 and y == "0":
        s = s / o.neg_rate if draw(done) < o.neg_rate else 0.0
    done += 1
    x = values(row, kinds)
    base = float(row[o.offset]) if o.offset else 0.0
    fit = {c: base + sum(weight(c, t) * x[t] for t in x) for c in outputs}
    eta = {c: fit[c] - weight(c, "(moved)") + weight(c, "(intercept)") for c in outputs} if moved else fit
    p, q = probabilities(eta), probabilities(fit)
    loss -= v * math.log(p[y]) if v else 0
    wrong += v if max(sorted(p), key=lambda c: p[c]) != y else 0
    total += v
    of_class[y] = (of_class.get(y, (0, 0))[0] + 1, of_class.get(y, (0, 0))[1] + v)
    for c in outputs:
        if moved:
            step(c, "(intercept)", v * (p[c] - (c == y)))
        if s:
            for t in x:
                step(c, t, s * (q[c] - (c == y)) * x[t])

    for term, other in ripe:  # a level of its own begins where other is
        for c in outputs:
            Z[c, term] = Z.get((c, other), 0.0) * divisor(term, 0) / divisor(other, N.get((c, other), 0.0))
    ripe = []

most, lines = 0.0, 0


def check(got, wanted):
    global most, lines
    most = max(most, abs(float(got) - wanted))
    lines += 1


for line in open(o.model):
    f = line.rstrip("\n").split("\t")
    if f[0] == "class":
        for k in range(2, len(f)):
            check(f[k], of_class.get(f[1], (0, 0))[k - 2])
    elif f[0] in ("loss", "log_loss", "wrong", "weights"):
        check(f[1], {"loss": loss, "log_loss": loss / total, "wrong": wrong, "weights": total}[f[0]])
    elif f[0] == "intercept":
        check(f[2], weight(f[1], "(intercept)"))
    elif f[0] == "weight":
        check(f[3], 1 if f[2] == o.offset else weight(f[1], f[2]))
    elif f[0] == "bucket":
        for k, c in enumerate(sorted(outputs)):
            check(f[2 + k], weight(c, "#" + f[1]))
            check(f[2 + len(outputs) + k], N.get((c, "#" + f[1]), 0.0))
    elif f[0] in ("state", "moved") and f[1] != o.offset:
        term, at = ("(moved)", 1) if f[0] == "moved" else (f[1], 2)
        for k, c in enumerate(sorted(outputs)):
            check(f[at + 2 * k], -Z.get((c, term), 0.0) / divisor(term, N.get((c, term), 0.0)))
            check(f[at + 1 + 2 * k], N.get((c, term), 0.0))
    elif f[0] == "seen":
        check(f[3], seen[list(kinds)[int(f[1])], f[2]])
print(most if lines > 4 else "too few lines")
