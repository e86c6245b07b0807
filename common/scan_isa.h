/* SPDX-License-Identifier: MIT */
/*
 * scan_isa - the two functions of scan_kernel.c, under one name per instruction set
 */
#ifndef PA_SCAN_ISA_H
#define PA_SCAN_ISA_H

#include <stddef.h>
#include <stdint.h>

size_t scan_index_portable(const char *p, size_t n, char delim, char escape, uint32_t *at);
size_t scan_count_portable(const char *p, size_t n, char c);
size_t scan_index_avx2(const char *p, size_t n, char delim, char escape, uint32_t *at);
size_t scan_count_avx2(const char *p, size_t n, char c);
size_t scan_index_avx512(const char *p, size_t n, char delim, char escape, uint32_t *at);
size_t scan_count_avx512(const char *p, size_t n, char c);

#endif
