/* SPDX-License-Identifier: MIT */
/*
 * scan_isa - the functions of scan_kernel.c, under one name per instruction set
 */
#ifndef PA_SCAN_ISA_H
#define PA_SCAN_ISA_H

#include "scan.h"

size_t scan_index_portable(const char *p, size_t n, char delim, char escape, uint32_t *at);
bool scan_rows_portable(
    struct scan_rows *, const char *p, size_t from, size_t n, char delim, bool tsv);
size_t scan_row_end_portable(const char *p, size_t from, size_t n, bool *open);
size_t scan_count_portable(const char *p, size_t n, char c);
size_t scan_index_avx2(const char *p, size_t n, char delim, char escape, uint32_t *at);
bool scan_rows_avx2(struct scan_rows *, const char *p, size_t from, size_t n, char delim, bool tsv);
size_t scan_row_end_avx2(const char *p, size_t from, size_t n, bool *open);
size_t scan_count_avx2(const char *p, size_t n, char c);
size_t scan_index_avx512(const char *p, size_t n, char delim, char escape, uint32_t *at);
bool scan_rows_avx512(
    struct scan_rows *, const char *p, size_t from, size_t n, char delim, bool tsv);
size_t scan_row_end_avx512(const char *p, size_t from, size_t n, bool *open);
size_t scan_count_avx512(const char *p, size_t n, char c);

#endif
