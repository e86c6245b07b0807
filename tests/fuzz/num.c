/* SPDX-License-Identifier: MIT */
/* What is read as a number is what strtod reads, and is written so that it reads back the same. */
#include "num.h"

#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "mem.h"

static int same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_text((const char *)data, size), *end, out[NUM_WIDTH];
    struct str s = {text, size};
    double x, again;
    int64_t k, back;
    enum num_status status = num_double(s, &x);
    double peer = strtod(text, &end);
    if (status == NUM_OK) {
        must(end == text + size && same(x, peer));
        size_t n = num_write(x, out);
        must(n > 0 && n <= NUM_WIDTH);
        must(num_double((struct str){out, n}, &again) == NUM_OK && same(x, again));
    }
    must(status != NUM_RANGE || (end == text + size && isinf(peer)));
    if (num_int(s, &k) == NUM_OK) {
        size_t n = num_write_int(k, out);
        must(num_int((struct str){out, n}, &back) == NUM_OK && back == k);
    }
    mem_free(text);
    return 0;
}
