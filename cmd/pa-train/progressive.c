/* SPDX-License-Identifier: MIT */
#include "progressive.h"

#include "die.h"
#include "fmath.h"

enum { FIRST = 1024 }; /* rows when it speaks first */

void progressive_begin(struct progressive *p, struct linear_online *facts)
{
    p->facts = facts;
    p->margins = 0;
    p->next = FIRST;
    p->told_rows = facts->rows;
    p->told_loss = facts->loss;
}

void progressive_settle(struct progressive *p)
{
    static const double FAR = -700; /* the loss is the margin */
    double loss[PROGRESSIVE_MARGINS];
    fm_logistic_n(p->margin, loss, p->margins);
    fm_log_n(loss, loss, p->margins);
    for (size_t i = 0; i < p->margins; i++)
        p->facts->loss -= p->margin[i] < FAR ? p->margin[i] : loss[i];
    p->margins = 0;
}

void progressive_add(struct progressive *p, double margin)
{
    p->margin[p->margins++] = margin;
    if (p->margins == PROGRESSIVE_MARGINS)
        progressive_settle(p);
}

void progressive_tell(struct progressive *p, bool end)
{
    const struct linear_online *f = p->facts;
    uint64_t since = f->rows - p->told_rows;
    if (!f->rows || !since || (!end && f->rows != p->next))
        return;
    progressive_settle(p);
    note("%llu rows: log-loss of each before it was learnt %.6g, of the last %llu %.6g",
        (unsigned long long)f->rows, f->loss / (double)f->rows, (unsigned long long)since,
        (f->loss - p->told_loss) / (double)since);
    p->told_loss = f->loss;
    p->told_rows = f->rows;
    p->next = f->rows < FIRST ? FIRST : 2 * f->rows;
}
