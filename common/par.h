/* SPDX-License-Identifier: MIT */
/*
 * par - work on threads whose result does not depend on them
 *
 * Rows fall into blocks of PAR_BLOCK by their number.  A block's sum is computed by one thread in
 * a fixed order; blocks are added over the fixed binary tree of block numbers (node (l, i) is node
 * (l-1, 2i) + node (l-1, 2i+1); what lies beyond the last block is absent, not zero).  So the bits
 * of a sum are the same for every number of threads, and a machine that holds an aligned range of
 * blocks can send tree nodes to another.
 */
#ifndef PA_PAR_H
#define PA_PAR_H

#include <stddef.h>

enum { PAR_BLOCK = 4096 };

unsigned par_cores(void);

/* Call work(context, t) on threads t = 0 .. jobs-1 at once (0 is the caller's); wait for all. */
void par_run(unsigned jobs, void (*work)(void *context, unsigned thread), void *context);

/* Call item(context, i, thread) for every i < n, in any order, on up to jobs threads. */
void par_for(
    unsigned jobs, size_t n, void (*item)(void *context, size_t i, unsigned thread), void *context);

/*
 * total[len] = sum over all blocks of what block() adds to sum[len], which it is given zeroed.
 * block() sees rows [first, first + n), n <= PAR_BLOCK.  Memory: O(len * (jobs + log(blocks))).
 */
struct par_sum {
    size_t rows, len;
    void (*block)(void *context, size_t first, size_t n, double *sum, unsigned thread);
    void *context;
};
void par_sum(unsigned jobs, const struct par_sum *, double *total);

#endif
