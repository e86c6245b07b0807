/* SPDX-License-Identifier: MIT */
#include "gain.h"

#include <math.h>

void gain_of(
    const struct judge *j, double *const weight[2], bool whole, struct gain *gain, size_t m)
{
    double all = 0, rows = 0, positives = 0;
    size_t t = j->n;
    for (size_t i = 0; i < j->n; i++)
        all += weight[0][i] + weight[1][i];
    for (size_t b = 0; b < m; b++) {
        double end = all * (double)(b + 1) / (double)m;
        end = whole ? -floor(-end) : end;
        end = b + 1 == m ? all : end;
        while (t > 0 && rows + weight[0][t - 1] + weight[1][t - 1] <= end) {
            t--;
            rows += weight[0][t] + weight[1][t];
            positives += weight[1][t];
        }
        gain[b] = (struct gain){end, positives};
        if (t > 0 && b + 1 < m && end > rows) {
            double here = weight[0][t - 1] + weight[1][t - 1];
            gain[b].positives += (end - rows) * weight[1][t - 1] / here;
        }
    }
}
