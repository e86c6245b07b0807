/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "die.h"

static const double FIRST_AFTER = 1.0, EVERY = 0.25; /* seconds */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void start(struct progress *p)
{
    p->started = true;
    p->on = !die_is_quiet() && isatty(STDERR_FILENO);
    if (p->on)
        p->begun = p->said = now();
}

void progress_tell(struct progress *p, uint64_t rows, uint64_t bytes, uint64_t total)
{
    if (!p->started)
        start(p);
    if (!p->on)
        return;
    double t = now(), took = t - p->begun;
    if (took < FIRST_AFTER || t - p->said < EVERY)
        return;
    p->said = t;
    struct buf b = {0};
    if (rows)
        buf_print(&b, "%llu rows, ", (unsigned long long)rows);
    buf_print(&b, "%.0f MB, %.0f MB/s", (double)bytes / 1e6, (double)bytes / 1e6 / took);
    if (total > bytes)
        buf_print(&b, ", %.0f s left", took * (double)(total - bytes) / (double)bytes);
    die_status(buf_cstr(&b));
    buf_release(&b);
}

void progress_end(struct progress *p)
{
    if (p->on)
        die_status(NULL);
    p->on = false;
}
