/* SPDX-License-Identifier: MIT */
/* fuzz - what the targets share */
#ifndef PA_FUZZ_H
#define PA_FUZZ_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run with a report: something that must hold does not. */
static inline void must(int holds)
{
    if (!holds)
        abort();
}

#endif
