/* SPDX-License-Identifier: MIT */
/*
 * SipHash against the published vectors (github.com/veorq/SipHash, vectors.h, for 2-4; the same
 * program compiled with 1 and 3 rounds; the crate siphasher 0.3 for the 128-bit form of 1-3):
 * key 00 01 .. 0f, message i is the bytes 00 01 .. i-1.
 */
#include "hash.h"

#include "t.h"

static const uint64_t sip24[] = {
    0x726fdb47dd0e0e31,
    0x74f839c593dc67fd,
    0x0d6c8009d9a94f5a,
    0x85676696d7fb7e2d,
    0xcf2794e0277187b7,
    0x18765564cd99a68d,
    0xcbc9466e58fee3ce,
    0xab0200f58b01d137,
    0x93f5f5799a932462,
    0x9e0082df0ba9e4b0,
    0x7a5dbbc594ddb9f3,
    0xf4b32f46226bada7,
    0x751e8fbc860ee5fb,
    0x14ea5627c0843d90,
    0xf723ca908e7af2ee,
    0xa129ca6149be45e5,
    0x3f2acc7f57c29bdb,
    0x699ae9f52cbe4794,
};
static const uint64_t sip24_63 = 0x958a324ceb064572;

static const uint64_t sip13[] = {
    0xabac0158050fc4dc,
    0xc9f49bf37d57ca93,
    0x82cb9b024dc7d44d,
    0x8bf80ab8e7ddf7fb,
    0xcf75576088d38328,
    0xdef9d52f49533b67,
    0xc50d2b50c59f22a7,
    0xd3927d989bb11140,
    0x369095118d299a8e,
    0x25a48eb36c063de4,
    0x79de85ee92ff097f,
    0x70c118c1f94dc352,
    0x78a384b157b4d9a2,
    0x306f760c1229ffa7,
    0x605aa111c0f95d34,
    0xd320d86d2a519956,
    0xcc4fdd1a7d908b66,
    0x9cf2689063dbd80c,
};
static const uint64_t sip13_63 = 0x9d199062b7bbb3a8;

enum { SHORT = sizeof sip24 / sizeof *sip24 };
static const struct hash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

static void vectors(const unsigned char *message)
{
    int right24 = 0, right13 = 0;
    for (size_t i = 0; i < SHORT; i++) {
        right24 += hash_sip24(key, message, i) == sip24[i];
        right13 += hash_sip13(key, message, i) == sip13[i];
    }
    ok_named(right24 == SHORT, "SipHash-2-4 of 0 to 17 bytes");
    ok_named(right13 == SHORT, "SipHash-1-3 of 0 to 17 bytes");
    ok_named(hash_sip24(key, message, 63) == sip24_63, "SipHash-2-4 of 63 bytes");
    ok_named(hash_sip13(key, message, 63) == sip13_63, "SipHash-1-3 of 63 bytes");
}

static void wide(const unsigned char *message)
{
    static const unsigned char empty[16] = {
        231, 126, 188, 178, 39, 136, 165, 190, 253, 98, 219, 106, 221, 48, 48, 1};
    struct hash128 h = hash_sip13_128(key, message, 0);
    int right = 0;
    for (int i = 0; i < 8; i++) {
        right += (h.lo >> 8 * i & 0xff) == empty[i];
        right += (h.hi >> 8 * i & 0xff) == empty[8 + i];
    }
    ok_named(right == 16, "SipHash-1-3, 128 bits, of nothing");
    struct hash128 a = hash_sip13_128(key, message, 20), b = hash_sip13_128(key, message, 21);
    ok_named(a.lo != b.lo && a.hi != b.hi && a.lo != a.hi, "128 bits tell messages apart");
}

int main(void)
{
    unsigned char message[65];
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (unsigned char)i;
    vectors(message);
    wide(message);

    unsigned char moved[64];
    memcpy(moved + 1, message, 63);
    ok_named(hash_sip24(key, moved + 1, 63) == sip24_63, "an odd address changes nothing");
    struct hash_key a = hash_random_key(), b = hash_random_key();
    ok_named(a.k0 != b.k0 && a.k1 != b.k1, "random keys differ");
    ok(hash_murmur3("", 0, 0) == 0); /* scikit-learn's murmurhash3_32 */
    ok(hash_murmur3("a", 1, 0) == 1009084850);
    ok(hash_murmur3("color=red", 9, 0) == 2695532590);
    ok(hash_murmur3("user=42", 7, 0) == 3902250798);
    ok(hash_murmur3("\xe6\x97\xa5\xe6\x9c\xac", 6, 0) == 3302619458);
    return done();
}
