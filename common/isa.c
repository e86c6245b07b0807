/* SPDX-License-Identifier: MIT */
/* The levels are x86-64-v3 with PCLMUL and x86-64-v4 with VBMI2, which are in neither, of the
 * psABI: what the compiler may use of them is asked.
 */
#include "isa.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"portable", "avx2", "avx512"};

const char *isa_name(enum isa level)
{
    return names[level];
}

#ifdef __x86_64__
static enum isa of_cpu(void)
{
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
        !__builtin_cpu_supports("bmi2") || !__builtin_cpu_supports("fma") ||
        !__builtin_cpu_supports("pclmul"))
        return ISA_PORTABLE;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512cd") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512vbmi2"))
        return ISA_AVX2;
    return ISA_AVX512;
}
#else
static enum isa of_cpu(void)
{
    return ISA_PORTABLE;
}
#endif

static enum isa choose(void)
{
    enum isa best = of_cpu();
    const char *wish = getenv("PA_ISA");
    for (int i = 0; wish && i < (int)best; i++)
        if (strcmp(wish, names[i]) == 0)
            return (enum isa)i;
    return best;
}

enum isa isa_level(void)
{
    static atomic_int chosen = -1; /* threads that meet here store the same */
    int level = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (level < 0) {
        level = (int)choose();
        atomic_store_explicit(&chosen, level, memory_order_relaxed);
    }
    return (enum isa)level;
}
