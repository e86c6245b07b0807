/* SPDX-License-Identifier: MIT */
#include "par.h"

#include <stdlib.h>

#include "t.h"

enum { ROWS = 100 * PAR_BLOCK + 17, LEN = 3 };
static double x[ROWS];

static void block(void *context, size_t first, size_t n, double *sum, unsigned thread)
{
    (void)context, (void)thread;
    for (size_t i = first; i < first + n; i++) {
        sum[0] += x[i];
        sum[1] += x[i] * x[i];
        sum[2] += 1;
    }
}

/* The same tree, written the plain way: node of blocks [from, from + 2^level). */
static double plain(size_t from, size_t width, size_t blocks, int k)
{
    if (width == 1) {
        double sum[LEN] = {0};
        size_t first = from * PAR_BLOCK, n = ROWS - first;
        block(NULL, first, n < PAR_BLOCK ? n : PAR_BLOCK, sum, 0);
        return sum[k];
    }
    double left = plain(from, width / 2, blocks, k);
    return from + width / 2 < blocks ? left + plain(from + width / 2, width / 2, blocks, k) : left;
}

static void sums(void)
{
    double total[LEN];
    for (unsigned jobs = 1; jobs <= 7; jobs += 2) {
        par_sum(jobs, &(struct par_sum){ROWS, LEN, block, NULL}, total);
        int same = 1;
        for (int k = 0; k < LEN; k++) {
            double wanted = plain(0, 128, (ROWS - 1) / PAR_BLOCK + 1, k);
            same &= memcmp(&total[k], &wanted, sizeof wanted) == 0;
        }
        ok_named(same && total[2] == ROWS, "par_sum is the tree of blocks, bit for bit");
    }
    par_sum(2, &(struct par_sum){0, LEN, block, NULL}, total);
    ok_named(total[0] == 0 && total[2] == 0, "no rows, no sum");
}

static void count(void *context, size_t i, unsigned thread)
{
    (void)thread;
    ((unsigned char *)context)[i]++;
}

int main(void)
{
    for (size_t i = 0; i < ROWS; i++)
        x[i] = (double)((i * 2654435761u) % 1000003) / 997.0 - 500;
    sums();
    for (unsigned jobs = 1; jobs < 6; jobs++) {
        unsigned char seen[1000] = {0};
        int once = 1;
        par_for(jobs, 1000, count, seen);
        for (int i = 0; i < 1000; i++)
            once &= seen[i] == 1;
        ok_named(once, "par_for visits every item once");
    }
    ok(par_cores() >= 1);
    return done();
}
