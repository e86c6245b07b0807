# SPDX-License-Identifier: MIT
"""Parts of a few rows as pa-split draws them, computed from the text of pa-split(1) alone.

    python3 tests/ref/pa_split.py    (Python 3.8 or later, nothing else)

prints the tables that tests/pa-split.t holds.  Exact: no tolerance.
"""


def siphash24(k0, k1, data):
    mask = 2**64 - 1
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def turn(x, by):
        return (x << by | x >> (64 - by)) & mask

    def rounds(n):
        for _ in range(n):
            v[0] = (v[0] + v[1]) & mask
            v[1] = turn(v[1], 13) ^ v[0]
            v[0] = turn(v[0], 32)
            v[2] = (v[2] + v[3]) & mask
            v[3] = turn(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & mask
            v[3] = turn(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & mask
            v[1] = turn(v[1], 17) ^ v[2]
            v[2] = turn(v[2], 32)

    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) % 256])
    for i in range(0, len(padded), 8):
        word = int.from_bytes(padded[i : i + 8], "little")
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


assert siphash24(0x0706050403020100, 0x0F0E0D0C0B0A0908, bytes(range(15))) == 0xA129CA6149BE45E5


def draw(data, seed=1, what=0):
    """what: 0 parts, 1 folds, 2 negatives"""
    return siphash24(seed % 2**64, 1 + (what << 32), data)


def part(data, shares, seed=1, folds=False):
    h = draw(data, seed, folds)
    found = 0
    for i in range(len(shares)):
        if h >= int(sum(shares[:i]) / sum(shares) * 2**64):
            found = i + 1
    return found


def row(fields):
    """fields by column name"""
    return b"".join(fields[name].encode() + b"\0" for name in sorted(fields))


users = ["u%d" % i for i in range(1, 13)]
print("user,item,fold  (-u user --ratio 5:3:2)")
for i, user in enumerate(users):
    print("%s,%d,%d" % (user, i, part(user.encode(), [5, 3, 2])))
print("user,item,fold  (--folds 4 -s -7)")
for i, user in enumerate(users):
    print("%s,%d,%d" % (user, i, part(row({"user": user, "item": str(i)}), [1] * 4, -7, True)))
print("user,item,fold  (-u user --ratio 5:3:2 --exact)")
order = sorted(users, key=lambda user: draw(user.encode()))
for i, user in enumerate(users):
    print("%s,%d,%d" % (user, i, ([1] * 6 + [2] * 4 + [3] * 2)[order.index(user)]))
print("user,item,weight  (-l item --neg-rate 0.4 --ratio 1, items 0 and 1 in turn)")
for i, user in enumerate(users):
    h = draw(row({"user": user, "item": str(i % 2)}), what=2)
    if i % 2 or h < int(0.4 * 2**64):
        print("%s,%d,%s" % (user, i % 2, "1" if i % 2 else "2.5"))
