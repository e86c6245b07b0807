/* SPDX-License-Identifier: MIT */
/*
 * A row is packed as a byte that tells its form, then
 *
 *   WHOLE    the length of its bytes (7 bits a byte, the highest bit: more to come), its bytes
 *   FIELDS   the lengths of its fields, then the fields, each followed by the byte that follows it
 *            in the input, so that neighbours can be written in one piece
 *   DECODED  the same of the raw fields, then of the decoded ones, which differ
 */
#include "kept.h"

#include <string.h>

#include "mem.h"
#include "policy.h"

enum { FIRST_MANY = 1 << 22 };
enum form { FIELDS, DECODED, WHOLE };

void kept_init(struct kept *k, size_t columns, bool only_bytes)
{
    *k = (struct kept){.columns = columns, .only_bytes = only_bytes, .many = FIRST_MANY};
    k->raw = mem_alloc(columns, sizeof *k->raw);
    k->text = mem_alloc(columns, sizeof *k->text);
}

struct kept kept_share(const struct kept *k)
{
    struct kept other = *k;
    other.raw = mem_alloc(k->columns, sizeof *k->raw);
    other.text = mem_alloc(k->columns, sizeof *k->text);
    return other;
}

void kept_unshare(struct kept *k)
{
    mem_free(k->raw);
    mem_free(k->text);
}

void kept_release(struct kept *k)
{
    buf_release(&k->bytes);
    mem_free(k->row);
    mem_free(k->start);
    kept_unshare(k);
}

/* ---- packing ---- */

static bool side_by_side(const struct str *field, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (!field[i - 1].p || field[i].p != field[i - 1].p + field[i - 1].n + 1)
            return false;
    return field[0].p != NULL;
}

enum { LENGTH = 10 }; /* bytes of a length, at most */

static char *put_length(char *to, size_t length)
{
    for (; length >= 128; length >>= 7)
        *to++ = (char)(length | 128);
    *to++ = (char)length;
    return to;
}

static size_t take_length(const char **p)
{
    size_t length = 0;
    unsigned shift = 0;
    for (; **p & 128; shift += 7)
        length |= (size_t)(*(*p)++ & 127) << shift;
    return length | (size_t) * (*p)++ << shift;
}

static void pack_whole(struct buf *b, struct str bytes)
{
    char *start = buf_room(b, 1 + LENGTH + bytes.n), *to = start;
    *to++ = WHOLE;
    to = put_length(to, bytes.n);
    if (bytes.n)
        memcpy(to, bytes.p, bytes.n);
    b->n += (size_t)(to - start) + bytes.n;
}

static void pack_lengths(struct buf *b, const struct str *field, size_t n)
{
    char *to = buf_room(b, n * LENGTH), *start = to;
    for (size_t i = 0; i < n; i++)
        to = put_length(to, field[i].n);
    b->n += (size_t)(to - start);
}

static void pack(struct buf *b, const struct str *field, size_t n)
{
    pack_lengths(b, field, n);
    if (side_by_side(field, n)) {
        buf_put(b, field[0].p, (size_t)(field[n - 1].p + field[n - 1].n - field[0].p));
        buf_char(b, '\0');
        return;
    }
    for (size_t i = 0; i < n; i++) {
        buf_str(b, field[i]);
        buf_char(b, '\0');
    }
}

static const char *unpack(const char *p, struct str *field, size_t n)
{
    for (size_t i = 0; i < n; i++)
        field[i].n = take_length(&p);
    for (size_t i = 0; i < n; i++) {
        field[i].p = p;
        p += field[i].n + 1;
    }
    return p;
}

static bool decoded(const struct row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (row->raw[i].p != row->text[i].p || row->raw[i].n != row->text[i].n)
            return true;
    return false;
}

void kept_add(struct kept *k, const struct row *row, uint32_t group, double score)
{
    k->row = mem_grow(k->row, &k->cap, k->rows + 1, sizeof *k->row);
    k->row[k->rows++] = (struct kept_row){score, k->bytes.n, group};
    if (k->only_bytes && row->whole) {
        pack_whole(&k->bytes, row->bytes);
        return;
    }
    bool differ = decoded(row);
    buf_char(&k->bytes, differ ? DECODED : FIELDS);
    pack(&k->bytes, row->raw, k->columns);
    if (differ)
        pack(&k->bytes, row->text, k->columns);
}

