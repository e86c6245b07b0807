/* SPDX-License-Identifier: MIT */
#include "cuts.h"

#include "buf.h"
#include "die.h"
#include "mem.h"
#include "timestamp.h"

struct cuts cuts_parse(const char *at, const char *gap, int32_t tz)
{
    struct cuts c = {0};
    struct str rest = str_of(at);
    while (rest.p) {
        struct str text = str_cut(rest, ',', &rest);
        c.at = mem_resize(c.at, c.n + 1, sizeof *c.at);
        if (timestamp_read(text, tz, &c.at[c.n]) == TIMESTAMP_NONE)
            die_usage("--at: \"%.*s\" is not a time (2026-01-31 is right)", STR_ARG(text));
        if (c.n && c.at[c.n] <= c.at[c.n - 1])
            die_usage("--at: \"%.*s\" is not after the time before it", STR_ARG(text));
        c.n++;
    }
    if (gap && !str_is(str_of(gap), "0") && !timestamp_duration(str_of(gap), &c.gap))
        die_usage("--gap: \"%s\" is not a duration (1d is right)", gap);
    return c;
}

size_t cuts_find(const struct cuts *cuts, int64_t time)
{
    size_t low = 0, high = cuts->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cuts->at[middle] <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low && time - cuts->at[low - 1] < cuts->gap ? CUTS_GAP : low;
}
