/* SPDX-License-Identifier: MIT */
/* Every instruction set that this CPU has, against one byte at a time. */
#include "scan.h"

#include "isa.h"
#include "mem.h"
#include "scan_isa.h"
#include "t.h"

#include <string.h>

enum { MOST = 700 };

typedef size_t index_fn(const char *, size_t, char, char, uint32_t *);
typedef size_t end_fn(const char *, size_t, size_t, bool *);
typedef size_t count_fn(const char *, size_t, char);
typedef bool rows_fn(struct scan_rows *, const char *, size_t, size_t, char, bool);

static size_t naive(const char *p, size_t n, char delim, char escape, uint32_t *at)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i] == delim || p[i] == escape || p[i] == '\n' || p[i] == '\r' || p[i] == '\0')
            at[found++] = (uint32_t)i;
    return found;
}

/* Bytes that matter are frequent, and so are their neighbours: one bit or 0x80 off. */
static char some_byte(uint64_t x)
{
    static const char likely[] = {',', '"', '\n', '\r', '\0', '\t', '\\', 'a', '\x8a', '\xac', '-',
        '#', '\x01', '\x80', '\x0b', '\xff'};
    return (x & 0x300) == 0 ? (char)(x >> 16) : likely[x & 15];
}

static int agrees(index_fn *index, count_fn *count, char delim, char escape)
{
    char *p = mem_alloc(MOST, 1);
    uint32_t *got = mem_alloc(MOST + 64, sizeof *got), *wanted = mem_alloc(MOST + 64, sizeof *got);
    int same = 1;
    for (uint64_t round = 0; round < 3000 && same; round++) {
        size_t n = round % (MOST + 1), offset = n ? round * 7 % n : 0;
        for (size_t i = 0; i < n; i++)
            p[i] = some_byte(round * 2654435761u % 1000003 * (i + 1) * 0x9E3779B97F4A7C15u >> 20);
        size_t want = naive(p + offset, n - offset, delim, escape, wanted);
        size_t found = index(p + offset, n - offset, delim, escape, got);
        size_t quotes = 0;
        for (size_t i = offset; i < n; i++)
            quotes += p[i] == '"';
        same = found == want && memcmp(got, wanted, want * sizeof *got) == 0 &&
               count(p + offset, n - offset, '"') == quotes;
    }
    mem_free(p);
    mem_free(got);
    mem_free(wanted);
    return same;
}

static void check(const char *name, index_fn *index, count_fn *count)
{
    printf("# %s\n", name);
    ok(agrees(index, count, ',', '"'));
    ok(agrees(index, count, '\t', '\\'));
    ok(agrees(index, count, ' ', '"'));
    ok(agrees(index, count, '\xac', '"'));
}

/* What a naive reader finds; false where something is not regular. */
static bool naive_rows(struct scan_rows *f, const char *p, size_t n, char delim, bool tsv)
{
    bool open = false;
    char before = '\n'; /* q: a closing quote; x: a byte that is none of these */
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        bool quote = !tsv && c == '"', end = c == delim || c == '\n';
        if (c == '\0' || (tsv && c == '\\') || (before == '\r' && c != '\n') ||
            (before == 'q' && !quote && !end && c != '\r'))
            return false;
        if (open) {
            open = !quote;
            before = quote ? 'q' : 'x';
            if (c == '\n')
                f->inner[f->inners++] = (uint32_t)i;
            continue;
        }
        if (quote && before != delim && before != '\n' && before != 'q')
            return false;
        open = quote;
        if (c == '\n')
            f->row[f->rows++] = (uint32_t)f->marks;
        if (end)
            f->mark[f->marks++] = (uint32_t)i;
        before = end || c == '\r' ? c : 'x';
    }
    return true;
}

static struct scan_rows rows_new(void)
{
    return (struct scan_rows){.mark = mem_alloc(2 * MOST + 128, sizeof(uint32_t)),
        .row = mem_alloc(2 * MOST + 128, sizeof(uint32_t)),
        .inner = mem_alloc(2 * MOST + 128, sizeof(uint32_t))};
}

static void rows_free(struct scan_rows *f)
{
    mem_free(f->mark);
    mem_free(f->row);
    mem_free(f->inner);
}