void kept_soon(const struct kept *k, size_t group)
{
    for (size_t i = k->start[group]; i < k->start[group + 1]; i++)
        __builtin_prefetch(k->bytes.p + k->row[i].at);
}

struct row kept_get(struct kept *k, const struct kept_row *row)
{
    const char *p = k->bytes.p + row->at;
    enum form form = (enum form) * p++;
    if (form == WHOLE) {
        size_t n = take_length(&p);
        return (struct row){.bytes = {p, n}, .n = k->columns, .whole = true};
    }
    p = unpack(p, k->raw, k->columns);
    if (form == DECODED)
        unpack(p, k->text, k->columns);
    return (struct row){.raw = k->raw, .text = form == DECODED ? k->text : k->raw, .n = k->columns};
}

/* ---- groups ---- */

void kept_sort(struct kept *k, size_t groups)
{
    struct kept_row *sorted = mem_alloc(k->rows, sizeof *sorted);
    mem_free(k->start);
    k->start = mem_zero(groups + 2, sizeof *k->start);
    for (size_t i = 0; i < k->rows; i++)
        k->start[k->row[i].group + 2]++;
    for (size_t g = 0; g < groups; g++)
        k->start[g + 2] += k->start[g + 1];
    for (size_t i = 0; i < k->rows; i++)
        sorted[k->start[k->row[i].group + 1]++] = k->row[i];
    mem_free(k->row);
    k->row = sorted;
    k->cap = k->rows;
}

bool kept_many(const struct kept *k)
{
    return k->rows >= k->many;
}

/* Where the packed bytes of a row end. */
static size_t end_of(struct kept *k, const struct kept_row *row)
{
    const char *p = k->bytes.p + row->at;
    enum form form = (enum form) * p++;
    if (form == WHOLE) {
        size_t n = take_length(&p);
        return (size_t)(p + n - k->bytes.p);
    }
    p = unpack(p, k->raw, k->columns);
    if (form == DECODED)
        p = unpack(p, k->text, k->columns);
    return (size_t)(p - k->bytes.p);
}

/* How many rows would be left. */
static size_t count_best(const struct kept *k, size_t groups, size_t best)
{
    uint32_t *n = mem_zero(groups, sizeof *n);
    size_t rows = 0;
    for (size_t i = 0; i < k->rows; i++)
        rows += n[k->row[i].group]++ < best;
    mem_free(n);
    return rows;
}

void kept_best(struct kept *k, size_t groups, size_t best)
{
    static const struct policy top = {.kind = POLICY_TOP};
    if (count_best(k, groups, best) > k->rows / 4 * 3) { /* not worth a copy of them */
        k->many = 2 * k->rows;
        return;
    }
    kept_sort(k, groups);
    struct choice *choice = mem_alloc(best, sizeof *choice);
    struct buf bytes = {0};
    double *score = NULL;
    size_t rows = 0, cap = 0;
    for (size_t g = 0; g < groups; g++) {
        const struct kept_row *row = k->row + k->start[g];
        size_t n = k->start[g + 1] - k->start[g];
        score = mem_grow(score, &cap, n, sizeof *score);
        for (size_t i = 0; i < n; i++)
            score[i] = row[i].score;
        size_t chosen = policy_choose(&top, score, n, best, NULL, choice);
        struct kept_row winner[KEPT_BEST];
        for (size_t i = 0; i < chosen; i++)
            winner[i] = row[choice[i].candidate];
        for (size_t i = 0; i < chosen; i++, rows++) {
            size_t at = winner[i].at, end = end_of(k, &winner[i]);
            k->row[rows] = winner[i];
            k->row[rows].at = bytes.n;
            buf_put(&bytes, k->bytes.p + at, end - at);
        }
    }
    buf_release(&k->bytes);
    k->bytes = bytes;
    k->rows = rows;
    k->many = 2 * rows + FIRST_MANY;
    mem_free(score);
    mem_free(choice);
}
