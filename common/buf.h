/* SPDX-License-Identifier: MIT */
/*
 * buf - growable bytes, and views of bytes
 *
 * A view owns nothing; who hands one out says until when it lives.  Bytes need not be text and may
 * hold NULs; n, never a terminator, says where they end.
 */
#ifndef PA_BUF_H
#define PA_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *p;
    size_t n;
};

/* For "%.*s" of a view: STR_ARG(s) gives the two arguments. */
#define STR_ARG(s) str_width((s).n), (s).p
static inline int str_width(size_t n)
{
    return n > INT32_MAX ? INT32_MAX : (int)n;
}

/* Views of a C string (NULL: the empty view). */
struct str str_of(const char *text);
bool str_equal(struct str a, struct str b);
bool str_is(struct str a, const char *text);

/* memcmp order, a prefix before what it begins: the "byte order" of the manuals; <0, 0, >0. */
int str_compare(struct str a, struct str b);

/* The part before the first c; *rest is what follows it, or p == NULL when there was no c. */
struct str str_cut(struct str s, char c, struct str *rest);

/* Number of Unicode code points of UTF-8 text (a bad byte counts as one). */
size_t str_characters(struct str s);

/* How many insertions, deletions, changes and swaps of neighbours turn a into b (Damerau, 1964;
 * no part is edited twice); SIZE_MAX when one is longer than 255 bytes. */
size_t str_distance(struct str a, struct str b);

/* Zero-initialise; bytes are p[0..n).  Release with buf_release. */
struct buf {
    char *p;
    size_t n, cap;
};

void buf_put(struct buf *, const char *p, size_t n);
void buf_str(struct buf *, struct str);
void buf_text(struct buf *, const char *text);
void buf_char(struct buf *, char c);
void buf_print(struct buf *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for n more bytes at p + n; the caller then adds what it wrote to n. */
char *buf_room(struct buf *, size_t n);

/* The bytes so far, valid until the next call on it. */
struct str buf_view(const struct buf *);
/* Ends the bytes with a NUL that is not counted, and returns them. */
const char *buf_cstr(struct buf *);
void buf_clear(struct buf *);
void buf_release(struct buf *);

#endif
