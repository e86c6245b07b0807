/* SPDX-License-Identifier: MIT */
/*
 * isa - which of the compiled instruction sets to use
 *
 * A kernel (*_kernel.c) is compiled once for each; its module keeps a table of functions in this
 * order and takes the one of isa_level().  All give the same bits.  avx512 is that of Ice Lake, of
 * Zen 4 and of what came after them: those before clock down, and cannot pack bytes.
 */
#ifndef PA_ISA_H
#define PA_ISA_H

enum isa { ISA_PORTABLE, ISA_AVX2, ISA_AVX512 };

/* The best that the CPU has, or a lower one named by PA_ISA=portable|avx2|avx512 in the
 * environment. On other machines than x86-64 always ISA_PORTABLE.  Cheap; any thread. */
enum isa isa_level(void);

const char *isa_name(enum isa);

#endif
