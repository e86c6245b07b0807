/* SPDX-License-Identifier: MIT */
/* Every instruction set that this CPU has, against one byte at a time. */
#include "scan.h"

#include "isa.h"
#include "mem.h"
#include "scan_isa.h"
#include "t.h"

enum { MOST = 700 };

typedef size_t index_fn(const char *, size_t, char, char, uint32_t *);
typedef size_t count_fn(const char *, size_t, char);

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

int main(void)
{
    check("portable", scan_index_portable, scan_count_portable);
#ifdef __x86_64__
    if (isa_level() >= ISA_AVX2)
        check("avx2", scan_index_avx2, scan_count_avx2);
    if (isa_level() >= ISA_AVX512)
        check("avx512", scan_index_avx512, scan_count_avx512);
#endif
    check(scan_isa(), scan_index, scan_count);
    return done();
}
