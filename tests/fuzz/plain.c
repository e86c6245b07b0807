/* SPDX-License-Identifier: MIT */
/*
 * What stands in for libFuzzer: plain FILE... runs the target on each file, on each of its
 * beginnings, and with each of its bytes changed; prints TAP.  exit and _exit come back here
 * (linked with --wrap), since a program that refuses its input ends.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static void spoil(const uint8_t *data, size_t size)
{
    static const uint8_t change[] = {0x01, 0x20, 0x80, 0xff};
    uint8_t *copy = mem_alloc(size, 1);
    for (size_t n = 0; n <= size; n++) {
        memcpy(copy, data, n);
        LLVMFuzzerTestOneInput(copy, n);
    }
    for (size_t i = 0; i < size * sizeof change; i++) {
        memcpy(copy, data, size);
        copy[i / sizeof change] ^= change[i % sizeof change];
        LLVMFuzzerTestOneInput(copy, size);
    }
    mem_free(copy);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        enum { MOST = 4096 };
        uint8_t data[MOST];
        FILE *f = fopen(argv[i], "rb");
        size_t size = f ? fread(data, 1, MOST, f) : 0;
        if (!f || fclose(f))
            return 1;
        spoil(data, size);
        printf("ok %d - %s\n", i, argv[i]);
    }
    printf("1..%d\n", argc - 1);
    return fflush(stdout) != 0;
}
