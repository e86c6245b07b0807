/* SPDX-License-Identifier: MIT */
#include "border.h"

size_t borders_below(const struct border *border, size_t n, double x)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (border[middle].score < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t border_next(struct border *border, size_t n, size_t i)
{
    uint64_t number = border[i].seen++;
    double score = border[i].score;
    size_t bin = border[i].bin - 1;
    for (; i < n && border[i].score == score && border[i].before <= number; i++)
        bin = border[i].bin;
    return bin;
}
