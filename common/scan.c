/* SPDX-License-Identifier: MIT */
#include "scan.h"

#include "isa.h"
#include "scan_isa.h"

struct scanner {
    size_t (*index)(const char *p, size_t n, char delim, char escape, uint32_t *at);
    bool (*rows)(struct scan_rows *, const char *p, size_t from, size_t n, char delim, bool tsv);
    size_t (*row_end)(const char *p, size_t from, size_t n, bool *open);
    size_t (*count)(const char *p, size_t n, char c);
};

static const struct scanner scanners[] = {
    {scan_index_portable, scan_rows_portable, scan_row_end_portable, scan_count_portable},
#ifdef __x86_64__
    {scan_index_avx2, scan_rows_avx2, scan_row_end_avx2, scan_count_avx2},
    {scan_index_avx512, scan_rows_avx512, scan_row_end_avx512, scan_count_avx512},
#endif
};

size_t scan_index(const char *p, size_t n, char delim, char escape, uint32_t *at)
{
    return scanners[isa_level()].index(p, n, delim, escape, at);
}

bool scan_rows(struct scan_rows *found, const char *p, size_t from, size_t n, char delim, bool tsv)
{
    return scanners[isa_level()].rows(found, p, from, n, delim, tsv);
}

size_t scan_row_end(const char *p, size_t from, size_t n, bool *open)
{
    return scanners[isa_level()].row_end(p, from, n, open);
}

size_t scan_count(const char *p, size_t n, char c)
{
    return scanners[isa_level()].count(p, n, c);
}

const char *scan_isa(void)
{
    return isa_name(isa_level());
}
