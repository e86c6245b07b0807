/* SPDX-License-Identifier: MIT */
/*
 * num_isa - num_batch_read, under one name per instruction set
 */
#ifndef PA_NUM_ISA_H
#define PA_NUM_ISA_H

#include "num.h"

uint64_t num_batch_read_portable(const struct num_batch *, size_t n, double *x);
uint64_t num_batch_read_avx2(const struct num_batch *, size_t n, double *x);
uint64_t num_batch_read_avx512(const struct num_batch *, size_t n, double *x);

#endif
