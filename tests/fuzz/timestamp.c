/* SPDX-License-Identifier: MIT */
/* Every time that is read is written as one that reads the same. */
#include "timestamp.h"

#include "fuzz.h"
#include "mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_text((const char *)data, size), out[40];
    struct str s = {text, size};
    int64_t us, again;
    int32_t tz;
    if (timestamp_read(s, 8 * 3600, &us) == TIMESTAMP_ISO) {
        size_t n = timestamp_write(us, out);
        must(n > 0 && n <= sizeof out);
        enum timestamp_kind kind = timestamp_read((struct str){out, n}, 0, &again);
        must(kind == TIMESTAMP_NONE || again == us);
    }
    if (timestamp_zone(s, &tz))
        must(tz > -25 * 3600 && tz < 25 * 3600);
    if (timestamp_duration(s, &us))
        must(us >= 0);
    mem_free(text);
    return 0;
}
