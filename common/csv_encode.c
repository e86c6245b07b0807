/* SPDX-License-Identifier: MIT */
/*
 * Fields as they are written.  Most need nothing done to them, which eight bytes at a time tell.
 */
#include <string.h>

#include "csv_private.h"

/* Has one of the eight bytes this value?  Exact as an answer, though not as to which (Mycroft). */
static inline uint64_t has(uint64_t eight, char c)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t x = eight ^ ones * (unsigned char)c;
    return (x - ones) & ~x & highs;
}

static inline bool plain_eight(const char *p, const char special[4])
{
    uint64_t eight;
    memcpy(&eight, p, sizeof eight);
    return !(has(eight, special[0]) | has(eight, special[1]) | has(eight, special[2]) |
             has(eight, special[3]));
}

static bool is_plain(const char *p, size_t n, const char special[4])
{
    enum { EIGHT = sizeof(uint64_t) };
    if (n < EIGHT) {
        char some[EIGHT] = {0};
        for (size_t i = 0; i < n; i++)
            some[i] = p[i];
        return plain_eight(some, special);
    }
    for (size_t i = 0; i + EIGHT < n; i += EIGHT)
        if (!plain_eight(p + i, special))
            return false;
    return plain_eight(p + n - EIGHT, special);
}

bool csv_is_plain(struct str text, const struct slice_rules *rules)
{
    const char csv[] = {rules->delim, '"', '\n', '\r'}, tsv[] = {'\t', '\\', '\n', '\r'};
    return is_plain(text.p, text.n, rules->tsv ? tsv : csv);
}

static void encode_tsv(struct buf *b, struct str text)
{
    char *to = buf_room(b, 2 * text.n), *start = to;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        char escaped = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\\' ? c : '\0';
        if (escaped)
            *to++ = '\\';
        *to++ = escaped ? escaped : c;
    }
    b->n += (size_t)(to - start);
}

void csv_encode(struct buf *b, struct str text, const struct slice_rules *rules)
{
    if (csv_is_plain(text, rules))
        buf_str(b, text);
    else if (rules->tsv)
        encode_tsv(b, text);
    else
        referee_quote(b, text);
}