static bool same_rows(const struct scan_rows *a, const struct scan_rows *b)
{
    return a->marks == b->marks && a->rows == b->rows && a->inners == b->inners &&
           memcmp(a->mark, b->mark, a->marks * sizeof *a->mark) == 0 &&
           memcmp(a->row, b->row, a->rows * sizeof *a->row) == 0 &&
           memcmp(a->inner, b->inner, a->inners * sizeof *a->inner) == 0;
}

/* A table of regular rows, quoted or not, or with `stray` a byte of it changed. */
static size_t some_table(char *p, size_t n, char delim, bool tsv, uint64_t seed, bool stray)
{
    static const char *const quoted[] = {"\"\"", "\"a,\"\"b\"", "\"\n\"", "\"\"\"\"", "\"\r,x\""};
    size_t used = 0;
    uint64_t x = seed;
    while (used + 40 < n) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        unsigned r = (unsigned)(x >> 40);
        if (!tsv && r % 3 == 0) {
            const char *text = quoted[r / 3 % 5];
            memcpy(p + used, text, strlen(text));
            used += strlen(text);
        } else {
            for (unsigned i = r % 17; i > 0; i--)
                p[used++] = "abc 1-\xe6"[x >> (i % 30) & 7 ? (x >> (i % 30)) % 7 : 0];
        }
        if (r / 64 % 5 == 0 && r / 512 % 2)
            p[used++] = '\r';
        p[used] = r / 64 % 5 ? delim : '\n';
        used++;
    }
    if (stray && used)
        p[(x >> 17) % used] = some_byte(x >> 9);
    return used;
}

static int rows_agree(rows_fn *rows, char delim, bool tsv)
{
    char *p = mem_alloc(MOST, 1);
    struct scan_rows got = rows_new(), wanted = rows_new();
    int same = 1, strays = 0;
    for (uint64_t round = 0; round < 6000 && same; round++) {
        size_t n = some_table(p, round % MOST, delim, tsv, round, round % 4 == 0);
        size_t step = round % 3 ? 1 + round * 31 % 200 : MOST;
        got.marks = got.rows = got.inners = wanted.marks = wanted.rows = wanted.inners = 0;
        got.open = got.quotes = false;
        got.behind = 0;
        bool want = naive_rows(&wanted, p, n, delim, tsv), found = true;
        for (size_t from = 0; from < n && found; from += step)
            found = rows(&got, p, from, from + step < n ? from + step : n, delim, tsv);
        same = found == want && (!want || same_rows(&got, &wanted));
        strays += !want;
    }
    rows_free(&got);
    rows_free(&wanted);
    mem_free(p);
    return same && strays > 100;
}

static size_t naive_end(const char *p, size_t n, bool *open)
{
    size_t end = 0;
    *open = false;
    for (size_t i = 0; i < n; i++) {
        *open ^= p[i] == '"';
        end = p[i] == '\n' && !*open ? i + 1 : end;
    }
    return end;
}

static int ends_agree(end_fn *row_end)
{
    char *p = mem_alloc(MOST, 1);
    int same = 1;
    for (uint64_t round = 0; round < 6000 && same; round++) {
        size_t n = some_table(p, round % MOST, ',', false, round, round % 4 == 0);
        size_t step = round % 3 ? 1 + round * 31 % 200 : MOST, found = 0;
        bool open = false, want_open;
        for (size_t from = 0; from < n; from += step) {
            size_t end = row_end(p, from, from + step < n ? from + step : n, &open);
            found = end ? end : found;
        }
        same = found == naive_end(p, n, &want_open) && open == want_open;
    }
    mem_free(p);
    return same;
}

static void check_rows(rows_fn *rows, end_fn *row_end)
{
    ok(ends_agree(row_end));
    ok(rows_agree(rows, ',', false));
    ok(rows_agree(rows, '\t', true));
    ok(rows_agree(rows, ';', false));
    ok(rows_agree(rows, ' ', false));
}

int main(void)
{
    check("portable", scan_index_portable, scan_count_portable),
        check_rows(scan_rows_portable, scan_row_end_portable);
#ifdef __x86_64__
    if (isa_level() >= ISA_AVX2)
        check("avx2", scan_index_avx2, scan_count_avx2),
            check_rows(scan_rows_avx2, scan_row_end_avx2);
    if (isa_level() >= ISA_AVX512)
        check("avx512", scan_index_avx512, scan_count_avx512),
            check_rows(scan_rows_avx512, scan_row_end_avx512);
#endif
    check(scan_isa(), scan_index, scan_count);
    check_rows(scan_rows, scan_row_end);
    return done();
}
