/* SPDX-License-Identifier: MIT */
#include "cuts.h"

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
